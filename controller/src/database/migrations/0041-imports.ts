import { sql, type Kysely } from 'kysely';

const statements = [
  `alter table imports drop constraint imports_state_check`,
  `alter table imports add constraint imports_state_check
    check (state in ('running', 'cancelling', 'cancelled', 'done', 'failed', 'undoing', 'undone'))`,
  `alter table imports
    add column errors_kept bigint not null default 0,
    add column taken_back bigint not null default 0,
    add column kept jsonb`,
  `update imports i set errors_kept = (select count(*) from import_errors e where e.import = i.id)`,
  // One list of a campaign moves at a time, in or out: two would wait for each other's rows to compare numbers.
  `drop index imports_running`,
  `create unique index imports_moving on imports (campaign) where state in ('running', 'cancelling', 'undoing')`,
  // What an undo may take back. Leads leave it when they are lent, so that working them does not keep it up.
  `create index leads_untouched on leads (import, id)
    where state = 'open' and attempts = 0 and last_attempt_at is null`,
];

/** Imports can be cancelled and undone, and keep a limited number of rejected rows. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
