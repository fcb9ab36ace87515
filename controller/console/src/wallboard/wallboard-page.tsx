import { Segmented, Skeleton } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { serviceLevelSeconds, type Wallboard } from '@branchline/shared';
import { request } from '../api/request.ts';
import { useSites } from '../campaigns/campaign-queries.ts';
import { stopwatch } from '../format/times.ts';
import { useIsStale } from '../live/feed.tsx';
import { abandonCap, abandonTone } from '../overview/abandon-cap.ts';
import { DataAge } from '../parts/data-age.tsx';
import { Asked } from '../states/asked.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { useWords } from '../words/use-words.ts';
import { DayChart } from './day-chart.tsx';
import { ratesOf } from './figures.ts';

/** The screen on the wall: today against yesterday. */
export function WallboardPage() {
  const { t } = useWords();
  const [search, setSearch] = useSearchParams();
  const site = search.get('site') ?? '';
  const sites = useSites();
  const stale = useIsStale();
  const board = useQuery({
    queryKey: ['wallboard', site],
    queryFn: ({ signal }) =>
      request<Wallboard>(
        'GET',
        `/wallboard${site && `?site=${encodeURIComponent(site)}`}`,
        undefined,
        signal,
      ),
    refetchInterval: 1500,
  });
  usePageTitle(t('wallboard.title'));
  const places = sites.data?.items ?? [];
  return (
    <>
      <div className="page-head">
        <h1>{t('wallboard.title')}</h1>
        {places.length > 1 && places.length <= 12 && (
          <Segmented
            value={site}
            options={[
              { value: '', label: t('people.everywhere') },
              ...places.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={(value) => setSearch(value ? { site: value } : {})}
          />
        )}
        <span className="quiet toolbar-end">{t('wallboard.hint')}</span>
        <DataAge askedAt={board.dataUpdatedAt} limitMs={5000} />
      </div>
      <Asked
        question={board}
        skeleton={
          <div className="panel block" aria-busy aria-label={t('common.loading')}>
            <Skeleton active paragraph={{ rows: 12 }} />
          </div>
        }
      >
        {(shown) => (
          <div className={stale ? 'dimmed' : ''}>
            <Figures board={shown} />
            <section className="panel block wallboard-chart">
              <h2>{t('wallboard.chart')}</h2>
              <DayChart hours={shown.hours} />
            </section>
            {site === '' && shown.sites.length > 1 && (
              <SiteRows board={shown} names={new Map(places.map(({ id, name }) => [id, name]))} />
            )}
          </div>
        )}
      </Asked>
    </>
  );
}

interface Figure {
  readonly name: string;
  readonly today: string;
  readonly yesterday: string;
  readonly tone?: 'good' | 'warn' | 'bad';
  readonly hint?: string;
}

function Figures({ board }: { readonly board: Wallboard }) {
  const { t, number } = useWords();
  const [today, yesterday] = [ratesOf(board.today), ratesOf(board.yesterday)];
  const rate = (value: number | undefined): string =>
    value === undefined ? t('common.none') : number.rate(value);
  const time = (value: number | undefined): string =>
    value === undefined ? t('common.none') : stopwatch(value);
  const figures: Figure[] = [
    {
      name: t('overview.attempts'),
      today: number.count(board.today.attempts),
      yesterday: number.count(board.yesterday.attempts),
    },
    {
      name: t('wallboard.answerRate'),
      today: rate(today.answerRate),
      yesterday: rate(yesterday.answerRate),
    },
    {
      name: t('overview.abandonRate'),
      today: rate(today.abandonRate),
      yesterday: rate(yesterday.abandonRate),
      hint: t('overview.cap', { cap: number.rate(abandonCap) }),
      ...(today.abandonRate !== undefined && { tone: abandonTone(today.abandonRate) }),
    },
    {
      name: t('wallboard.handling'),
      today: time(today.handlingMs),
      yesterday: time(yesterday.handlingMs),
      hint: t('wallboard.handlingHint'),
    },
    {
      name: t('wallboard.offered'),
      today: number.count(board.today.offered),
      yesterday: number.count(board.yesterday.offered),
    },
    {
      name: t('wallboard.serviceLevel'),
      today: rate(today.serviceLevel),
      yesterday: rate(yesterday.serviceLevel),
      hint: t('wallboard.serviceLevelHint', { seconds: serviceLevelSeconds }),
      ...(today.serviceLevel !== undefined && { tone: today.serviceLevel >= 0.8 ? 'good' : 'warn' }),
    },
  ];
  return (
    <div className="wallboard-figures">
      {figures.map(({ name, today: now, yesterday: before, tone, hint }) => (
        <div key={name} className="panel wallboard-figure" title={hint}>
          <span className="quiet">{name}</span>
          <strong className={tone}>{now}</strong>
          <span className="quiet">{t('wallboard.yesterday', { value: before })}</span>
        </div>
      ))}
    </div>
  );
}

function SiteRows({
  board,
  names,
}: {
  readonly board: Wallboard;
  readonly names: ReadonlyMap<string, string>;
}) {
  const { t, number } = useWords();
  return (
    <section className="panel">
      <table className="wallboard-sites">
        <thead>
          <tr>
            <th>{t('calls.column.site')}</th>
            <th>{t('overview.attempts')}</th>
            <th>{t('wallboard.answerRate')}</th>
            <th>{t('overview.abandonRate')}</th>
            <th>{t('wallboard.handling')}</th>
            <th>{t('wallboard.serviceLevel')}</th>
          </tr>
        </thead>
        <tbody>
          {board.sites.map(({ site, today }) => {
            const { answerRate, abandonRate, handlingMs, serviceLevel } = ratesOf(today);
            const rate = (value: number | undefined): string =>
              value === undefined ? t('common.none') : number.rate(value);
            return (
              <tr key={site}>
                <th scope="row">{names.get(site) ?? site}</th>
                <td>{number.count(today.attempts)}</td>
                <td>{rate(answerRate)}</td>
                <td className={abandonRate === undefined ? '' : abandonTone(abandonRate)}>
                  {rate(abandonRate)}
                </td>
                <td>{handlingMs === undefined ? t('common.none') : stopwatch(handlingMs)}</td>
                <td>{rate(serviceLevel)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
