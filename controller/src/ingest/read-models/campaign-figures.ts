import { mostLines, pickedUp, reachedPerson, type CampaignView, type LineFigures } from '@branchline/shared';
import type { ClickHouse } from '../clickhouse.ts';
import { outcomeIn, siteCondition, type SiteScope } from './scope.ts';

/** The figures of a campaign that come from the records. */
export type CampaignFigures = Pick<
  CampaignView,
  'outcomes' | 'hours' | 'pace' | 'lines' | 'reach' | 'dispositions' | 'abandonRate'
>;

const hourMs = 3_600_000;
const hoursShown = 24;
const quarterMs = hourMs / 4;

/** What `PaceCounts` counts, of rows that fit a further condition. */
const paceColumns = (suffix = '', condition = '1'): string => `
  countIf(outcome != 'REFUSED' AND ${condition}) AS attempts${suffix},
  countIf(${outcomeIn(reachedPerson)} AND ${condition}) AS answered${suffix},
  countIf(outcome = 'ABANDONED' AND ${condition}) AS abandoned${suffix}`;

/**
 * A campaign's figures. `outcomes` counts all its attempts, refused ones too; `hours` are the last 24 full or begun hours,
 * empty ones included, and `lines` what went out in them on each line; `pace` looks back from now; `reach` counts leads, each
 * once however often it was dialed; `dispositions` counts each call's last one; `abandonRate` is abandoned /
 * (answered live, abandoned ones included), 0 when nobody was to have an agent.
 * @param now epoch ms of the business clock
 * @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function readCampaignFigures(
  clickHouse: ClickHouse,
  campaign: string,
  now: number,
  scope: SiteScope,
): Promise<CampaignFigures> {
  const [outcomes, hours, pace, lines, reach, dispositions] = await Promise.all([
    readOutcomes(clickHouse, campaign, scope),
    readHours(clickHouse, campaign, now, scope),
    readPace(clickHouse, campaign, now, scope),
    readLines(clickHouse, campaign, now, scope),
    readReach(clickHouse, campaign, scope),
    readDispositions(clickHouse, campaign, scope),
  ]);
  const abandoned = outcomes['ABANDONED'] ?? 0;
  const live = abandoned + (outcomes['ANSWERED'] ?? 0);
  return {
    outcomes,
    hours,
    pace,
    lines,
    reach,
    dispositions,
    abandonRate: live === 0 ? 0 : abandoned / live,
  };
}

async function readOutcomes(
  clickHouse: ClickHouse,
  campaign: string,
  scope: SiteScope,
): Promise<Record<string, number>> {
  const sites = siteCondition(scope);
  const rows = await clickHouse.query<{ name: string; count: number }>(
    `SELECT outcome AS name, count() AS count FROM ${clickHouse.database}.attempts_unique
     WHERE campaign = {campaign:UUID} AND ${sites.sql} GROUP BY outcome ORDER BY outcome`,
    { campaign, ...sites.params },
  );
  return record(rows);
}

/** The hours that are shown, from the first to the end of the one that has begun. */
function shownHours(now: number): { readonly first: number; readonly end: number } {
  const end = (Math.floor(now / hourMs) + 1) * hourMs;
  return { first: end - hoursShown * hourMs, end };
}

async function readHours(
  clickHouse: ClickHouse,
  campaign: string,
  now: number,
  scope: SiteScope,
): Promise<CampaignFigures['hours']> {
  const sites = siteCondition(scope);
  const { first, end } = shownHours(now);
  const rows = await clickHouse.query<CampaignFigures['hours'][number]>(
    `SELECT toUnixTimestamp(toStartOfHour(started_at)) * 1000 AS from, ${paceColumns()},
            sumMap(map(outcome, toUInt64(1))) AS outcomes
     FROM ${clickHouse.database}.attempts_unique
     WHERE campaign = {campaign:UUID} AND started_at >= fromUnixTimestamp64Milli({first:Int64})
       AND started_at < fromUnixTimestamp64Milli({end:Int64}) AND ${sites.sql}
     GROUP BY from`,
    { campaign, first, end, ...sites.params },
  );
  const found = new Map(rows.map((row) => [row.from, row]));
  return Array.from({ length: hoursShown }, (_, i) => {
    const from = first + i * hourMs;
    return found.get(from) ?? { from, attempts: 0, answered: 0, abandoned: 0, outcomes: {} };
  });
}

