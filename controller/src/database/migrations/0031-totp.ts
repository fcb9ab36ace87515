import { sql, type Kysely } from 'kysely';

const statements = [
  `alter table users add column totp_required boolean not null default false`,
  `create table user_totp (
    user_id uuid primary key references users on delete cascade,
    secret text not null,
    started_at bigint not null,
    confirmed_at bigint,
    last_step bigint not null default 0
  )`,
  `create table user_recovery_codes (
    user_id uuid not null references user_totp on delete cascade,
    hash text not null,
    primary key (user_id, hash)
  )`,
];

/** Authenticator apps of people, and who must have one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
