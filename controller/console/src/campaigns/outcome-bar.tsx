import { StackedBar } from '../parts/stacked-bar.tsx';
import { outcomeWord } from '../words/known-words.ts';
import { useWords } from '../words/use-words.ts';
import { outcomeTone } from './outcome-mark.tsx';

/** Outcomes as parts of a whole, coloured by what they mean; the most frequent ones, or so many, in words below. */
export function OutcomeBar(props: {
  readonly outcomes: Readonly<Record<string, number>>;
  readonly words?: number;
}) {
  const { outcomes, words } = props;
  const { t, number } = useWords();
  const parts = Object.entries(outcomes)
    .toSorted(([, a], [, b]) => b - a)
    .map(([outcome, value]) => ({
      key: outcome,
      value,
      color: `var(--tone-${outcomeTone(outcome)})`,
      label: `${outcomeWord(t, outcome)} ${number.count(value)}`,
    }));
  return (
    <>
      <StackedBar parts={parts} label={parts.map(({ label }) => label).join(', ')} />
      <span className="quiet line-outcomes">
        {parts
          .slice(0, words)
          .map(({ label }) => label)
          .join(' · ')}
      </span>
    </>
  );
}
