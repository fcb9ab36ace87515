import { sql, type Kysely } from 'kysely';
import {
  dncForms,
  type LeadFacts,
  type Outcome,
  type WhyAttempt,
  type WhyCampaign,
  type WhyListing,
  type WhyRefusal,
} from '@branchline/shared';
import { readTyped } from '../calls/call-search.ts';
import { campaignVisible, everyCampaign, findPassedOver, type Campaign } from '../campaigns/index.ts';
import type { Tables } from '../database/index.ts';
import { covers, type Scope } from '../people/index.ts';

/** A lead with what PostgreSQL knows of it. */
export type StoredLead = Omit<LeadFacts, 'lendingBlockedUntil' | 'recordsAway' | 'now'> & {
  /** Its first number, as the list had it. */
  readonly number: string;
  readonly createdAt: number;
};

/** Leads of one number that are told of. */
const mostLeads = 20;

/** A campaign as far as it decides. */
export function whyCampaignOf({ id, status, settings }: Campaign): WhyCampaign {
  const { name, mode, window, sites, attemptsCap } = settings;
  return { id, name, status, mode, window, sites, attemptsCap };
}

/**
 * Leads of campaigns that somebody may see, as PostgreSQL knows them; a site out of the scope is not named.
 * @param campaigns every campaign of the leads that may be visible
 */
export async function readLeads(
  db: Kysely<Tables>,
  ids: readonly string[],
  campaigns: (ids: readonly string[]) => Promise<readonly Campaign[]>,
  scope: Scope,
): Promise<StoredLead[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('leads')
    .leftJoin('leases', 'leases.id', 'leads.lease')
    .leftJoin('sites', 'sites.id', 'leases.site')
    .selectAll('leads')
    .select(['leases.site as lentTo', 'sites.name as siteName', 'leases.expires_at as expiresAt'])
    .where('leads.id', 'in', [...ids])
    .orderBy('leads.id', 'desc')
    .execute();
  const seenCampaigns = (await campaigns([...new Set(rows.map(({ campaign }) => campaign))])).filter(
    ({ settings }) => campaignVisible(scope, settings),
  );
  const visible = new Map(seenCampaigns.map((campaign) => [campaign.id, whyCampaignOf(campaign)]));
  const seen = rows.filter(({ campaign }) => visible.has(campaign));
  const numbers = seen.flatMap((row) => row.numbers.map(({ number }) => number));
  const known = seen.map(({ id }) => id);
  const [lent, listed, refusals, attempts] = await Promise.all([
    readLent(db, numbers),
    readListings(db, numbers, [...visible.values()]),
    readRefusals(db, known),
    readCounted(db, known),
  ]);
  const passedOver = new Map<string, 'filter' | 'list'>();
  for (const { id, settings } of seenCampaigns)
    for (const [lead, why] of await findPassedOver(db, id, settings, known)) passedOver.set(lead, why);
  return seen.map((row): StoredLead => {
    const own = new Set(row.numbers.map(({ number }) => number));
    return {
      number: row.first_number,
      createdAt: row.created_at,
      campaign: visible.get(row.campaign)!,
      lead: {
        id: row.id,
        state: row.state,
        attempts: row.attempts,
        dueAt: row.callback_at ?? row.due_at,
        zones: row.numbers[0]?.zones ?? [],
        ...(row.reason !== null && { reason: row.reason }),
        held: row.refused_under !== null,
        ...(row.last_outcome !== null && { lastOutcome: row.last_outcome }),
        ...(row.last_attempt_at !== null && { lastAttemptAt: row.last_attempt_at }),
      },
      ...(row.expiresAt !== null && {
        lease: {
          expiresAt: row.expiresAt,
          ...(row.lentTo !== null && covers(scope, row.lentTo) && { site: row.siteName ?? row.lentTo }),
        },
      }),
      ...(passedOver.has(row.id) && { passedOver: passedOver.get(row.id)! }),
      numberLent: lent.some(({ number, lead }) => lead !== row.id && own.has(number)),
      listed: listed.filter((each) => concerns(each, own, row.campaign)),
      refusals: refusals.get(row.id) ?? [],
      attempts: attempts.get(row.id) ?? [],
    };
  });
}

function readLent(db: Kysely<Tables>, numbers: readonly string[]) {
  return numbers.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('leased_numbers')
        .select(['number', 'lead'])
        .where('number', 'in', [...numbers])
        .execute();
}

