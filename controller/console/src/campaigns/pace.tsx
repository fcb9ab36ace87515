import type { CampaignView } from '@branchline/shared';
import { useWords } from '../words/use-words.ts';
import { doneLeads } from './campaign-list.ts';
import { completionOf } from './completion.ts';

/** How fast the campaign goes, and when it will be through. */
export function Pace({ campaign }: { readonly campaign: CampaignView }) {
  const { t, number } = useWords();
  const { hour, day, workedMinutes } = campaign.pace;
  const rows = (['attempts', 'answered', 'abandoned'] as const).map((name) => ({
    name,
    hour: hour[name],
    day: day[name],
    perHour: workedMinutes > 0 ? day[name] / (workedMinutes / 60) : 0,
  }));
  return (
    <>
      <table className="plain-table" data-pace>
        <thead>
          <tr>
            <th scope="col">{t('campaign.pace.title')}</th>
            <th scope="col">{t('campaign.pace.hour')}</th>
            <th scope="col">{t('campaign.pace.minute')}</th>
            <th scope="col">{t('campaign.pace.day')}</th>
            <th scope="col" title={t('campaign.pace.perHourHint')}>
              {t('campaign.pace.perHour')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{t(`campaign.pace.${row.name}`)}</th>
              <td data-pace-hour={row.name}>{number.count(row.hour)}</td>
              <td>{number.pace(row.hour / 60)}</td>
              <td data-pace-day={row.name}>{number.count(row.day)}</td>
              <td>{number.pace(row.perHour)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="pace-words">
        <strong>
          {t('campaign.left', {
            count: campaign.leads.total - doneLeads(campaign.leads),
            shown: number.count(campaign.leads.total - doneLeads(campaign.leads)),
          })}
        </strong>{' '}
        <CompletionWords campaign={campaign} />
      </p>
    </>
  );
}

function CompletionWords({ campaign }: { readonly campaign: CampaignView }) {
  const { t, number } = useWords();
  const completion = completionOf(campaign);
  if (completion.state !== 'estimated') return t(`campaign.completion.${completion.state}`);
  const hours = Math.max(1, Math.round(completion.hours));
  const days = Math.max(1, Math.ceil(completion.days));
  return (
    <>
      {completion.hours < 1
        ? t('campaign.completion.soon')
        : t('campaign.estimate.hours', { count: hours, shown: number.count(hours) })}
      {completion.hours >= 1 && ` ${t('campaign.estimate.days', { count: days, shown: number.count(days) })}`}
    </>
  );
}
