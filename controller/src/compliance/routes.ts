import type { Kysely } from 'kysely';
import Type from 'typebox';
import { AuditEntry, AuditFilter, closed, page, pageQuery } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import { principalOf, type Routes } from '../http/index.ts';
import { scopeFor } from '../people/index.ts';
import { findBrokenLink, readAudit } from './audit-log.ts';

/** The trail, and the proof that it is whole. */
export function complianceRoutes(db: Kysely<Tables>): Routes {
  return (api) => {
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
