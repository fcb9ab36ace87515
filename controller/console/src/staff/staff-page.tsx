import { useState } from 'react';
import { Button, Skeleton } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import type { BranchPlan, EdgeView, Queue, SiteView, Vip } from '@branchline/shared';
import { minuteOfDay, weekdayName } from '../format/times.ts';
import { PlanHistory } from '../lines/plan-history.tsx';
import { planVersionsQuery } from '../lines/plan-queries.ts';
import { useFeed } from '../live/feed.tsx';
import { DataAge } from '../parts/data-age.tsx';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { Asked } from '../states/asked.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { Vacancy } from '../states/vacancy.tsx';
import { useWords } from '../words/use-words.ts';
import { AgentDrawer } from './agent-drawer.tsx';
import type { PlannedAgent } from './agent-form.ts';
import { QueueDrawer } from './queue-drawer.tsx';
import { queuesOf } from './queue-form.ts';
import { RemoveDrawer } from './remove-drawer.tsx';
import { VipDrawer } from './vip-drawer.tsx';

/** Who works at a site, and which queues they serve. */
export function StaffPage() {
  const { id = '' } = useParams();
  const { t } = useWords();
  const allowed = may(useGrants(), 'plan-read', [id]);
  const overview = useFeed((feed) => feed.overview);
  const site = overview?.sites.find((each) => each.id === id);
  usePageTitle(t('staff.title', { site: site?.name ?? id }));
  if (!allowed) return <Vacancy title={t('problem.noPage')} advice={t('problem.noAbility')} />;
  if (!overview) return <Skeleton active paragraph={{ rows: 10 }} />;
  if (!site) return <Vacancy title={t('sitePage.none')} advice={t('sitePage.noneAdvice')} />;
  return (
    <>
      <div className="page-head">
        <h1>{t('staff.title', { site: site.name })}</h1>
        <Link to={`/sites/${encodeURIComponent(site.id)}`}>{t('lines.back')}</Link>
        <Link to={`/floor?site=${encodeURIComponent(site.id)}`}>{t('nav.floor')}</Link>
      </div>
      <div className="site-page">
        {site.edges.map((edge) => (
          <BoxStaff key={edge.id} edge={edge} site={site} />
        ))}
      </div>
    </>
  );
}

/** What is open: somebody or a queue, by the place in the plan. */
interface Editing {
  readonly kind: 'agents' | 'queues' | 'vips';
  readonly act: 'edit' | 'remove';
  readonly index: number;
}

function BoxStaff({ edge, site }: { readonly edge: EdgeView; readonly site: SiteView }) {
  const { t } = useWords();
  const [editing, setEditing] = useState<Editing>();
  const campaigns = useFeed((feed) => feed.overview?.campaigns ?? []);
  const plans = useQuery(planVersionsQuery(edge.id, true));
  const editable = may(useGrants(), 'staff-write', [site.id]);
  const edit = editable ? setEditing : undefined;
  const close = (): void => setEditing(undefined);
  return (
    <section className="panel block">
      <h2>
        {edge.id}
        <small>
          <DataAge askedAt={plans.dataUpdatedAt} limitMs={90_000} />
        </small>
      </h2>
      <Asked question={plans} skeleton={<Skeleton active />}>
        {({ items }) => {
          const [latest] = items;
          if (!latest) return <Vacancy title={t('staff.noPlan')} advice={t('staff.noPlanAdvice')} />;
          const shared = { edge: edge.id, latest, close };
          const place = editing && { index: editing.index };
          return (
            <>
              <Head
                title={t('floor.agents')}
                add={t('staff.addAgent')}
                open={edit && (() => edit({ kind: 'agents', act: 'edit', index: latest.plan.agents.length }))}
              />
              <AgentRows plan={latest.plan} campaigns={campaigns} edit={edit} />
              <Head
                title={t('floor.queues')}
                add={t('staff.addQueue')}
                open={
                  edit && (() => edit({ kind: 'queues', act: 'edit', index: queuesOf(latest.plan).length }))
                }
              />
              <QueueRows plan={latest.plan} edit={edit} />
              <Head
                title={t('staff.vips')}
                add={t('staff.changeVips')}
                open={edit && (() => edit({ kind: 'vips', act: 'edit', index: 0 }))}
              />
              <VipList vips={latest.plan.vips ?? []} />
              <PlanHistory versions={items} zone={site.zone} />
              {place && editing.act === 'remove' && editing.kind !== 'vips' && (
                <RemoveDrawer {...shared} {...place} kind={editing.kind} />
              )}
              {place && editing.act === 'edit' && editing.kind === 'agents' && (
                <AgentDrawer {...shared} {...place} campaigns={campaigns} />
              )}
              {place && editing.act === 'edit' && editing.kind === 'queues' && (
                <QueueDrawer {...shared} {...place} />
              )}
              {editing?.kind === 'vips' && <VipDrawer {...shared} />}
            </>
          );
        }}
      </Asked>
    </section>
  );
}

function Head(props: {
  readonly title: string;
  readonly add: string;
  readonly open: (() => void) | undefined;
}) {
  const { title, add, open } = props;
  return (
    <h3 className="staff-head">
      {title}
      {open && (
        <Button size="small" onClick={open}>
          {add}
        </Button>
      )}
    </h3>
  );
}

