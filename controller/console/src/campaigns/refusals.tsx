import { Button, Select, Skeleton, Table } from 'antd';
import { useInfiniteQuery } from '@tanstack/react-query';
import { GateRule, gateReasonInChinese, type RefusedLead } from '@branchline/shared';
import { request } from '../api/request.ts';
import { dayTime, ownZone } from '../format/times.ts';
import { useFeed } from '../live/feed.tsx';
import { useAddressFilter } from '../parts/address-filter.ts';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { Asked } from '../states/asked.tsx';
import { useWords } from '../words/use-words.ts';

interface Page {
  readonly items: readonly RefusedLead[];
  readonly next?: string;
}

const shownRows = 20;
const places = { branch: 'true', lending: 'false' } as const;

/** What the gate refused, newest first: where, whom, by which rule. The filter stands in the address. */
export function Refusals({ campaign }: { readonly campaign: string }) {
  const { t, number, language } = useWords();
  const reasonOf = (reason: string): string =>
    language === 'en' ? reason : (gateReasonInChinese(reason) ?? reason);
  const zone = useFeed((feed) => feed.overview?.sites[0]?.zone) ?? ownZone();
  const grants = useGrants();
  const address = useAddressFilter(['rule', 'branch', 'import']);
  const [rule, branch] = [address.filter.get('rule'), address.filter.get('branch')];
  const filter = new URLSearchParams({ ...(rule && { rule }), ...(branch && { branch }) });
  const question = useInfiniteQuery({
    queryKey: ['refusals', campaign, filter.toString()],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams(filter);
      query.set('limit', String(shownRows));
      if (pageParam) query.set('cursor', pageParam);
      return request<Page>('GET', `/campaigns/${campaign}/refusals?${query}`, undefined, signal);
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    refetchInterval: 15_000,
  });
  const data = question.data?.pages.flatMap(({ items }) => items);
  return (
    <section className="panel block wide">
      <h2>
        {t('refusals.title')}
        <span className="head-tools">
          <Select
            size="small"
            allowClear
            placeholder={t('refusals.anyRule')}
            aria-label={t('refusals.rule')}
            value={rule}
            onChange={(chosen: string | undefined) => address.choose({ rule: chosen })}
            options={GateRule.enum.map((value) => ({ value, label: t(`why.rule.${value}`) }))}
            popupMatchSelectWidth={false}
            style={{ width: 220 }}
          />
          <Select
            size="small"
            allowClear
            placeholder={t('refusals.anywhere')}
            aria-label={t('refusals.where')}
            value={branch}
            onChange={(chosen: string | undefined) => address.choose({ branch: chosen })}
            options={Object.entries(places).map(([place, value]) => ({
              value,
              label: t(`refusals.${place as keyof typeof places}`),
            }))}
            popupMatchSelectWidth={false}
          />
          {may(grants, 'call-export') && (
            <Button size="small" href={`/api/v1/campaigns/${campaign}/refusals/export?${filter}`} download>
              CSV
            </Button>
          )}
        </span>
      </h2>
      <Asked
        question={{ data, error: question.error, refetch: question.refetch }}
        skeleton={<Skeleton active title={false} paragraph={{ rows: 3 }} />}
      >
        {(items: readonly RefusedLead[]) =>
          items.length === 0 ? (
            <p className="quiet">{t('refusals.none')}</p>
          ) : (
            <Table<RefusedLead>
              size="small"
              rowKey={(row) => `${row.lead} ${row.number} ${row.rule} ${row.branch}`}
              dataSource={[...items]}
              pagination={false}
              scroll={{ x: 760, y: 360 }}
              columns={[
                { title: t('refusals.at'), width: 150, render: (_, row) => dayTime(row.at, language, zone) },
                {
                  title: t('refusals.where'),
                  width: 180,
                  render: (_, row) => (
                    <>
                      {row.edge} <small>{t(row.branch ? 'refusals.branch' : 'refusals.lending')}</small>
                    </>
                  ),
                },
                { title: t('refusals.number'), width: 150, render: (_, row) => <code>{row.number}</code> },
                {
                  title: t('refusals.rule'),
                  render: (_, row) => (
                    <span
                      title={[reasonOf(row.reason), row.rules].filter(Boolean).join(' · ')}
                      data-refused={row.rule}
                    >
                      {t(`why.rule.${row.rule}`)}
                    </span>
                  ),
                },
                {
                  title: t('refusals.until'),
                  width: 150,
                  render: (_, row) =>
                    row.until === undefined ? t('common.none') : dayTime(row.until, language, zone),
                },
                {
                  title: t('refusals.times'),
                  width: 70,
                  align: 'right',
                  render: (_, row) => number.count(row.times),
                },
              ]}
            />
          )
        }
      </Asked>
      {question.hasNextPage && (
        <Button
          type="link"
          loading={question.isFetchingNextPage}
          onClick={() => void question.fetchNextPage()}
        >
          {t('refusals.more')}
        </Button>
      )}
    </section>
  );
}
