import { createHash } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { AuditEntry, AuditFilter } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import type { Scope } from '../people/index.ts';

/** What happened, before it has its place in the chain. */
export interface AuditFact {
  readonly at: number;
  readonly principal: string;
  readonly action: string;
  readonly target: string;
  readonly site?: string | undefined;
  readonly detail: unknown;
}

/**
 * The hash of an entry: SHA-256 over the previous hash and every field, so that no entry can be changed, removed or put in
 * without all later ones saying so.
 */
export function chainHash(
  previous: string,
  id: number,
  fact: Omit<AuditFact, 'detail'>,
  detail: string,
): string {
  const fields = [previous, id, fact.at, fact.principal, fact.action, fact.target, fact.site ?? null, detail];
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}

/** Appends to the trail inside the transaction of the act itself: there is no act without its entry, nor the reverse. */
export async function appendAudit(trx: Transaction<Tables>, fact: AuditFact): Promise<void> {
  const head = await trx
    .selectFrom('audit_head')
    .select(['id', 'hash'])
    .forUpdate()
    .executeTakeFirstOrThrow();
  const id = head.id + 1;
  const detail = JSON.stringify(fact.detail ?? null);
  const hash = chainHash(head.hash, id, fact, detail);
  await trx
    .insertInto('audit_log')
    .values({
      id,
      at: fact.at,
      principal: fact.principal.slice(0, 200),
      action: fact.action,
      target: fact.target.slice(0, 200),
      site: fact.site ?? null,
      detail,
      previous: head.hash,
      hash,
    })
    .execute();
  await trx.updateTable('audit_head').set({ id, hash }).execute();
}

/** Newest first, as far as the filter and the scope go; `before` is the id the page before ended on. */
export async function readAudit(
  db: Kysely<Tables>,
  filter: AuditFilter,
  scope: Scope,
  limit: number,
  before?: number,
): Promise<AuditEntry[]> {
  let query = db.selectFrom('audit_log').selectAll().orderBy('id', 'desc').limit(limit);
  const { principal, action, target, from, to } = filter;
  if (principal !== undefined) query = query.where('principal', '=', principal);
  if (action !== undefined)
    query = query.where((where) =>
      where.or([where('action', '=', action), where('action', 'like', `${action}.%`)]),
    );
  if (target !== undefined)
    query = query.where(sql<boolean>`position(lower(${target}) in lower(target)) > 0`);
  if (from !== undefined) query = query.where('at', '>=', from);
  if (to !== undefined) query = query.where('at', '<=', to);
  if (before !== undefined) query = query.where('id', '<', before);
  if (scope !== 'all') query = query.where(sql<boolean>`site = any(${[...scope]})`);
  const rows = await query.execute();
  return rows.map((row) => ({
    id: row.id,
    at: row.at,
    principal: row.principal,
    action: row.action,
    target: row.target,
    ...(row.site !== null && { site: row.site }),
    detail: JSON.parse(row.detail) as unknown,
    hash: row.hash,
  }));
}

/** Walks the chain from its beginning; the id of the first entry that does not fit, or undefined when it is whole. */
export async function findBrokenLink(db: Kysely<Tables>): Promise<number | undefined> {
  let previous = '0'.repeat(64);
  let last = 0;
  for (;;) {
    const rows = await db
      .selectFrom('audit_log')
      .selectAll()
      .where('id', '>', last)
      .orderBy('id')
      .limit(1000)
      .execute();
    if (rows.length === 0) break;
    for (const row of rows) {
      const fact = {
        at: row.at,
        principal: row.principal,
        action: row.action,
        target: row.target,
        site: row.site ?? undefined,
      };
      const fits = row.id === last + 1 && row.previous === previous;
      if (!fits || row.hash !== chainHash(previous, row.id, fact, row.detail)) return row.id;
      previous = row.hash;
      last = row.id;
    }
  }
  const head = await db.selectFrom('audit_head').selectAll().executeTakeFirstOrThrow();
  return head.id === last && head.hash === previous ? undefined : last + 1;
}
