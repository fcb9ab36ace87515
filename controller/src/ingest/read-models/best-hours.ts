import { pickedUp, type BestHours } from '@branchline/shared';
import type { ClickHouse } from '../clickhouse.ts';
import { outcomeIn } from './scope.ts';

const daysShown = 30;

/**
 * When people answered a campaign in the last 30 days, by weekday and hour as their own clock shows them, and as the clock of the site
 * does where theirs is not known.
 * @param sites the sites that are counted, with their zones
 * @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function readBestHours(
  clickHouse: ClickHouse,
  campaign: string,
  sites: readonly { readonly id: string; readonly zone: string }[],
  now: number,
): Promise<BestHours['hours']> {
  const params = { campaign, since: now - daysShown * 86_400_000 };
  const counted = `campaign = {campaign:UUID} AND outcome != 'REFUSED' AND has({sites:Array(String)}, site)
           AND started_at > fromUnixTimestamp64Milli({since:Int64})`;
  const known = await clickHouse.query<{ zone: string }>(
    `SELECT DISTINCT zone FROM ${clickHouse.database}.attempts_unique WHERE ${counted}`,
    { ...params, sites: sites.map(({ id }) => id) },
  );
  const clocks = [
    ...known.filter(({ zone }) => zone !== '').map(({ zone }) => ({ zone, callee: zone, own: sites })),
    ...[...Map.groupBy(sites, ({ zone }) => zone)].map(([zone, own]) => ({ zone, callee: '', own })),
  ];
  const found = await Promise.all(
    clocks.map(({ zone, callee, own }) =>
      clickHouse.query<BestHours['hours'][number]>(
        `SELECT toDayOfWeek(started_at, 0, {clock:String}) AS weekday, toHour(started_at, {clock:String}) AS hour,
                count() AS dialed, countIf(${outcomeIn(pickedUp)}) AS answered
         FROM ${clickHouse.database}.attempts_unique
         WHERE ${counted} AND zone = {callee:String}
         GROUP BY weekday, hour`,
        { ...params, clock: zone, callee, sites: own.map(({ id }) => id) },
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
