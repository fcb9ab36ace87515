import { sql, type RawBuilder } from 'kysely';
import type { Dedupe } from '@branchline/shared';

const dayMs = 86_400_000;

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
