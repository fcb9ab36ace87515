import { sql, type Kysely } from 'kysely';

const statements = [
  `create table campaigns (
    id uuid primary key,
    name text not null,
    status text not null check (status in ('draft', 'running', 'paused', 'stopped')),
    settings jsonb not null,
    created_at bigint not null,
    changed_at bigint not null
  )`,
  `create table campaign_zones (
    campaign uuid not null references campaigns on delete cascade,
    zone_key text not null,
    primary key (campaign, zone_key)
  )`,
  `create table imports (
    id uuid primary key,
    campaign uuid not null references campaigns on delete cascade,
    file text not null,
    state text not null check (state in ('running', 'done', 'failed')),
    started_at bigint not null,
    ended_at bigint,
    bytes_read bigint not null,
    bytes_total bigint,
    rows bigint not null,
    imported bigint not null,
    duplicates bigint not null,
    rejected bigint not null,
    error jsonb,
    header jsonb
  )`,
  // At most one import of a campaign at a time: two would wait for each other's rows to compare numbers.
  `create unique index imports_running on imports (campaign) where state = 'running'`,
  `create table import_errors (
    import uuid not null references imports on delete cascade,
    row bigint not null,
    cells jsonb not null,
    reason text not null,
    primary key (import, row)
  )`,
  `create table leads (
    id uuid primary key,
    campaign uuid not null references campaigns on delete cascade,
    import uuid,
    state text not null check (state in ('open', 'leased', 'in-doubt', 'finished', 'exhausted')),
    numbers jsonb not null,
    first_number text not null,
    zone_key text not null,
    fields jsonb not null,
    attempts integer not null default 0,
    due_at bigint not null,
    lease uuid,
    last_outcome text,
    last_attempt_at bigint,
    reason text,
    final_state text check (final_state in ('finished', 'exhausted')),
    created_at bigint not null,
    unique (campaign, first_number),
    check ((lease is not null) = (state in ('leased', 'in-doubt')))
  )`,
  `create index leads_due on leads (campaign, due_at, id) where state = 'open'`,
  `create index leads_state on leads (campaign, state)`,
  `create index leads_lease on leads (lease) where lease is not null`,
  `create index leads_number on leads (first_number)`,
  `create table do_not_call (
    scope text not null,
    number text not null,
    reason text not null,
    added_at bigint not null,
    added_by text not null,
    primary key (number, scope)
  )`,
  `create table dnc_revision (one boolean primary key default true check (one), revision bigint not null)`,
  `insert into dnc_revision (revision) values (1)`,
  `create table lease_epochs (
    id uuid primary key,
    started_at bigint not null,
    reason text not null,
    blocked_until bigint
  )`,
  `create table lease_epoch_waits (
    epoch uuid not null references lease_epochs on delete cascade,
    edge text not null,
    primary key (epoch, edge)
  )`,
  `create table leases (
    id uuid primary key,
    epoch uuid not null,
    edge text not null,
    site text not null,
    campaign uuid not null,
    issued_at bigint not null,
    expires_at bigint not null,
    state text not null check (state in ('issued', 'stored', 'ended', 'settled')),
    leads integer not null,
    payload jsonb,
    sent_at bigint,
    how text,
    after_attempt bigint,
    ledger uuid,
    unworked jsonb
  )`,
  `create index leases_open on leases (edge, expires_at) where state <> 'settled'`,
  `create table leased_numbers (
    number text primary key,
    lease uuid not null,
    lead uuid not null
  )`,
  `create index leased_numbers_lead on leased_numbers (lead)`,
  `create table revocations (
    id uuid primary key,
    edge text not null,
    message jsonb not null,
    until bigint not null,
    session uuid
  )`,
  `create index revocations_edge on revocations (edge)`,
  `create table attempts (
    id uuid primary key,
    lead uuid not null,
    campaign uuid not null,
    lease uuid not null,
    edge text not null,
    ordinal integer not null,
    outcome text not null,
    ended_at bigint not null,
    assumed boolean not null default false
  )`,
  `create index attempts_lead on attempts (lead)`,
  `create table attempt_calls (
    call uuid primary key,
    attempt uuid not null,
    lead uuid not null,
    number text not null
  )`,
  `create table call_dispositions (
    call uuid primary key,
    edge text not null,
    agent text not null,
    code text not null,
    set_by text not null,
    at bigint not null
  )`,
  `create table restore_mark (one boolean primary key default true check (one), mark bigint not null)`,
  `insert into restore_mark (mark) values (0)`,
];

/** Campaigns, leads, imports, do-not-call, leases and what came back of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
