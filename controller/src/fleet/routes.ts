import type { Kysely, Transaction } from 'kysely';
import Type from 'typebox';
import {
  BranchlineError,
  BranchPlan,
  closed,
  CommandRequest,
  CommandView,
  Count,
  EnrolmentView,
  GsmSwitch,
  Id,
  Name,
  NewEdge,
  NewSite,
  page,
  pageQuery,
  PlanChange,
  PlanVersion,
  SiteView,
  Staff,
  type CommandVerb,
} from '@branchline/shared';
import { writeOffEdge } from '../campaigns/index.ts';
import type { Clocks } from '../clocks.ts';
import type { Execute } from '../compliance/index.ts';
import type { Tables } from '../database/index.ts';
import { principalOf, type Routes } from '../http/index.ts';
import { covers, scopeFor, type RecordedAction } from '../people/index.ts';
import type { ControllerBell } from '../rings.ts';
import type { IdSource } from '@branchline/shared';
import {
  addEdge,
  createSite,
  issueToken,
  readSites,
  siteOf,
  storePlan,
  switchGsm,
  type CertificateRegister,
  type CommandDesk,
  type DeviceAuthority,
  type EdgeRegistry,
  type SecretVault,
} from './index.ts';
import { estimatePlanSize } from './branch-plan.ts';
import { checkQueueCampaigns } from './queue-campaigns.ts';
import { claimPlan, planOf, planTarget, readPlanVersions, type PlanNote } from './plan-versions.ts';

export interface FleetContext {
  readonly db: Kysely<Tables>;
  readonly execute: Execute;
  readonly registry: EdgeRegistry;
  readonly commands: CommandDesk;
  readonly bell: ControllerBell;
  readonly vault: SecretVault;
  readonly authority: DeviceAuthority;
  readonly certificates: CertificateRegister;
  readonly clocks: Clocks;
  readonly newId: IdSource;
  /** Address of the edges' HTTPS listener. */
  readonly edgeUrl: () => string;
}

const BySite = closed({ site: Name });
const ByEdge = closed({ edge: Name });
const ByCommand = closed({ edge: Name, id: Id });

const boxVerbs: ReadonlySet<string> = new Set<CommandVerb>([
  'drain',
  'resume',
  'live-snapshot',
  'line-drain',
  'line-resume',
  'line-release',
  'line-reset',
]);

/** What each verb is: steering people, or steering the box. */
function actionOf(verb: string): RecordedAction {
  return boxVerbs.has(verb) ? 'command.edge' : 'command.agent';
}

