import { outcomeWord } from '../words/known-words.ts';
import { useWords } from '../words/use-words.ts';
import type { Tone } from '../parts/meter.tsx';

/** What an outcome means for whoever looks: reached, may be reached later, never, or our own fault. */
const tones: Readonly<Record<string, Tone>> = {
  ANSWERED: 'good',
  PLAYED: 'good',
  ABANDONED: 'bad',
  INVALID_NUMBER: 'quiet',
  BARRED: 'quiet',
  REFUSED: 'quiet',
  CANCELLED: 'quiet',
  SUSPENDED: 'quiet',
  CONGESTION: 'bad',
  TRUNK_FAULT: 'bad',
  SIM_FAULT: 'bad',
  LOST: 'bad',
  ERROR: 'bad',
};

export function outcomeTone(outcome: string): Tone {
  return tones[outcome] ?? 'warn';
}

/** An outcome with its colour. */
export function OutcomeMark({ outcome }: { readonly outcome: string }) {
  const { t } = useWords();
  return (
    <span className={`outcome outcome-${outcomeTone(outcome)}`}>
      <i aria-hidden />
      {outcomeWord(t, outcome)}
    </span>
  );
}
