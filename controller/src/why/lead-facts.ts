import type { Kysely } from 'kysely';
import type { LeadFacts, Outcome, WhyAttempt, WhyCampaign, WhyListing } from '@branchline/shared';
import { campaignVisible, type Campaign } from '../campaigns/index.ts';
import type { Tables } from '../database/index.ts';
import { covers, type Scope } from '../people/index.ts';

/** A lead with what PostgreSQL knows of it. */
export type StoredLead = Omit<LeadFacts, 'lendingBlockedUntil' | 'recordsAway' | 'now'> & {
  /** Its first number, as the list had it. */
  readonly number: string;
  readonly createdAt: number;
};

/** A campaign as far as it decides. */
export function whyCampaignOf({ id, status, settings }: Campaign): WhyCampaign {
  const { name, window, sites, attemptsCap } = settings;
  return { id, name, status, window, sites, attemptsCap };
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
  const visible = new Map(
    (await campaigns([...new Set(rows.map(({ campaign }) => campaign))]))
      .filter(({ settings }) => campaignVisible(scope, settings))
      .map((campaign) => [campaign.id, whyCampaignOf(campaign)]),
  );
  const seen = rows.filter(({ campaign }) => visible.has(campaign));
  const numbers = seen.flatMap((row) => row.numbers.map(({ number }) => number));
  const [lent, listed, attempts] = await Promise.all([
    readLent(db, numbers),
    readListings(db, numbers, [...visible.values()]),
    readCounted(
      db,
      seen.map(({ id }) => id),
    ),
  ]);
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
        dueAt: row.due_at,
        zones: row.numbers[0]?.zones ?? [],
        ...(row.reason !== null && { reason: row.reason }),
        ...(row.last_outcome !== null && { lastOutcome: row.last_outcome }),
        ...(row.last_attempt_at !== null && { lastAttemptAt: row.last_attempt_at }),
      },
      ...(row.expiresAt !== null && {
        lease: {
          expiresAt: row.expiresAt,
          ...(row.lentTo !== null && covers(scope, row.lentTo) && { site: row.siteName ?? row.lentTo }),
        },
      }),
      numberLent: lent.some(({ number, lead }) => lead !== row.id && own.has(number)),
      listed: listed.filter((each) => own.has(each.number) && holdsFor(each, row.campaign)).map(listingOf),
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

interface Listed {
  readonly number: string;
  /** `*` or a campaign's id. */
  readonly scope: string;
  readonly name?: string;
  readonly reason: string;
  readonly at: number;
}

/** Entries of the do-not-call list for all campaigns and for these. */
export async function readListings(
  db: Kysely<Tables>,
  numbers: readonly string[],
  campaigns: readonly Pick<WhyCampaign, 'id' | 'name'>[],
): Promise<Listed[]> {
  if (numbers.length === 0) return [];
  const names = new Map(campaigns.map(({ id, name }) => [id, name]));
  const rows = await db
    .selectFrom('do_not_call')
    .selectAll()
    .where('number', 'in', [...new Set(numbers)])
    .where('scope', 'in', ['*', ...names.keys()])
    .orderBy('scope')
    .execute();
  return rows.map(({ number, scope, reason, added_at: at }) => {
    const name = names.get(scope);
    return { number, scope, reason, at, ...(name !== undefined && { name }) };
  });
}

function holdsFor({ scope }: Listed, campaign: string): boolean {
  return scope === '*' || scope === campaign;
}

export function listingOf({ reason, at, name }: Listed): WhyListing {
  return { reason, at, ...(name !== undefined && { campaign: name }) };
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

/** Leads that a number belongs to, latest first: as the list had it, or as it is lent now. */
export async function findLeadsOf(db: Kysely<Tables>, numbers: readonly string[]): Promise<string[]> {
  const [listed, lent] = await Promise.all([
    db
      .selectFrom('leads')
      .select('id')
      .where('first_number', 'in', [...numbers])
      .orderBy('id', 'desc')
      .limit(20)
      .execute(),
    readLent(db, numbers),
  ]);
  return [...new Set([...listed.map(({ id }) => id), ...lent.map(({ lead }) => lead)])];
}
