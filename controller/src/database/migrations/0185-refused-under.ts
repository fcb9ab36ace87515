import { sql, type Kysely } from 'kysely';

const statements = [
  `alter table leads add column refused_under text`,
  `create index leads_refused on leads (campaign, refused_under, id)
    where state = 'exhausted' and refused_under is not null`,
  // Until now these were closed for good: they are judged again.
  `update leads set refused_under = ''
    where state = 'exhausted' and reason in ('consent', 'manual-only', 'region-unknown')`,
];

/** Leads that the gate refused under settings and rules that may change. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
