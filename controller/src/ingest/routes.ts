import Type from 'typebox';
import { closed, Completeness, CompletenessQuestion, Id } from '@branchline/shared';
import { principalOf, type Routes } from '../http/index.ts';
import { scopeFor } from '../people/index.ts';
import type { ClickHouse } from './clickhouse.ts';
import { findMissingAttempts, readRowCounts } from './read-models/index.ts';

/** Proof that what the branches reported is in the store, once. */
export function completenessRoutes(clickHouse: ClickHouse): Routes {
  return (api) => {
    api.get(
      '/completeness',
      { schema: { response: { 200: Completeness } }, config: { action: 'audit.read' } },
      async (request) => ({
        tables: await readRowCounts(clickHouse, scopeFor(principalOf(request), 'audit.read')),
      }),
    );
    api.post(
      '/completeness/attempts',
      {
        schema: { body: CompletenessQuestion, response: { 200: closed({ missing: Type.Array(Id) }) } },
        config: { action: 'audit.read' },
      },
      async (request) => {
        const scope = scopeFor(principalOf(request), 'audit.read');
        return { missing: [...(await findMissingAttempts(clickHouse, request.body.ids, scope))] };
      },
    );
  };
}
