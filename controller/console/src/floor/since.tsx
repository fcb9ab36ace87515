import { stopwatch } from '../format/times.ts';
import { useBusinessNow } from '../live/feed.tsx';

/** For how long something has been so; `late` from when on it is too long, ms. */
export function Since({ at, late }: { readonly at: number; readonly late?: number }) {
  const now = useBusinessNow();
  const ms = now === undefined ? 0 : now - at;
  return <time className={late !== undefined && ms > late ? 'bad' : undefined}>{stopwatch(ms)}</time>;
}
