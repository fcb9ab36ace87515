import type { Kysely } from 'kysely';
import {
  BranchlineError,
  localDay,
  mostEvidenceDays,
  type AbandonedCalls,
  type AbandonedCallsFilter,
  type Clock,
} from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import { readAnswers, type ClickHouse, type SiteScope } from '../ingest/index.ts';

export interface EvidenceSources {
  readonly db: Kysely<Tables>;
  readonly clickHouse: ClickHouse;
  readonly business: Clock;
}

const dayMs = 86_400_000;
const usualDays = 30;

/**
 * The evidence about abandoned calls at the sites of a scope, each site by the days of its own zone.
 * @throws BranchlineError `BL_API_INVALID` when the days are out of order or too many, `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function readAbandonedCalls(
  { db, clickHouse, business }: EvidenceSources,
  filter: AbandonedCallsFilter,
  scope: SiteScope,
): Promise<AbandonedCalls> {
  const at = business.now();
  const known = await db.selectFrom('sites').select(['id', 'zone']).orderBy('id').execute();
  const sites = known.filter(
    ({ id }) => (filter.site === undefined || id === filter.site) && (scope === 'all' || scope.includes(id)),
  );
  const zones = Map.groupBy(sites, ({ zone }) => zone);
  const { from, to } = daysOf(filter, [...zones.keys()].map((zone) => localDay(at, zone)).toSorted());
  const found = await Promise.all(
    [...zones].map(([zone, own]) =>
      readAnswers(clickHouse, {
        from,
        to,
        zone,
        sites: own.map(({ id }) => id),
        ...(filter.campaign !== undefined && { campaign: filter.campaign }),
      }),
    ),
  );
  const days = found.flat().toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  return {
    at,
    from,
    to,
    days,
    campaigns: await namesOf(db, [...new Set(days.map(({ campaign }) => campaign))]),
  };
}

/** The days that are asked for, checked. @param todays what day it is in each zone, in order */
function daysOf(filter: AbandonedCallsFilter, todays: readonly string[]): { from: string; to: string } {
  const to = filter.to ?? todays.at(-1) ?? '1970-01-01';
  const end = instantOf(to);
  const from = filter.from ?? localDay(end - (usualDays - 1) * dayMs, 'UTC');
  const span = (end - instantOf(from)) / dayMs + 1;
  if (span < 1) throw invalid('/from', `${from} is after ${to}`);
  if (span > mostEvidenceDays)
    throw invalid('/from', `${span} days; ask for at most ${mostEvidenceDays} at once`);
  return { from, to };
}

function instantOf(day: string): number {
  const instant = Date.parse(`${day}T00:00:00Z`);
  // JavaScript rolls some impossible days over, and calls others not a number.
  if (Number.isNaN(instant) || localDay(instant, 'UTC') !== day) throw invalid('/day', `${day} is not a day`);
  return instant;
}

function invalid(place: string, problem: string): BranchlineError {
  return new BranchlineError('BL_API_INVALID', { place, problem });
}

async function namesOf(db: Kysely<Tables>, ids: readonly string[]): Promise<Record<string, string>> {
  if (ids.length === 0) return {};
  const rows = await db.selectFrom('campaigns').select(['id', 'name']).where('id', 'in', ids).execute();
  return Object.fromEntries(rows.map(({ id, name }) => [id, name]));
}
