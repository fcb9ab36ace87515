import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import {
  BranchlineError,
  check,
  closed,
  ColumnMapping,
  Dedupe,
  Id,
  isZone,
  ImportPreview,
  ImportView,
  ListChange,
  page,
  pageQuery,
  RejectedRows,
  UndoForecast,
} from '@branchline/shared';
import { principalOf, type Api } from '../http/index.ts';
import { scopeFor } from '../people/index.ts';
import {
  findImport,
  findVisible,
  forecastUndo,
  importErrors,
  listImports,
  reach,
  rejectedRows,
  requestCancel,
  requestUndo,
  type Campaign,
  type UploadedList,
} from './index.ts';
import type { CampaignContext } from './routes.ts';
import { readStatusTable } from './vicidial-list.ts';

const ById = closed({ id: Id });

/** Lists on their way into a campaign, and back out. */
export function mountImports(api: Api, context: CampaignContext): void {
  mountUploads(api, context);
  mountReading(api, context);
  mountStops(api, context);
}

const upload = {
  params: ById,
  consumes: ['multipart/form-data'],
  description:
    'A part `file` with the list (CSV, UTF-8); before it, optionally, as JSON: `mapping` of the columns, and `dedupe` with the scope of duplicates (by default the campaign); as CSV: `statuses`, an exported `vicidial_statuses` or `vicidial_campaign_statuses`.',
};
const bodyLimit = 4 * 1024 * 1024 * 1024;

function mountUploads(api: Api, { db, execute, imports }: CampaignContext): void {
  api.post(
    '/campaigns/:id/imports',
    {
      schema: { ...upload, response: { 201: ImportView } },
      config: { action: 'import.write' },
      bodyLimit,
    },
    async (request, reply) => {
      const scope = scopeFor(principalOf(request), 'import.write');
      const campaign = await findVisible(db, request.params.id, scope);
      const done = await withList(request, campaign, async (list) => {
        const act = { action: 'import.write', ...reach(campaign.settings) } as const;
        const target = `campaign ${campaign.id}`;
        const begun = await execute(principalOf(request), act, target, async (trx, note) => {
          const view = await imports.begin(trx, list);
          note({ import: view.id, file: view.file });
          return view;
        });
        return imports.run(begun, list);
      });
      return reply.code(201).send(done);
    },
  );
  api.post(
    '/campaigns/:id/imports/preview',
    {
      schema: {
        ...upload,
        description: `A dry run: the list is read to its end as an import reads it, and told what would become of it; nothing is kept. ${upload.description}`,
        response: { 200: ImportPreview },
      },
      config: { action: 'import.write' },
      bodyLimit,
    },
    async (request) => {
      const scope = scopeFor(principalOf(request), 'import.write');
      const campaign = await findVisible(db, request.params.id, scope);
      return withList(request, campaign, (list) => imports.dryRun(list));
    },
  );
}

/** Does something with the list that a request brings. */
async function withList<T>(
  request: FastifyRequest,
  { id, settings, status }: Campaign,
  use: (list: UploadedList) => Promise<T>,
): Promise<T> {
  if (status === 'stopped') throw new BranchlineError('BL_CAMPAIGN_STATE', { status, action: 'given leads' });
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
    part.file.on('limit', () =>
      part.file.destroy(
        new BranchlineError('BL_IMPORT_TOO_LARGE', { what: 'The file', limit: 'what may be uploaded' }),
      ),
    );
    const length = Number(request.headers['content-length']);
    return await use({
      campaign: id,
      region: settings.region,
      file: fileName(part.filename),
      content: part.file,
      mapping: readMapping(part.fields),
      dedupe: readPart(part.fields, 'dedupe', Dedupe) ?? { scope: 'campaign' },
      ...(length > 0 && { bytesTotal: length }),
    });
  } finally {
    // Unread bytes of the upload would keep the answer from being read.
    part.file.resume();
  }
}

