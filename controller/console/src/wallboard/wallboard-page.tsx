import { useSearchParams } from 'react-router';
import type { Wallboard } from '@branchline/shared';
import { useSites } from '../campaigns/campaign-queries.ts';
import { stopwatch } from '../format/times.ts';
import { useIsStale } from '../live/feed.tsx';
import { abandonTone } from '../overview/abandon-cap.ts';
import { DataAge } from '../parts/data-age.tsx';
import { SiteChoice } from '../parts/site-choice.tsx';
import { Asked } from '../states/asked.tsx';
import { Loading } from '../states/loading.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { useWords } from '../words/use-words.ts';
import { DayChart } from './day-chart.tsx';
import { FigureTiles } from './figure-tiles.tsx';
import { ratesOf } from './figures.ts';
import { useWallboard } from './use-wallboard.ts';

/** The screen on the wall: today against yesterday. */
export function WallboardPage() {
  const { t } = useWords();
  const [search, setSearch] = useSearchParams();
  const site = search.get('site') ?? '';
  const sites = useSites();
  const stale = useIsStale();
  const board = useWallboard(site);
  usePageTitle(t('wallboard.title'));
  const places = sites.data?.items ?? [];
  return (
    <>
      <div className="page-head">
        <h1>{t('wallboard.title')}</h1>
        <SiteChoice sites={places} value={site} choose={(value) => setSearch(value ? { site: value } : {})} />
        <span className="quiet toolbar-end">{t('wallboard.hint')}</span>
        <DataAge askedAt={board.dataUpdatedAt} ageMs={board.data?.ageMs ?? 0} limitMs={5000} />
      </div>
      <Asked question={board} skeleton={<Loading rows={12} />}>
        {(shown) => (
          <div className={stale ? 'dimmed' : ''}>
            <FigureTiles board={shown} />
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
