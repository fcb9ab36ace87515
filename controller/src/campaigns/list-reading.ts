import { LocalReading, type ListReading, type ListReadingOptions } from './list-batches.ts';
import { ThreadReading } from './list-thread.ts';

/** Below this many bytes a thread of its own takes longer to start than the list to read. */
const smallList = 256 * 1024;

/** The reading of a list: of a small one in this thread. @param bytes of the upload, as far as it says so */
export function readingOf({ newId, ...how }: ListReadingOptions, bytes: number = Infinity): ListReading {
  return bytes < smallList ? new LocalReading({ ...how, newId }) : new ThreadReading(how);
}
