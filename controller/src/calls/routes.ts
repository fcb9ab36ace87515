import {
  BranchlineError,
  callbackTimeProblem,
  CallFilter,
  CallStory,
  CallView,
  closed,
  CommandView,
  DispositionRequest,
  Id,
  page,
  pageQuery,
  type Clock,
} from '@branchline/shared';
import type { Execute } from '../compliance/index.ts';
import type { CommandDesk } from '../fleet/index.ts';
import { principalOf, sendCsv, type Routes } from '../http/index.ts';
import { findCall, forPages, readCallStory, readRecentCalls, type ClickHouse } from '../ingest/index.ts';
import { scopeFor } from '../people/index.ts';
import type { ControllerBell } from '../rings.ts';
import { exportCalls } from './call-export.ts';
import { searchOf } from './call-search.ts';
import { maskedFor, maskedStory } from './masks.ts';

export interface CallContext {
  readonly execute: Execute;
  readonly clickHouse: ClickHouse;
  readonly commands: CommandDesk;
  readonly bell: ControllerBell;
  readonly business: Clock;
}

/** Calls that have ended: search, one call's story, export, dispositions. */
export function callRoutes(context: CallContext): Routes {
  const { execute, clickHouse, commands, bell, business } = context;
  const pages = forPages(clickHouse);
  return (api) => {
    api.get(
      '/calls',
      {
        schema: {
          querystring: closed({ ...pageQuery, ...CallFilter.properties }),
          response: { 200: page(CallView) },
        },
        config: { action: 'call.read' },
      },
      async (request) => {
        const principal = principalOf(request);
        const { search, scope } = searchOf(principal, 'call.read', request.query);
        const { calls, next } = await readRecentCalls(pages, search, scope);
        return { items: calls.map(maskedFor(principal)), ...(next !== undefined && { next }) };
      },
    );
    api.get(
      '/calls/export',
      {
        schema: {
          querystring: CallFilter,
          description: 'Calls of the sites that whoever asks may export; the audit log says of which.',
          produces: ['text/csv'],
        },
        config: { action: 'call.export' },
      },
      async (request, reply) => {
        const principal = principalOf(request);
        const { search, scope } = searchOf(principal, 'call.export', request.query);
        const act = { action: 'call.export', sites: scope === 'all' ? [] : scope } as const;
        await execute(principal, act, 'calls', async (_trx, note) =>
          note({ filter: request.query, sites: scope }),
        );
        return sendCsv(reply, 'calls', exportCalls(clickHouse, search, scope, maskedFor(principal)));
      },
    );
    api.get(
      '/calls/:id',
      {
        schema: { params: closed({ id: Id }), response: { 200: CallStory } },
        config: { action: 'call.read' },
      },
      async (request) => {
        const principal = principalOf(request);
        const { id } = request.params;
        const story = await readCallStory(pages, id, scopeFor(principal, 'call.read'));
        if (!story) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'call', id });
        return maskedStory(principal, story);
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
        const { callbackAt } = request.body;
        const problem = callbackAt !== undefined && callbackTimeProblem(callbackAt, business.now());
        if (problem) throw new BranchlineError('BL_API_INVALID', { place: '/callbackAt', problem });
        const call = await findCall(pages, id, scopeFor(principal, 'call.dispose'));
        if (!call) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'call', id });
        const { agent } = call;
        if (agent === undefined)
          throw new BranchlineError('BL_API_CONFLICT', { problem: 'no agent had this call' });
        const act = { action: 'call.dispose', site: call.site } as const;
        const view = await execute(principal, act, `call ${id}`, (trx, note) => {
          note(request.body);
          // The branch owns the record of the call; the office asks it to write the decision down.
          const args = { call: id, agent, ...request.body };
          return commands.issue(
            trx,
            call.edge,
            { verb: 'call-disposition', args, ttlSeconds: 3600 },
            principal.name,
          );
        });
        void bell.ring('command', call.edge);
        return reply.code(202).send(view);
      },
    );
  };
}
