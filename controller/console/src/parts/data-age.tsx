import { staleness } from '../format/times.ts';
import { useBeat } from '../live/feed.tsx';
import { useWords } from '../words/use-words.ts';

/**
 * How old what a page shows is, counting on by itself; says so when it is older than it should be.
 * @param props.askedAt when the answer came, ms of `Date.now()`; 0 before the first
 * @param props.ageMs how old it was when it came
 * @param props.limitMs from when on it is stale: several times as long as it takes to be renewed
 */
export function DataAge(props: {
  readonly askedAt: number;
  readonly limitMs: number;
  readonly ageMs?: number;
}) {
  const { t } = useWords();
  const now = useBeat();
  if (props.askedAt === 0) return null;
  // The beat counts from when the page was opened.
  const { seconds, stale } = staleness(
    now + performance.timeOrigin - props.askedAt + (props.ageMs ?? 0),
    props.limitMs,
  );
  return (
    <span className={stale ? 'data-age bad' : 'data-age quiet'} data-age={stale ? 'stale' : 'fresh'}>
      {t(stale ? 'common.stale' : 'common.age', { seconds })}
    </span>
  );
}
