import { sql, type Kysely } from 'kysely';

/** A lead's further numbers are found at once, also while a list is coming in: what waits in the index would be walked over each time. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter index leads_numbers set (fastupdate = off)`.execute(db);
  await sql`select gin_clean_pending_list('leads_numbers')`.execute(db);
}
