import { createHash } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import type { ColumnMapping } from '@branchline/shared';
import type { Tables } from '../database/index.ts';

/** Lists with the same headings in the same order have the same signature; case and blanks around them do not matter. */
export function signatureOf(header: readonly string[]): string {
  const headings = header.map((heading) => heading.trim().toLowerCase());
  return createHash('sha256').update(JSON.stringify(headings)).digest('hex');
}

/** Keeps what was said about the columns of a list. @param now business ms */
export async function rememberMapping(
  trx: Transaction<Tables>,
  header: readonly string[],
  mapping: ColumnMapping,
  now: number,
): Promise<void> {
  const said = { mapping: JSON.stringify(mapping), at: now };
  await trx
    .insertInto('column_mappings')
    .values({ signature: signatureOf(header), ...said })
    .onConflict((conflict) => conflict.column('signature').doUpdateSet(said))
    .execute();
}

/** What was last said about the columns of a list with these headings. */
export async function recallMapping(
  db: Kysely<Tables>,
  header: readonly string[],
): Promise<ColumnMapping | undefined> {
  const row = await db
    .selectFrom('column_mappings')
    .select('mapping')
    .where('signature', '=', signatureOf(header))
    .executeTakeFirst();
  return row?.mapping;
}
