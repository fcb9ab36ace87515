import { useMemo } from 'react';
import { Skeleton } from 'antd';
import { useQuery } from '@tanstack/react-query';
import type { Overview } from '@branchline/shared';
import { request } from '../api/request.ts';
import { useFeed, useIsStale } from '../live/feed.tsx';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { Asked } from '../states/asked.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { Vacancy } from '../states/vacancy.tsx';
import { useWords } from '../words/use-words.ts';
import { CampaignStrip } from './campaign-strip.tsx';
import { Sites } from './sites.tsx';
import { Tiles } from './tiles.tsx';

/** The wallboard: what all sites do right now and what the day has brought. */
export function OverviewPage() {
  const { t } = useWords();
  const allowed = may(useGrants(), 'overview');
  const live = useFeed((feed) => feed.overview);
  const stale = useIsStale();
  usePageTitle(t('overview.title'));
  // The first picture comes by an ordinary request, which also says why when there is none; the feed renews it.
  const first = useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => request<Overview>('GET', '/overview', undefined, signal),
    enabled: allowed && live === undefined,
    refetchInterval: 5000,
  });
  const question = useMemo(
    () =>
      live ? { data: live, error: undefined, refetch: first.refetch } : { ...first, refetch: first.refetch },
    [live, first],
  );
  if (!allowed) return <Vacancy title={t('problem.noOverview')} advice={t('problem.noAbility')} />;
  return (
    <Asked question={question} skeleton={<OverviewSkeleton />}>
      {(overview) => (
        <div className={stale ? 'overview dimmed' : 'overview'}>
          <h1 className="unseen">{t('overview.title')}</h1>
          <Tiles overview={overview} />
          {overview.sites.length === 0 ? (
            <Vacancy title={t('overview.empty')} advice={t('overview.emptyAdvice')} />
          ) : (
            <Sites sites={overview.sites} at={overview.at} />
          )}
          <CampaignStrip campaigns={overview.campaigns} />
        </div>
      )}
    </Asked>
  );
}

function OverviewSkeleton() {
  const { t } = useWords();
  return (
    <div aria-busy aria-label={t('common.loading')}>
      <div className="tiles">
        {Array.from({ length: 8 }, (_, i) => (
          <div className="panel tile" key={i}>
            <Skeleton active title={{ width: '60%' }} paragraph={{ rows: 1 }} />
          </div>
        ))}
      </div>
      <div className="site-cards">
        {Array.from({ length: 3 }, (_, i) => (
          <div className="panel site-card" key={i}>
            <Skeleton active paragraph={{ rows: 6 }} />
          </div>
        ))}
      </div>
    </div>
  );
}
