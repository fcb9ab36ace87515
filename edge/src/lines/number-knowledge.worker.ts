import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { parsePhoneNumberWithError, type PhoneNumber } from 'libphonenumber-js/max';

/** What the library tells; its ES build does not load in Node, its CommonJS build does. */
interface Library {
  carrier(number: PhoneNumber, locale: 'en'): Promise<string | null>;
  geocoder(number: PhoneNumber, locale: 'en'): Promise<string | null>;
}
const library = createRequire(import.meta.url)('libphonenumber-geo-carrier') as Library;

/** What is known of a number; empty texts where nothing is. */
export interface NumberAnswer {
  readonly number: string;
  readonly operator: string;
  readonly place: string;
}

async function lookUp(number: string): Promise<NumberAnswer> {
  try {
    const parsed = parsePhoneNumberWithError(number);
    const [operator, place] = [await library.carrier(parsed, 'en'), await library.geocoder(parsed, 'en')];
    return { number, operator: operator ?? '', place: place ?? '' };
  } catch {
    // Not a number of any plan: nothing is known of it.
    return { number, operator: '', place: '' };
  }
}

parentPort!.on('message', ({ id, numbers }: { id: number; numbers: readonly string[] }) => {
  void Promise.all(numbers.map(lookUp)).then((answers) => parentPort!.postMessage({ id, answers }));
});
