import type { Kysely } from 'kysely';
import Type from 'typebox';
import {
  BestHours,
  CallbackCounts,
  CampaignChange,
  CampaignSummary,
  CampaignView,
  closed,
  GateRule,
  Id,
  ListPenetration,
  NewCampaign,
  page,
  pageQuery,
  RefusedLead,
  type IdSource,
} from '@branchline/shared';
import { maskedFor, maskedRefusals } from '../calls/masks.ts';
import type { Clocks } from '../clocks.ts';
import type { Execute } from '../compliance/index.ts';
import type { Tables } from '../database/index.ts';
import { principalOf, sendCsv, type Api, type Routes } from '../http/index.ts';
import { forPages, readBestHours, type ClickHouse } from '../ingest/index.ts';
import { covers, scopeFor } from '../people/index.ts';
import type { ControllerBell } from '../rings.ts';
import { countCallbacks } from './callbacks.ts';
import { FigureDesk } from './campaign-figures.ts';
import { figuresCsv } from './figures-csv.ts';
import { exportForm } from './form-export.ts';
import { mountImports } from './import-routes.ts';
import { mountLeads } from './lead-routes.ts';
import {
  changeCampaign,
  createCampaign,
  findVisible,
  listCampaigns,
  exportRefusals,
  listRefusals,
  reach,
  PenetrationDesk,
  revokeCampaign,
  runCampaign,
  type Campaign,
  type CampaignMove,
  type ImportDesk,
  type LeadCounter,
} from './index.ts';

export interface CampaignContext {
  readonly db: Kysely<Tables>;
  readonly execute: Execute;
  readonly counter: LeadCounter;
  readonly imports: ImportDesk;
  readonly clickHouse: ClickHouse;
  readonly clocks: Clocks;
  readonly newId: IdSource;
  readonly bell: ControllerBell;
}

const ById = closed({ id: Id });

/** A campaign with its leads counted, for lists and the feed. */
export async function summaryOf(campaign: Campaign, counter: LeadCounter): Promise<CampaignSummary> {
  const { id, status, settings, createdAt } = campaign;
  return { id, name: settings.name, status, mode: settings.mode, createdAt, leads: await counter.of(id) };
}

/** Campaigns and their imports. */
export function campaignRoutes(context: CampaignContext): Routes {
  return (api) => {
    mountCampaigns(api, context);
    mountInsights(api, context);
    mountRefusals(api, context);
    mountForm(api, context);
    for (const move of ['start', 'pause', 'stop'] as const) mountMove(api, context, move);
    mountImports(api, context);
    mountLeads(api, context);
  };
}

