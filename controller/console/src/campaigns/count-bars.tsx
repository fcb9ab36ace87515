import { share } from '../format/numbers.ts';
import { Meter, type Tone } from '../parts/meter.tsx';
import { useWords } from '../words/use-words.ts';

export interface CountBar {
  readonly key: string;
  readonly name: string;
  readonly count: number;
  readonly tone: Tone;
}

/** Counts as bars, most first, each with its share of all. */
export function CountBars({ bars, none }: { readonly bars: readonly CountBar[]; readonly none: string }) {
  const { number } = useWords();
  const total = bars.reduce((sum, bar) => sum + bar.count, 0);
  if (total === 0) return <p className="quiet">{none}</p>;
  const sorted = bars.filter((bar) => bar.count > 0).toSorted((a, b) => b.count - a.count);
  const most = sorted[0]?.count ?? 1;
  return (
    <ul className="bars">
      {sorted.map((bar) => (
        <li key={bar.key}>
          <span>{bar.name}</span>
          <Meter value={share(bar.count, most)} tone={bar.tone} />
          <b>
            {number.count(bar.count)}
            <small>{number.rate(bar.count / total)}</small>
          </b>
        </li>
      ))}
    </ul>
  );
}
