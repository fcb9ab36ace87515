import { pickedUp, type BestHours } from '@branchline/shared';
import type { ClickHouse } from '../clickhouse.ts';
import { outcomeIn } from './scope.ts';

const daysShown = 30;

/**
 * When people answered a campaign in the last 30 days, by weekday and hour as the clock of each site shows them.
 * @param sites the sites that are counted, with their zones
 * @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function readBestHours(
  clickHouse: ClickHouse,
  campaign: string,
  sites: readonly { readonly id: string; readonly zone: string }[],
  now: number,
): Promise<BestHours['hours']> {
  const zones = Map.groupBy(sites, ({ zone }) => zone);
  const found = await Promise.all(
    [...zones].map(([zone, own]) =>
      clickHouse.query<BestHours['hours'][number]>(
        `SELECT toDayOfWeek(started_at, 0, {zone:String}) AS weekday, toHour(started_at, {zone:String}) AS hour,
                count() AS dialed, countIf(${outcomeIn(pickedUp)}) AS answered
         FROM ${clickHouse.database}.attempts_unique
         WHERE campaign = {campaign:UUID} AND outcome != 'REFUSED' AND has({sites:Array(String)}, site)
           AND started_at > fromUnixTimestamp64Milli({since:Int64})
         GROUP BY weekday, hour`,
        { campaign, zone, sites: own.map(({ id }) => id), since: now - daysShown * 86_400_000 },
      ),
    ),
  );
  const sums = Map.groupBy(found.flat(), ({ weekday, hour }) => weekday * 24 + hour);
  return [...sums.values()]
    .map((rows) =>
      rows.reduce((sum, row) => ({
        ...sum,
        dialed: sum.dialed + row.dialed,
        answered: sum.answered + row.answered,
      })),
    )
    .toSorted((a, b) => a.weekday - b.weekday || a.hour - b.hour);
}
