import { sql, type Kysely } from 'kysely';

const statements = [
  `create table prompts (
    prompt text not null,
    language text not null,
    version integer not null,
    primary key (prompt, language)
  )`,
  `create table prompt_versions (
    prompt text not null,
    language text not null,
    version integer not null,
    at bigint not null,
    by text not null,
    why text,
    ms integer not null,
    level_db real not null,
    sha256 text not null,
    wav bytea not null,
    primary key (prompt, language, version),
    foreign key (prompt, language) references prompts on delete cascade
  )`,
  `alter table prompt_versions alter column wav set storage external`,
  `create index prompt_versions_sha256 on prompt_versions (sha256)`,
];

/** Recordings of prompts, with the versions of each. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
