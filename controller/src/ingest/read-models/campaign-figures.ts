import type { CampaignView } from '@branchline/shared';
import type { ClickHouse } from '../clickhouse.ts';
import { siteCondition, type SiteScope } from './scope.ts';

/** The figures of a campaign that come from the records. */
export type CampaignFigures = Pick<CampaignView, 'outcomes' | 'hours' | 'dispositions' | 'abandonRate'>;

const hourMs = 3_600_000;
const hoursShown = 24;

/**
 * A campaign's figures. `outcomes` counts all its attempts, refused ones too; `hours` are the last 24 full or begun hours
 * with what was dialed and answered in each, empty hours included; `dispositions` counts each call's last one; `abandonRate`
 * is abandoned / (answered live, abandoned ones included), 0 when nobody answered.
 * @param now epoch ms of the business clock
 * @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function readCampaignFigures(
  clickHouse: ClickHouse,
  campaign: string,
  now: number,
  scope: SiteScope,
): Promise<CampaignFigures> {
  const [outcomes, hours, dispositions] = await Promise.all([
    readOutcomes(clickHouse, campaign, scope),
    readHours(clickHouse, campaign, now, scope),
    readDispositions(clickHouse, campaign, scope),
  ]);
  const abandoned = outcomes['ABANDONED'] ?? 0;
  const live = abandoned + (outcomes['ANSWERED'] ?? 0);
  return { outcomes, hours, dispositions, abandonRate: live === 0 ? 0 : abandoned / live };
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

async function readHours(
  clickHouse: ClickHouse,
  campaign: string,
  now: number,
  scope: SiteScope,
): Promise<CampaignFigures['hours']> {
  const sites = siteCondition(scope);
  const first = (Math.floor(now / hourMs) - hoursShown + 1) * hourMs;
  const rows = await clickHouse.query<{ from: number; attempts: number; answered: number }>(
    `SELECT toUnixTimestamp(toStartOfHour(started_at)) * 1000 AS from,
            countIf(outcome != 'REFUSED') AS attempts, countIf(outcome = 'ANSWERED') AS answered
     FROM ${clickHouse.database}.attempts_unique
     WHERE campaign = {campaign:UUID} AND started_at >= fromUnixTimestamp64Milli({first:Int64})
       AND started_at < fromUnixTimestamp64Milli({end:Int64}) AND ${sites.sql}
     GROUP BY from`,
    { campaign, first, end: first + hoursShown * hourMs, ...sites.params },
  );
  const found = new Map(rows.map((row) => [row.from, row]));
  return Array.from({ length: hoursShown }, (_, i) => {
    const from = first + i * hourMs;
    return found.get(from) ?? { from, attempts: 0, answered: 0 };
  });
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
