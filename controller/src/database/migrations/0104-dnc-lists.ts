import { sql, type Kysely } from 'kysely';

const statements = [
  `create table dnc_lists (
    id uuid primary key,
    file text not null,
    scope text not null,
    reason text not null,
    added_by text not null,
    at bigint not null,
    added bigint not null,
    known bigint not null,
    rejected bigint not null,
    undone_at bigint
  )`,
  // The uploaded list that alone names the number; null: a person, or more than one list.
  `alter table do_not_call add column list uuid`,
];

/** Uploaded do-not-call lists, so that one can be taken back. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
