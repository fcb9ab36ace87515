import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { Wallboard } from '@branchline/shared';
import { useSites } from '../campaigns/campaign-queries.ts';
import { dayTime, liveMs, stopwatch } from '../format/times.ts';
import { useFeed, useIsStale } from '../live/feed.tsx';
import { abandonTone } from '../overview/abandon-cap.ts';
import { DataAge } from '../parts/data-age.tsx';
import { ExportButton } from '../parts/export-button.tsx';
import { SiteChoice } from '../parts/site-choice.tsx';
import { Asked } from '../states/asked.tsx';
import { Loading } from '../states/loading.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { useWords } from '../words/use-words.ts';
import { DayChart } from './day-chart.tsx';
import { FigureTiles } from './figure-tiles.tsx';
import { ratesOf } from './figures.ts';
import { offlineSites, type OfflineSite } from './offline.ts';
import { ofSite, useWallboard } from './use-wallboard.ts';

/** Offline sites that are told by name; more would push the figures off the wall. */
const mostNamed = 6;

/** The screen on the wall: today against yesterday. */
export function WallboardPage() {
  const { t } = useWords();
  const [search, setSearch] = useSearchParams();
  const site = search.get('site') ?? '';
  const sites = useSites();
  const stale = useIsStale();
  const board = useWallboard(site);
  const live = useFeed((feed) => feed.overview?.sites);
  const offline = useMemo(
    () => offlineSites(live ?? []).filter(({ id }) => site === '' || id === site),
    [live, site],
  );
  usePageTitle(t('wallboard.title'));
  const places = sites.data?.items ?? [];
  return (
    <>
      <div className="page-head">
        <h1>{t('wallboard.title')}</h1>
        <SiteChoice sites={places} value={site} choose={(value) => setSearch(value ? { site: value } : {})} />
        <span className="quiet toolbar-end">{t('wallboard.hint')}</span>
        <DataAge askedAt={board.dataUpdatedAt} ageMs={board.data?.ageMs ?? 0} limitMs={liveMs} />
        <ExportButton path={`/wallboard/export${ofSite(site)}`} hint={t('wallboard.exportHint')} />
      </div>
      <Offline sites={offline} />
      <Asked question={board} skeleton={<Loading rows={12} />}>
        {(shown) => (
          <div className={stale ? 'dimmed' : ''}>
            <FigureTiles board={shown} />
            <section className="panel block wallboard-chart">
              <h2>{t('wallboard.chart')}</h2>
              <DayChart hours={shown.hours} />
            </section>
            {site === '' && shown.sites.length > 1 && (
              <SiteRows
                board={shown}
                names={new Map(places.map(({ id, name }) => [id, name]))}
                offline={offline}
              />
            )}
          </div>
        )}
      </Asked>
    </>
  );
}

/** Which sites report nothing, and since when: their zeros do not mean that nothing happens. */
function Offline({ sites }: { readonly sites: readonly OfflineSite[] }) {
  const { t } = useWords();
  if (sites.length === 0) return null;
  return (
    <output className="outdated" data-offline={sites.length}>
      <span>
        {t('wallboard.offline')}{' '}
        {sites.slice(0, mostNamed).map((site, i) => (
          <span key={site.id}>
            {i > 0 && ' · '}
            <strong>{site.name}</strong> <OfflineSince site={site} />
          </span>
        ))}
        {sites.length > mostNamed && ` · ${t('wallboard.offlineMore', { count: sites.length - mostNamed })}`}
      </span>
    </output>
  );
}

function OfflineSince({ site: { state, since, zone } }: { readonly site: OfflineSite }) {
  const { t, language } = useWords();
  return (
    <span className="bad">
      {since === undefined
        ? t(`site.${state}`)
        : t('wallboard.offlineSince', { state: t(`site.${state}`), at: dayTime(since, language, zone) })}
    </span>
  );
}

function SiteRows(props: {
  readonly board: Wallboard;
  readonly names: ReadonlyMap<string, string>;
  readonly offline: readonly OfflineSite[];
}) {
  const { board, names, offline } = props;
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
            const silent = offline.find(({ id }) => id === site);
            const rate = (value: number | undefined): string =>
              value === undefined ? t('common.none') : number.rate(value);
            return (
              <tr key={site}>
                <th scope="row">
                  {names.get(site) ?? site}
                  {silent && (
                    <small data-offline-site={site}>
                      {' '}
                      <OfflineSince site={silent} />
                    </small>
                  )}
                </th>
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