interface Listed extends WhyListing {
  /** As it is listed: a number, or how numbers begin. */
  readonly number: string;
  /** `*`, a campaign's id, or the region whose register it is. */
  readonly scope: string;
}

/** Entries of the do-not-call list that concern numbers: for all campaigns, for these, and in the registers of their regions. */
export async function readListings(
  db: Kysely<Tables>,
  numbers: readonly string[],
  campaigns: readonly Pick<WhyCampaign, 'id' | 'name'>[],
): Promise<Listed[]> {
  if (numbers.length === 0) return [];
  const names = new Map(campaigns.map(({ id, name }) => [id, name]));
  const regions = numbers.flatMap((number) => readTyped(number)?.region ?? []);
  const rows = await db
    .selectFrom('do_not_call')
    .selectAll()
    .where('number', 'in', [...new Set(numbers.flatMap((number) => dncForms(number)))])
    .where('scope', 'in', [everyCampaign, ...names.keys(), ...new Set(regions)])
    .orderBy('scope')
    .execute();
  return rows.map(({ number, scope, reason, added_at: at }) => {
    const campaign = names.get(scope);
    const held = campaign === undefined ? { register: scope } : { campaign };
    return { number, scope, reason, at, ...(scope !== everyCampaign && held) };
  });
}

/** Whether an entry concerns one of a lead's numbers in its campaign. */
function concerns(entry: Listed, numbers: ReadonlySet<string>, campaign: string): boolean {
  const inScope = entry.campaign === undefined || entry.scope === campaign;
  return inScope && [...numbers].some((number) => dncForms(number).includes(entry.number));
}

/** The latest refusals of the gate where leads are lent. */
async function readRefusals(
  db: Kysely<Tables>,
  leads: readonly string[],
): Promise<Map<string, WhyRefusal[]>> {
  if (leads.length === 0) return new Map();
  const rows = await db
    .selectFrom('gate_refusals')
    .select(['lead', 'rule', 'at', 'until'])
    .where('lead', 'in', [...leads])
    // What branches refused stands in their attempts.
    .where('branch', '=', false)
    .orderBy('at', 'desc')
    .execute();
  const told = (row: { rule: string; at: number; until: number | null }): WhyRefusal => ({
    rule: row.rule,
    at: row.at,
    ...(row.until !== null && { until: row.until }),
  });
  return new Map([...Map.groupBy(rows, ({ lead }) => lead)].map(([lead, own]) => [lead, own.map(told)]));
}

/** Attempts as they were counted, latest first: without line and agent. */
async function readCounted(db: Kysely<Tables>, leads: readonly string[]): Promise<Map<string, WhyAttempt[]>> {
  if (leads.length === 0) return new Map();
  const rows = await db
    .selectFrom('attempts')
    .select(['lead', 'ordinal', 'outcome', 'ended_at as at'])
    .where('lead', 'in', [...leads])
    .orderBy('ended_at', 'desc')
    .execute();
  const told = (row: { at: number; ordinal: number; outcome: Outcome }): WhyAttempt => ({
    at: row.at,
    ordinal: row.ordinal,
    outcome: row.outcome,
  });
  return new Map([...Map.groupBy(rows, ({ lead }) => lead)].map(([lead, own]) => [lead, own.map(told)]));
}

/** Leads that a number belongs to, latest first: by their list, by any number they still have, or as it is lent now. */
export async function findLeadsOf(db: Kysely<Tables>, numbers: readonly string[]): Promise<string[]> {
  const [listed, further, lent] = await Promise.all([
    db
      .selectFrom('leads')
      .select('id')
      .where('first_number', 'in', [...numbers])
      .orderBy('id', 'desc')
      .limit(mostLeads)
      .execute(),
    // In the words of the index `leads_numbers`: ordered after it was asked, or PostgreSQL would walk over all leads by their ids.
    sql<{ id: string }>`
      with found as materialized (select id from leads
        where (jsonb_array_length(numbers) > 1 or numbers #>> '{0,number}' <> first_number)
          and jsonb_path_query_array(numbers, '$[*].number') ?| ${[...numbers]}::text[])
      select id from found order by id desc limit ${mostLeads}`.execute(db),
    readLent(db, numbers),
  ]);
  const ids = [...listed, ...further.rows].map(({ id }) => id);
  return [...new Set([...ids, ...lent.map(({ lead }) => lead)])];
}
