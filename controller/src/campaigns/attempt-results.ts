import { sql, type Transaction } from 'kysely';
import type { AttemptRow, CampaignSettings, LeadNumber, Outcome } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import { recordBranchRefusals } from './gate-refusals.ts';
import { afterAttempt, capReason, dueColumns, type Callback, type LeadBefore } from './lead-fate.ts';
import { zoneKeyOf } from './list-row.ts';
import { revokeNumbers } from './revocations.ts';

type Trx = Transaction<Tables>;
type LeadState = Tables['leads']['state'];

/** A lead as results are applied to it. */
export interface WorkedLead {
  readonly id: string;
  readonly campaign: string;
  readonly state: LeadState;
  readonly attempts: number;
  readonly numbers: readonly LeadNumber[];
  /** When anyone may call, and when somebody was promised to be called. */
  readonly due_at: number;
  readonly callback_at: number | null;
  readonly callback_edge: string | null;
  readonly callback_agent: string | null;
  readonly lease: string | null;
  readonly final_state: 'finished' | 'exhausted' | null;
  readonly reason: string | null;
  readonly refused_under: string | null;
  readonly last_outcome: Outcome | null;
  readonly last_attempt_at: number | null;
  readonly settings: CampaignSettings;
}

/**
 * The lead after one reported attempt.
 * @param counted whether the attempt had been counted by assumption because its edge was silent
 * @returns the lead, and whether it must be called back from where it was lent meanwhile
 */
export function applyResult(
  lead: WorkedLead,
  row: AttemptRow,
  counted: boolean,
): { readonly lead: WorkedLead; readonly callBack: boolean } {
  const fate = afterAttempt(beforeOf(lead), row, lead.settings, counted);
  // An assumed attempt that turns out to have been refused was none, and spends nothing.
  const wasNone = counted && row.outcome === 'REFUSED';
  const attempts = wasNone ? Math.max(0, lead.attempts - 1) : fate.attempts;
  const unspent = wasNone && lead.reason === capReason && attempts < lead.settings.attemptsCap;
  const facts = {
    attempts,
    // Nobody was called by a refusal.
    ...(row.outcome !== 'REFUSED' && {
      last_outcome: row.outcome,
      last_attempt_at: Math.max(lead.last_attempt_at ?? 0, row.endedAt),
    }),
  };
  if (lead.lease !== null && lead.lease !== row.lease) {
    // Lent again meanwhile: the fact is kept, and a lead that is over is called back.
    if (fate.state === 'open') return { lead: { ...lead, ...facts }, callBack: false };
    const reason = fate.reason ?? lead.reason;
    return {
      lead: { ...lead, ...facts, final_state: lead.final_state ?? fate.state, reason },
      callBack: true,
    };
  }
  // What the gate refused under settings that may change is not decided.
  const over = isOver(lead.state) && lead.refused_under === null && !unspent ? lead.state : undefined;
  const decided = lead.final_state ?? over;
  return {
    lead: {
      ...lead,
      ...facts,
      state: decided ?? fate.state,
      reason: decided === undefined ? (fate.reason ?? null) : lead.reason,
      numbers: fate.numbers,
      ...dueColumns(fate),
      lease: null,
      final_state: null,
      refused_under: null,
    },
    callBack: false,
  };
}

/** A lead as decisions about it see it. */
export function beforeOf(
  lead: Pick<WorkedLead, 'attempts' | 'numbers' | 'due_at' | 'callback_at'> & Callback,
): LeadBefore {
  const { attempts, numbers, due_at, callback_at, callback_edge, callback_agent } = lead;
  return {
    attempts,
    numbers,
    dueAt: callback_at ?? due_at,
    ...(callback_at !== null && { callback: { callback_edge, callback_agent } }),
  };
}

function isOver(state: LeadState): state is 'finished' | 'exhausted' {
  return state === 'finished' || state === 'exhausted';
}

/** An attempt and the box that reported it. */
export type ReportedAttempt = AttemptRow & { readonly edge: string };

/**
 * Applies reported attempts to their leads, each once whatever number of the stream it comes under. A handful of statements
 * however many there are.
 */
export async function applyAttempts(trx: Trx, rows: readonly ReportedAttempt[]): Promise<void> {
  if (rows.length === 0) return;
  const fresh = await withoutKnown(trx, rows);
  if (fresh.length === 0) return;
  const leads = await lockLeads(
    trx,
    fresh.map((row) => row.lead),
  );
  const counted = await record(trx, fresh);
  await recordBranchRefusals(trx, fresh);
  const callBack: WorkedLead[] = [];
  for (const row of fresh) {
    const lead = leads.get(row.lead);
    if (!lead) continue;
    // One assumption stands for one attempt.
    const result = applyResult(lead, row, counted.delete(`${row.lead} ${row.lease}`));
    leads.set(row.lead, result.lead);
    if (result.callBack) callBack.push(result.lead);
  }
  await writeLeads(trx, [...leads.values()]);
  for (const lead of callBack) {
    const numbers = lead.numbers.map((entry) => entry.number);
    await revokeNumbers(trx, numbers, lead.campaign, 'settled by a late report');
  }
}