async function readPace(
  clickHouse: ClickHouse,
  campaign: string,
  now: number,
  scope: SiteScope,
): Promise<CampaignFigures['pace']> {
  const sites = siteCondition(scope);
  const recent = 'started_at > fromUnixTimestamp64Milli({hourAgo:Int64})';
  const [row] = await clickHouse.query<
    Record<`${'attempts' | 'answered' | 'abandoned'}_${'hour' | 'day'}`, number> & { quarters: number }
  >(
    `SELECT ${paceColumns('_hour', recent)}, ${paceColumns('_day')},
            uniqExactIf(intDiv(toUnixTimestamp64Milli(started_at), ${quarterMs}), outcome != 'REFUSED') AS quarters
     FROM ${clickHouse.database}.attempts_unique
     WHERE campaign = {campaign:UUID} AND started_at > fromUnixTimestamp64Milli({dayAgo:Int64})
       AND started_at <= fromUnixTimestamp64Milli({now:Int64}) AND ${sites.sql}`,
    { campaign, now, hourAgo: now - hourMs, dayAgo: now - 24 * hourMs, ...sites.params },
  );
  const counts = (span: 'hour' | 'day') => ({
    attempts: row?.[`attempts_${span}`] ?? 0,
    answered: row?.[`answered_${span}`] ?? 0,
    abandoned: row?.[`abandoned_${span}`] ?? 0,
  });
  return { hour: counts('hour'), day: counts('day'), workedMinutes: (row?.quarters ?? 0) * 15 };
}

async function readLines(
  clickHouse: ClickHouse,
  campaign: string,
  now: number,
  scope: SiteScope,
): Promise<LineFigures[]> {
  const sites = siteCondition(scope);
  // Not `tries`: that is the name of the column.
  const rows = await clickHouse.query<Omit<LineFigures, 'tries'> & { tried: number }>(
    `SELECT site, l AS line, count() AS tried, countIf(${outcomeIn(reachedPerson, 'o')}) AS answered,
            sumMap(map(o, toUInt64(1))) AS outcomes
     FROM ${clickHouse.database}.attempts_unique ARRAY JOIN tries.line AS l, tries.outcome AS o
     WHERE campaign = {campaign:UUID} AND started_at >= fromUnixTimestamp64Milli({first:Int64})
       AND started_at < fromUnixTimestamp64Milli({end:Int64}) AND ${sites.sql}
     GROUP BY site, l ORDER BY tried DESC, site, l LIMIT ${mostLines}`,
    { campaign, ...shownHours(now), ...sites.params },
  );
  return rows.map(({ tried, ...row }) => ({ ...row, tries: tried }));
}

async function readReach(
  clickHouse: ClickHouse,
  campaign: string,
  scope: SiteScope,
): Promise<CampaignFigures['reach']> {
  const sites = siteCondition(scope);
  const [row] = await clickHouse.query<CampaignFigures['reach']>(
    `SELECT uniqExactIf(lead, outcome != 'REFUSED') AS dialed,
            uniqExactIf(lead, ${outcomeIn(pickedUp)}) AS answered,
            uniqExactIf(lead, outcome = 'ANSWERED') AS talked
     FROM ${clickHouse.database}.attempts_unique WHERE campaign = {campaign:UUID} AND ${sites.sql}`,
    { campaign, ...sites.params },
  );
  return row ?? { dialed: 0, answered: 0, talked: 0 };
}

async function readDispositions(
  clickHouse: ClickHouse,
  campaign: string,
  scope: SiteScope,
): Promise<Record<string, number>> {
  const sites = siteCondition(scope);
  const rows = await clickHouse.query<{ name: string; count: number }>(
    `SELECT name, count() AS count FROM (
       SELECT argMax(code, (at, seq)) AS name FROM ${clickHouse.database}.dispositions_unique
       WHERE ${sites.sql} AND call IN (
         SELECT id FROM ${clickHouse.database}.calls_unique WHERE campaign = {campaign:UUID} AND ${sites.sql}
       )
       GROUP BY call
     ) GROUP BY name ORDER BY name`,
    { campaign, ...sites.params },
  );
  return record(rows);
}

function record(rows: readonly { name: string; count: number }[]): Record<string, number> {
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
}
