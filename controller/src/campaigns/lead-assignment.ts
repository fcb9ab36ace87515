import { sql, type Transaction } from 'kysely';
import {
  isInsideWindow,
  nextInsideWindow,
  type CallingWindow,
  type CampaignSettings,
  type IdSource,
  type Lease,
  type LeadNumber,
  type LeasedLead,
} from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import { listedAmong } from './do-not-call.ts';

/** Leads in one lease (contract). */
export const mostLeads = 100;
/** Bytes of leads in one lease: below the contract's 128 KiB with room for the head. */
const mostBytes = 110 * 1024;
/** A lead whose number is lent elsewhere is looked at again after this time, business ms: it must not block the others. */
const busyNumberMs = 5 * 60_000;
/** Leads are lent this long before their window opens, business ms, so that nobody waits at the opening. */
const headStartMs = 5 * 60_000;

/** What is lent to whom. */
export interface Assignment {
  readonly edge: string;
  readonly site: string;
  readonly campaign: string;
  readonly count: number;
  readonly settings: Pick<CampaignSettings, 'attemptsCap' | 'leaseSeconds'>;
  /** Keys of the zones that may be called now. */
  readonly openZones: readonly string[];
  /** The lease epoch in force. */
  readonly epoch: string;
  /** Business ms. */
  readonly now: number;
}

/** Zone keys of a list whose window is open, or opens in a moment. */
export function openZoneKeys(zoneKeys: readonly string[], window: CallingWindow, now: number): string[] {
  return zoneKeys.filter((key) => {
    const zones = key.split(',');
    if (isInsideWindow(window, now, zones)) return true;
    const opens = nextInsideWindow(window, now, zones);
    return opens !== undefined && opens <= now + headStartMs;
  });
}

interface Candidate {
  readonly id: string;
  readonly numbers: readonly LeadNumber[];
  readonly attempts: number;
  readonly due_at: number;
  readonly fields: Record<string, string>;
}

/**
 * Lends leads: claims due ones that nobody else is claiming, leaves out listed numbers, and takes the lock on every number
 * of a lead or none. @returns the ids of the new leases
 */
export async function assignLeads(
  trx: Transaction<Tables>,
  wish: Assignment,
  newId: IdSource,
): Promise<string[]> {
  const { rows: candidates } = await sql<Candidate>`
    select id, numbers, attempts, due_at, fields from leads
    where campaign = ${wish.campaign} and state = 'open' and due_at <= ${wish.now + headStartMs}
      and attempts < ${wish.settings.attemptsCap} and zone_key = any(${[...wish.openZones]})
    order by due_at, id limit ${wish.count} for update skip locked`.execute(trx);
  if (candidates.length === 0) return [];
  const callable = await withoutListed(trx, wish.campaign, candidates);
  const free = await lockNumbers(trx, callable, wish, newId);
  return issueLeases(trx, free, wish);
}

async function withoutListed(
  trx: Transaction<Tables>,
  campaign: string,
  candidates: readonly Candidate[],
): Promise<Candidate[]> {
  const numbers = candidates.flatMap((lead) => lead.numbers.map((entry) => entry.number));
  const listed = await listedAmong(trx, numbers, campaign);
  if (listed.size === 0) return [...candidates];
  const left = candidates.map((lead) => ({
    ...lead,
    numbers: lead.numbers.filter((entry) => !listed.has(entry.number)),
  }));
  const over = left.filter((lead) => lead.numbers.length === 0).map((lead) => lead.id);
  if (over.length > 0) {
    await trx
      .updateTable('leads')
      .set({ state: 'exhausted', reason: 'do-not-call' })
      .where('id', 'in', over)
      .execute();
  }
  return left.filter((lead) => lead.numbers.length > 0);
}

interface Lent {
  readonly lease: string;
  readonly lead: Candidate;
}