/** A ledger that was rebuilt may send an attempt again under a new number. */
async function withoutKnown(trx: Trx, rows: readonly ReportedAttempt[]): Promise<ReportedAttempt[]> {
  const { rows: known } = await sql<{
    id: string;
  }>`select id from attempts where id = any(${rows.map((row) => row.id)}::uuid[])`.execute(trx);
  const seen = new Set(known.map((row) => row.id));
  return rows.filter((row) => !seen.has(row.id) && seen.add(row.id));
}

/** Leads by id, locked until the transaction ends; in the order of their ids, so that two batches cannot block each other. */
export async function lockLeads(trx: Trx, ids: readonly string[]): Promise<Map<string, WorkedLead>> {
  const { rows } = await sql<WorkedLead>`
    select l.id, l.campaign, l.state, l.attempts, l.numbers, l.due_at, l.callback_at, l.callback_edge, l.callback_agent,
      l.lease, l.final_state, l.reason, l.refused_under, l.last_outcome, l.last_attempt_at, c.settings
    from leads l join campaigns c on c.id = l.campaign
    where l.id = any(${[...ids]}::uuid[]) order by l.id for update of l`.execute(trx);
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * Writes attempts and their calls down in one statement, in the place of those that were assumed, and frees the numbers that
 * were lent for them. @returns leads and leases of the assumed ones
 */
async function record(trx: Trx, rows: readonly ReportedAttempt[]): Promise<Set<string>> {
  const attempts = rows.map(({ id, lead, campaign, lease, edge, ordinal, outcome, endedAt }) => ({
    id,
    lead,
    campaign,
    lease,
    edge,
    ordinal,
    outcome,
    ended_at: endedAt,
  }));
  const calls = rows.flatMap((row) =>
    row.tries.map((made) => ({
      call: made.id,
      attempt: row.id,
      lead: row.lead,
      number: made.number,
      started_at: made.startedAt,
      outcome: made.outcome,
    })),
  );
  // As arrays: of them PostgreSQL knows how many there are, and looks each up in the index.
  const made = sql`unnest(${rows.map((row) => row.lead)}::uuid[], ${rows.map((row) => row.lease)}::uuid[]) as made(lead, lease)`;
  const { rows: gone } = await sql<{ lead: string; lease: string }>`
    with stored as (insert into attempts (id, lead, campaign, lease, edge, ordinal, outcome, ended_at)
        select id, lead, campaign, lease, edge, ordinal, outcome, ended_at
        from jsonb_to_recordset(${JSON.stringify(attempts)}::jsonb)
          as r(id uuid, lead uuid, campaign uuid, lease uuid, edge text, ordinal int, outcome text, ended_at bigint)),
      called as (insert into attempt_calls (call, attempt, lead, number, started_at, outcome)
        select call, attempt, lead, number, started_at, outcome from jsonb_to_recordset(${JSON.stringify(calls)}::jsonb)
          as r(call uuid, attempt uuid, lead uuid, number text, started_at bigint, outcome text)
        on conflict do nothing),
      freed as (delete from leased_numbers n using ${made} where n.lead = made.lead and n.lease = made.lease),
          gone as (delete from attempts a using ${made}
      where a.lead = made.lead and a.lease = made.lease and a.assumed returning a.id, a.lead, a.lease),
      uncalled as (delete from attempt_calls c using gone where c.attempt = gone.id)
    select lead, lease from gone`.execute(trx);
  return new Set(gone.map(({ lead, lease }) => `${lead} ${lease}`));
}

/** Writes leads back as they stand. */
export async function writeLeads(trx: Trx, leads: readonly WorkedLead[]): Promise<void> {
  if (leads.length === 0) return;
  const rows = leads.map(({ settings: _settings, campaign: _campaign, ...lead }) => ({
    ...lead,
    zone_key: zoneKeyOf(lead.numbers[0]?.zones ?? []),
  }));
  await sql`update leads l set state = r.state, lease = r.lease, final_state = r.final_state, attempts = r.attempts,
      numbers = r.numbers, due_at = r.due_at, callback_at = r.callback_at, callback_edge = r.callback_edge,
      callback_agent = r.callback_agent, zone_key = r.zone_key, last_outcome = r.last_outcome,
      last_attempt_at = r.last_attempt_at, reason = r.reason, refused_under = r.refused_under
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r(id uuid, state text, lease uuid, final_state text, attempts int, numbers jsonb, due_at bigint, callback_at bigint, callback_edge text,
        callback_agent text, zone_key text, last_outcome text, last_attempt_at bigint, reason text, refused_under text)
    where l.id = r.id`.execute(trx);
}
