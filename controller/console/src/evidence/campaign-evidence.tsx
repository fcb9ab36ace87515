import { Link } from 'react-router';
import {
  abandonedOf,
  abandonRate,
  sumAnswers,
  type AbandonDefinition,
  type AbandonedCalls,
} from '@branchline/shared';
import { abandonCap, abandonTone } from '../overview/abandon-cap.ts';
import { useWords } from '../words/use-words.ts';
import { RateDays } from './rate-days.tsx';

interface Props {
  readonly campaign: { readonly id: string; readonly name: string };
  readonly evidence: AbandonedCalls;
  readonly definition: AbandonDefinition;
  readonly misjudged: number;
}

/** One campaign: the rate over the whole time, its worst day, each day, and the counts both come from. */
export function CampaignEvidence({ campaign, evidence, definition, misjudged }: Props) {
  const { t, number } = useWords();
  const own = evidence.days.filter((day) => day.campaign === campaign.id);
  if (own.length === 0) return null;
  const all = sumAnswers(own);
  const rate = abandonRate(all, definition, misjudged);
  const { abandoned, of } = abandonedOf(all, definition, misjudged);
  const days = [...Map.groupBy(own, ({ day }) => day)].map(([day, sites]) => {
    const counts = sumAnswers(sites);
    return {
      day,
      ...abandonedOf(counts, definition, misjudged),
      rate: abandonRate(counts, definition, misjudged),
    };
  });
  const worst = days.reduce((a, b) => (b.rate > a.rate ? b : a));
  const above = days.filter((day) => day.rate > abandonCap).length;
  const counts = [
    ['answered', all.answered],
    ['machines', all.machines],
    ['played', all.played],
    ['connected', all.connected],
    ['connectedLate', all.connectedLate],
    ['abandoned', all.abandoned],
    ['leftAtOnce', all.leftAtOnce],
    ['leftWaiting', all.leftWaiting],
    ['unknown', all.unknown],
  ] as const;
  return (
    <section className="panel block evidence" data-campaign={campaign.id}>
      <h2>
        <Link to={`/campaigns/${campaign.id}`}>{campaign.name}</Link>
        <small>{t('evidence.span', { from: evidence.from, to: evidence.to })}</small>
      </h2>
      <div className="evidence-figures">
        <div className="tile">
          <span className="tile-name">{t('evidence.rate')}</span>
          <span className={`tile-value ${abandonTone(rate)}`} data-rate>
            {number.exact(rate)}
          </span>
          <span className="tile-note">
            {t('evidence.ratio', { abandoned: number.pace(abandoned), of: number.pace(of) })}
          </span>
        </div>
        <div className="tile">
          <span className="tile-name">{t('evidence.worst')}</span>
          <span className={`tile-value ${abandonTone(worst.rate)}`}>{number.exact(worst.rate)}</span>
          <span className="tile-note">
            {worst.day} · {t('evidence.above', { count: above, days: days.length })}
          </span>
        </div>
        <RateDays days={days} span={evidence} />
      </div>
      <table className="plain-table">
        <thead>
          <tr>
            {counts.map(([name]) => (
              <th key={name} title={t(`evidence.hint.${name}`)}>
                {t(`evidence.count.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            {counts.map(([name, count]) => (
              <td key={name} data-count={name}>
                {number.count(count)}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </section>
  );
}
