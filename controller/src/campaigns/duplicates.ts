import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Dedupe, ImportView } from '@branchline/shared';
import type { Tables } from '../database/index.ts';

const dayMs = 86_400_000;
/** An import that says it ended may be visible to others so much later, business ms. */
const commitMs = 60_000;

/**
 * Whether a number is there already by the scope of a list, as a condition of SQL. Of the list itself the index over lists and
 * numbers takes care. @param now business ms
 */
export function isThere(
  { campaign, dedupe }: { readonly campaign: string; readonly dedupe: Dedupe },
  number: RawBuilder<unknown>,
  now: number,
): RawBuilder<boolean> {
  const { scope, days } = dedupe;
  if (scope === 'list') return sql`false`;
  const inScope = scope === 'system' ? sql`true` : sql`there.campaign = ${campaign}`;
  const inTime = days === undefined ? sql`true` : sql`there.created_at >= ${now - days * dayMs}::bigint`;
  return sql`exists (select from leads there where there.first_number = ${number} and ${inScope} and ${inTime})`;
}

/**
 * Leaves out of a list that is complete but not yet visible whom another list brought meanwhile: while both were read, neither
 * saw the other. Lists that look everywhere come to this point one by one, until the transaction ends. @returns how many
 */
export async function leaveOutParallel(
  trx: Transaction<Tables>,
  { id, startedAt }: Pick<ImportView, 'id' | 'startedAt'>,
  { scope, days }: Dedupe,
  now: number,
): Promise<number> {
  if (scope !== 'system') return 0;
  await sql`select pg_advisory_xact_lock(hashtextextended('branchline:dedupe', 0))`.execute(trx);
  const since = days === undefined ? 0 : now - days * dayMs;
  const { numAffectedRows } = await sql`
    delete from leads own using imports other, leads there
    where own.import = ${id} and other.id <> ${id} and other.state = 'done' and other.ended_at >= ${startedAt - commitMs}
      and there.import = other.id and there.first_number = own.first_number and there.created_at >= ${since}`.execute(
    trx,
  );
  return Number(numAffectedRows ?? 0n);
}
