import type { CSSProperties } from 'react';
import type { LeadCounts } from '@branchline/shared';
import { share } from '../format/numbers.ts';
import { useWords } from '../words/use-words.ts';
import { LeadBar, leadStates } from './lead-bar.tsx';

/** Where the leads are, from ready to done. */
export function Funnel({ leads }: { readonly leads: LeadCounts }) {
  const { t, number } = useWords();
  return (
    <>
      <LeadBar leads={leads} />
      <ul className="funnel">
        {leadStates.map(({ key, color }) => (
          <li
            key={key}
            style={{ '--part': color } as CSSProperties}
            title={t(`leads.hint.${key}`)}
            data-leads={key}
          >
            <strong>{number.count(leads[key])}</strong>
            <span>
              {t(`leads.${key}`)} · {number.rate(share(leads[key], leads.total))}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
