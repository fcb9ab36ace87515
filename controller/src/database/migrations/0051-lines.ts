import { sql, type Kysely } from 'kysely';

/** Sites may be permitted to use GSM lines; who permitted it and why is part of the permission. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table sites add column gsm jsonb`.execute(db);
}
