import { chosen, from, millis, moment, within } from '../sql.ts';
import type { DashboardSpec } from '../spec.ts';
import { edge } from '../variables.ts';
import { ageSteps, zeroSteps } from './steps.ts';

/** Tables with the instant they are sorted by. */
const tables: readonly (readonly [string, string])[] = [
  ['attempts', 'started_at'],
  ['calls', 'started_at'],
  ['dispositions', 'at'],
  ['agent_events', 'at'],
  ['queue_steps', 'at'],
  ['form_answers', 'at'],
  ['surveys', 'at'],
  ['events', 'at'],
  ['metrics', 'at'],
  ['line_minutes', 'at'],
];

const every = (select: (table: string, time: string) => string): string =>
  tables.map(([table, time]) => select(table, time)).join('\nUNION ALL\n');

/** Positions of the outbox's streams. A call or attempt is sorted by its start, its position by its end: within a day. */
const positions = [
  ['call', from.calls, 'started_at >= $__fromTime - INTERVAL 1 DAY'],
  ['attempt', from.attempts, 'started_at >= $__fromTime - INTERVAL 1 DAY'],
  ['agent', from.agentEvents, '1'],
  ['metric', from.metrics, '1'],
  ['line', from.lineMinutes, '1'],
  ['optout', from.events, `type = 'optout'`],
  ['event', from.events, `type != 'optout'`],
  ['event', from.dispositions, '1'],
  ['event', from.queueSteps, '1'],
  ['event', from.formAnswers, '1'],
  ['event', from.surveys, '1'],
]
  .map(
    ([stream, table, condition]) =>
      `SELECT '${stream}' AS stream, edge, epoch, seq FROM ${table} WHERE ${within('at')} AND ${chosen('edge')} AND ${condition}`,
  )
  .join('\nUNION ALL\n');

