import { sql, type Kysely } from 'kysely';

const statements = [
  `alter table imports add column weight integer not null default 1 check (weight between 0 and 100)`,
  // A promise goes before any priority. A lead without an import belongs to its campaign's own list.
  `alter table leads
    add column priority smallint not null default 50 check (priority between 0 and 100),
    add column rank smallint generated always as (case when callback_at is null then priority else 101 end) stored,
    add column list uuid generated always as (coalesce(import, campaign)) stored,
    add column disposition text`,
  // Counted and claimed by campaign, zones and list, the most urgent first.
  `drop index leads_cells`,
  `create index leads_cells on leads (campaign, zone_key, list, rank desc, due_at, id) include (attempts)
    where state = 'open'`,
  `create index leads_results on leads (campaign, disposition, list) where disposition is not null`,
];

/** Priorities of leads, weights of lists, and how many leads came to which result. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
