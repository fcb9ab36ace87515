import { Input, Skeleton } from 'antd';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { FloorNames, MonitorMode, Overview, SiteView } from '@branchline/shared';
import { useFeed, useIsStale } from '../live/feed.tsx';
import { SiteAge } from '../overview/site-state.tsx';
import { agentStates, callPhases, summarize } from '../overview/site-summary.ts';
import { DataAge } from '../parts/data-age.tsx';
import { SiteChoice } from '../parts/site-choice.tsx';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { OutdatedNote } from '../states/outdated-note.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { Vacancy } from '../states/vacancy.tsx';
import { FigureTiles } from '../wallboard/figure-tiles.tsx';
import { useWallboard } from '../wallboard/use-wallboard.ts';
import { useWords } from '../words/use-words.ts';
import { ActDialog } from './act-dialog.tsx';
import { AgentTable } from './agent-table.tsx';
import { OutgoingTable, WaitingTable } from './call-tables.tsx';
import type { FloorAct, FloorOrder } from './floor-acts.ts';
import { useFloorFigures, useFloorNames } from './floor-queries.ts';
import {
  agentRows,
  filterAgents,
  outgoingRows,
  queueRows,
  waitingRows,
  type AgentRow,
} from './floor-rows.ts';
import { MonitorBar, type HeardCall } from './monitor-bar.tsx';
import { OrderList } from './order-list.tsx';
import { QueueTable } from './queue-table.tsx';
import { useOrders } from './use-orders.ts';

const none: readonly FloorNames[] = [];

/** The floor as a supervisor walks it: agents, queues and who waits, of one site or of all; and what can be done about it. */
export function FloorPage() {
  const { t } = useWords();
  const allowed = may(useGrants(), 'overview');
  const overview = useFeed((feed) => feed.overview);
  usePageTitle(t('floor.title'));
  if (!allowed) return <Vacancy title={t('problem.noOverview')} advice={t('problem.noAbility')} />;
  return overview ? <Floor overview={overview} /> : <Skeleton active paragraph={{ rows: 10 }} />;
}

function Floor({ overview }: { readonly overview: Overview }) {
  const { t } = useWords();
  const grants = useGrants();
  const stale = useIsStale();
  const [search, setSearch] = useSearchParams();
  const [act, setAct] = useState<FloorAct>();
  const [heard, setHeard] = useState<HeardCall>();
  const { orders, give } = useOrders();
  const chosen = search.get('site') ?? '';
  const sites = useMemo(
    () => overview.sites.filter(({ id }) => chosen === '' || id === chosen),
    [overview, chosen],
  );
  const names = useFloorNames(chosen).data?.items ?? none;
  const figures = useFloorFigures(chosen);
  const board = useWallboard(chosen);
  const missing = [figures, board].find(({ error }) => error);
  const agents = useMemo(() => agentRows(sites, names), [sites, names]);
  const queues = useMemo(
    () => queueRows(sites, names, figures.data?.queues ?? []),
    [sites, names, figures.data],
  );
  const waiting = useMemo(() => waitingRows(sites, names), [sites, names]);
  const outgoing = useMemo(() => outgoingRows(sites, overview.campaigns), [sites, overview.campaigns]);
  const withSite = sites.length > 1;
  const maySteer = (site: string): boolean => may(grants, 'agent-orders', [site]);
  const isUp = heard && agents.some(({ call }) => call === heard.at.call);

  const order = async (edge: string, given: FloorOrder, what: string): Promise<void> => {
    const monitored = act?.kind === 'monitor' ? act : undefined;
    const done = await give(edge, given, what);
    if (done && monitored && given.verb === 'call-monitor')
      setHeard({ at: monitored.at, mode: monitored.mode, phone: given.args.extension });
  };
  const change = async (mode: MonitorMode): Promise<void> => {
    if (!heard) return;
    const { at, phone } = heard;
    const word = mode === 'stop' ? t('floor.leave') : t(`floor.monitor.${mode}`);
    const args = { call: at.call, extension: phone, mode };
    const what = t('floor.order', { who: at.who, what: word });
    if (await give(at.edge, { verb: 'call-monitor', args }, what))
      setHeard(mode === 'stop' ? undefined : { ...heard, mode });
  };

  return (
    <>
      <div className="page-head">
        <h1>{t('floor.title')}</h1>
        <SiteChoice
          sites={overview.sites}
          value={chosen}
          choose={(site) => setSearch(site ? { site } : {})}
        />
        <Phases sites={sites} />
        <span className="toolbar-end" />
        {sites.length === 1 && sites[0] && <SiteAge summary={summarize(sites[0])} />}
        <DataAge askedAt={figures.dataUpdatedAt} ageMs={figures.data?.ageMs ?? 0} limitMs={5000} />
      </div>
      <OldSites sites={sites} />
      {missing !== undefined && (
        <OutdatedNote
          error={missing.error}
          missing={missing.data === undefined}
          retry={() => void missing.refetch()}
        />
      )}
      <div className={stale ? 'floor dimmed' : 'floor'}>
        {board.data && (
          <div className={board.error ? 'dimmed' : ''}>
            <FigureTiles board={board.data} />
          </div>
        )}
        {isUp && (
          <MonitorBar
            heard={heard}
            change={(mode) => void change(mode)}
            takeOver={() => setAct({ kind: 'move', at: heard.at, to: 'phone' })}
          />
        )}
        {orders.length > 0 && (
          <section className="panel block">
            <OrderList orders={orders} />
          </section>
        )}
        {sites.some(({ edges }) => edges.some(({ live }) => live)) ? (
          <div className="floor-columns">
            <section className="panel block">
              <h2>{t('floor.agents')}</h2>
              <Agents
                rows={agents}
                campaigns={overview.campaigns}
                withSite={withSite}
                maySteer={maySteer}
                choose={setAct}
              />
            </section>
            <div className="floor-side">
              <section className="panel block">
                <h2>
                  {t('floor.queues')}
                  <small>{t('floor.queuesHint')}</small>
                </h2>
                <QueueTable rows={queues} withSite={withSite} />
              </section>
              <section className="panel block">
                <h2>{t('floor.callers')}</h2>
                <WaitingTable rows={waiting} withSite={withSite} maySteer={maySteer} choose={setAct} />
              </section>
              <section className="panel block">
                <h2>
                  {t('floor.outgoing')}
                  <small>{t('floor.outgoingHint')}</small>
                </h2>
                <OutgoingTable rows={outgoing} withSite={withSite} maySteer={maySteer} choose={setAct} />
              </section>
            </div>
          </div>
        ) : (
          <Vacancy title={t('floor.silent')} advice={t('floor.silentAdvice')} />
        )}
      </div>
      {act && (
        <ActDialog
          act={act}
          names={names}
          sites={sites}
          give={(edge, given, what) => void order(edge, given, what)}
          close={() => setAct(undefined)}
        />
      )}
    </>
  );
}