/** Whether what branches report arrives whole, once, and in time. */
export const ingest: DashboardSpec = {
  uid: 'branchline-ingest',
  title: 'Ingest health',
  description: 'Whether what the branches report arrives whole, once, and in time.',
  from: 'now-6h',
  refresh: '1m',
  variables: [edge],
  panels: [
    {
      kind: 'series',
      title: 'Rows by table',
      description:
        'Rows by the instant they speak of, not by their arrival: a replay after an outage fills a hole in this picture.',
      width: 12,
      label: 'table',
      stacked: true,
      interval: '1m',
      columns: { rows: { title: 'Rows by table', unit: 'short' } },
      sql: `SELECT time, table, sum(n) AS rows FROM (
${every((table, time) => `SELECT ${moment(time)}, '${table}' AS table, count() AS n FROM branchline.${table}_unique WHERE ${within(time)} AND ${chosen('edge')} GROUP BY time`)}
) GROUP BY time, table ORDER BY time, table`,
    },
    {
      kind: 'table',
      title: 'Edges',
      description:
        'The last report of each box within the time range, and how many rows it still held back then.',
      width: 12,
      columns: {
        edge: { title: 'Edge' },
        site: {
          title: 'Site',
          link: {
            title: 'Open the site',
            to: { dashboard: 'branchline-site', set: { site: '${__value.raw:percentencode}' } },
          },
        },
        seen: { title: 'Last report ago', unit: 's', steps: ageSteps },
        waiting: { title: 'Rows that wait for the center', unit: 'short' },
      },
      sql: `SELECT edge, site, ${millis('max(at)', '$__toTime')} / 1000 AS seen, argMax(outbox_pending, at) AS waiting FROM ${from.metrics} WHERE ${within('at')} AND ${chosen('edge')} GROUP BY edge, site ORDER BY edge`,
    },
    {
      kind: 'table',
      title: 'Rows missing in between',
      description:
        'Every box numbers its rows. A missing number between two that arrived is a lost record: it must be 0.',
      width: 12,
      columns: {
        edge: { title: 'Edge' },
        stream: { title: 'Stream' },
        arrived: { title: 'Rows', unit: 'short' },
        missing: { title: 'Missing', unit: 'short', steps: zeroSteps },
      },
      sql: `SELECT edge, stream, sum(n) AS arrived, sum(gap) AS missing FROM (
  SELECT edge, stream, epoch, uniqExact(seq) AS n, max(seq) - min(seq) + 1 - n AS gap FROM (
${positions}
  ) GROUP BY edge, stream, epoch
) GROUP BY edge, stream ORDER BY edge, stream`,
    },
    {
      kind: 'table',
      title: 'Stored and counted once',
      description:
        'Rows as stored, repeats of a replay included, and as everything reads them. Duplicates must be 0.',
      width: 12,
      columns: {
        table: { title: 'Table' },
        stored: { title: 'Stored', unit: 'short' },
        rows: { title: 'Counted', unit: 'short' },
        duplicates: { title: 'Duplicates', unit: 'short', steps: zeroSteps },
      },
      sql: `SELECT table, sum(s) AS stored, sum(u) AS rows, sum(d) AS duplicates FROM (
${every((table, time) => `SELECT '${table}' AS table, count() AS s, 0 AS u, 0 AS d FROM branchline.${table} WHERE ${within(time)} AND ${chosen('edge')}\nUNION ALL\nSELECT '${table}' AS table, 0 AS s, count() AS u, count() - uniqExact(id) AS d FROM branchline.${table}_unique WHERE ${within(time)} AND ${chosen('edge')}`)}
) GROUP BY table ORDER BY table`,
    },
    {
      kind: 'series',
      title: 'Rows that wait at the branches',
      description: 'Facts stored in a branch and not yet acknowledged by the center.',
      width: 12,
      label: 'edge',
      interval: '1m',
      columns: { waiting: { title: 'Rows that wait for the center', unit: 'short' } },
      sql: `SELECT ${moment('at')}, edge, max(outbox_pending) AS waiting FROM ${from.metrics} WHERE ${within('at')} AND ${chosen('edge')} GROUP BY time, edge ORDER BY time, edge`,
    },
    {
      kind: 'series',
      title: 'Trust in the clocks',
      description:
        'Reports of health by how far the clock of the box was to be believed. An untrusted clock stops dialing.',
      width: 12,
      label: 'clock',
      stacked: true,
      interval: '1m',
      columns: { reports: { title: 'Reports', unit: 'short' } },
      sql: `SELECT ${moment('at')}, clock, count() AS reports FROM ${from.metrics} WHERE ${within('at')} AND ${chosen('edge')} GROUP BY time, clock ORDER BY time, clock`,
    },
    {
      kind: 'table',
      title: 'Storage',
      description:
        'What ClickHouse keeps at present, whatever the time range. Very many parts mean that merging does not keep up.',
      width: 12,
      columns: {
        table: { title: 'Table' },
        rows: { title: 'Rows', unit: 'short' },
        bytes: { title: 'On disk', unit: 'bytes' },
        parts: { title: 'Parts', unit: 'short' },
      },
      sql: `SELECT table, sum(rows) AS rows, sum(bytes_on_disk) AS bytes, count() AS parts FROM system.parts WHERE active AND database = 'branchline' AND table != 'schema_versions' GROUP BY table ORDER BY table`,
    },
    {
      kind: 'table',
      title: 'Ledgers',
      description:
        'Boxes that started with a new or a recovered ledger. A new one on a known box means that its disk was lost.',
      width: 12,
      columns: {
        at: { title: 'At', unit: 'dateTimeAsIso' },
        edge: { title: 'Edge' },
        state: { title: 'State' },
        calls: { title: 'Open calls', unit: 'short' },
        attempts: { title: 'Open attempts', unit: 'short' },
      },
      sql: `SELECT at, edge, JSONExtractString(detail, 'state') AS state, JSONExtractUInt(detail, 'openCalls') AS calls, JSONExtractUInt(detail, 'openAttempts') AS attempts FROM ${from.events} WHERE ${within('at')} AND ${chosen('edge')} AND type = 'ledger' ORDER BY at DESC, edge LIMIT 100`,
    },
  ],
};
