import { sql, type Kysely } from 'kysely';

const statements = [
  // A list may bring people again that another one has brought, if whoever uploads it says so.
  `create unique index leads_listed on leads (list, first_number)`,
  `alter table leads drop constraint leads_campaign_first_number_key`,
  `create table column_mappings (signature text primary key, mapping jsonb not null, at bigint not null)`,
];

/** Duplicates by the scope that an upload states, and what was said about the columns of lists. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
