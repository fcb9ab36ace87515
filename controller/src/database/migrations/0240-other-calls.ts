import { sql, type Kysely } from 'kysely';

const statements = [
  `create table other_calls (
    call uuid primary key,
    number text not null,
    started_at bigint not null,
    outcome text not null
  )`,
  `create index other_calls_number on other_calls (number, started_at)`,
];

/** Calls that no attempt made: what caps per callee count beside attempts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