function mountCampaigns(api: Api, context: CampaignContext): void {
  const { db, execute, counter, clocks, newId } = context;
  const figures = new FigureDesk(forPages(context.clickHouse), clocks);
  const view = async (campaign: Campaign, scope: ReturnType<typeof scopeFor>): Promise<CampaignView> => {
    const { id, status, settings, createdAt } = campaign;
    const [leads, counted] = await Promise.all([counter.of(id), figures.of(id, scope)]);
    const everySite = settings.sites.length > 0 && settings.sites.every((site) => covers(scope, site));
    const partial = scope !== 'all' && !everySite;
    return { id, status, settings, createdAt, leads, ...counted, partial };
  };
  api.get(
    '/campaigns',
    {
      schema: { querystring: closed(pageQuery), response: { 200: page(CampaignSummary) } },
      config: { action: 'campaign.read' },
    },
    async (request) => {
      const { limit = 100, cursor } = request.query;
      const campaigns = await listCampaigns(
        db,
        scopeFor(principalOf(request), 'campaign.read'),
        limit,
        cursor,
      );
      const items = await Promise.all(campaigns.map((campaign) => summaryOf(campaign, counter)));
      const last = items.at(-1);
      return { items, ...(items.length === limit && last && { next: last.id }) };
    },
  );
  api.post(
    '/campaigns',
    { schema: { body: NewCampaign, response: { 201: CampaignView } }, config: { action: 'campaign.write' } },
    async (request, reply) => {
      const principal = principalOf(request);
      const act = { action: 'campaign.write', ...reach({ sites: request.body.sites ?? [] }) } as const;
      const campaign = await execute(principal, act, `campaign ${request.body.name}`, async (trx, note) => {
        const made = await createCampaign(trx, request.body, newId, clocks.business);
        note({ id: made.id, settings: made.settings });
        return made;
      });
      return reply.code(201).send(await view(campaign, scopeFor(principal, 'campaign.read')));
    },
  );
  api.get(
    '/campaigns/:id',
    { schema: { params: ById, response: { 200: CampaignView } }, config: { action: 'campaign.read' } },
    async (request) => {
      const scope = scopeFor(principalOf(request), 'campaign.read');
      return view(await findVisible(db, request.params.id, scope), scope);
    },
  );
  api.get(
    '/campaigns/:id/figures/export',
    {
      schema: {
        params: ById,
        description: 'What its page counts: outcomes, dispositions, hours and lines.',
        produces: ['text/csv'],
      },
      config: { action: 'campaign.read' },
    },
    async (request, reply) => {
      const scope = scopeFor(principalOf(request), 'campaign.read');
      const { id } = await findVisible(db, request.params.id, scope);
      return sendCsv(reply, 'campaign', figuresCsv(await figures.of(id, scope)));
    },
  );
  api.patch(
    '/campaigns/:id',
    {
      schema: {
        description:
          'What is absent stays as it is; null takes away a setting that a campaign need not have.',
        params: ById,
        body: CampaignChange,
        response: { 200: CampaignView },
      },
      config: { action: 'campaign.write' },
    },
    async (request) => {
      const principal = principalOf(request);
      const scope = scopeFor(principal, 'campaign.read');
      const before = await findVisible(db, request.params.id, scope);
      // Both where it reached and where it will reach.
      const after = request.body.sites ?? before.settings.sites;
      const everywhere = before.settings.sites.length === 0 || after.length === 0;
      const sites = everywhere ? [] : [...new Set([...before.settings.sites, ...after])];
      const act = { action: 'campaign.write', sites } as const;
      const campaign = await execute(principal, act, `campaign ${before.id}`, (trx, note) => {
        note({ changed: request.body });
        return changeCampaign(trx, before.id, request.body, clocks.business);
      });
      void context.bell.ring('campaign', campaign.id);
      return view(campaign, scope);
    },
  );
}

const refusalFilter = {
  lead: Type.Optional(Id),
  number: Type.Optional(Type.String({ maxLength: 40 })),
  rule: Type.Optional(GateRule),
  /** Only refusals at branches, or only those where leads are lent. */
  branch: Type.Optional(Type.Boolean()),
};

/** What the gate refused. */
function mountRefusals(api: Api, { db, execute }: CampaignContext): void {
  // A plus sign in an address arrives as a space unless it was encoded.
  const wanted = (number: string | undefined): string | undefined => number?.trim().replace(/^(?=\d)/, '+');
  api.get(
    '/campaigns/:id/refusals',
    {
      schema: {
        params: ById,
        querystring: closed({ ...pageQuery, ...refusalFilter }),
        description:
          'Numbers that the gate kept from being lent or dialed at the own sites, newest first, by lead and rule.',
        response: { 200: page(RefusedLead) },
      },
      config: { action: 'campaign.read' },
    },
    async (request) => {
      const { limit = 100, cursor, number, ...filter } = request.query;
      const principal = principalOf(request);
      const { id } = await findVisible(db, request.params.id, scopeFor(principal, 'campaign.read'));
      const scope = scopeFor(principal, 'campaign.read');
      const wish = { ...filter, number: wanted(number) };
      const found = await listRefusals(db, id, wish, scope, limit, cursor);
      return { ...found, items: found.items.map(maskedRefusals(principal)) };
    },
  );
  api.get(
    '/campaigns/:id/refusals/export',
    {
      schema: { params: ById, querystring: closed(refusalFilter), produces: ['text/csv'] },
      config: { action: 'call.export' },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { number, ...filter } = request.query;
      const { id } = await findVisible(db, request.params.id, scopeFor(principal, 'campaign.read'));
      const scope = scopeFor(principal, 'call.export');
      const act = { action: 'call.export', sites: scope === 'all' ? [] : scope } as const;
      await execute(principal, act, `campaign ${id}`, async (_trx, note) =>
        note({ refusals: request.query, sites: scope }),
      );
      const wish = { ...filter, number: wanted(number) };
      const rows = exportRefusals(db, id, wish, scope, maskedRefusals(principal));
      return sendCsv(reply, 'refusals', rows);
    },
  );
}