function VipList({ vips }: { readonly vips: readonly Vip[] }) {
  const { t } = useWords();
  if (vips.length === 0) return <p className="quiet">{t('staff.noVips')}</p>;
  return <p>{vips.map(({ number, level }) => `${number} · ${t('staff.level')} ${level}`).join(', ')}</p>;
}

type Edit = ((what: Editing) => void) | undefined;

function AgentRows(props: {
  readonly plan: BranchPlan;
  readonly campaigns: readonly { readonly id: string; readonly name: string }[];
  readonly edit: Edit;
}) {
  const { plan, campaigns, edit } = props;
  const { t, language } = useWords();
  const queueNames = new Map(queuesOf(plan).map(({ id, name }) => [id, name]));
  const campaignNames = new Map(campaigns.map(({ id, name }) => [id, name]));
  const served = ({ inbound, queues = [] }: PlannedAgent): string =>
    [...(inbound ? [t('staff.inboundShort')] : []), ...queues.map((id) => queueNames.get(id) ?? id)].join(
      ', ',
    );
  const shiftOf = ({ shift }: PlannedAgent): string =>
    shift
      ? `${shift.weekdays.map((day) => weekdayName(day, language)).join(' ')} ${minuteOfDay(shift.fromMinute)}–${minuteOfDay(shift.toMinute)}`
      : '';
  if (plan.agents.length === 0) return <p className="quiet">{t('site.noAgents')}</p>;
  return (
    <table className="floor-table">
      <thead>
        <tr>
          <th>{t('calls.column.agent')}</th>
          <th>{t('staff.mode')}</th>
          <th>{t('floor.queues')}</th>
          <th>{t('nav.campaigns')}</th>
          <th>{t('staff.teams')}</th>
          <th>{t('staff.skills')}</th>
          <th>{t('staff.shift')}</th>
          <th aria-label={t('floor.acts')} />
        </tr>
      </thead>
      <tbody>
        {plan.agents.map((agent, index) => (
          <tr key={agent.id} data-agent={agent.id}>
            <th scope="row">
              {agent.name} <span className="quiet">{agent.extension}</span>
              <small className="quiet">
                {agent.id}
                {agent.supervisor && ` · ${t('staff.supervisor')}`}
              </small>
            </th>
            <td>{t(`staff.modes.${agent.mode}`)}</td>
            <td>{served(agent)}</td>
            <td>{agent.campaigns.map((id) => campaignNames.get(id) ?? t('floor.campaign')).join(', ')}</td>
            <td>{agent.teams?.join(', ')}</td>
            <td>{agent.skills?.map(({ skill, level }) => `${skill} ${level}`).join(', ')}</td>
            <td>{shiftOf(agent)}</td>
            <RowActs edit={edit} kind="agents" index={index} name={agent.name} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function QueueRows({ plan, edit }: { readonly plan: BranchPlan; readonly edit: Edit }) {
  const { t } = useWords();
  const queues = queuesOf(plan);
  const exitWord = (exit: Queue['exit']): string =>
    exit.to === 'queue'
      ? t('staff.exits.queue', { name: queues.find(({ id }) => id === exit.queue)?.name ?? exit.queue })
      : t(`staff.exits.${exit.to}`);
  return (
    <table className="floor-table">
      <thead>
        <tr>
          <th>{t('floor.queue')}</th>
          <th>{t('staff.whoServes')}</th>
          <th>{t('staff.skills')}</th>
          <th className="figure">{t('staff.target')}</th>
          <th className="figure">{t('staff.maxWait')}</th>
          <th>{t('staff.exit')}</th>
          <th>{t('staff.closedExit')}</th>
          <th aria-label={t('floor.acts')} />
        </tr>
      </thead>
      <tbody>
        {queues.map((queue, index) => {
          const builtIn = index >= (plan.queues?.length ?? 0);
          return (
            <tr key={queue.id} data-queue={queue.id}>
              <th scope="row">
                {queue.name}
                <small className="quiet">{builtIn ? t('staff.builtIn') : queue.id}</small>
              </th>
              <td>{queue.teams.join(', ') || t('staff.everybody')}</td>
              <td>{queue.requires.map(({ skill, level }) => `${skill} ≥ ${level}`).join(', ')}</td>
              <td className="figure">
                {queue.targetSeconds} {t('common.seconds')}
              </td>
              <td className="figure">
                {queue.maxWaitSeconds} {t('common.seconds')}
              </td>
              <td>{exitWord(queue.exit)}</td>
              <td>{exitWord(queue.closedExit)}</td>
              <RowActs edit={edit} kind="queues" index={index} name={queue.name} lasting={builtIn} />
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function RowActs(props: {
  readonly edit: Edit;
  readonly kind: Editing['kind'];
  readonly index: number;
  readonly name: string;
  /** It cannot be removed. */
  readonly lasting?: boolean;
}) {
  const { edit, kind, index, name, lasting = false } = props;
  const { t } = useWords();
  return (
    <td className="nowrap">
      {edit && (
        <Button
          size="small"
          aria-label={t('staff.change', { name })}
          onClick={() => edit({ kind, index, act: 'edit' })}
        >
          {t('campaign.edit')}
        </Button>
      )}{' '}
      {edit && !lasting && (
        <Button
          size="small"
          type="text"
          aria-label={t('staff.remove', { name })}
          onClick={() => edit({ kind, index, act: 'remove' })}
        >
          ×
        </Button>
      )}
    </td>
  );
}
