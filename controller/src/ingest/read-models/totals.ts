import { liveAnswers, reachedPerson } from '@branchline/shared';
import type { ClickHouse } from '../clickhouse.ts';
import { outcomeIn, siteCondition, type SiteScope } from './scope.ts';

/** Counts since an instant, by when calls and attempts started. */
export interface Totals {
  readonly calls: number;
  /** Calls that reached a person, abandoned ones not included. */
  readonly answered: number;
  /** Outbound calls that had an agent or should have had one, and those of them that had none in time. */
  readonly live: number;
  readonly abandoned: number;
  /** Attempts that were dialed. */
  readonly attempts: number;
  /** Attempts the gate let no call out for. */
  readonly refused: number;
}

export interface SiteTotals {
  readonly overall: Totals;
  /** Sites without rows are absent. */
  readonly sites: Readonly<Record<string, Totals>>;
}

const none: Totals = { calls: 0, answered: 0, live: 0, abandoned: 0, attempts: 0, refused: 0 };

/**
 * What has happened since an instant, overall and per site.
 * @param since epoch ms of the business clock
 * @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function readTotals(
  clickHouse: ClickHouse,
  since: number,
  scope: SiteScope,
): Promise<SiteTotals> {
  const sites = siteCondition(scope);
  const condition = `started_at >= fromUnixTimestamp64Milli({since:Int64}) AND ${sites.sql}`;
  const rows = await clickHouse.query<Totals & { site: string }>(
    `SELECT site, sum(calls) AS calls, sum(answered) AS answered, sum(live) AS live,
            sum(abandoned) AS abandoned, sum(attempts) AS attempts, sum(refused) AS refused
     FROM (
       SELECT site, count() AS calls, countIf(${outcomeIn(reachedPerson)}) AS answered,
              countIf(direction = 'outbound' AND ${outcomeIn(liveAnswers)}) AS live,
              countIf(direction = 'outbound' AND outcome = 'ABANDONED') AS abandoned, 0 AS attempts, 0 AS refused
       FROM ${clickHouse.database}.calls_unique WHERE ${condition} GROUP BY site
       UNION ALL
       SELECT site, 0, 0, 0, 0, countIf(outcome != 'REFUSED'), countIf(outcome = 'REFUSED')
       FROM ${clickHouse.database}.attempts_unique WHERE ${condition} GROUP BY site
     )
     GROUP BY site ORDER BY site`,
    { since, ...sites.params },
  );
  return {
    overall: rows.reduce<Totals>((sum, row) => add(sum, row), none),
    sites: Object.fromEntries(rows.map((row) => [row.site, add(none, row)])),
  };
}

function add(a: Totals, b: Totals): Totals {
  return {
    calls: a.calls + b.calls,
    answered: a.answered + b.answered,
    live: a.live + b.live,
    abandoned: a.abandoned + b.abandoned,
    attempts: a.attempts + b.attempts,
    refused: a.refused + b.refused,
  };
}
