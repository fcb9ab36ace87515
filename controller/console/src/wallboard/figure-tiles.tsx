import { serviceLevelSeconds, type Wallboard } from '@branchline/shared';
import { stopwatch } from '../format/times.ts';
import { abandonCap, abandonTone } from '../overview/abandon-cap.ts';
import { useWords } from '../words/use-words.ts';
import { ratesOf } from './figures.ts';

interface Figure {
  readonly name: string;
  readonly today: string;
  readonly yesterday: string;
  readonly tone?: 'good' | 'warn' | 'bad';
  readonly hint?: string;
}

/** Today against yesterday until the same time of day. */
export function FigureTiles({ board }: { readonly board: Wallboard }) {
  const { t, number } = useWords();
  const [today, yesterday] = [ratesOf(board.today), ratesOf(board.yesterday)];
  const rate = (value: number | undefined): string =>
    value === undefined ? t('common.none') : number.rate(value);
  const time = (value: number | undefined): string =>
    value === undefined ? t('common.none') : stopwatch(value);
  const figures: Figure[] = [
    {
      name: t('overview.attempts'),
      today: number.count(board.today.attempts),
      yesterday: number.count(board.yesterday.attempts),
    },
    {
      name: t('wallboard.answerRate'),
      today: rate(today.answerRate),
      yesterday: rate(yesterday.answerRate),
    },
    {
      name: t('overview.abandonRate'),
      today: rate(today.abandonRate),
      yesterday: rate(yesterday.abandonRate),
      hint: t('overview.cap', { cap: number.rate(abandonCap) }),
      ...(today.abandonRate !== undefined && { tone: abandonTone(today.abandonRate) }),
    },
    {
      name: t('wallboard.handling'),
      today: time(today.handlingMs),
      yesterday: time(yesterday.handlingMs),
      hint: t('wallboard.handlingHint'),
    },
    {
      name: t('wallboard.offered'),
      today: number.count(board.today.offered),
      yesterday: number.count(board.yesterday.offered),
    },
    {
      name: t('wallboard.serviceLevel'),
      today: rate(today.serviceLevel),
      yesterday: rate(yesterday.serviceLevel),
      hint: t('wallboard.serviceLevelHint', { seconds: serviceLevelSeconds }),
      ...(today.serviceLevel !== undefined && { tone: today.serviceLevel >= 0.8 ? 'good' : 'warn' }),
    },
  ];
  return (
    <div className="wallboard-figures">
      {figures.map(({ name, today: now, yesterday: before, tone, hint }) => (
        <div key={name} className="panel wallboard-figure" title={hint}>
          <span className="quiet">{name}</span>
          <strong className={tone}>{now}</strong>
          <span className="quiet">{t('wallboard.yesterday', { value: before })}</span>
        </div>
      ))}
    </div>
  );
}
