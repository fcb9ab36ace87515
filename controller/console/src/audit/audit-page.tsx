import { Button, Table, type TableColumnsType } from 'antd';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { AuditFilter, type AuditEntry } from '@branchline/shared';
import { refusalOf, request } from '../api/request.ts';
import { dateTime, ownZone } from '../format/times.ts';
import { useAddressFilter } from '../parts/address-filter.ts';
import { DataAge } from '../parts/data-age.tsx';
import { ExportButton } from '../parts/export-button.tsx';
import { TextFilter, TimeRange } from '../parts/filter-fields.tsx';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { Asked } from '../states/asked.tsx';
import { Loading } from '../states/loading.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { Vacancy } from '../states/vacancy.tsx';
import { actionWord } from '../words/known-words.ts';
import { useWords } from '../words/use-words.ts';

const filterKeys = Object.keys(AuditFilter.properties) as readonly (keyof typeof AuditFilter.properties)[];

/** Who did what, and the proof that nothing is missing. */
export function AuditPage() {
  const { t } = useWords();
  const address = useAddressFilter(filterKeys);
  const { filter } = address;
  const allowed = may(useGrants(), 'audit');
  const entries = useInfiniteQuery({
    queryKey: ['audit', filter.toString()],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams(filter);
      query.set('limit', '100');
      if (pageParam) query.set('cursor', pageParam);
      return request<{ items: AuditEntry[]; next?: string }>(
        'GET',
        `/audit?${query.toString()}`,
        undefined,
        signal,
      );
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 1 ? false : 10_000),
    placeholderData: keepPreviousData,
    enabled: allowed,
  });
  usePageTitle(t('audit.title'));
  if (!allowed) return <Vacancy title={t('problem.noPage')} advice={t('problem.noAbility')} />;
  return (
    <>
      <div className="page-head">
        <h1>{t('audit.title')}</h1>
        <ChainProof />
        <DataAge askedAt={entries.dataUpdatedAt} limitMs={40_000} />
        <ExportButton path={`/audit/export?${filter.toString()}`} hint={t('audit.exportHint')} />
      </div>
      <search className="filters" aria-label={t('calls.filter.label')}>
        <TimeRange {...address} />
        <TextFilter of={address} name="principal" label={t('audit.who')} width={210} />
        <TextFilter of={address} name="action" label={t('audit.anyAction')} width={210} />
        <TextFilter of={address} name="target" label={t('audit.target')} width={210} />
      </search>
      <Asked
        question={{
          data: entries.data?.pages.flatMap((page) => page.items),
          error: entries.error,
          refetch: entries.refetch,
        }}
        skeleton={<Loading rows={12} />}
      >
        {(rows) =>
          rows.length === 0 ? (
            <Vacancy
              title={filter.size > 0 ? t('audit.nothing') : t('audit.empty')}
              advice={filter.size > 0 ? t('audit.nothingAdvice') : t('audit.emptyAdvice')}
            >
              {filter.size > 0 && <Button onClick={address.clear}>{t('audit.clear')}</Button>}
            </Vacancy>
          ) : (
            <div className="panel">
              <EntryTable rows={rows} />
              <div className="block">
                {entries.hasNextPage ? (
                  <Button loading={entries.isFetchingNextPage} onClick={() => void entries.fetchNextPage()}>
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

/** Whether the chain of hashes is whole, asked anew every minute. */
function ChainProof() {
  const { t, error } = useWords();
  const proof = useQuery({
    queryKey: ['audit-proof'],
    queryFn: ({ signal }) =>
      request<{ whole: boolean; brokenAt?: number }>('GET', '/audit/proof', undefined, signal),
    refetchInterval: 60_000,
  });
  if (proof.error) return <span className="quiet toolbar-end">{error(refusalOf(proof.error)).message}</span>;
  if (!proof.data) return <span className="quiet toolbar-end">{t('audit.proving')}</span>;
  return (
    <span className={`toolbar-end ${proof.data.whole ? 'good' : 'bad'}`} title={t('audit.proveHint')}>
      {proof.data.whole ? `✓ ${t('audit.whole')}` : t('audit.broken', { id: proof.data.brokenAt ?? 0 })}
    </span>
  );
}

function EntryTable({ rows }: { readonly rows: readonly AuditEntry[] }) {
  const { t, language } = useWords();
  const columns: TableColumnsType<AuditEntry> = [
    {
      title: t('audit.column.at'),
      width: 190,
      render: (_, entry) => dateTime(entry.at, language, ownZone()),
    },
    { title: t('audit.column.who'), width: 150, ellipsis: true, dataIndex: 'principal' },
    {
      title: t('audit.column.action'),
      width: 250,
      render: (_, { action }) => (
        <>
          {actionWord(t, action)} <small className="quiet">{action}</small>
        </>
      ),
    },
    { title: t('audit.column.target'), ellipsis: true, dataIndex: 'target' },
    { title: t('audit.column.site'), width: 120, ellipsis: true, dataIndex: 'site' },
    {
      title: t('audit.column.detail'),
      ellipsis: true,
      render: (_, entry) => <span className="quiet">{brief(entry.detail)}</span>,
    },
  ];
  return (
    <Table<AuditEntry>
      size="small"
      rowKey="id"
      columns={columns}
      dataSource={[...rows]}
      pagination={false}
      scroll={{ x: 1000 }}
      sticky={{ offsetHeader: 52 }}
      expandable={{
        expandRowByClick: true,
        expandedRowRender: entryDetail,
      }}
    />
  );
}

function entryDetail(entry: AuditEntry) {
  return <EntryDetail entry={entry} />;
}

function EntryDetail({ entry }: { readonly entry: AuditEntry }) {
  const { t } = useWords();
  return (
    <>
      <p className="quiet">
        {t('audit.entry', { id: entry.id })} · {t('audit.hash')} <code>{entry.hash}</code>
      </p>
      <pre className="detail">{JSON.stringify(entry.detail, null, 2)}</pre>
    </>
  );
}

function brief(detail: unknown): string {
  return detail === null ? '' : JSON.stringify(detail).slice(0, 160);
}