/** Calls that are up, by phase. */
function Phases({ sites }: { readonly sites: readonly SiteView[] }) {
  const { t, number } = useWords();
  const all = sites.map((site) => summarize(site).calls);
  return (
    <dl className="phases floor-phases">
      {callPhases.map((phase) => {
        const count = all.reduce((sum, calls) => sum + calls[phase], 0);
        return (
          <div key={phase} className={count > 0 ? `phase-${phase}` : 'phase-none'}>
            <dd>{number.count(count)}</dd>
            <dt>{t(`phase.${phase}`)}</dt>
          </div>
        );
      })}
    </dl>
  );
}

/** Sites whose floor is not what it was a moment ago. */
function OldSites({ sites }: { readonly sites: readonly SiteView[] }) {
  const { t } = useWords();
  const old = sites.filter((site) => {
    const { state, stale } = summarize(site);
    return stale || (state !== 'online' && site.edges.some(({ live }) => live));
  });
  if (old.length === 0) return null;
  return (
    <output className="outdated" data-old={old.length}>
      {t('floor.old', { sites: old.map(({ name }) => name).join(', ') })}
    </output>
  );
}

function Agents(props: React.ComponentProps<typeof AgentTable>) {
  const { t, number } = useWords();
  const [search, setSearch] = useSearchParams();
  const { rows } = props;
  const text = search.get('name') ?? '';
  const state = agentStates.find((each) => each === search.get('state'));
  const choose = (key: 'name' | 'state', value: string): void =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === '') next.delete(key);
        else next.set(key, value);
        return next;
      },
      { replace: true },
    );
  const count = (of: AgentRow['state']): number => rows.filter((row) => row.state === of).length;
  return (
    <>
      <div className="toolbar">
        <Input
          allowClear
          value={text}
          placeholder={t('floor.find')}
          aria-label={t('floor.find')}
          style={{ width: 170 }}
          onChange={({ target }) => choose('name', target.value)}
        />
        <fieldset className="state-filter" aria-label={t('floor.state')}>
          {agentStates.map((each) => (
            <button
              key={each}
              type="button"
              className={`agent-dot agent-${each}`}
              aria-pressed={state === each}
              disabled={count(each) === 0 && state !== each}
              onClick={() => choose('state', state === each ? '' : each)}
            >
              {t(`agent.${each}`)} {number.count(count(each))}
            </button>
          ))}
        </fieldset>
      </div>
      <AgentTable {...props} rows={filterAgents(rows, text, state)} />
    </>
  );
}
