import { reachedPerson, type CampaignView } from '@branchline/shared';
import { share } from '../format/numbers.ts';
import { Meter } from '../parts/meter.tsx';
import { abandonTone } from '../overview/abandon-cap.ts';
import { useWords } from '../words/use-words.ts';
import { doneLeads } from './campaign-list.ts';

/** The four figures a campaign is steered by. */
export function RateTiles({ campaign }: { readonly campaign: CampaignView }) {
  const { t, number } = useWords();
  const { outcomes, leads, abandonRate } = campaign;
  const dialed = Object.entries(outcomes).reduce(
    (sum, [name, count]) => sum + (name === 'REFUSED' ? 0 : count),
    0,
  );
  const cap = campaign.settings.maxAbandonRate;
  const answered = reachedPerson.reduce((sum, outcome) => sum + (outcomes[outcome] ?? 0), 0);
  const done = doneLeads(leads);
  const tiles = [
    {
      name: t('campaign.dialed'),
      value: number.count(dialed),
      note: t('leads.total'),
      part: number.count(leads.total),
    },
    {
      name: t('campaign.progress'),
      value: number.rate(share(done, leads.total)),
      below: <Meter value={share(done, leads.total)} tone="accent" />,
    },
    {
      name: t('campaign.answerRate'),
      value: number.rate(share(answered, dialed)),
      below: <Meter value={share(answered, dialed)} tone="good" />,
    },
    {
      name: t('campaign.abandonRate'),
      value: number.rate(abandonRate),
      note: t('overview.cap', { cap: number.rate(cap) }),
      tone: abandonTone(abandonRate, cap),
      below: <Meter value={share(abandonRate, 2 * cap)} tone={abandonTone(abandonRate, cap)} mark={0.5} />,
    },
  ];
  return (
    <section className="panel tile-group wide">
      <div className="tiles">
        {tiles.map((tile) => (
          <div className="tile" key={tile.name}>
            <span className="tile-name">{tile.name}</span>
            <span className={`tile-value ${tile.tone ?? ''}`}>{tile.value}</span>
            <span className="tile-note">
              {tile.note} {tile.part}
            </span>
            {tile.below}
          </div>
        ))}
      </div>
    </section>
  );
}
