import { chosen, from, millis, moment, picked, share, within } from '../sql.ts';
import type { DashboardSpec } from '../spec.ts';
import { reportedLine, site } from '../variables.ts';

const minutes = `FROM ${from.lineMinutes} WHERE ${within('at')} AND ${chosen('site')} AND ${chosen('line')}`;
const detail = (name: string): string => `JSONExtractString(detail, '${name}')`;
/** One row for each fault: its first word, and its last if it is over. */
const faults = `FROM (
  SELECT site, edge, ${detail('line')} AS line, ${detail('fault')} AS fault, JSONExtractInt(detail, 'openedAt') AS opened,
    argMin(${detail('reason')}, (at, seq)) AS reason, maxIf(at, ${detail('state')} = 'closed') AS closed, countIf(${detail('state')} = 'closed') AS ends
  FROM ${from.events} WHERE ${within('at')} AND ${chosen('site')} AND type = 'line-fault' AND ${chosen('line', detail('line'))}
  GROUP BY site, edge, line, fault, opened
)`;

/** The hardware of the lines: what is wrong with spans, modems and SIMs, and what they may still do. */
export const hardware: DashboardSpec = {
  uid: 'branchline-hardware',
  title: 'Spans and SIMs',
  description: 'Faults of the lines, signal and balance of SIMs, slips of spans, limits used, cost of calls.',
  from: 'now-24h',
  refresh: '1m',
  variables: [site, reportedLine],
  panels: [
    {
      kind: 'stat',
      title: 'Open faults',
      description: 'Faults that began within the time range and last.',
      width: 6,
      columns: {
        faults: {
          title: 'Open faults',
          unit: 'short',
          steps: [{ colour: 'green' }, { from: 1, colour: 'red' }],
        },
      },
      sql: `SELECT countIf(ends = 0) AS faults ${faults}`,
    },
    {
      kind: 'stat',
      title: 'Availability',
      description: 'Share of the time in which lines that reported were not down.',
      width: 6,
      columns: { share: { title: 'Availability', unit: 'percentunit' } },
      sql: `SELECT 1 - ${share('sum(down_ms)', 'count() * 60000')} AS share ${minutes}`,
    },
    {
      kind: 'stat',
      title: 'Weakest signal',
      description: 'The lowest signal that a modem or gateway told, in dBm. Below −97 calls break.',
      width: 6,
      columns: {
        dbm: {
          title: 'Weakest signal',
          unit: 'short',
          steps: [{ colour: 'red' }, { from: -97, colour: 'yellow' }, { from: -85, colour: 'green' }],
        },
      },
      sql: `SELECT min(signal) AS dbm ${minutes}`,
    },
    {
      kind: 'stat',
      title: 'Lowest balance',
      description: 'The lowest of the last balances that SIMs told.',
      width: 6,
      columns: { balance: { title: 'Lowest balance', unit: 'short' } },
      sql: `SELECT min(last) AS balance FROM (SELECT line, edge, argMax(balance, at) AS last ${minutes} AND balance IS NOT NULL GROUP BY line, edge)`,
    },
    {
      kind: 'series',
      title: 'Signal by line',
      description: 'The weakest signal of each SIM in each interval, in dBm.',
      width: 12,
      label: 'line',
      interval: '5m',
      columns: { dbm: { title: 'Signal', unit: 'short' } },
      sql: `SELECT ${moment('at')}, line, min(signal) AS dbm ${minutes} AND signal IS NOT NULL GROUP BY time, line ORDER BY time, line`,
    },
    {
      kind: 'series',
      title: 'Slips by span',
      description:
        'Clock slips per hour. Steady slips without an alarm mean that both sides use a clock of their own.',
      width: 12,
      label: 'line',
      interval: '5m',
      columns: { slips: { title: 'Slips by span', unit: 'short' } },
      sql: `SELECT ${moment('at')}, line, max(slips_per_hour) AS slips ${minutes} AND slips_per_hour IS NOT NULL GROUP BY time, line ORDER BY time, line`,
    },
    {
      kind: 'table',
      title: 'Limits used',
      description: 'What each line had used of its day and month when it told so last.',
      width: 12,
      columns: {
        line: { title: 'Line' },
        edge: { title: 'Edge' },
        calls_hour: { title: 'Calls, hour', unit: 'short' },
        calls_day: { title: 'Calls, day', unit: 'short' },
        minutes_day: { title: 'Minutes, day', unit: 'short' },
        minutes_month: { title: 'Minutes, month', unit: 'short' },
        balance: { title: 'Balance', unit: 'short' },
      },
      sql: `SELECT line, edge, argMax(calls_hour, at) AS calls_hour, argMax(calls_day, at) AS calls_day, argMax(minutes_day, at) AS minutes_day, argMax(minutes_month, at) AS minutes_month, argMax(balance, at) AS balance ${minutes} GROUP BY line, edge ORDER BY line, edge`,
    },
    {
      kind: 'table',
      title: 'Cost by line',
      description: 'What outbound calls cost by the tariffs of their lines, and what an answered one cost.',
      width: 12,
      columns: {
        line: { title: 'Line' },
        currency: { title: 'Currency' },
        calls: { title: 'Calls', unit: 'short' },
        cost: { title: 'Cost', unit: 'short' },
        each: { title: 'Cost of an answered call', unit: 'short' },
      },
      sql: `SELECT line, currency, count() AS calls, sum(cost) / 1000000 AS cost, ${share('cost', picked)} AS each FROM (SELECT line, currency, cost, outcome FROM ${from.calls} WHERE ${within('started_at')} AND ${chosen('site')} AND ${chosen('line')} AND direction = 'outbound' AND cost IS NOT NULL) GROUP BY line, currency ORDER BY line, currency`,
    },
    {
      kind: 'table',
      title: 'Faults of lines',
      description:
        'Every fault within the time range, the latest first. One without an end lasts; the lines page of the console says what to do.',
      width: 24,
      columns: {
        opened_at: { title: 'Since', unit: 'dateTimeAsIso' },
        site: { title: 'Site' },
        edge: { title: 'Edge' },
        line: { title: 'Line' },
        fault: { title: 'Fault' },
        reason: { title: 'Reason' },
        seconds: { title: 'Lasted', unit: 's' },
      },
      sql: `SELECT fromUnixTimestamp64Milli(opened, 'UTC') AS opened_at, site, edge, line, fault, reason, if(ends = 0, NULL, ${millis("fromUnixTimestamp64Milli(opened, 'UTC')", 'closed')} / 1000) AS seconds ${faults} ORDER BY opened DESC, edge, line, fault LIMIT 200`,
    },
  ],
};
