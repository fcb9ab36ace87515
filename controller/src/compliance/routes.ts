import Type from 'typebox';
import {
  AbandonedCalls,
  AbandonedCallsFilter,
  AuditEntry,
  AuditFilter,
  closed,
  page,
  pageQuery,
} from '@branchline/shared';
import { principalOf, sendCsv, type Routes } from '../http/index.ts';
import { forPages } from '../ingest/index.ts';
import { scopeFor } from '../people/index.ts';
import { readAbandonedCalls, type EvidenceSources } from './abandoned-calls.ts';
import { abandonedCallsCsv } from './abandoned-calls-csv.ts';
import { exportAudit } from './audit-export.ts';
import { findBrokenLink, readAudit } from './audit-log.ts';
import type { Execute } from './execute.ts';

/** Estimated share of people among calls judged to be machines. */
const Misjudged = Type.Optional(Type.Number({ minimum: 0, maximum: 1 }));

export interface ComplianceContext extends EvidenceSources {
  readonly execute: Execute;
}

/** The trail and the proof that it is whole; the evidence about abandoned calls. */
export function complianceRoutes(context: ComplianceContext): Routes {
  const { db, execute, clickHouse } = context;
  const shown = { ...context, clickHouse: forPages(clickHouse) };
  return (api) => {
    api.get(
      '/abandoned-calls',
      {
        schema: { querystring: AbandonedCallsFilter, response: { 200: AbandonedCalls } },
        config: { action: 'campaign.read' },
      },
      (request) => readAbandonedCalls(shown, request.query, scopeFor(principalOf(request), 'campaign.read')),
    );
    api.get(
      '/abandoned-calls/export',
      {
        schema: {
          querystring: closed({ ...AbandonedCallsFilter.properties, misjudged: Misjudged }),
          produces: ['text/csv'],
        },
        config: { action: 'call.export' },
      },
      async (request, reply) => {
        const principal = principalOf(request);
        const { misjudged = 0, ...filter } = request.query;
        const scope = scopeFor(principal, 'call.export');
        const evidence = await readAbandonedCalls(context, filter, scope);
        const act = { action: 'call.export', sites: scope === 'all' ? [] : scope } as const;
        await execute(principal, act, 'abandoned calls', async (_trx, note) =>
          note({ filter: request.query, sites: scope }),
        );
        return sendCsv(reply, 'abandoned-calls', abandonedCallsCsv(evidence, misjudged));
      },
    );
    api.get(
      '/audit',
      {
        schema: {
          querystring: closed({ ...pageQuery, ...AuditFilter.properties }),
          response: { 200: page(AuditEntry) },
        },
        config: { action: 'audit.read' },
      },
      async (request) => {
        const { limit = 100, cursor, ...filter } = request.query;
        const scope = scopeFor(principalOf(request), 'audit.read');
        const items = await readAudit(
          db,
          filter,
          scope,
          limit,
          cursor === undefined ? undefined : Number(cursor) || 0,
        );
        const last = items.at(-1);
        return { items, ...(items.length === limit && last && { next: String(last.id) }) };
      },
    );
    api.get(
      '/audit/export',
      {
        schema: {
          querystring: AuditFilter,
          description: 'The entries that fit, newest first.',
          produces: ['text/csv'],
        },
        config: { action: 'audit.export' },
      },
      async (request, reply) => {
        const principal = principalOf(request);
        const scope = scopeFor(principal, 'audit.export');
        const act = { action: 'audit.export', sites: scope === 'all' ? [] : scope } as const;
        await execute(principal, act, 'audit log', async (_trx, note) =>
          note({ filter: request.query, sites: scope }),
        );
        return sendCsv(reply, 'audit', exportAudit(db, request.query, scope));
      },
    );
    api.get(
      '/audit/proof',
      {
        schema: {
          response: { 200: closed({ whole: Type.Boolean(), brokenAt: Type.Optional(Type.Integer()) }) },
        },
        config: { action: 'audit.read' },
      },
      async () => {
        const brokenAt = await findBrokenLink(db);
        return { whole: brokenAt === undefined, ...(brokenAt !== undefined && { brokenAt }) };
      },
    );
  };
}
