import type { LeadCounts } from '@branchline/shared';
import { StackedBar } from '../parts/stacked-bar.tsx';
import { useWords } from '../words/use-words.ts';

/** The states of leads from fresh to done, with the colour each has everywhere. */
export const leadStates = [
  { key: 'ready', color: 'var(--ready)' },
  { key: 'waiting', color: 'var(--dialing)' },
  { key: 'leased', color: 'var(--ringing)' },
  { key: 'inDoubt', color: 'var(--waiting)' },
  { key: 'finished', color: 'var(--talking)' },
  { key: 'exhausted', color: 'var(--offline)' },
] as const;

/** What became of a campaign's leads, in one bar. */
export function LeadBar({ leads }: { readonly leads: LeadCounts }) {
  const { t, number } = useWords();
  const parts = leadStates.map(({ key, color }) => ({
    key,
    color,
    value: leads[key],
    label: `${t(`leads.${key}`)} ${number.count(leads[key])}`,
  }));
  return <StackedBar parts={parts} label={parts.map((part) => part.label).join(', ')} />;
}

/** Which colour means what. */
export function LeadLegend() {
  const { t } = useWords();
  return (
    <ul className="legend">
      {leadStates.map(({ key, color }) => (
        <li key={key} title={t(`leads.hint.${key}`)}>
          <i style={{ background: color }} />
          {t(`leads.${key}`)}
        </li>
      ))}
    </ul>
  );
}
