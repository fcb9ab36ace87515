import { sql, type Kysely } from 'kysely';

const partBytes = 65_536 * 8;

const statements = [
  // In parts, so that nobody ever holds a whole list; PostgreSQL makes them without anything leaving it.
  `create table artifact_parts (
    name text not null,
    version bigint not null,
    start bigint not null,
    bytes bytea not null,
    primary key (name, version, start)
  )`,
  `alter table artifact_parts alter column bytes set storage external`,
  `insert into artifact_parts
    select name, version, at, substring(content from at::int + 1 for ${partBytes})
    from artifacts, generate_series(0, bytes - 1, ${partBytes}) as at`,
  `alter table artifacts drop column content, add column base bigint`,
  // What changed one by one since the newest base, as it was last: what the small artifact is made of.
  `create table dnc_changes (digest bytea primary key, revision bigint not null, listed boolean not null)`,
  `create index dnc_changes_revision on dnc_changes (revision)`,
  // The last revision that changed more than can be told one by one.
  `alter table dnc_revision add column bulk bigint not null default 0`,
  `create function dnc_digest(scope text, number text) returns bytea language sql stable parallel safe
    as $$ select substring(sha256(convert_to(scope || ':' || number, 'UTF8')) from 1 for 8) $$`,
];

/** Do-not-call lists of ten million numbers: a base in parts, and small changes to it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
