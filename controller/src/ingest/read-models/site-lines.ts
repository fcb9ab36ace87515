import {
  reachedPerson,
  type LineFaultView,
  type LinePoint,
  type LineTotal,
  type SiteLines,
} from '@branchline/shared';
import type { ClickHouse } from '../clickhouse.ts';
import { outcomeIn } from './scope.ts';

const dayMs = 86_400_000;
const stepMs = 10 * 60_000;

/** A row without the columns that are null. */
type Nullable<T> = { [K in keyof T]: T[K] | null };

/**
 * The last day of the lines of a site: the worst of each ten minutes, what was wrong, what went over them.
 * @param now epoch ms of the business clock
 * @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function readSiteLines(clickHouse: ClickHouse, site: string, now: number): Promise<SiteLines> {
  const { database } = clickHouse;
  const from = now - dayMs;
  const params = { site, from, now };
  const within = (column: string): string =>
    `${column} >= fromUnixTimestamp64Milli({from:Int64}) AND ${column} <= fromUnixTimestamp64Milli({now:Int64}) AND site = {site:String}`;
  const [points, faults, totals] = await Promise.all([
    clickHouse.query<Nullable<LinePoint>>(
      `SELECT intDiv(toUnixTimestamp64Milli(m.at), ${stepMs}) * ${stepMs} AS at, m.edge AS edge, m.line AS line, max(m.in_use) AS inUse,
         min(m.signal) AS signal, argMax(m.balance, m.at) AS balance, max(m.slips_per_hour) AS slipsPerHour, sum(m.down_ms) AS downMs
       FROM ${database}.line_minutes_unique AS m WHERE ${within('m.at')} GROUP BY at, edge, line ORDER BY line, at`,
      params,
    ),
    // A fault that began before the day and lasts is not there; the live picture has it.
    clickHouse.query<Nullable<LineFaultView>>(
      `SELECT edge, JSONExtractString(detail, 'line') AS line, JSONExtractString(detail, 'fault') AS fault,
         JSONExtractInt(detail, 'openedAt') AS openedAt,
         maxIf(toUnixTimestamp64Milli(e.at), JSONExtractString(detail, 'state') = 'closed') AS closed,
         if(closed = 0, NULL, closed) AS closedAt, argMin(JSONExtractString(detail, 'reason'), e.at) AS reason
       FROM ${database}.events_unique AS e WHERE ${within('e.at')} AND type = 'line-fault'
       GROUP BY edge, line, fault, openedAt ORDER BY openedAt DESC LIMIT 200`,
      params,
    ),
    clickHouse.query<Nullable<LineTotal>>(
      `SELECT edge, line, countIf(direction = 'outbound') AS calls,
         countIf(direction = 'outbound' AND ${outcomeIn(reachedPerson)}) AS answered, countIf(direction = 'inbound') AS inbound,
         toUInt64(sumIf(dateDiff('millisecond', c.answered_at, c.ended_at), direction = 'outbound' AND c.answered_at IS NOT NULL)) AS talkMs,
         sum(c.cost) AS cost, anyIf(currency, currency != '') AS currency
       FROM ${database}.calls_unique AS c WHERE ${within('c.started_at')} GROUP BY edge, line ORDER BY edge, line`,
      params,
    ),
  ]);
  return {
    from,
    to: now,
    stepMs,
    points: points.map((row) => present<LinePoint>(row)),
    faults: faults.map(({ edge, line, fault, reason, openedAt, closedAt }) =>
      present<LineFaultView>({ edge, line, fault, reason, openedAt, closedAt }),
    ),
    totals: totals
      .filter(({ line }) => line !== '')
      .map(({ currency, cost, ...row }) =>
        present<LineTotal>({ ...row, ...(currency ? { currency, cost: cost ?? 0 } : {}) }),
      ),
  };
}

/** The query fills every column that must be there; the others are left out where they are null. */
function present<T>(row: object): T {
  return Object.fromEntries(
    Object.entries(row).filter(([, value]) => value !== null && value !== undefined),
  ) as T;
}
