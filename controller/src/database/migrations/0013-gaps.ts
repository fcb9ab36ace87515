import type { Kysely } from 'kysely';

/** Edges say themselves which rows they no longer have: nothing is guessed from repeated offers any more. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('ingest_position')
    .dropColumn('gap_from')
    .dropColumn('gap_asks')
    .dropColumn('gap_since')
    .execute();
}
