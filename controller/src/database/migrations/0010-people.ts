import { sql, type Kysely } from 'kysely';

const statements = [
  `create table users (
    id uuid primary key,
    name text not null unique,
    display_name text not null,
    language text not null,
    disabled boolean not null default false,
    password_hash text not null,
    created_at bigint not null
  )`,
  `create table user_grants (
    user_id uuid not null references users on delete cascade,
    role text not null,
    site text,
    unique nulls not distinct (user_id, role, site)
  )`,
  `create table user_sessions (
    hash text primary key,
    user_id uuid not null references users on delete cascade,
    created_at bigint not null,
    expires_at bigint not null
  )`,
  `create index user_sessions_user on user_sessions (user_id)`,
  `create table api_tokens (
    id uuid primary key,
    hash text not null unique,
    user_id uuid not null references users on delete cascade,
    label text not null,
    created_at bigint not null,
    expires_at bigint not null
  )`,
  `create table audit_log (
    id bigint primary key,
    at bigint not null,
    principal text not null,
    action text not null,
    target text not null,
    site text,
    detail text not null,
    previous text not null,
    hash text not null
  )`,
  // One row per end of the chain: taking it for update is what puts concurrent acts into one order.
  `create table audit_head (
    one boolean primary key default true check (one),
    id bigint not null,
    hash text not null
  )`,
  `insert into audit_head (id, hash) values (0, repeat('0', 64))`,
  // The trail is written once. A superuser can lift this; the hash chain shows that.
  `create function audit_log_is_append_only() returns trigger language plpgsql as
    $$ begin raise exception 'audit_log is append-only'; end $$`,
  `create trigger audit_log_append_only before update or delete on audit_log
    for each row execute function audit_log_is_append_only()`,
];

/** Users, their grants, sessions and tokens, and the audit trail. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