/** Sites, boxes, plans and commands. */
export function fleetRoutes(context: FleetContext): Routes {
  const { db, execute, registry, commands, bell, vault, clocks } = context;
  const storeVersion = async (
    trx: Transaction<Tables>,
    edge: string,
    plan: BranchPlan,
    why: string | undefined,
    note: (detail: PlanNote) => void,
  ): Promise<BranchPlan> => {
    estimatePlanSize(edge, plan);
    await checkQueueCampaigns(trx, edge, plan);
    await storePlan(trx, vault, edge, plan);
    const stored = await planOf(trx, edge);
    note({ plan: stored, ...(why !== undefined && { why }) });
    return stored;
  };
  return (api) => {
    api.get(
      '/sites',
      { schema: { response: { 200: page(SiteView) } }, config: { action: 'overview.read' } },
      async (request) => ({
        items: await readSites(
          db,
          registry,
          scopeFor(principalOf(request), 'overview.read'),
          clocks.transport.now(),
        ),
      }),
    );
    api.post(
      '/sites',
      { schema: { body: NewSite, response: { 201: SiteView } }, config: { action: 'site.create' } },
      async (request, reply) => {
        const site = request.body;
        await execute(
          principalOf(request),
          { action: 'site.create' },
          `site ${site.id}`,
          async (trx, note) => {
            note(site);
            await createSite(trx, site, clocks.business);
          },
        );
        return reply.code(201).send({ ...site, edges: [] });
      },
    );
    api.put(
      '/sites/:site/gsm',
      {
        schema: { params: BySite, body: GsmSwitch, response: { 200: SiteView } },
        config: { action: 'site.gsm' },
      },
      async (request) => {
        const { site } = request.params;
        const principal = principalOf(request);
        await execute(principal, { action: 'site.gsm', site }, `site ${site}`, async (trx, note) => {
          note(request.body);
          await switchGsm(trx, site, request.body, principal.name, clocks.business);
        });
        const edges = await db.selectFrom('edges').select('id').where('site', '=', site).execute();
        for (const { id } of edges) void bell.ring('plan', id);
        const [view] = await readSites(db, registry, [site], clocks.transport.now());
        if (!view) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'site', id: site });
        return view;
      },
    );
    api.post(
      '/sites/:site/edges',
      {
        schema: { params: BySite, body: NewEdge, response: { 201: EnrolmentView } },
        config: { action: 'edge.enrol' },
      },
      async (request, reply) => {
        const { site } = request.params;
        const edge = request.body.id;
        const token = await execute(
          principalOf(request),
          { action: 'edge.enrol', site },
          `edge ${edge}`,
          async (trx) => {
            await addEdge(trx, site, edge, clocks.business);
            return issueToken(trx, edge, clocks.transport);
          },
        );
        await registry.refresh();
        return reply.code(201).send({
          edge,
          ...token,
          url: `${context.edgeUrl()}/edge/v1/enrol`,
          ca: context.authority.certificate,
        });
      },
    );
    api.post(
      '/edges/:edge/revoke',
      {
        schema: { params: ByEdge, response: { 200: closed({ certificates: Type.Integer() }) } },
        config: { action: 'edge.revoke' },
      },
      async (request) => {
        const { edge } = request.params;
        const site = await siteOf(db, edge);
        const certificates = await execute(
          principalOf(request),
          { action: 'edge.revoke', site },
          `edge ${edge}`,
          async (trx, note) => {
            const count = await context.certificates.revoke(trx, edge);
            note({ certificates: count });
            return count;
          },
        );
        await bell.ring('certificates', { edge, revoked: true });
        return { certificates };
      },
    );
    api.post(
      '/edges/:edge/leases/write-off',
      {
        schema: { params: ByEdge, response: { 200: closed({ leads: Type.Integer() }) } },
        config: { action: 'lease.write-off' },
      },
      async (request) => {
        const { edge } = request.params;
        const site = await siteOf(db, edge);
        const leads = await execute(
          principalOf(request),
          { action: 'lease.write-off', site },
          `edge ${edge}`,
          async (trx, note) => {
            // A box that is there reports for itself; writing its leads off would have them dialed twice.
            if (registry.liveSession(edge) !== undefined) {
              throw new BranchlineError('BL_API_CONFLICT', {
                problem: `the edge "${edge}" is online and reports its own leads`,
              });
            }
            const count = await writeOffEdge(trx, edge, clocks.business.now(), context.newId);
            note({ leads: count });
            return count;
          },
        );
        return { leads };
      },
    );

    api.get(
      '/edges/:edge/plan',
      { schema: { params: ByEdge, response: { 200: BranchPlan } }, config: { action: 'plan.read' } },
      async (request) => {
        const { edge } = request.params;
        const scope = scopeFor(principalOf(request), 'plan.read');
        const site = await siteOf(db, edge);
        if (!covers(scope, site)) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'edge', id: edge });
        return planOf(db, edge);
      },
    );
    api.get(
      '/edges/:edge/plan/versions',
      {
        schema: {
          params: ByEdge,
          querystring: closed({
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 10 })),
          }),
          response: { 200: page(PlanVersion) },
        },
        config: { action: 'plan.read' },
      },
      async (request) => {
        const { edge } = request.params;
        const scope = scopeFor(principalOf(request), 'plan.read');
        const site = await siteOf(db, edge);
        if (scope !== 'all' && !scope.includes(site))
          throw new BranchlineError('BL_API_NOT_FOUND', { what: 'edge', id: edge });
        return { items: await readPlanVersions(db, edge, request.query.limit ?? 10) };
      },
    );
    api.put(
      '/edges/:edge/plan',
      {
        schema: { params: ByEdge, querystring: PlanChange, body: BranchPlan, response: { 200: BranchPlan } },
        config: { action: 'plan.write' },
      },
      async (request) => {
        const { edge } = request.params;
        const plan = request.body;
        const { why, over } = request.query;
        const site = await siteOf(db, edge);
        const stored = await execute(
          principalOf(request),
          { action: 'plan.write', site },
          planTarget(edge),
          async (trx, note) => {
            if (over !== undefined) await claimPlan(trx, edge, over);
            return storeVersion(trx, edge, plan, why, note);
          },
        );
        void bell.ring('plan', edge);
        return stored;
      },
    );
    api.put(
      '/edges/:edge/staff',
      {
        schema: {
          params: ByEdge,
          querystring: closed({ why: PlanChange.properties.why, over: Count }),
          body: Staff,
          response: { 200: BranchPlan },
        },
        config: { action: 'staff.write' },
      },
      async (request) => {
        const { edge } = request.params;
        const { why, over } = request.query;
        const site = await siteOf(db, edge);
        const stored = await execute(
          principalOf(request),
          { action: 'staff.write', site },
          planTarget(edge),
          async (trx, note) => {
            await claimPlan(trx, edge, over);
            const present = await planOf(trx, edge);
            return storeVersion(trx, edge, { ...present, ...request.body }, why, note);
          },
        );
        void bell.ring('plan', edge);
        return stored;
      },
    );

    api.post(
      '/edges/:edge/commands',
      {
        schema: { params: ByEdge, body: CommandRequest, response: { 202: CommandView } },
        config: { action: 'command.read' },
      },
      async (request, reply) => {
        const { edge } = request.params;
        const site = await siteOf(db, edge);
        const { verb, args } = request.body;
        const act = { action: actionOf(verb), site };
        const principal = principalOf(request);
        const view = await execute(principal, act, `edge ${edge}`, async (trx, note) => {
          note({ verb, args });
          return commands.issue(trx, edge, request.body, principal.name);
        });
        void bell.ring('command', edge);
        return reply.code(202).send(view);
      },
    );
    api.get(
      '/edges/:edge/commands',
      {
        schema: {
          params: ByEdge,
          querystring: closed({ limit: pageQuery.limit }),
          response: { 200: page(CommandView) },
        },
        config: { action: 'command.read' },
      },
      async (request) => {
        const { edge } = request.params;
        const scope = scopeFor(principalOf(request), 'command.read');
        const site = await siteOf(db, edge);
        if (scope !== 'all' && !scope.includes(site))
          throw new BranchlineError('BL_API_NOT_FOUND', { what: 'edge', id: edge });
        return { items: await commands.list(edge, request.query.limit ?? 50) };
      },
    );
    api.get(
      '/edges/:edge/commands/:id',
      { schema: { params: ByCommand, response: { 200: CommandView } }, config: { action: 'command.read' } },
      async (request) => {
        const { edge, id } = request.params;
        const scope = scopeFor(principalOf(request), 'command.read');
        const site = await siteOf(db, edge);
        if (scope !== 'all' && !scope.includes(site))
          throw new BranchlineError('BL_API_NOT_FOUND', { what: 'command', id });
        return commands.find(edge, id);
      },
    );
  };
}
