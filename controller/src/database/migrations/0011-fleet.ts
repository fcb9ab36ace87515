import { sql, type Kysely } from 'kysely';

const statements = [
  `create table sites (
    id text primary key,
    name text not null,
    zone text not null,
    region text not null,
    created_at bigint not null
  )`,
  `create table edges (
    id text primary key,
    site text not null references sites,
    created_at bigint not null,
    hardware_id text,
    status text not null default 'never' check (status in ('never', 'online', 'lost', 'stopped')),
    session uuid,
    seen_at bigint,
    firmware text,
    contract integer,
    recipient text,
    clock text,
    plan jsonb,
    desired_version integer not null default 0,
    desired jsonb,
    desired_hash text,
    reported jsonb,
    inventory jsonb
  )`,
  `create index edges_site on edges (site)`,
  `create table edge_secrets (
    edge text not null references edges on delete cascade,
    name text not null,
    stored text not null,
    sealed text,
    recipient text,
    primary key (edge, name)
  )`,
  `create table enrolment_tokens (
    hash text primary key,
    edge text not null references edges on delete cascade,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint
  )`,
  `create table edge_certificates (
    serial text primary key,
    edge text not null references edges on delete cascade,
    issued_at bigint not null,
    expires_at bigint not null,
    revoked_at bigint
  )`,
  `create index edge_certificates_edge on edge_certificates (edge)`,
  `create table commands (
    id uuid primary key,
    edge text not null references edges on delete cascade,
    verb text not null,
    args jsonb not null,
    issued_at bigint not null,
    expires_at bigint not null,
    ttl_ms integer not null,
    state text not null check (state in ('queued', 'sent', 'done', 'failed', 'expired')),
    session uuid,
    error_code text,
    error_message text
  )`,
  `create index commands_open on commands (edge, id) where state in ('queued', 'sent')`,
  `create table artifacts (
    name text not null,
    version integer not null,
    revision bigint not null,
    sha256 text not null,
    bytes bigint not null,
    content bytea not null,
    made_at bigint not null,
    primary key (name, version)
  )`,
  // Digests do not compress, and an uncompressed column can be read in parts.
  `alter table artifacts alter column content set storage external`,
  `create table contract_violations (
    id bigint primary key generated always as identity,
    at bigint not null,
    edge text not null,
    topic text not null,
    code text not null,
    problem text not null,
    sample text not null
  )`,
];

/** Sites, boxes, their enrolment, wishes, secrets, commands and artifacts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
