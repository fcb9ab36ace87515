import { Button, Select, Skeleton, Table, type TableColumnsType } from 'antd';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import type { CallView } from '@branchline/shared';
import { request } from '../api/request.ts';
import { OutcomeMark } from '../campaigns/outcome-mark.tsx';
import { useCampaigns, useSites } from '../campaigns/campaign-queries.ts';
import { dayTime, ownZone, stopwatch } from '../format/times.ts';
import { useIsStale } from '../live/feed.tsx';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { Asked } from '../states/asked.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { Vacancy } from '../states/vacancy.tsx';
import { directionWord, dispositionWord } from '../words/known-words.ts';
import { useWords } from '../words/use-words.ts';

interface CallPage {
  readonly items: readonly CallView[];
  readonly next?: string;
}

/** Calls of a filter, latest first; the first page is renewed, older ones are history. */
function useCalls(campaign: string, site: string) {
  return useInfiniteQuery({
    queryKey: ['calls', campaign, site],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({
        limit: '100',
        ...(campaign && { campaign }),
        ...(site && { site }),
        ...(pageParam && { cursor: pageParam }),
      });
      return request<CallPage>('GET', `/calls?${query.toString()}`, undefined, signal);
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 1 ? false : 5000),
    placeholderData: keepPreviousData,
  });
}

/** Calls that have ended. */
export function CallsPage() {
  const { t } = useWords();
  const grants = useGrants();
  const [search, setSearch] = useSearchParams();
  const campaign = search.get('campaign') ?? '';
  const site = search.get('site') ?? '';
  const calls = useCalls(campaign, site);
  const campaigns = useCampaigns(may(grants, 'campaigns'));
  const sites = useSites();
  const stale = useIsStale();
  usePageTitle(t('calls.title'));
  const names = new Map(
    (campaigns.data?.pages ?? []).flatMap((page) => page.items).map(({ id, name }) => [id, name]),
  );
  const places = new Map((sites.data?.items ?? []).map((place) => [place.id, place]));
  const choose = (key: string, value: string | undefined): void =>
    setSearch((before) => {
      const next = new URLSearchParams(before);
      if (value) next.set(key, value);
      else next.delete(key);
      return next;
    });
  const filtered = campaign !== '' || site !== '';
  const data = calls.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <div className="page-head">
        <h1>{t('calls.title')}</h1>
        {may(grants, 'campaigns') && (
          <Select
            style={{ width: 240 }}
            aria-label={t('calls.campaign')}
            allowClear
            placeholder={t('calls.allCampaigns')}
            value={campaign || null}
            onChange={(value) => choose('campaign', value ?? undefined)}
            options={[...names].map(([value, label]) => ({ value, label }))}
            showSearch={{ optionFilterProp: 'label' }}
          />
        )}
        <Select
          style={{ width: 200 }}
          aria-label={t('calls.site')}
          allowClear
          placeholder={t('calls.allSites')}
          value={site || null}
          onChange={(value) => choose('site', value ?? undefined)}
          options={[...places.values()].map(({ id, name }) => ({ value: id, label: name }))}
          showSearch={{ optionFilterProp: 'label' }}
        />
        <span className="quiet toolbar-end">
          {t('calls.zone')} · {t('calls.renewed')}
        </span>
      </div>
      <Asked
        question={{ data, error: calls.error, refetch: calls.refetch }}
        skeleton={
          <div className="panel block" aria-busy aria-label={t('common.loading')}>
            <Skeleton active paragraph={{ rows: 12 }} />
          </div>
        }
      >
        {(rows) =>
          rows.length === 0 ? (
            filtered ? (
              <Vacancy title={t('calls.nothing')} advice={t('calls.nothingAdvice')}>
                <Button onClick={() => setSearch({})}>{t('calls.clear')}</Button>
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

function CallTable(props: {
  readonly rows: readonly CallView[];
  readonly names: ReadonlyMap<string, string>;
  readonly places: ReadonlyMap<string, { readonly name: string; readonly zone: string }>;
}) {
  const { rows, names, places } = props;
  const { t, language } = useWords();
  const none = <span className="quiet">{t('common.none')}</span>;
  const columns: TableColumnsType<CallView> = [
    {
      title: t('calls.column.at'),
      width: 136,
      render: (_, call) => dayTime(call.at, language, places.get(call.site)?.zone ?? ownZone()),
    },
    {
      title: t('calls.column.site'),
      width: 116,
      ellipsis: true,
      render: (_, call) => places.get(call.site)?.name ?? call.site,
    },
    {
      title: t('calls.column.customer'),
      width: 146,
      render: (_, call) => (
        <span className="customer">
          <Direction direction={call.direction} />
          {call.customer}
        </span>
      ),
    },
    {
      title: t('calls.column.campaign'),
      ellipsis: true,
      render: (_, call) =>
        call.campaign === undefined ? (
          <span className="quiet">{t('calls.inboundNone')}</span>
        ) : (
          <Link to={`/campaigns/${call.campaign}`}>
            {names.get(call.campaign) ?? call.campaign.slice(0, 8)}
          </Link>
        ),
    },
    {
      title: t('calls.column.agent'),
      width: 94,
      ellipsis: true,
      render: (_, call) => call.agent ?? none,
    },
    { title: t('calls.column.line'), width: 86, ellipsis: true, dataIndex: 'line' },
    {
      title: t('calls.column.outcome'),
      width: 118,
      render: (_, call) => <OutcomeMark outcome={call.outcome} />,
    },
    {
      title: t('calls.column.disposition'),
      width: 112,
      ellipsis: true,
      render: (_, call) => (call.disposition === undefined ? none : dispositionWord(t, call.disposition)),
    },
    {
      title: t('calls.column.talk'),
      width: 62,
      align: 'right',
      render: (_, call) => (call.talkMs > 0 ? stopwatch(call.talkMs) : none),
    },
    {
      title: t('calls.column.duration'),
      width: 78,
      align: 'right',
      render: (_, call) => stopwatch(call.durationMs),
    },
  ];
  return (
    <Table<CallView>
      size="small"
      rowKey="id"
      columns={columns}
      dataSource={[...rows]}
      pagination={false}
      scroll={{ x: 1050 }}
      className="calls"
      sticky={{ offsetHeader: 52 }}
    />
  );
}

/** Which way a call went: an arrow for the eye, a word for everybody else. */
function Direction({ direction }: { readonly direction: string }) {
  const { t } = useWords();
  const word = directionWord(t, direction);
  return (
    <span className={`direction-${direction}`} title={word}>
      <span aria-hidden>{direction === 'inbound' ? '↙' : '↗'}</span>
      <span className="unseen">{word}</span>
    </span>
  );
}
