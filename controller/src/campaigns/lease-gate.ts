import { sql, type Transaction } from 'kysely';
import {
  BranchlineError,
  callMemoryMs,
  firstAllowed,
  lineFaults,
  readPhoneNumber,
  type CallsMade,
  type CampaignSettings,
  type Consent,
  type LeadNumber,
  type NumberPlace,
} from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import { listedAmong } from './do-not-call.ts';
import type { JudgedNumber } from './lead-judgement.ts';

/** What the center knows of a branch that the gate asks about. */
export interface BranchFacts {
  /** Registered for lines there. */
  readonly callerIds: readonly string[];
  readonly emergencyNumbers: readonly string[];
}

/** The campaign's settings that the gate asks about. */
export type GatedSettings = Pick<
  CampaignSettings,
  | 'mode'
  | 'previewSeconds'
  | 'window'
  | 'attemptsCap'
  | 'leaseSeconds'
  | 'ringSeconds'
  | 'record'
  | 'callerId'
  | 'gate'
  | 'region'
>;

/** A lead that is to be lent, with the locks of its numbers taken. */
export interface GatedLead {
  readonly id: string;
  readonly numbers: readonly LeadNumber[];
  readonly attempts: number;
  readonly due_at: number;
  readonly consent: Consent | null;
}

/**
 * What the gate says about each number of each lead. Their locks must be held: whoever had one before has then reported its
 * calls, so that all calls to the number are known here and none is added before the lease ends.
 * @param before a number that may not be dialed until then is refused, business ms
 */
export async function askGate<L extends GatedLead>(
  trx: Transaction<Tables>,
  leads: readonly L[],
  wish: { campaign: string; settings: GatedSettings; branch: BranchFacts; now: number },
  before: number,
): Promise<{ readonly lead: L; readonly numbers: readonly JudgedNumber[] }[]> {
  const { campaign, settings, branch, now } = wish;
  const places = new Map<string, NumberPlace | undefined>();
  for (const { numbers } of leads)
    for (const { number } of numbers) places.set(number, placeOf(number, settings.region));
  const sought = [...places].map(([number, place]) => ({ number, region: place?.region }));
  const listed = await listedAmong(trx, sought, campaign);
  const calls = await callsTo(trx, [...places.keys()], now);
  const judge = (lead: L, entry: LeadNumber): JudgedNumber => {
    const made = calls.get(entry.number) ?? { calledAt: [] };
    const decision = firstAllowed(
      {
        number: entry.number,
        zones: entry.zones,
        attemptsMade: lead.attempts,
        dueAt: lead.due_at,
        leaseExpiresAt: now + settings.leaseSeconds * 1000,
        consent: lead.consent ?? undefined,
      },
      {
        now,
        // This clock is the one that all others follow.
        clock: 'trusted',
        campaign: { ...settings, status: 'running' },
        attemptsCap: settings.attemptsCap,
        ...branch,
        facts: places.get(entry.number),
        listed: listed.get(entry.number),
        calls: made,
      },
      before,
    );
    return { entry, calls: made, listed: listed.get(entry.number) ?? [], decision };
  };
  return leads.map((lead) => ({ lead, numbers: lead.numbers.map((entry) => judge(lead, entry)) }));
}

/** Calls to these numbers from all sites and campaigns, and those that no attempt made; faults of our lines never reached anybody. Newest first. */
async function callsTo(
  trx: Transaction<Tables>,
  numbers: readonly string[],
  now: number,
): Promise<Map<string, CallsMade>> {
  const { rows } = await sql<{ number: string; called: number[]; abandoned: number | null }>`
    select number, array_agg(started_at::float8 order by started_at desc) as called,
      (max(started_at) filter (where outcome = 'ABANDONED')) as abandoned
    from (select number, started_at, outcome from attempt_calls
      union all select number, started_at, outcome from other_calls) as made
    where number = any(${[...numbers]}) and started_at > ${now - callMemoryMs}
      and (outcome is null or outcome <> all(${[...lineFaults]}))
    group by number`.execute(trx);
  return new Map(
    rows.map(({ number, called, abandoned }) => [
      number,
      { calledAt: called, ...(abandoned !== null && { abandonedAt: abandoned }) },
    ]),
  );
}

function placeOf(number: string, region: string): NumberPlace | undefined {
  try {
    const { region: home, type, national } = readPhoneNumber(number, region);
    return { region: home, type, national };
  } catch (error) {
    if (error instanceof BranchlineError) return undefined;
    throw error;
  }
}
