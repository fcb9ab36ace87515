import {
  abandoned,
  answered,
  chosen,
  from,
  live,
  millis,
  moment,
  share,
  talkSeconds,
  within,
} from '../sql.ts';
import type { DashboardSpec } from '../spec.ts';
import { site, zone } from '../variables.ts';
import { abandonSteps, ageSteps } from './steps.ts';

const calls = `FROM ${from.calls} WHERE ${within('started_at')} AND ${chosen('site')}`;
const attempts = `FROM ${from.attempts} WHERE ${within('started_at')} AND ${chosen('site')}`;

/** The first page of the day: how all branches do, and which one to look at. */
export const overview: DashboardSpec = {
  uid: 'branchline-overview',
  title: 'Operations overview',
  description: 'All branches at a glance: calls, reach, abandons, and where to look closer.',
  from: 'now-24h',
  refresh: '30s',
  variables: [site, zone],
  panels: [
    {
      kind: 'stat',
      title: 'Calls',
      description: 'Closed calls that started within the time range, in and out.',
      width: 4,
      columns: { calls: { title: 'Calls', unit: 'short' } },
      sql: `SELECT count() AS calls ${calls}`,
    },
    {
      kind: 'stat',
      title: 'Answered',
      description: 'Share of the calls that reached a person and were connected to an agent.',
      width: 4,
      columns: { answered: { title: 'Answered', unit: 'percentunit' } },
      sql: `SELECT ${share(answered, 'count()')} AS answered ${calls}`,
    },
    {
      kind: 'stat',
      title: 'Abandoned',
      description:
        'Share of the people who picked up and got no agent in time. The cap is 3 %; above it the campaign must slow down.',
      width: 4,
      columns: { abandoned: { title: 'Abandoned', unit: 'percentunit', steps: abandonSteps } },
      sql: `SELECT ${share(abandoned, live)} AS abandoned ${calls} AND direction = 'outbound'`,
    },
    {
      kind: 'stat',
      title: 'Average talk',
      description: 'Average time with an agent of the calls that had one.',
      width: 4,
      columns: { talk: { title: 'Average talk', unit: 's' } },
      sql: `SELECT avgIfOrNull(seconds, seconds > 0) AS talk FROM (SELECT ${talkSeconds} AS seconds ${calls})`,
    },
    {
      kind: 'stat',
      title: 'Attempts dialed',
      description: 'Efforts to reach a lead that led to at least one call.',
      width: 4,
      columns: { dialed: { title: 'Attempts dialed', unit: 'short' } },
      sql: `SELECT countIf(outcome != 'REFUSED') AS dialed ${attempts}`,
    },
    {
      kind: 'stat',
      title: 'Attempts refused',
      description:
        'Efforts that the gate stopped before dialing: calling hours, caps, do-not-call. The campaign page has the rules.',
      width: 4,
      columns: { refused: { title: 'Attempts refused', unit: 'short' } },
      sql: `SELECT countIf(outcome = 'REFUSED') AS refused ${attempts}`,
    },
    {
      kind: 'series',
      title: 'Calls by outcome',
      description: 'Calls that started in each interval, by what the network or the dialer saw.',
      width: 12,
      label: 'outcome',
      stacked: true,
      interval: '1m',
      columns: { calls: { title: 'Calls', unit: 'short' } },
      sql: `SELECT ${moment('started_at')}, outcome, count() AS calls ${calls} GROUP BY time, outcome ORDER BY time, outcome`,
    },
    {
      kind: 'series',
      title: 'Answered and abandoned',
      description:
        'The two shares over time. A rise of abandons with level answers means that agents are missing.',
      width: 12,
      interval: '5m',
      columns: {
        answered: { title: 'Answered', unit: 'percentunit' },
        abandoned: { title: 'Abandoned', unit: 'percentunit' },
      },
      sql: `SELECT ${moment('started_at')}, ${share(answered, 'count()')} AS answered, ${share(abandoned, live)} AS abandoned ${calls} AND direction = 'outbound' GROUP BY time ORDER BY time`,
    },
    {
      kind: 'bars',
      title: 'Calls by hour, today and yesterday',
      description:
        'Calls that started in each hour of the day, in the chosen time zone. Today is the day of the end of the time range.',
      width: 12,
      columns: {
        today: { title: 'Today', unit: 'short' },
        yesterday: { title: 'Yesterday', unit: 'short' },
      },
      sql: `WITH toStartOfDay(toTimeZone($__toTime, \${zone:sqlstring})) AS midnight
SELECT leftPad(toString(toHour(toTimeZone(started_at, \${zone:sqlstring}))), 2, '0') AS hour, countIf(started_at >= midnight) AS today, countIf(started_at < midnight) AS yesterday
FROM ${from.calls}
WHERE started_at >= midnight - INTERVAL 1 DAY AND started_at <= $__toTime AND ${chosen('site')}
GROUP BY hour ORDER BY hour`,
    },
    {
      kind: 'series',
      title: 'Channels in use',
      description: 'Most channels that were busy at once in each interval, summed over the boxes of a site.',
      width: 12,
      label: 'site',
      interval: '1m',
      columns: { channels: { title: 'Channels in use', unit: 'short' } },
      sql: `SELECT time, site, sum(most) AS channels FROM (
  SELECT ${moment('at')}, site, edge, max(channels_in_use) AS most FROM ${from.metrics} WHERE ${within('at')} AND ${chosen('site')} GROUP BY time, site, edge
) GROUP BY time, site ORDER BY time, site`,
    },
    {
      kind: 'table',
      title: 'Sites',
      description:
        'One row a branch. The last report is the last minute of health that reached the center; an old one means that the branch is cut off and goes on by itself.',
      width: 24,
      height: 10,
      columns: {
        site: {
          title: 'Site',
          link: {
            title: 'Open the site',
            to: { dashboard: 'branchline-site', set: { site: '${__value.raw:percentencode}' } },
          },
        },
        calls: { title: 'Calls', unit: 'short' },
        answered: { title: 'Answered', unit: 'percentunit' },
        abandoned: { title: 'Abandoned', unit: 'percentunit', steps: abandonSteps },
        connect: { title: 'Customer waited for the agent (95 %)', unit: 'ms' },
        seen: { title: 'Last report ago', unit: 's', steps: ageSteps },
      },
      sql: `SELECT h.site AS site, c.calls AS calls, c.answered AS answered, c.abandoned AS abandoned, c.connect AS connect, h.seen AS seen
FROM (SELECT site, ${millis('max(at)', '$__toTime')} / 1000 AS seen FROM ${from.metrics} WHERE ${within('at')} AND ${chosen('site')} GROUP BY site) AS h
LEFT JOIN (SELECT site, count() AS calls, ${share(answered, 'count()')} AS answered, ${share(`countIf(outcome = 'ABANDONED' AND direction = 'outbound')`, `countIf(outcome IN ('ANSWERED', 'ABANDONED') AND direction = 'outbound')`)} AS abandoned, quantileOrNull(0.95)(answer_to_agent_ms) AS connect ${calls} GROUP BY site) AS c ON c.site = h.site
ORDER BY site`,
    },
  ],
};