/** Takes the lock of every number of each lead; a lead of which one is taken waits for another time. */
async function lockNumbers(
  trx: Transaction<Tables>,
  candidates: readonly Candidate[],
  wish: Assignment,
  newId: IdSource,
): Promise<Lent[]> {
  const planned = intoLeases(candidates, newId);
  // Sorted, so that two controllers that overlap wait for each other in one order.
  const wanted = planned
    .flatMap(({ lease, lead }) => lead.numbers.map(({ number }) => ({ number, lease, lead: lead.id })))
    .toSorted((a, b) => (a.number < b.number ? -1 : 1));
  if (wanted.length === 0) return [];
  const { rows } = await sql<{ number: string; lead: string }>`
    insert into leased_numbers (number, lease, lead)
    select * from unnest(${wanted.map((w) => w.number)}::text[], ${wanted.map((w) => w.lease)}::uuid[], ${wanted.map((w) => w.lead)}::uuid[])
    on conflict (number) do nothing returning number, lead`.execute(trx);
  const taken = new Map<string, number>();
  for (const { lead } of rows) taken.set(lead, (taken.get(lead) ?? 0) + 1);
  const whole = planned.filter(({ lead }) => taken.get(lead.id) === lead.numbers.length);
  const blocked = planned.filter(({ lead }) => taken.get(lead.id) !== lead.numbers.length);
  if (blocked.length > 0) {
    const busy = blocked.map(({ lead }) => lead.id);
    await trx
      .deleteFrom('leased_numbers')
      .where(
        'lease',
        'in',
        blocked.map(({ lease }) => lease),
      )
      .where('lead', 'in', busy)
      .execute();
    await trx
      .updateTable('leads')
      .set({ due_at: wish.now + busyNumberMs })
      .where('id', 'in', busy)
      .execute();
  }
  return whole;
}

/** Cuts leads into leases that fit the contract. */
function intoLeases(leads: readonly Candidate[], newId: IdSource): Lent[] {
  let lease = newId();
  let count = 0;
  let bytes = 0;
  return leads.map((lead) => {
    const size = Buffer.byteLength(JSON.stringify(leasedLead(lead))) + 1;
    if (count === mostLeads || (count > 0 && bytes + size > mostBytes)) {
      lease = newId();
      count = 0;
      bytes = 0;
    }
    count++;
    bytes += size;
    return { lease, lead };
  });
}

function leasedLead(lead: Candidate): LeasedLead {
  return {
    id: lead.id,
    numbers: [...lead.numbers],
    attemptsMade: lead.attempts,
    dueAt: lead.due_at,
    fields: lead.fields,
  };
}

async function issueLeases(
  trx: Transaction<Tables>,
  lent: readonly Lent[],
  wish: Assignment,
): Promise<string[]> {
  const ids = [...new Set(lent.map(({ lease }) => lease))];
  const expiresAt = wish.now + wish.settings.leaseSeconds * 1000;
  for (const id of ids) {
    const leads = lent.filter(({ lease }) => lease === id).map(({ lead }) => lead);
    const payload: Lease = {
      id,
      epoch: wish.epoch,
      campaign: wish.campaign,
      issuedAt: wish.now,
      expiresAt,
      leads: leads.map(leasedLead),
      budgets: { attemptsPerLead: wish.settings.attemptsCap },
    };
    await trx
      .insertInto('leases')
      .values({
        id,
        epoch: wish.epoch,
        edge: wish.edge,
        site: wish.site,
        campaign: wish.campaign,
        issued_at: wish.now,
        expires_at: expiresAt,
        state: 'issued',
        leads: leads.length,
        payload: JSON.stringify(payload),
        sent_at: null,
        how: null,
        after_attempt: null,
        ledger: null,
      })
      .execute();
    await sql`update leads set state = 'leased', lease = ${id} where id = any(${leads.map((lead) => lead.id)}::uuid[])`.execute(
      trx,
    );
  }
  return ids;
}
