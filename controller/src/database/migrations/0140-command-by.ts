import { sql, type Kysely } from 'kysely';

/** Who gave a command. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table commands add column by text`.execute(db);
}
