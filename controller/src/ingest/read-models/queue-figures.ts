import type { FloorFigures, QueueFigures } from '@branchline/shared';
import type { ClickHouse } from '../clickhouse.ts';
import { siteCondition, type SiteScope } from './scope.ts';

const dayMs = 86_400_000;

interface Row extends QueueFigures {
  site: string;
  queue: string;
  /** 0 today, 1 yesterday until this time of day. */
  day: number;
}

const nothing: QueueFigures = { entered: 0, connected: 0, inTime: 0, abandoned: 0, elsewhere: 0 };

/**
 * What became of the callers of each queue, today against yesterday until the same time of day.
 * @param midnight beginning of today, epoch ms of the business clock
 * @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function readQueueFigures(
  clickHouse: ClickHouse,
  midnight: number,
  now: number,
  scope: SiteScope,
): Promise<FloorFigures['queues']> {
  const sites = siteCondition(scope);
  const instant = (text: string): string => `fromUnixTimestamp64Milli({${text}:Int64})`;
  const rows = await clickHouse.query<Row>(
    `SELECT site, queue, at < ${instant('midnight')} AS day,
       countIf(step = 'entered') AS entered, countIf(step = 'connected') AS connected,
       countIf(step = 'connected' AND waited_ms <= target_ms) AS inTime,
       countIf(step = 'abandoned') AS abandoned, countIf(step IN ('overflowed', 'called-back')) AS elsewhere
     FROM ${clickHouse.database}.queue_steps_unique
     WHERE (at BETWEEN ${instant('midnight')} AND ${instant('now')}
         OR at BETWEEN ${instant('dayBefore')} AND ${instant('nowBefore')}) AND ${sites.sql}
     GROUP BY site, queue, day ORDER BY site, queue`,
    { midnight, now, dayBefore: midnight - dayMs, nowBefore: now - dayMs, ...sites.params },
  );
  const figures = (of: readonly Row[], day: number): QueueFigures => {
    const found = of.find((row) => row.day === day);
    if (!found) return nothing;
    const { entered, connected, inTime, abandoned, elsewhere } = found;
    return { entered, connected, inTime, abandoned, elsewhere };
  };
  return [...Map.groupBy(rows, ({ site, queue }) => `${site} ${queue}`).values()].flatMap((of) => {
    const [first] = of;
    if (!first) return [];
    return { site: first.site, queue: first.queue, today: figures(of, 0), yesterday: figures(of, 1) };
  });
}
