import {
  liveAnswers,
  reachedPerson,
  serviceLevelSeconds,
  type Wallboard,
  type WallboardFigures,
} from '@branchline/shared';
import type { ClickHouse } from '../clickhouse.ts';
import { outcomeIn, siteCondition, type SiteScope } from './scope.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

interface Row extends WallboardFigures {
  /** 0 today, 1 yesterday. */
  day: number;
  hour: number;
  site: string;
  /** Before the present time of day. */
  past: number;
  calls: number;
}

const nothing: WallboardFigures = {
  attempts: 0,
  answered: 0,
  live: 0,
  abandoned: 0,
  offered: 0,
  taken: 0,
  takenInTime: 0,
  handled: 0,
  talkMs: 0,
  wrapUpMs: 0,
};

/** The parts of a day's figures, and the columns of a query that gives some of them. */
const columns = Object.keys(nothing) as (keyof WallboardFigures)[];

/**
 * Today against yesterday, by when calls and attempts began and wrap-ups ended.
 * @param midnight beginning of today, epoch ms of the business clock
 * @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function readWallboard(
  clickHouse: ClickHouse,
  midnight: number,
  now: number,
  scope: SiteScope,
): Promise<Omit<Wallboard, 'at' | 'ageMs' | 'zone'>> {
  const sites = siteCondition(scope);
  const place = (time: string): string => `
    ${time} < fromUnixTimestamp64Milli({midnight:Int64}) AS day,
    intDiv(toUnixTimestamp64Milli(${time}) - {midnight:Int64} + day * ${dayMs}, ${hourMs}) AS hour,
    site, toUnixTimestamp64Milli(${time}) + day * ${dayMs} <= {now:Int64} AS past`;
  const part = (
    table: string,
    time: string,
    extra: string,
    figures: Partial<Record<keyof Row, string>>,
  ): string => `
    SELECT ${place(time)}, ${['calls', ...columns].map((name) => `${figures[name as keyof Row] ?? '0'} AS ${name}`).join(', ')}
    FROM ${clickHouse.database}.${table}_unique
    WHERE ${time} >= fromUnixTimestamp64Milli({midnight:Int64} - ${dayMs})
      AND ${time} <= fromUnixTimestamp64Milli({now:Int64}) AND ${sites.sql} ${extra}
    GROUP BY GROUPING SETS ((day, hour, past), (day, site))`;
  const span = 'greatest(0, toUnixTimestamp64Milli(t) - toUnixTimestamp64Milli(f))';
  const talk = `arraySum(arrayMap((k, f, t) -> if(k = 'agent', ${span}, 0), segments.kind, segments.from, segments.to))`;
  // Whoever went to an agent of another site is a caller of the site that they called, and that agent's work.
  const caller = `direction = 'inbound' AND guest_of = ''`;
  const inTime = `dateDiff('millisecond', started_at, assumeNotNull(bridged_at)) <= ${serviceLevelSeconds * 1000}`;
  const rows = await clickHouse.query<Row>(
    `${part('calls', 'started_at', '', {
      calls: 'count()',
      live: `countIf(direction = 'outbound' AND ${outcomeIn(liveAnswers)})`,
      abandoned: `countIf(direction = 'outbound' AND outcome = 'ABANDONED')`,
      offered: `countIf(${caller})`,
      taken: `countIf(${caller} AND bridged_at IS NOT NULL)`,
      takenInTime: `countIf(${caller} AND bridged_at IS NOT NULL AND ${inTime})`,
      handled: `countIf(bridged_at IS NOT NULL AND sent_to = '')`,
      talkMs: `sumIf(${talk}, sent_to = '')`,
    })}
     UNION ALL ${part('attempts', 'started_at', `AND outcome != 'REFUSED'`, {
       attempts: 'count()',
       answered: `countIf(${outcomeIn(reachedPerson)})`,
     })}
     UNION ALL ${part('agent_events', 'at', `AND from_state = 'wrap-up'`, { wrapUpMs: 'sum(held_ms)' })}`,
    { midnight, now, ...sites.params },
  );
  const sum = (of: readonly Row[]): WallboardFigures =>
    Object.fromEntries(
      columns.map((name) => [name, of.reduce((total, row) => total + row[name], 0)]),
    ) as unknown as WallboardFigures;
  // By hour, and by site: a row for each of both would be tens of thousands.
  const [bySite, byHour] = [rows.filter(({ site }) => site !== ''), rows.filter(({ site }) => site === '')];
  const hours = (day: number) =>
    Array.from({ length: 24 }, (_, hour) => {
      const own = byHour.filter((row) => row.day === day && row.hour === hour);
      return { calls: own.reduce((total, row) => total + row.calls, 0), handled: sum(own).handled };
    });
  return {
    today: sum(byHour.filter((row) => row.day === 0)),
    yesterday: sum(byHour.filter((row) => row.day === 1 && row.past === 1)),
    hours: { today: hours(0), yesterday: hours(1) },
    sites: [
      ...Map.groupBy(
        bySite.filter((row) => row.day === 0),
        ({ site }) => site,
      ),
    ]
      .map(([site, own]) => ({ site, today: sum(own) }))
      .toSorted((a, b) => a.site.localeCompare(b.site)),
  };
}
