import { lazy, Suspense, useState } from 'react';
import { Button, Input, Table, type TableColumnsType } from 'antd';
import { Link, useSearchParams } from 'react-router';
import type { CampaignSummary } from '@branchline/shared';
import { share } from '../format/numbers.ts';
import { dayTime, ownZone } from '../format/times.ts';
import { useFeed, useIsStale } from '../live/feed.tsx';
import { boundTo, may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { DataAge } from '../parts/data-age.tsx';
import { Asked } from '../states/asked.tsx';
import { Loading } from '../states/loading.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { Vacancy } from '../states/vacancy.tsx';
import { modeWord } from '../words/known-words.ts';
import { useWords } from '../words/use-words.ts';
import { doneLeads, mergeCampaigns } from './campaign-list.ts';
import { useCampaigns } from './campaign-queries.ts';
import { LeadBar, LeadLegend } from './lead-bar.tsx';
import { MoveButtons } from './move-buttons.tsx';
import { campaignDrawerFile } from './drawer-file.ts';
import { StatusTag } from './status-tag.tsx';

const CampaignDrawer = lazy(campaignDrawerFile);

/** All campaigns with what became of their leads. */
export function CampaignsPage() {
  const { t } = useWords();
  const grants = useGrants();
  const allowed = may(grants, 'campaigns');
  const campaigns = useCampaigns(allowed);
  const told = useFeed((feed) => feed.campaigns);
  const stale = useIsStale();
  const [search, setSearch] = useSearchParams();
  const [creating, setCreating] = useState(false);
  const name = search.get('name') ?? '';
  usePageTitle(t('campaigns.title'));
  if (!allowed) return <Vacancy title={t('problem.noCampaigns')} advice={t('problem.noAbility')} />;
  const writer = may(grants, 'campaign-write');
  const data =
    campaigns.data &&
    mergeCampaigns(
      campaigns.data.pages.flatMap((page) => page.items),
      told,
    );
  const create = writer && (
    <Button type="primary" onClick={() => setCreating(true)}>
      {t('campaigns.create')}
    </Button>
  );
  return (
    <>
      <div className="page-head">
        <h1>{t('campaigns.title')}</h1>
        {(data?.length ?? 0) > 0 && (
          <Input
            allowClear
            style={{ width: 240 }}
            value={name}
            placeholder={t('campaigns.find')}
            aria-label={t('campaigns.find')}
            onChange={(event) =>
              setSearch(event.target.value ? { name: event.target.value } : {}, { replace: true })
            }
          />
        )}
        <LeadLegend />
        <DataAge askedAt={campaigns.dataUpdatedAt} limitMs={45_000} />
        {create && <div className="actions">{create}</div>}
      </div>
      <Asked
        question={{ data, error: campaigns.error, refetch: campaigns.refetch }}
        skeleton={<Loading rows={6} />}
      >
        {(all) =>
          all.length === 0 ? (
            <Vacancy
              title={t('campaigns.empty')}
              advice={writer ? t('campaigns.emptyAdvice') : t('campaigns.emptyReader')}
            >
              {create}
            </Vacancy>
          ) : (
            <div className={stale ? 'panel dimmed' : 'panel'}>
              <CampaignTable
                campaigns={all.filter((campaign) =>
                  campaign.name.toLowerCase().includes(name.trim().toLowerCase()),
                )}
              />
              {campaigns.hasNextPage && (
                <div className="block">
                  <Button
                    loading={campaigns.isFetchingNextPage}
                    onClick={() => void campaigns.fetchNextPage()}
                  >
                    {t('common.more')}
                  </Button>
                </div>
              )}
            </div>
          )
        }
      </Asked>
      {creating && (
        <Suspense>
          <CampaignDrawer close={() => setCreating(false)} sites={boundTo(grants, 'campaign-write')} />
        </Suspense>
      )}
    </>
  );
}

function CampaignTable({ campaigns }: { readonly campaigns: readonly CampaignSummary[] }) {
  const { t, number, language } = useWords();
  const grants = useGrants();
  const columns: TableColumnsType<CampaignSummary> = [
    {
      title: t('campaigns.column.name'),
      dataIndex: 'name',
      render: (_, { id, name }) => (
        <Link to={`/campaigns/${id}`}>
          <strong>{name}</strong>
        </Link>
      ),
    },
    {
      title: t('campaigns.column.status'),
      width: 96,
      render: (_, { status }) => <StatusTag status={status} />,
    },
    { title: t('campaigns.column.mode'), width: 110, render: (_, { mode }) => modeWord(t, mode) },
    {
      title: t('campaigns.column.leads'),
      width: '26%',
      render: (_, { leads }) => (
        <span className="lead-bar-cell">
          <LeadBar leads={leads} />
          <span className="quiet">
            {leads.total === 0 ? t('campaigns.noLeads') : number.count(leads.total)}
          </span>
        </span>
      ),
    },
    {
      title: t('campaigns.column.progress'),
      width: 76,
      align: 'right',
      render: (_, { leads }) => number.rate(share(doneLeads(leads), leads.total)),
    },
    {
      title: t('campaigns.column.created'),
      width: 175,
      render: (_, { createdAt }) => <span className="quiet">{dayTime(createdAt, language, ownZone())}</span>,
    },
    {
      key: 'actions',
      width: 90,
      align: 'right',
      render: (_, { id, name, status, leads }) =>
        may(grants, 'campaign-write') && (
          <MoveButtons small campaign={{ id, name, status, total: leads.total }} />
        ),
    },
  ];
  return (
    <Table<CampaignSummary>
      size="medium"
      rowKey="id"
      columns={columns}
      dataSource={[...campaigns]}
      pagination={false}
      locale={{ emptyText: t('campaigns.nothing') }}
      scroll={{ x: 900 }}
    />
  );
}
