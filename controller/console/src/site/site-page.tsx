import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import type {
  CommandView,
  EdgeView,
  HealthPoint,
  SiteEvent,
  SiteHistory,
  SiteView,
} from '@branchline/shared';
import { request } from '../api/request.ts';
import { CampaignsHere } from '../campaigns/branches.tsx';
import { dateTime, dayTime } from '../format/times.ts';
import { useFeed, useIsStale } from '../live/feed.tsx';
import { PlanHistory } from '../lines/plan-history.tsx';
import { planVersionsQuery } from '../lines/plan-queries.ts';
import { EdgePart } from '../overview/site-card.tsx';
import { SiteAge, SiteDot } from '../overview/site-state.tsx';
import { summarize } from '../overview/site-summary.ts';
import { DataAge } from '../parts/data-age.tsx';
import { DayChart } from '../parts/day-chart.tsx';
import { ExportButton } from '../parts/export-button.tsx';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { Asked } from '../states/asked.tsx';
import { Loading } from '../states/loading.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { Vacancy } from '../states/vacancy.tsx';
import { commandWord } from '../words/known-words.ts';
import { useWords } from '../words/use-words.ts';
import { eventWords } from './event-words.ts';
import { LatestCalls } from './latest-calls.tsx';

/** One site: its boxes now, their last day, what they noticed and what they were told. */
export function SitePage() {
  const { id = '' } = useParams();
  const { t } = useWords();
  const overview = useFeed((feed) => feed.overview);
  const stale = useIsStale();
  const grants = useGrants();
  const commander = may(grants, 'commands');
  const site = overview?.sites.find((each) => each.id === id);
  usePageTitle(site?.name ?? id);
  if (!overview) return <Loading rows={10} />;
  if (!site) return <Vacancy title={t('sitePage.none')} advice={t('sitePage.noneAdvice')} />;
  const summary = summarize(site);
  return (
    <>
      <div className="page-head">
        <h1>{site.name}</h1>
        <SiteDot summary={summary} />
        <span className="quiet">
          {site.id} · {site.zone} · {site.region}
        </span>
        <SiteAge summary={summary} />
        <Link to={`/floor?site=${encodeURIComponent(site.id)}`}>{t('nav.floor')}</Link>
        <Link to={`/sites/${encodeURIComponent(site.id)}/lines`}>{t('lines.link')}</Link>
        {may(grants, 'plan-read', [site.id]) && (
          <Link to={`/sites/${encodeURIComponent(site.id)}/staff`}>{t('staff.link')}</Link>
        )}
        <Link to={`/calls?site=${encodeURIComponent(site.id)}`}>{t('sitePage.calls')}</Link>
        <Link to={`/why?site=${encodeURIComponent(site.id)}`}>{t('why.link')}</Link>
      </div>
      <div className={stale ? 'site-page dimmed' : 'site-page'}>
        {site.edges.map((edge) => (
          <section key={edge.id} className="panel block">
            <h2>{edge.id}</h2>
            <div className="site-body">
              <EdgePart edge={edge} zone={site.zone} alone />
            </div>
            <EdgeFacts edge={edge} />
            {may(grants, 'plan-read', [site.id]) && <BoxVersions edge={edge.id} zone={site.zone} />}
          </section>
        ))}
        {may(grants, 'campaigns') && (
          <section className="panel block">
            <h2>{t('sitePage.campaigns')}</h2>
            <CampaignsHere site={site} />
          </section>
        )}
        <LatestCalls site={site} />
        <History site={site} />
        {commander && <Commands site={site} />}
      </div>
    </>
  );
}

