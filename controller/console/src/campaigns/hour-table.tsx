import type { CampaignHour } from '@branchline/shared';
import { hourOfDay } from '../format/times.ts';
import { useWords } from '../words/use-words.ts';
import { OutcomeBar } from './outcome-bar.tsx';

/** What came of the attempts of each hour of the last day, the latest first; refused ones, too. */
export function HourTable({
  hours,
  zone,
}: {
  readonly hours: readonly CampaignHour[];
  readonly zone: string;
}) {
  const { t, language } = useWords();
  const told = hours.filter(({ outcomes }) => Object.keys(outcomes).length > 0).toReversed();
  if (told.length === 0) return null;
  return (
    <details className="plan-history">
      <summary>{t('campaign.hourOutcomes')}</summary>
      <table className="event-rows">
        <tbody>
          {told.map(({ from, outcomes }) => (
            <tr key={from} data-outcomes-at={from}>
              <td className="quiet">{hourOfDay(from, language, zone)}</td>
              <td className="hour-outcomes">
                <OutcomeBar outcomes={outcomes} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
