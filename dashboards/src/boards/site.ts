import { from, millis, moment, share, talkSeconds, within } from '../sql.ts';
import type { DashboardSpec, PanelSpec } from '../spec.ts';
import { oneSite } from '../variables.ts';
import { loadSteps } from './steps.ts';

const here = `site = \${site:sqlstring}`;
const calls = `FROM ${from.calls} WHERE ${within('started_at')} AND ${here}`;
/** Whoever came from another site is counted there. */
const inbound = `${calls} AND direction = 'inbound' AND guest_of = ''`;
const health = `FROM ${from.metrics} WHERE ${within('at')} AND ${here} GROUP BY time, edge ORDER BY time, edge`;

const load = (title: string, description: string, column: string, value: string): PanelSpec => ({
  kind: 'series',
  title,
  description,
  width: 8,
  label: 'edge',
  interval: '1m',
  columns: { [column]: { title, unit: 'percentunit', steps: loadSteps } },
  sql: `SELECT ${moment('at')}, edge, max(${value}) AS ${column} ${health}`,
});

/** One branch: its calls, and how its boxes feel. */
export const siteBoard: DashboardSpec = {
  uid: 'branchline-site',
  title: 'Site',
  description: 'One branch: its calls, inbound service, and the health of its boxes.',
  from: 'now-24h',
  refresh: '30s',
  variables: [oneSite],
  panels: [
    {
      kind: 'stat',
      title: 'Calls',
      description: 'Closed calls that started within the time range, in and out.',
      width: 6,
      columns: { calls: { title: 'Calls', unit: 'short' } },
      sql: `SELECT count() AS calls ${calls}`,
    },
    {
      kind: 'stat',
      title: 'Service level',
      description:
        'Share of the inbound calls that had an agent within 20 seconds. Calls that never had one count against it.',
      width: 6,
      columns: { level: { title: 'Service level', unit: 'percentunit' } },
      sql: `SELECT ${share(`countIf(bridged_at IS NOT NULL AND ${millis('started_at', 'assumeNotNull(bridged_at)')} <= 20000)`, 'count()')} AS level ${inbound}`,
    },
    {
      kind: 'stat',
      title: 'Inbound calls without an agent',
      description:
        'Customers who called and left, or were sent to a message, without having spoken to an agent.',
      width: 6,
      columns: { lost: { title: 'Inbound calls without an agent', unit: 'short' } },
      sql: `SELECT countIf(bridged_at IS NULL) AS lost ${inbound}`,
    },
    {
      kind: 'stat',
      title: 'Average handling time',
      description: 'Talk and the work after it, per call that had an agent.',
      width: 6,
      columns: { handling: { title: 'Average handling time', unit: 's' } },
      sql: `SELECT ${share('(talk + wrap)', 'spoken')} AS handling FROM (
  SELECT sum(seconds) AS talk, countIf(seconds > 0) AS spoken FROM (SELECT ${talkSeconds} AS seconds ${calls})
) AS c CROSS JOIN (
  SELECT sum(held_ms) / 1000 AS wrap FROM ${from.agentEvents} WHERE ${within('at')} AND ${here} AND from_state = 'wrap-up'
) AS w`,
    },
    {
      kind: 'series',
      title: 'Calls by direction',
      description: 'Calls that started in each interval.',
      width: 16,
      label: 'direction',
      stacked: true,
      interval: '1m',
      columns: { calls: { title: 'Calls', unit: 'short' } },
      sql: `SELECT ${moment('started_at')}, direction, count() AS calls ${calls} GROUP BY time, direction ORDER BY time, direction`,
    },
    {
      kind: 'table',
      title: 'Outcomes',
      description: 'What became of the calls, most frequent first.',
      width: 8,
      columns: {
        direction: { title: 'Direction' },
        outcome: { title: 'Outcome' },
        calls: {
          title: 'Calls',
          unit: 'short',
          link: {
            title: 'The calls in the console',
            to: {
              console:
                '/calls?site=${site:percentencode}&direction=${__data.fields.direction}&outcome=${__data.fields.outcome}',
            },
          },
        },
      },
      sql: `SELECT direction, outcome, count() AS calls ${calls} GROUP BY direction, outcome ORDER BY calls DESC, direction, outcome`,
    },
    load('CPU', 'Share of all cores in use, the highest of each interval.', 'cpu', 'cpu'),
    load(
      'Memory',
      'Share of the memory in use, the highest of each interval.',
      'memory',
      share('memory_used_bytes', 'memory_total_bytes'),
    ),
    load(
      'Disk',
      'Share of the disk in use. Recordings wait here until the center has them; a full disk stops recording.',
      'disk',
      share('disk_used_bytes', 'disk_total_bytes'),
    ),
    {
      kind: 'series',
      title: 'Delay of the event loop (99 %)',
      description: 'How late the edge process gets to its work. Above 100 ms agents notice.',
      width: 8,
      label: 'edge',
      interval: '1m',
      columns: { delay: { title: 'Delay of the event loop (99 %)', unit: 'ms' } },
      sql: `SELECT ${moment('at')}, edge, max(event_loop_delay_p99_ms) AS delay ${health}`,
    },
    {
      kind: 'series',
      title: 'Rows that wait for the center',
      description:
        'Facts stored in the branch and not yet acknowledged. They pile up while the link is down and drain afterwards.',
      width: 8,
      label: 'edge',
      interval: '1m',
      columns: { waiting: { title: 'Rows that wait for the center', unit: 'short' } },
      sql: `SELECT ${moment('at')}, edge, max(outbox_pending) AS waiting ${health}`,
    },
    {
      kind: 'series',
      title: 'Channels in use',
      description: 'Most channels that were busy at once in each interval.',
      width: 8,
      label: 'edge',
      interval: '1m',
      columns: { channels: { title: 'Channels in use', unit: 'short' } },
      sql: `SELECT ${moment('at')}, edge, max(channels_in_use) AS channels ${health}`,
    },
    {
      kind: 'table',
      title: 'What happened',
      description:
        'Lines that came and went, configuration, the switch, the clock: the last 100 within the time range.',
      width: 24,
      columns: {
        at: { title: 'At', unit: 'dateTimeAsIso' },
        edge: {
          title: 'Edge',
          link: { title: 'The site in the console', to: { console: '/sites/${site:percentencode}' } },
        },
        type: { title: 'Type' },
        detail: { title: 'Detail' },
      },
      sql: `SELECT at, edge, type, detail FROM ${from.events} WHERE ${within('at')} AND ${here} AND type NOT IN ('optout', 'lease-stored', 'lease-ended') ORDER BY at DESC, seq DESC LIMIT 100`,
    },
  ],
};
