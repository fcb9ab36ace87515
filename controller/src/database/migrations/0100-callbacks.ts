import { sql, type Kysely } from 'kysely';

const statements = [
  `alter table call_dispositions
    add column callback_at bigint,
    add column callback_for text check (callback_for in ('own', 'anyone'))`,
  `alter table leads
    add column callback_at bigint,
    add column callback_edge text,
    add column callback_agent text,
    add check ((callback_agent is null) = (callback_edge is null) and (callback_agent is null or callback_at is not null))`,
  // Few of many: what was promised is found without looking at the others.
  `create index leads_callbacks on leads (campaign, callback_at) where callback_at is not null`,
];

/** Leads that somebody promised to call again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
