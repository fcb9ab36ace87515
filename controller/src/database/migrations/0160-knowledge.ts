import { sql, type Kysely } from 'kysely';

const statements = [
  `create table articles (
    id uuid primary key,
    version integer not null,
    removed boolean not null default false
  )`,
  `create table article_versions (
    article uuid not null references articles,
    version integer not null,
    at bigint not null,
    by text not null,
    why text,
    settings jsonb not null,
    primary key (article, version)
  )`,
];

/** Articles of the knowledge base, with every version of each; those taken away are kept for their versions. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