/** What agents answered in a campaign's form. */
function mountForm(api: Api, { db, execute, clickHouse }: CampaignContext): void {
  api.get(
    '/campaigns/:id/form/export',
    {
      schema: {
        params: ById,
        description: 'The last answers to the form for each call, a column for each question.',
        produces: ['text/csv'],
      },
      config: { action: 'call.export' },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { id, settings } = await findVisible(db, request.params.id, scopeFor(principal, 'campaign.read'));
      const scope = scopeFor(principal, 'call.export');
      // Of a campaign that other sites work on as well, the own sites' answers are enough to be allowed.
      const act = { action: 'call.export', sites: scope === 'all' ? [] : scope } as const;
      await execute(principal, act, `campaign ${id}`, async (_trx, note) =>
        note({ form: true, sites: scope }),
      );
      const asked = { id, form: settings.form ?? [] };
      const rows = exportForm(clickHouse, asked, scope, maskedFor(principal));
      return sendCsv(reply, 'form', rows);
    },
  );
}

/** What a campaign's page shows of the past. */
function mountInsights(api: Api, { db, clickHouse, clocks }: CampaignContext): void {
  const penetration = new PenetrationDesk(db, clocks);
  api.get(
    '/campaigns/:id/penetration',
    { schema: { params: ById, response: { 200: ListPenetration } }, config: { action: 'campaign.read' } },
    async (request) => {
      const scope = scopeFor(principalOf(request), 'campaign.read');
      const { id } = await findVisible(db, request.params.id, scope);
      return { items: await penetration.of(id) };
    },
  );
  api.get(
    '/campaigns/:id/callbacks',
    {
      schema: {
        params: ById,
        description:
          'Callbacks that are still to be kept, by who promised them: agents of the own sites, and nobody in particular.',
        response: { 200: CallbackCounts },
      },
      config: { action: 'campaign.read' },
    },
    async (request) => {
      const scope = scopeFor(principalOf(request), 'campaign.read');
      const { id } = await findVisible(db, request.params.id, scope);
      return { items: await countCallbacks(db, id, scope, clocks.business.now()) };
    },
  );
  api.get(
    '/campaigns/:id/best-hours',
    { schema: { params: ById, response: { 200: BestHours } }, config: { action: 'campaign.read' } },
    async (request) => {
      const scope = scopeFor(principalOf(request), 'campaign.read');
      const { id } = await findVisible(db, request.params.id, scope);
      const sites = await db.selectFrom('sites').select(['id', 'zone']).execute();
      const seen = sites.filter((site) => covers(scope, site.id));
      return { hours: await readBestHours(forPages(clickHouse), id, seen, clocks.business.now()) };
    },
  );
}

function mountMove(api: Api, context: CampaignContext, move: CampaignMove): void {
  const { db, execute, counter, clocks } = context;
  api.post(
    `/campaigns/:id/${move}`,
    { schema: { params: ById, response: { 200: CampaignSummary } }, config: { action: 'campaign.run' } },
    async (request) => {
      const principal = principalOf(request);
      const { id, settings } = await findVisible(db, request.params.id, scopeFor(principal, 'campaign.run'));
      const act = { action: 'campaign.run', ...reach(settings) } as const;
      const campaign = await execute(principal, act, `campaign ${id}`, async (trx, note) => {
        note({ move });
        const moved = await runCampaign(trx, id, move, clocks.business);
        // A pause leaves the leads where they are; a stop takes them back.
        if (move === 'stop') await revokeCampaign(trx, id, 'the campaign was stopped');
        return moved;
      });
      void context.bell.ring('campaign', id);
      return summaryOf(campaign, counter);
    },
  );
}