/** What the box is and which configuration is in force on it. */
function EdgeFacts({ edge }: { readonly edge: EdgeView }) {
  const { t, number, error } = useWords();
  const { reported, inventory } = edge;
  const state =
    reported === undefined
      ? t('sitePage.nothingReported')
      : reported.status === 'rejected'
        ? `${t('site.rejected', { version: reported.tried })} ${reported.problem ? error({ ...reported.problem, advice: '' }).message : ''}`
        : reported.status === 'waiting-for-idle'
          ? t('sitePage.waiting')
          : t('sitePage.applied');
  const facts: readonly (readonly [string, string])[] = [
    [
      t('sitePage.configuration'),
      t('sitePage.versions', { applied: reported?.version ?? 0, desired: edge.desiredVersion, state }),
    ],
    [t('sitePage.firmware'), edge.firmware ?? t('common.none')],
    ...(inventory
      ? ([
          [t('sitePage.switch'), inventory.switchVersion],
          [t('sitePage.box'), `${inventory.hostname} · ${inventory.os}`],
          [
            t('sitePage.machine'),
            `${inventory.cpuModel} · ${t('sitePage.cores', { cores: inventory.cores })} · ${number.bytes(inventory.memoryBytes)}`,
          ],
          [
            t('sitePage.phones'),
            `${inventory.phones.filter(({ registered }) => registered).length} / ${inventory.phones.length}`,
          ],
        ] as const)
      : []),
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What was changed from one plan of the box to the next: what stands between the configuration that is wanted and the one in force. */
function BoxVersions({ edge, zone }: { readonly edge: string; readonly zone: string }) {
  const plans = useQuery(planVersionsQuery(edge, true));
  return (
    <Asked question={plans} skeleton={null}>
      {({ items }) => items.length > 0 && <PlanHistory versions={items} zone={zone} />}
    </Asked>
  );
}

function History({ site }: { readonly site: SiteView }) {
  const { t } = useWords();
  const history = useQuery({
    queryKey: ['site-history', site.id],
    queryFn: ({ signal }) =>
      request<SiteHistory>('GET', `/sites/${encodeURIComponent(site.id)}/history`, undefined, signal),
    refetchInterval: 30_000,
  });
  return (
    <Asked question={history} skeleton={<Loading rows={10} />}>
      {(found) => (
        <>
          <section className="panel block">
            <h2>
              {t('sitePage.health')}
              <small>
                <DataAge askedAt={history.dataUpdatedAt} limitMs={90_000} />
              </small>
              <span className="head-tools">
                <ExportButton
                  small
                  path={`/sites/${encodeURIComponent(site.id)}/history/export`}
                  hint={t('sitePage.exportHint')}
                />
              </span>
            </h2>
            {site.edges.map(({ id }) => (
              <BoxHealth key={id} history={found} edge={id} zone={site.zone} />
            ))}
          </section>
          <section className="panel block">
            <h2>{t('sitePage.events')}</h2>
            {found.events.length === 0 ? (
              <p className="quiet">{t('sitePage.noEvents')}</p>
            ) : (
              <EventRows events={found.events} zone={site.zone} />
            )}
          </section>
        </>
      )}
    </Asked>
  );
}

/** The last day of one box. */
function BoxHealth(props: { readonly history: SiteHistory; readonly edge: string; readonly zone: string }) {
  const { history, edge, zone } = props;
  const { t, number } = useWords();
  const points = history.health.filter((point) => point.edge === edge);
  const most = Math.max(1, ...points.map(({ channels }) => channels));
  const rate = (value: number): string => number.rate(value);
  const measures: readonly (readonly [
    name: string,
    value: (point: HealthPoint) => number,
    top: number,
    write: (value: number) => string,
  ])[] = [
    [t('site.cpu'), ({ cpu }) => cpu, 1, rate],
    [t('site.memory'), ({ memory }) => memory, 1, rate],
    [t('site.disk'), ({ disk }) => disk, 1, rate],
    [t('sitePage.channels'), ({ channels }) => channels, most, (value) => number.count(value)],
  ];
  return (
    <div className="health-charts">
      {measures.map(([name, value, top, write]) => (
        <DayChart
          key={name}
          name={name}
          span={history}
          points={points.map((point) => ({ at: point.at, value: value(point) }))}
          range={[0, top]}
          write={write}
          zone={zone}
        />
      ))}
    </div>
  );
}

function EventRows({ events, zone }: { readonly events: readonly SiteEvent[]; readonly zone: string }) {
  const { t, language, error } = useWords();
  const time = (at: number): string => dayTime(at, language, zone);
  return (
    <table className="event-rows">
      <tbody>
        {events.map((event, i) => {
          const { text, code } = eventWords({ t, time, error }, event);
          return (
            <tr key={`${event.at} ${event.edge} ${event.type} ${i}`}>
              <td className="quiet">{time(event.at)}</td>
              <td>{event.edge}</td>
              <td>
                {text}
                {code !== undefined && <small className="quiet"> {code}</small>}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Commands({ site }: { readonly site: SiteView }) {
  const { t, language, error } = useWords();
  const commands = useQuery({
    queryKey: ['commands', site.id],
    queryFn: async ({ signal }) => {
      const pages = await Promise.all(
        site.edges.map(({ id }) =>
          request<{ items: CommandView[] }>(
            'GET',
            `/edges/${encodeURIComponent(id)}/commands`,
            undefined,
            signal,
          ),
        ),
      );
      return pages.flatMap(({ items }) => items).toSorted((a, b) => b.issuedAt - a.issuedAt);
    },
    refetchInterval: 10_000,
  });
  return (
    <section className="panel block">
      <h2>{t('sitePage.commands')}</h2>
      <Asked question={commands} skeleton={<p className="quiet">{t('common.loading')}</p>}>
        {(rows) =>
          rows.length === 0 ? (
            <p className="quiet">{t('sitePage.noCommands')}</p>
          ) : (
            <table className="event-rows">
              <tbody>
                {rows.map((command) => (
                  <tr key={command.id}>
                    <td className="quiet">{dateTime(command.issuedAt, language, site.zone)}</td>
                    <td>{command.edge}</td>
                    <td>
                      {commandWord(t, command.verb)} <code className="quiet">{command.verb}</code>
                    </td>
                    <td>{command.by}</td>
                    <td className={command.state === 'failed' ? 'bad' : ''}>
                      {t(`sitePage.commandState.${command.state}`)}
                      {command.error && (
                        <>
                          {' '}
                          {error({ ...command.error, advice: '' }).message}{' '}
                          <code className="quiet">{command.error.code}</code>
                        </>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Asked>
    </section>
  );
}
