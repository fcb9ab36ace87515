import { sql, type Kysely } from 'kysely';

const statements = [
  `create table flows (
    id uuid primary key,
    version integer not null
  )`,
  `create table flow_versions (
    flow uuid not null references flows on delete cascade,
    version integer not null,
    at bigint not null,
    by text not null,
    why text,
    settings jsonb not null,
    primary key (flow, version)
  )`,
];

/** Flows that lead calls, with every version of each. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
