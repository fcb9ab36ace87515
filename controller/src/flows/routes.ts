import type { Kysely } from 'kysely';
import {
  BranchlineError,
  closed,
  FlowChange,
  FlowSummary,
  FlowVersion,
  Id,
  page,
  pageQuery,
  type FlowSettings,
  type IdSource,
} from '@branchline/shared';
import type { Clocks } from '../clocks.ts';
import type { Execute } from '../compliance/index.ts';
import type { Tables } from '../database/index.ts';
import { principalOf, type Routes } from '../http/index.ts';
import { scopeFor, type Scope } from '../people/index.ts';
import type { ControllerBell } from '../rings.ts';
import { changeFlow, createFlow, findFlow, listFlows, readFlowVersions, removeFlow } from './index.ts';

export interface FlowContext {
  readonly db: Kysely<Tables>;
  readonly execute: Execute;
  readonly clocks: Clocks;
  readonly newId: IdSource;
  readonly bell: ControllerBell;
}

const ById = closed({ id: Id });

/** A flow that answers calls anywhere concerns every site. */
function visible(scope: Scope, { sites }: Pick<FlowSettings, 'sites'>): boolean {
  if (scope === 'all') return true;
  return scope.length > 0 && (sites.length === 0 || sites.some((site) => scope.includes(site)));
}

/** Flows: list, versions, changes. */
export function flowRoutes(context: FlowContext): Routes {
  const { db, execute, clocks, newId, bell } = context;
  const find = async (id: string, scope: Scope): Promise<FlowVersion> => {
    const found = await findFlow(db, id);
    if (!visible(scope, found.settings)) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'flow', id });
    return found;
  };
  return (api) => {
    api.get(
      '/flows',
      {
        schema: { response: { 200: page(FlowSummary) } },
        config: { action: 'flow.read' },
      },
      async (request) => {
        const scope = scopeFor(principalOf(request), 'flow.read');
        const flows = (await listFlows(db)).filter(({ settings }) => visible(scope, settings));
        const items = flows.map(({ settings: { flow, ...shown }, id, version, at, by }) => ({
          id,
          version,
          at,
          by,
          ...shown,
          steps: flow.steps.length,
        }));
        return { items };
      },
    );
    api.get(
      '/flows/:id',
      { schema: { params: ById, response: { 200: FlowVersion } }, config: { action: 'flow.read' } },
      (request) => find(request.params.id, scopeFor(principalOf(request), 'flow.read')),
    );
    api.get(
      '/flows/:id/versions',
      {
        schema: {
          params: ById,
          querystring: closed({ limit: pageQuery.limit }),
          description: 'Versions of a flow, newest first.',
          response: { 200: page(FlowVersion) },
        },
        config: { action: 'flow.read' },
      },
      async (request) => {
        const { id } = await find(request.params.id, scopeFor(principalOf(request), 'flow.read'));
        return { items: await readFlowVersions(db, id, request.query.limit ?? 100) };
      },
    );
    api.post(
      '/flows',
      { schema: { body: FlowChange, response: { 201: FlowVersion } }, config: { action: 'flow.write' } },
      async (request, reply) => {
        const principal = principalOf(request);
        const { sites, name } = request.body.settings;
        const made = await execute(
          principal,
          { action: 'flow.write', sites },
          `flow ${name}`,
          (trx, note) => {
            note(request.body);
            return createFlow(trx, request.body, newId, { by: principal.name, clock: clocks.business });
          },
        );
        void bell.ring('flow', made.id);
        return reply.code(201).send(made);
      },
    );
    api.put(
      '/flows/:id',
      {
        schema: { params: ById, body: FlowChange, response: { 200: FlowVersion } },
        config: { action: 'flow.write' },
      },
      async (request) => {
        const { id } = request.params;
        const principal = principalOf(request);
        // Both the sites it leaves and those it comes to are concerned.
        const before = await find(id, scopeFor(principal, 'flow.write'));
        const act = {
          action: 'flow.write',
          sites: both(before.settings.sites, request.body.settings.sites),
        } as const;
        const made = await execute(principal, act, `flow ${id}`, (trx, note) => {
          note(request.body);
          return changeFlow(trx, id, request.body, { by: principal.name, clock: clocks.business });
        });
        void bell.ring('flow', id);
        return made;
      },
    );
    api.delete(
      '/flows/:id',
      { schema: { params: ById, response: { 200: FlowVersion } }, config: { action: 'flow.write' } },
      async (request) => {
        const { id } = request.params;
        const principal = principalOf(request);
        const removed = await find(id, scopeFor(principal, 'flow.write'));
        const { sites } = removed.settings;
        await execute(principal, { action: 'flow.write', sites }, `flow ${id}`, (trx) => removeFlow(trx, id));
        void bell.ring('flow', id);
        return removed;
      },
    );
  };
}

/** No sites stand for all of them. */
function both(a: readonly string[], b: readonly string[]): string[] {
  return a.length === 0 || b.length === 0 ? [] : [...new Set([...a, ...b])];
}
