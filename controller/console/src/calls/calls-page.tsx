import { Button } from 'antd';
import { useCampaigns, useSites } from '../campaigns/campaign-queries.ts';
import { useIsStale } from '../live/feed.tsx';
import { useAddressFilter } from '../parts/address-filter.ts';
import { DataAge } from '../parts/data-age.tsx';
import { ExportButton } from '../parts/export-button.tsx';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { Asked } from '../states/asked.tsx';
import { Loading } from '../states/loading.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { Vacancy } from '../states/vacancy.tsx';
import { useWords } from '../words/use-words.ts';
import { CallFilters } from './call-filters.tsx';
import { filterKeys, useCalls } from './call-query.ts';
import { CallTable } from './call-table.tsx';

/** Calls that have ended: search, list, export. */
export function CallsPage() {
  const { t } = useWords();
  const grants = useGrants();
  const address = useAddressFilter(filterKeys);
  const { filter } = address;
  const calls = useCalls(filter);
  const campaigns = useCampaigns(may(grants, 'campaigns'));
  const sites = useSites();
  const stale = useIsStale();
  usePageTitle(t('calls.title'));
  const names = new Map(
    (campaigns.data?.pages ?? []).flatMap((page) => page.items).map(({ id, name }) => [id, name]),
  );
  const places = new Map((sites.data?.items ?? []).map((place) => [place.id, place]));
  const data = calls.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <div className="page-head">
        <h1>{t('calls.title')}</h1>
        <span className="quiet toolbar-end">
          {t('calls.zone')} · {t('calls.renewed')}
        </span>
        <DataAge askedAt={calls.dataUpdatedAt} limitMs={20_000} />
        {may(grants, 'call-export') && (
          <ExportButton path={`/calls/export?${filter.toString()}`} hint={t('calls.exportHint')} />
        )}
      </div>
      <CallFilters
        address={address}
        campaigns={may(grants, 'campaigns') ? names : undefined}
        sites={sites.data?.items ?? []}
      />
      <Asked question={{ data, error: calls.error, refetch: calls.refetch }} skeleton={<Loading rows={12} />}>
        {(rows) =>
          rows.length === 0 ? (
            filter.size > 0 ? (
              <Vacancy title={t('calls.nothing')} advice={t('calls.nothingAdvice')}>
                <Button onClick={address.clear}>{t('calls.clear')}</Button>
              </Vacancy>
            ) : (
              <Vacancy title={t('calls.empty')} advice={t('calls.emptyAdvice')} />
            )
          ) : (
            <div className={stale ? 'panel dimmed' : 'panel'}>
              <CallTable rows={rows} names={names} places={places} />
              <div className="block">
                {calls.hasNextPage ? (
                  <Button loading={calls.isFetchingNextPage} onClick={() => void calls.fetchNextPage()}>
                    {t('common.more')}
                  </Button>
                ) : (
                  <span className="quiet">{t('calls.end')}</span>
                )}
              </div>
            </div>
          )
        }
      </Asked>
    </>
  );
}
