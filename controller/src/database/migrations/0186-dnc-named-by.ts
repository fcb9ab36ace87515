import { sql, type Kysely } from 'kysely';

const statements = [
  // In one pass over the table, which may have ten million rows.
  `alter table do_not_call alter column list type uuid[] using case when list is not null then array[list] end`,
  `alter table do_not_call rename column list to lists`,
  `create table unlisted_leads (lead uuid primary key references leads on delete cascade)`,
];

/** All lists that name a number, and leads to be opened again because their numbers were taken off. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
