import { Link } from 'react-router';
import type { Overview } from '@branchline/shared';
import { StatusTag } from '../campaigns/status-tag.tsx';
import { share } from '../format/numbers.ts';
import { Meter } from '../parts/meter.tsx';
import { useWords } from '../words/use-words.ts';

/** The campaigns that are being dialed, with how far they are. */
export function CampaignStrip({ campaigns }: { readonly campaigns: Overview['campaigns'] }) {
  const { t, number } = useWords();
  const active = campaigns.filter(
    (campaign) => campaign.status === 'running' || campaign.status === 'paused',
  );
  if (active.length === 0) return null;
  return (
    <section>
      <h2 className="section-title">{t('overview.campaigns')}</h2>
      <div className="campaign-strip">
        {active.map((campaign) => (
          <Link key={campaign.id} to={`/campaigns/${campaign.id}`} className="panel campaign-card">
            <span className="campaign-card-name">{campaign.name}</span>
            <StatusTag status={campaign.status} />
            <Meter value={share(campaign.finished, campaign.leads)} tone="accent" />
            <span className="quiet">
              {number.count(campaign.finished)} / {number.count(campaign.leads)}
            </span>
          </Link>
        ))}
      </div>
    </section>
  );
}
