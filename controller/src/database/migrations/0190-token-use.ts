import { sql, type Kysely } from 'kysely';

/** When each API token was used last, so that one that nobody needs any more is seen. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table api_tokens add column used_at bigint`.execute(db);
}
