import { sql, type Kysely } from 'kysely';

const statements = [
  // Nothing asks for it, every change of a lead writes it, and the planner of PostgreSQL takes it for `leads_due` in a table
  // that has grown since it was last analysed: then it sorts a whole list to lend a hundred leads of it.
  `drop index leads_state`,
  // Numbers are given back by lead and lease, or all of a lease.
  `create index leased_numbers_lease on leased_numbers (lease, lead)`,
  `drop index leased_numbers_lead`,
];

/** Indexes for what is really asked while results come in. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