function mountReading(api: Api, { db }: CampaignContext): void {
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
    async (request) => (await findVisibleImport(db, request, request.params.id, 'import.read')).view,
  );
  api.get(
    '/imports/:id/rejected',
    {
      schema: { params: ById, querystring: closed(pageQuery), response: { 200: RejectedRows } },
      config: { action: 'import.read' },
    },
    async (request) => {
      const { limit = 20, cursor } = request.query;
      const { view } = await findVisibleImport(db, request, request.params.id, 'import.read');
      return rejectedRows(db, view.id, limit, Number(cursor ?? 0) || 0);
    },
  );
  api.get(
    '/imports/:id/errors',
    { schema: { params: ById, produces: ['text/csv'] }, config: { action: 'import.read' } },
    async (request, reply) => {
      const { view } = await findVisibleImport(db, request, request.params.id, 'import.read');
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="errors-${view.id}.csv"`)
        .send(Readable.from(importErrors(db, view.id)));
    },
  );
}

function mountStops(api: Api, { db, execute, imports }: CampaignContext): void {
  const moves = {
    cancel: { request: requestCancel, follow: () => imports.recover() },
    undo: { request: requestUndo, follow: (id: string) => imports.undo(id) },
  };
  for (const move of ['cancel', 'undo'] as const) {
    api.post(
      `/imports/:id/${move}`,
      { schema: { params: ById, response: { 200: ImportView } }, config: { action: 'import.write' } },
      async (request) => {
        const { id } = request.params;
        const { campaign } = await findVisibleImport(db, request, id, 'import.write');
        const act = { action: 'import.write', ...reach(campaign.settings) } as const;
        const target = `campaign ${campaign.id}`;
        await execute(principalOf(request), act, target, async (trx, note) => {
          note({ import: id, move });
          await moves[move].request(trx, id);
        });
        await moves[move].follow(id);
        return findImport(db, id);
      },
    );
  }
  api.patch(
    '/imports/:id',
    {
      schema: {
        params: ById,
        body: ListChange,
        description: 'How much of this list is dialed beside the other lists of its campaign; 0: nothing.',
        response: { 200: ImportView },
      },
      config: { action: 'import.write' },
    },
    async (request) => {
      const { view, campaign } = await findVisibleImport(db, request, request.params.id, 'import.write');
      const act = { action: 'import.write', ...reach(campaign.settings) } as const;
      const { weight } = request.body;
      await execute(principalOf(request), act, `campaign ${campaign.id}`, async (trx, note) => {
        note({ import: view.id, weight });
        await trx.updateTable('imports').set({ weight }).where('id', '=', view.id).execute();
      });
      return view;
    },
  );
  api.get(
    '/imports/:id/undo',
    {
      schema: { params: ById, description: 'What an undo would do now.', response: { 200: UndoForecast } },
      config: { action: 'import.read' },
    },
    async (request) => {
      const { view } = await findVisibleImport(db, request, request.params.id, 'import.read');
      return forecastUndo(db, view.id);
    },
  );
}

async function findVisibleImport(
  db: CampaignContext['db'],
  request: FastifyRequest,
  id: string,
  action: 'import.read' | 'import.write',
): Promise<{ view: ImportView; campaign: Campaign }> {
  const view = await findImport(db, id);
  const campaign = await findVisible(db, view.campaign, scopeFor(principalOf(request), action));
  return { view, campaign };
}

/** What the parts before the file say about the columns and the statuses of a list. @throws BranchlineError `BL_API_INVALID` */
function readMapping(fields: Readonly<Record<string, unknown>>): ColumnMapping | undefined {
  const mapping = readPart(fields, 'mapping', ColumnMapping);
  const { callbackZone } = mapping ?? {};
  if (callbackZone !== undefined && !isZone(callbackZone))
    throw new BranchlineError('BL_API_INVALID', {
      place: '/mapping/callbackZone',
      problem: `there is no time zone "${callbackZone}"`,
    });
  const table = partOf(fields, 'statuses');
  return table === undefined
    ? mapping
    : check(ColumnMapping, { ...mapping, statuses: { ...readStatusTable(table), ...mapping?.statuses } });
}

/** The text of a part of the form before the file; undefined: there is none. */
function partOf(fields: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const field = fields[name];
  const text: unknown =
    typeof field === 'object' && field !== null && 'value' in field ? field.value : undefined;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** A part of the form before the file that holds JSON; undefined: there is none. @throws BranchlineError `BL_API_INVALID` */
function readPart<T extends TSchema>(
  fields: Readonly<Record<string, unknown>>,
  name: string,
  schema: T,
): Static<T> | undefined {
  const text = partOf(fields, name);
  if (text === undefined) return undefined;
  try {
    return check(schema, JSON.parse(text) as unknown);
  } catch (error) {
    if (error instanceof BranchlineError) throw error;
    throw new BranchlineError('BL_API_INVALID', { place: `/${name}`, problem: 'it is not JSON' }, error);
  }
}

function fileName(given: string): string {
  return given.replaceAll(/\p{Cc}/gu, '').slice(0, 200) || 'list.csv';
}
