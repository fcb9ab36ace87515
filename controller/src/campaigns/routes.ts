import { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import Type from 'typebox';
import {
  BranchlineError,
  CampaignChange,
  CampaignSummary,
  CampaignView,
  check,
  closed,
  Id,
  ImportView,
  NewCampaign,
  page,
  pageQuery,
  RejectedRows,
  type CampaignSettings,
  type IdSource,
} from '@branchline/shared';
import type { Clocks } from '../clocks.ts';
import type { Execute } from '../compliance/index.ts';
import type { Tables } from '../database/index.ts';
import { principalOf, type Api, type Routes } from '../http/index.ts';
import type { ClickHouse } from '../ingest/index.ts';
import { covers, scopeFor } from '../people/index.ts';
import type { ControllerBell } from '../rings.ts';
import { FigureDesk } from './campaign-figures.ts';
import {
  changeCampaign,
  createCampaign,
  findCampaign,
  findImport,
  findVisible,
  importErrors,
  rejectedRows,
  listCampaigns,
  listImports,
  revokeCampaign,
  runCampaign,
  type Campaign,
  type CampaignMove,
  type ColumnMapping,
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

/** Where a campaign reaches: a change of one that may run anywhere concerns the whole installation. */
const reach = (settings: Pick<CampaignSettings, 'sites'>): { readonly sites: readonly string[] } => ({
  sites: settings.sites,
});

/** A campaign with its leads counted, for lists and the feed. */
export async function summaryOf(campaign: Campaign, counter: LeadCounter): Promise<CampaignSummary> {
  const { id, status, settings, createdAt } = campaign;
  return { id, name: settings.name, status, mode: settings.mode, createdAt, leads: await counter.of(id) };
}

/** Campaigns and their imports. */
export function campaignRoutes(context: CampaignContext): Routes {
  return (api) => {
    mountCampaigns(api, context);
    for (const move of ['start', 'pause', 'stop'] as const) mountMove(api, context, move);
    mountImports(api, context);
  };
}

function mountCampaigns(api: Api, context: CampaignContext): void {
  const { db, execute, counter, clocks, newId } = context;
  const figures = new FigureDesk(context.clickHouse, clocks);
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
  api.patch(
    '/campaigns/:id',
    {
      schema: { params: ById, body: CampaignChange, response: { 200: CampaignView } },
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

const MappingSchema = closed({
  phones: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { minItems: 1, maxItems: 10 })),
  name: Type.Optional(Type.String({ maxLength: 200 })),
  zone: Type.Optional(Type.String({ maxLength: 200 })),
});

function mountImports(api: Api, context: CampaignContext): void {
  const { db, execute, imports } = context;
  const visibleImport = async (
    request: Parameters<typeof principalOf>[0],
    id: string,
  ): Promise<ImportView> => {
    const view = await findImport(db, id);
    await findVisible(db, view.campaign, scopeFor(principalOf(request), 'import.read'));
    return view;
  };
  api.post(
    '/campaigns/:id/imports',
    {
      schema: {
        params: ById,
        consumes: ['multipart/form-data'],
        description: 'A part `file` with the list (CSV, UTF-8); before it, optionally, `mapping` as JSON.',
        response: { 201: ImportView },
      },
      config: { action: 'import.write' },
      bodyLimit: 4 * 1024 * 1024 * 1024,
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { id, settings, status } = await findCampaign(db, request.params.id);
      if (status === 'stopped')
        throw new BranchlineError('BL_CAMPAIGN_STATE', { status, action: 'given leads' });
      if (!request.isMultipart()) {
        throw new BranchlineError('BL_API_INVALID', {
          place: '(the body)',
          problem: 'a multipart upload with a file is expected',
        });
      }
      const part = await request.file();
      if (!part)
        throw new BranchlineError('BL_API_INVALID', { place: '/file', problem: 'the upload has no file' });
      try {
        const length = Number(request.headers['content-length']);
        const list = {
          campaign: id,
          region: settings.region,
          file: fileName(part.filename),
          content: part.file,
          mapping: readMapping(part.fields['mapping']),
          ...(length > 0 && { bytesTotal: length }),
        };
        part.file.on('limit', () =>
          part.file.destroy(
            new BranchlineError('BL_IMPORT_TOO_LARGE', { what: 'The file', limit: 'what may be uploaded' }),
          ),
        );
        const act = { action: 'import.write', ...reach(settings) } as const;
        const begun = await execute(principal, act, `campaign ${id}`, async (trx, note) => {
          const view = await imports.begin(trx, list);
          note({ import: view.id, file: view.file });
          return view;
        });
        const done = await imports.run(begun, list);
        void context.bell.ring('leads', id);
        return await reply.code(201).send(done);
      } catch (error) {
        // Unread bytes of the upload would keep the answer from being read.
        part.file.resume();
        throw error;
      }
    },
  );
  api.get(
    '/campaigns/:id/imports',
    {
      schema: { params: ById, querystring: closed(pageQuery), response: { 200: page(ImportView) } },
      config: { action: 'import.read' },
    },
    async (request) => {
      const { limit = 100, cursor } = request.query;
      const { id } = await findVisible(db, request.params.id, scopeFor(principalOf(request), 'import.read'));
      const items = await listImports(db, id, limit, cursor);
      const last = items.at(-1);
      return { items, ...(items.length === limit && last && { next: last.id }) };
    },
  );
  api.get(
    '/imports/:id',
    { schema: { params: ById, response: { 200: ImportView } }, config: { action: 'import.read' } },
    async (request) => visibleImport(request, request.params.id),
  );
  api.get(
    '/imports/:id/rejected',
    {
      schema: { params: ById, querystring: closed(pageQuery), response: { 200: RejectedRows } },
      config: { action: 'import.read' },
    },
    async (request) => {
      const { limit = 20, cursor } = request.query;
      const view = await visibleImport(request, request.params.id);
      return rejectedRows(db, view.id, limit, Number(cursor ?? 0) || 0);
    },
  );
  api.get(
    '/imports/:id/errors',
    { schema: { params: ById, produces: ['text/csv'] }, config: { action: 'import.read' } },
    async (request, reply) => {
      const view = await visibleImport(request, request.params.id);
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="errors-${view.id}.csv"`)
        .send(Readable.from(importErrors(db, view.id)));
    },
  );
}

function readMapping(field: unknown): ColumnMapping | undefined {
  const text: unknown =
    typeof field === 'object' && field !== null && 'value' in field ? field.value : undefined;
  if (typeof text !== 'string' || text === '') return undefined;
  try {
    return check(MappingSchema, JSON.parse(text) as unknown);
  } catch (error) {
    if (error instanceof BranchlineError) throw error;
    throw new BranchlineError('BL_API_INVALID', { place: '/mapping', problem: 'it is not JSON' }, error);
  }
}

function fileName(given: string): string {
  return given.replaceAll(/\p{Cc}/gu, '').slice(0, 200) || 'list.csv';
}
