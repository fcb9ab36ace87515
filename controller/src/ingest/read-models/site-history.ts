import {
  maskNumber,
  siteEventTypes,
  type HealthPoint,
  type SiteEvent,
  type SiteHistory,
} from '@branchline/shared';
import type { ClickHouse } from '../clickhouse.ts';

const dayMs = 86_400_000;
const stepMs = 10 * 60_000;
/**
 * The last day of a site: the worst of its boxes' health in each ten minutes, and what they noticed.
 * @param now epoch ms of the business clock
 * @param numbers whether numbers of customers and what they wrote may be read
 * @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function readSiteHistory(
  clickHouse: ClickHouse,
  site: string,
  now: number,
  numbers: boolean,
): Promise<SiteHistory> {
  const from = now - dayMs;
  const span = 'at >= fromUnixTimestamp64Milli({from:Int64}) AND at <= fromUnixTimestamp64Milli({now:Int64})';
  const params = { site, from, now };
  const [health, events] = await Promise.all([
    clickHouse.query<HealthPoint>(
      `SELECT intDiv(toUnixTimestamp64Milli(m.at), ${stepMs}) * ${stepMs} AS at, m.edge AS edge, max(m.cpu) AS cpu,
         max(if(m.memory_total_bytes = 0, 0, m.memory_used_bytes / m.memory_total_bytes)) AS memory,
         max(if(m.disk_total_bytes = 0, 0, m.disk_used_bytes / m.disk_total_bytes)) AS disk,
         max(m.channels_in_use) AS channels, max(m.outbox_pending) AS outboxPending
       FROM ${clickHouse.database}.metrics_unique AS m
       WHERE ${span.replaceAll('at ', 'm.at ')} AND m.site = {site:String} GROUP BY at, edge ORDER BY at, edge`,
      params,
    ),
    clickHouse.query<Omit<SiteEvent, 'detail'> & { detail: string }>(
      `SELECT toUnixTimestamp64Milli(e.at) AS at, e.edge AS edge, e.type AS type, e.detail AS detail
       FROM ${clickHouse.database}.events_unique AS e
       WHERE ${span.replaceAll('at ', 'e.at ')} AND e.site = {site:String} AND e.type IN {types:Array(String)}
       ORDER BY e.at DESC, e.seq DESC LIMIT 100`,
      { ...params, types: siteEventTypes },
    ),
  ]);
  return {
    from,
    to: now,
    stepMs,
    health,
    events: events.map((event) => ({ ...event, detail: detailOf(event.detail, numbers) })),
  };
}

function detailOf(text: string, numbers: boolean): Record<string, unknown> {
  const value: unknown = text === '' ? {} : JSON.parse(text);
  if (typeof value !== 'object' || value === null) return {};
  if (numbers) return { ...value };
  if ('rule' in value) {
    const { call: _call, agent: _agent, number, ...rest } = value as Record<string, unknown>;
    return { ...rest, number: typeof number === 'string' ? maskNumber(number) : '' };
  }
  if (!('from' in value)) return { ...value };
  const { from, text: _text, ...rest } = value as Record<string, unknown>;
  return { ...rest, from: typeof from === 'string' ? maskNumber(from) : '' };
}
