import type { EventRow, Outcome, WhyAttempt, WhyRefusedCall } from '@branchline/shared';
import type { ClickHouse } from '../clickhouse.ts';
import { siteCondition, type SiteScope } from './scope.ts';

/** Attempts of a lead that are told. */
const mostAttempts = 5;
/** How far back calls that were not let out are told, and how many. */
const refusedDays = 30;
const mostRefused = 10;
/** Leads that a number is looked for in. */
const mostLeads = 20;

/**
 * The last attempts of each lead, latest first.
 * @param since business ms before which none of the leads existed
 * @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function readLeadAttempts(
  clickHouse: ClickHouse,
  leads: readonly string[],
  since: number,
  scope: SiteScope,
): Promise<ReadonlyMap<string, readonly WhyAttempt[]>> {
  if (leads.length === 0) return new Map();
  const sites = siteCondition(scope);
  const rows = await clickHouse.query<{
    lead: string;
    at: number;
    ordinal: number;
    outcome: Outcome;
    rule: string;
    agent: string;
    line: string;
    call: string;
  }>(
    `SELECT toString(c.lead) AS lead, toUnixTimestamp64Milli(c.started_at) AS at, c.ordinal AS ordinal,
       c.outcome AS outcome, c.refusal_rule AS rule, c.agent AS agent,
       if(empty(c.tries.line), '', c.tries.line[-1]) AS line,
       if(empty(c.tries.id), '', toString(c.tries.id[-1])) AS call
     FROM ${clickHouse.database}.attempts_unique AS c
     WHERE c.started_at >= fromUnixTimestamp64Milli({since:Int64}) AND c.lead IN {leads:Array(UUID)}
       AND ${sites.sql}
     ORDER BY c.started_at DESC, c.id DESC LIMIT ${mostAttempts} BY c.lead`,
    { leads, since, ...sites.params },
  );
  const attempts = rows.map(({ lead, at, ordinal, outcome, ...texts }) => ({
    lead,
    attempt: {
      at,
      ordinal,
      outcome,
      ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')),
    },
  }));
  return new Map(
    [...Map.groupBy(attempts, ({ lead }) => lead)].map(([lead, own]) => [
      lead,
      own.map(({ attempt }) => attempt),
    ]),
  );
}

/**
 * The leads that were dialed under a number, whichever of theirs it is.
 * @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function findLeadsDialedAt(
  clickHouse: ClickHouse,
  numbers: readonly string[],
): Promise<string[]> {
  const rows = await clickHouse.query<{ lead: string }>(
    `SELECT DISTINCT toString(c.lead) AS lead FROM ${clickHouse.database}.attempts AS c
     WHERE c.number IN {numbers:Array(String)} ORDER BY lead DESC LIMIT ${mostLeads}`,
    { numbers },
  );
  return rows.map(({ lead }) => lead);
}

/**
 * Calls to a number that the gate did not let out and no attempt was made for, latest first.
 * @param now epoch ms of the business clock
 * @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function readRefusedCalls(
  clickHouse: ClickHouse,
  numbers: readonly string[],
  now: number,
  scope: SiteScope,
): Promise<WhyRefusedCall[]> {
  const sites = siteCondition(scope);
  const rows = await clickHouse.query<{ at: number; detail: string }>(
    `SELECT toUnixTimestamp64Milli(e.at) AS at, e.detail AS detail
     FROM ${clickHouse.database}.events_unique AS e
     WHERE e.at > fromUnixTimestamp64Milli({now:Int64}) - INTERVAL ${refusedDays} DAY AND e.type = 'gate-refused'
       AND JSONExtractString(e.detail, 'number') IN {numbers:Array(String)} AND ${sites.sql}
     ORDER BY e.at DESC, e.seq DESC LIMIT ${mostRefused}`,
    { numbers, now, ...sites.params },
  );
  return rows.map(({ at, detail }) => {
    // Rows were checked against the contract when they came in.
    const { what, call, rule, until } = JSON.parse(detail) as Extract<EventRow, { type: 'gate-refused' }>;
    return { at, what, call, rule, ...(until !== undefined && { until }) };
  });
}
