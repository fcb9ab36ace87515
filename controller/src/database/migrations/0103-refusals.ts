import { sql, type Kysely } from 'kysely';

const statements = [
  `alter table gate_refusals
    add column branch boolean not null default false,
    drop constraint gate_refusals_pkey,
    add primary key (lead, number, rule, branch)`,
  `drop index gate_refusals_campaign`,
  `create index gate_refusals_campaign on gate_refusals (campaign, at desc, lead, number, rule, branch)`,
];

/** What the gate refused at branches, beside what it refused where leads are lent. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
