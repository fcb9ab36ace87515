import { sql, type Kysely } from 'kysely';

/** Attempts that a list says were made elsewhere, so that a lead nobody has called from here is still known as such. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table leads add column earlier_attempts integer not null default 0`.execute(db);
  await sql`drop index leads_untouched`.execute(db);
  await sql`create index leads_untouched on leads (import, id)
    where lease is null and last_attempt_at is null and attempts = earlier_attempts`.execute(db);
}
