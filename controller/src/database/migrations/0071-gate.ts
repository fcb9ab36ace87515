import { sql, type Kysely } from 'kysely';
import { defaultGate } from '@branchline/shared';

const statements = [
  `alter table leads add column consent jsonb`,
  // Calls by number: what caps per callee count, over all sites and campaigns.
  `alter table attempt_calls add column started_at bigint, add column outcome text`,
  `update attempt_calls c set started_at = a.ended_at, outcome = a.outcome from attempts a where a.id = c.attempt`,
  `create index attempt_calls_number on attempt_calls (number, started_at)`,
  `create table gate_refusals (
    lead uuid not null references leads on delete cascade,
    number text not null,
    rule text not null,
    campaign uuid not null,
    at bigint not null,
    edge text not null,
    reason text not null,
    until bigint,
    rules text,
    times integer not null default 1,
    primary key (lead, number, rule)
  )`,
  `create index gate_refusals_campaign on gate_refusals (campaign, at desc, lead, number, rule)`,
];

/** What the gate knows of callees where leads are lent, and what it refused there. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
  await sql`update campaigns set settings = jsonb_build_object('gate', ${JSON.stringify(defaultGate)}::jsonb) || settings`.execute(
    db,
  );
}
