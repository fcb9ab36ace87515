import type { Kysely } from 'kysely';
import Type from 'typebox';
import {
  BranchlineError,
  CallView,
  check,
  closed,
  CommandView,
  DispositionRequest,
  DncChange,
  DncEntry,
  E164Number,
  Id,
  isRegion,
  Name,
  NewDnc,
  page,
  pageQuery,
  readPhoneNumber,
} from '@branchline/shared';
import type { Clocks } from '../clocks.ts';
import type { Execute } from '../compliance/index.ts';
import type { Tables } from '../database/index.ts';
import type { CommandDesk } from '../fleet/index.ts';
import { principalOf, type Routes } from '../http/index.ts';
import { readRecentCalls, type ClickHouse } from '../ingest/index.ts';
import { covers, scopeFor } from '../people/index.ts';
import { addDoNotCall, findVisible, listDoNotCall, removeDoNotCall } from './index.ts';
import { maskNumber } from './number-mask.ts';

export interface CallContext {
  readonly db: Kysely<Tables>;
  readonly execute: Execute;
  readonly clickHouse: ClickHouse;
  readonly commands: CommandDesk;
  readonly clocks: Clocks;
  /** The do-not-call list has changed. */
  readonly listChanged: () => void;
}

/** Calls that have ended, their dispositions, and the do-not-call list. */
export function callRoutes(context: CallContext): Routes {
  const { db, execute, clickHouse, commands, clocks, listChanged } = context;
  return (api) => {
    api.get(
      '/calls',
      {
        schema: {
          querystring: closed({ ...pageQuery, campaign: Type.Optional(Id), site: Type.Optional(Name) }),
          response: { 200: page(CallView) },
        },
        config: { action: 'call.read' },
      },
      async (request) => {
        const principal = principalOf(request);
        const { site, ...search } = request.query;
        const scope = scopeFor(principal, 'call.read');
        const seen = site === undefined ? scope : covers(scope, site) ? [site] : [];
        const { calls, next } = await readRecentCalls(clickHouse, search, seen);
        const clear = scopeFor(principal, 'number.read');
        const items = calls.map((call) =>
          covers(clear, call.site) ? call : { ...call, customer: maskNumber(call.customer) },
        );
        return { items, ...(next !== undefined && { next }) };
      },
    );
    api.post(
      '/calls/:id/disposition',
      {
        schema: { params: closed({ id: Id }), body: DispositionRequest, response: { 202: CommandView } },
        config: { action: 'call.dispose' },
      },
      async (request, reply) => {
        const { id } = request.params;
        const principal = principalOf(request);
        const found = await clickHouse.query<{ edge: string; site: string; agent: string }>(
          `SELECT edge, site, agent FROM ${clickHouse.database}.calls_unique WHERE id = {id:UUID} LIMIT 1`,
          { id },
        );
        const call = found[0];
        if (!call || !covers(scopeFor(principal, 'call.dispose'), call.site)) {
          throw new BranchlineError('BL_API_NOT_FOUND', { what: 'call', id });
        }
        if (call.agent === '')
          throw new BranchlineError('BL_API_CONFLICT', { problem: 'no agent had this call' });
        const act = { action: 'call.dispose', site: call.site } as const;
        const view = await execute(principal, act, `call ${id}`, (trx, note) => {
          note({ code: request.body.code });
          // The branch owns the record of the call; the office asks it to write the decision down.
          const args = { call: id, agent: call.agent, code: request.body.code };
          return commands.issue(trx, call.edge, { verb: 'call-disposition', args, ttlSeconds: 3600 });
        });
        commands.poke();
        return reply.code(202).send(view);
      },
    );

    api.get(
      '/dnc',
      {
        schema: {
          querystring: closed({
            ...pageQuery,
            number: Type.Optional(Type.String({ maxLength: 40 })),
            campaign: Type.Optional(Id),
          }),
          response: { 200: page(DncEntry) },
        },
        config: { action: 'dnc.read' },
      },
      async (request) => {
        const { limit = 100, cursor, number, campaign } = request.query;
        // A plus sign in an address arrives as a space unless it was encoded.
        const wanted = number === undefined ? undefined : number.trim().replace(/^(?=\d)/, '+');
        return listDoNotCall(db, { number: wanted, campaign }, limit, cursor);
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
              at: clocks.business.now(),
            });
          },
        );
        listChanged();
        return { changed, refused };
      },
    );
    api.delete(
      '/dnc',
      {
        schema: {
          querystring: closed({ number: E164Number, campaign: Type.Optional(Id) }),
          response: { 200: DncChange },
        },
        config: { action: 'dnc.remove' },
      },
      async (request) => {
        const { number, campaign } = request.query;
        const changed = await execute(
          principalOf(request),
          { action: 'dnc.remove' },
          'do-not-call list',
          async (trx, note) => {
            note({ removed: number, campaign });
            return removeDoNotCall(trx, [check(E164Number, number)], campaign);
          },
        );
        listChanged();
        return { changed, refused: [] };
      },
    );
  };
}

function readNumbers(texts: readonly string[], region: string): { numbers: string[]; refused: string[] } {
  if (!isRegion(region))
    throw new BranchlineError('BL_API_INVALID', { place: '/region', problem: 'no such region' });
  const numbers: string[] = [];
  const refused: string[] = [];
  for (const text of texts) {
    try {
      numbers.push(readPhoneNumber(text, region).e164);
    } catch (error) {
      if (!(error instanceof BranchlineError)) throw error;
      refused.push(text);
    }
  }
  return { numbers, refused };
}
