import type { Kysely } from 'kysely';
import Type from 'typebox';
import {
  BranchlineError,
  check,
  closed,
  DncChange,
  DncEntry,
  dncPrefix,
  DncNumber,
  DncUpload,
  DncUploaded,
  Id,
  isRegion,
  NewDnc,
  UploadedDncList,
  page,
  pageQuery,
  readPhoneNumber,
  type Clock,
} from '@branchline/shared';
import type { Execute } from '../compliance/index.ts';
import { untilBrokenOff, type Tables } from '../database/index.ts';
import { principalOf, type Routes } from '../http/index.ts';
import { scopeFor } from '../people/index.ts';
import type { ControllerBell } from '../rings.ts';
import {
  addDoNotCall,
  campaignsById,
  findVisible,
  listDncLists,
  listDoNotCall,
  listNumbers,
  noteClosedBy,
  removeDoNotCall,
  undoDncList,
} from './index.ts';

export interface DoNotCallContext {
  readonly db: Kysely<Tables>;
  readonly execute: Execute;
  readonly business: Clock;
  readonly bell: ControllerBell;
}

/** Numbers that are not to be called. */
export function doNotCallRoutes({ db, execute, business, bell }: DoNotCallContext): Routes {
  return (api) => {
    api.get(
      '/dnc',
      {
        schema: {
          querystring: closed({
            ...pageQuery,
            number: Type.Optional(Type.String({ maxLength: 40 })),
            campaign: Type.Optional(Id),
          }),
          description: 'Entries of a campaign for those who may see the campaign, all others for everybody.',
          response: { 200: page(DncEntry) },
        },
        config: { action: 'dnc.read' },
      },
      async (request) => {
        const { limit = 100, cursor, number, campaign } = request.query;
        // A plus sign in an address arrives as a space unless it was encoded.
        const wanted = number === undefined ? undefined : number.trim().replace(/^(?=\d)/, '+');
        const scope = scopeFor(principalOf(request), 'campaign.read');
        const found = await listDoNotCall(db, { number: wanted, campaign }, scope, limit, cursor);
        return { ...found, items: await withNames(db, found.items) };
      },
    );
    api.post(
      '/dnc',
      { schema: { body: NewDnc, response: { 200: DncChange } }, config: { action: 'dnc.add' } },
      async (request) => {
        const principal = principalOf(request);
        const { campaign, reason = 'added by hand', region } = request.body;
        if (campaign !== undefined) await findVisible(db, campaign, scopeFor(principal, 'dnc.add'));
        const { numbers, refused } = readNumbers(request.body.numbers, region ?? 'CN');
        const changed = await execute(
          principal,
          { action: 'dnc.add' },
          'do-not-call list',
          async (trx, note) => {
            note({ added: numbers, campaign, reason });
            if (numbers.length === 0) return 0;
            return addDoNotCall(trx, {
              numbers,
              campaign,
              reason,
              by: principal.name,
              at: business.now(),
            });
          },
        );
        void bell.ring('doNotCall', true);
        return { changed, refused };
      },
    );
    api.post(
      '/dnc/lists',
      {
        schema: {
          querystring: DncUpload,
          consumes: ['multipart/form-data'],
          description:
            'A part `file` with one number a line, or CSV with a column of numbers; `+1201*` means all that begin so. All of it is listed, or nothing.',
          response: { 200: DncUploaded },
        },
        config: { action: 'dnc.add' },
        bodyLimit: 4 * 1024 * 1024 * 1024,
      },
      async (request, reply) => {
        const principal = principalOf(request);
        const { campaign, register } = request.query;
        if (campaign !== undefined) await findVisible(db, campaign, scopeFor(principal, 'dnc.add'));
        const part = request.isMultipart() ? await request.file() : undefined;
        if (!part)
          throw new BranchlineError('BL_API_INVALID', {
            place: '/file',
            problem: 'a multipart upload with a file is expected',
          });
        const away = new AbortController();
        reply.raw.once('close', () => {
          if (!reply.raw.writableFinished)
            away.abort(
              new BranchlineError('BL_IMPORT_INTERRUPTED', { problem: 'who sent the list broke it off' }),
            );
        });
        try {
          const done = await execute(
            principal,
            { action: 'dnc.add' },
            'do-not-call list',
            async (trx, note) => {
              const author = {
                by: principal.name,
                at: business.now(),
                name: part.filename.slice(0, 200) || 'list',
              };
              const bytes = request.headers['content-length'];
              const listed = await untilBrokenOff(away.signal, db, trx, () =>
                listNumbers(trx, part.file, request.query, author, { bytes, signal: away.signal }),
              );
              note({ file: part.filename.slice(0, 200), campaign, register, added: listed.added });
              return listed;
            },
          );
          void bell.ring('doNotCall', true);
          return done;
        } finally {
          // Unread bytes of the upload would keep the answer from being read.
          part.file.resume();
        }
      },
    );
    api.get(
      '/dnc/lists',
      {
        schema: { querystring: closed(pageQuery), response: { 200: page(UploadedDncList) } },
        config: { action: 'dnc.read' },
      },
      async (request) => {
        const { limit = 100, cursor } = request.query;
        const scope = scopeFor(principalOf(request), 'campaign.read');
        const found = await listDncLists(db, scope, limit, cursor);
        return { ...found, items: await withNames(db, found.items) };
      },
    );
    api.post(
      '/dnc/lists/:id/undo',
      {
        schema: {
          params: closed({ id: Id }),
          description:
            'Takes an uploaded list back. Numbers that a person or another list has named, too, stay.',
          response: { 200: DncChange },
        },
        config: { action: 'dnc.remove' },
      },
      async (request) => {
        const { id } = request.params;
        const changed = await execute(
          principalOf(request),
          { action: 'dnc.remove' },
          'do-not-call list',
          async (trx, note) => {
            const removed = await undoDncList(trx, id, business.now());
            note({ undone: id, removed });
            return removed;
          },
        );
        void bell.ring('doNotCall', true);
        return { changed, refused: [] };
      },
    );
    api.delete(
      '/dnc',
      {
        schema: {
          querystring: closed({
            number: DncNumber,
            campaign: Type.Optional(Id),
            reopen: Type.Optional(Type.Boolean()),
          }),
          description:
            'With `reopen` leads that the list closed and that have attempts left are opened again, within seconds, unless another entry forbids them.',
          response: { 200: DncChange },
        },
        config: { action: 'dnc.remove' },
      },
      async (request) => {
        const { number, campaign, reopen = false } = request.query;
        return execute(
          principalOf(request),
          { action: 'dnc.remove' },
          'do-not-call list',
          async (trx, note) => {
            const numbers = [check(DncNumber, number)];
            const changed = await removeDoNotCall(trx, numbers, campaign);
            const reopened = reopen && changed > 0 ? await noteClosedBy(trx, numbers, campaign) : undefined;
            note({ removed: number, campaign, reopened });
            return { changed, refused: [], ...(reopened !== undefined && { reopened }) };
          },
        ).finally(() => void bell.ring('doNotCall', true));
      },
    );
  };
}

/** Entries of a campaign with its name. */
async function withNames<E extends { readonly campaign?: string | undefined }>(
  db: Kysely<Tables>,
  entries: readonly E[],
): Promise<(E & { readonly campaignName?: string })[]> {
  const ids = new Set(entries.flatMap(({ campaign }) => campaign ?? []));
  const found = await campaignsById(db, [...ids]);
  return entries.map((entry) => {
    const named = found.find(({ id }) => id === entry.campaign);
    return { ...entry, ...(named && { campaignName: named.settings.name }) };
  });
}

function readNumbers(texts: readonly string[], region: string): { numbers: string[]; refused: string[] } {
  if (!isRegion(region))
    throw new BranchlineError('BL_API_INVALID', { place: '/region', problem: 'no such region' });
  const numbers: string[] = [];
  const refused: string[] = [];
  for (const text of texts) {
    try {
      numbers.push(dncPrefix.test(text) ? text : readPhoneNumber(text, region).e164);
    } catch (error) {
      if (!(error instanceof BranchlineError)) throw error;
      refused.push(text);
    }
  }
  return { numbers, refused };
}
