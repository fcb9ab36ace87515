import { sql, type Kysely } from 'kysely';

const statements = [
  // Leads are counted and claimed by campaign and zones: a rare zone must not be searched for among all the others.
  `create index leads_cells on leads (campaign, zone_key, due_at, id) include (attempts) where state = 'open'`,
  `drop index leads_due`,
];

/** Due leads by the zones in which they may be called. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
