import { chosen, from, moment, share, talkSeconds, within } from '../sql.ts';
import type { DashboardSpec } from '../spec.ts';
import { agent, site } from '../variables.ts';
import { connectSteps } from './steps.ts';

const changes = `FROM ${from.agentEvents} WHERE ${within('at')} AND ${chosen('site')} AND ${chosen('agent')}`;
const calls = `FROM ${from.calls} WHERE ${within('started_at')} AND ${chosen('site')} AND ${chosen('agent')} AND agent != ''`;
/** Calls whose agent's phone was heard, measured on its own leg. */
const heard = `FROM ${from.calls} AS c WHERE ${within('started_at')} AND ${chosen('site')} AND ${chosen('agent')} AND agent != '' AND c.agent_mos IS NOT NULL`;
const seconds = (...states: string[]): string =>
  `sumIf(held_ms, from_state IN (${states.map((state) => `'${state}'`).join(', ')})) / 1000`;
const busy = seconds('talking', 'held', 'wrap-up');
const present = `sumIf(held_ms, from_state != 'offline') / 1000`;

/** Agents: what they do, how busy they are, what they say came of the calls. */
export const agents: DashboardSpec = {
  uid: 'branchline-agents',
  title: 'Agents',
  description: 'Time in each state, occupancy, handling times and dispositions of agents.',
  from: 'now-12h',
  refresh: '1m',
  variables: [site, agent],
  panels: [
    {
      kind: 'stat',
      title: 'Agents seen',
      description: 'Agents who changed their state within the time range.',
      width: 6,
      columns: { agents: { title: 'Agents seen', unit: 'short' } },
      sql: `SELECT uniqExact(agent) AS agents ${changes}`,
    },
    {
      kind: 'stat',
      title: 'Occupancy',
      description:
        'Talk and the work after it, as share of the time logged in. Above 85 % for hours people tire.',
      width: 6,
      columns: { occupancy: { title: 'Occupancy', unit: 'percentunit' } },
      sql: `SELECT ${share(busy, present)} AS occupancy ${changes}`,
    },
    {
      kind: 'stat',
      title: 'Customer waited for the agent (95 %)',
      description:
        'From the moment the customer picked up to the moment the agent was there. Above 2 seconds it counts as abandoned.',
      width: 6,
      columns: {
        connect: { title: 'Customer waited for the agent (95 %)', unit: 'ms', steps: connectSteps },
      },
      sql: `SELECT quantileOrNull(0.95)(answer_to_agent_ms) AS connect ${calls} AND direction = 'outbound'`,
    },
    {
      kind: 'stat',
      title: 'Time on break',
      description: 'Breaks that ended within the time range, all agents together.',
      width: 6,
      columns: { breaks: { title: 'Time on break', unit: 's' } },
      sql: `SELECT ${seconds('break')} AS breaks ${changes}`,
    },
    {
      kind: 'series',
      title: 'Time by state',
      description:
        'Time that ended in each interval, by the state it was spent in. Long states show up when they end.',
      width: 24,
      label: 'state',
      stacked: true,
      interval: '5m',
      columns: { seconds: { title: 'Time by state', unit: 's' } },
      sql: `SELECT ${moment('at')}, from_state AS state, sum(held_ms) / 1000 AS seconds ${changes} AND from_state != 'offline' GROUP BY time, state ORDER BY time, state`,
    },
    {
      kind: 'table',
      title: 'Agents',
      description:
        'Calls, average talk, average work after a call and occupancy of each agent. Compare agents only within one campaign.',
      width: 12,
      columns: {
        agent: {
          title: 'Agent',
          link: {
            title: 'Their calls in the console',
            to: { console: '/calls?agent=${__value.raw:percentencode}' },
          },
        },
        calls: { title: 'Calls', unit: 'short' },
        talk: { title: 'Average talk', unit: 's' },
        wrap: { title: 'Average wrap-up', unit: 's' },
        occupancy: { title: 'Occupancy', unit: 'percentunit' },
      },
      sql: `SELECT e.agent AS agent, c.calls AS calls, c.talk AS talk, e.wrap AS wrap, e.occupancy AS occupancy
FROM (SELECT agent, avgIfOrNull(held_ms, from_state = 'wrap-up') / 1000 AS wrap, ${share(busy, present)} AS occupancy ${changes} GROUP BY agent) AS e
LEFT JOIN (SELECT agent, count() AS calls, avgIfOrNull(seconds, seconds > 0) AS talk FROM (SELECT agent, ${talkSeconds} AS seconds ${calls}) GROUP BY agent) AS c ON c.agent = e.agent
ORDER BY agent`,
    },
    {
      kind: 'table',
      title: 'Handed on and listened to',
      description:
        'Customers whom each agent handed on, to whomever and by whatever way, and calls of theirs to which somebody listened.',
      width: 12,
      columns: {
        agent: { title: 'Agent' },
        handed: { title: 'Handed on', unit: 'short' },
        monitored: { title: 'Listened to', unit: 'short' },
      },
      sql: `SELECT agent, countIf(type = 'transferred') AS handed, uniqExactIf(call, type = 'monitored') AS monitored
FROM (SELECT type, JSONExtractString(detail, 'call') AS call, if(type = 'monitored', JSONExtractString(detail, 'agent'), JSONExtractString(detail, 'from')) AS agent FROM ${from.events} WHERE ${within('at')} AND ${chosen('site')} AND type IN ('transferred', 'monitored'))
WHERE agent != '' AND ${chosen('agent')} GROUP BY agent ORDER BY agent`,
    },
    {
      kind: 'table',
      title: 'Voice quality of phones',
      description:
        'How the phone of each agent was heard: mean opinion score, share of packets lost, jitter. Only calls for which the phone rang. The worst first.',
      width: 12,
      columns: {
        agent: { title: 'Agent' },
        phone: { title: 'Phone' },
        calls: { title: 'Calls', unit: 'short' },
        mos: { title: 'MOS', unit: 'short' },
        poor: { title: 'Below 3.6', unit: 'percentunit' },
        loss: { title: 'Lost', unit: 'percentunit' },
        jitter: { title: 'Jitter', unit: 'ms' },
      },
      sql: `SELECT h.agent AS agent, p.phone AS phone, h.calls AS calls, h.mos AS mos, h.poor AS poor, h.loss AS loss, h.jitter AS jitter
FROM (SELECT agent, count() AS calls, avg(assumeNotNull(c.agent_mos)) AS mos, ${share('countIf(assumeNotNull(c.agent_mos) < 3.6)', 'count()')} AS poor, avg(assumeNotNull(c.agent_loss)) AS loss, avg(assumeNotNull(c.agent_jitter_ms)) AS jitter ${heard} GROUP BY agent) AS h
LEFT JOIN (SELECT agent, argMax(extension, at) AS phone ${changes} GROUP BY agent) AS p ON p.agent = h.agent
ORDER BY mos, agent`,
    },
    {
      kind: 'series',
      title: 'Voice quality by agent (MOS)',
      description: 'A phone or its cable that gets worse shows here before somebody complains.',
      width: 12,
      label: 'agent',
      interval: '5m',
      columns: { mos: { title: 'MOS', unit: 'short' } },
      sql: `SELECT ${moment('started_at')}, agent, avg(assumeNotNull(c.agent_mos)) AS mos ${heard} GROUP BY time, agent ORDER BY time, agent`,
    },
    {
      kind: 'table',
      title: 'Breaks',
      description: 'Breaks that ended within the time range, by agent.',
      width: 6,
      columns: {
        agent: { title: 'Agent' },
        breaks: { title: 'Breaks', unit: 'short' },
        longest: { title: 'Longest', unit: 's' },
      },
      sql: `SELECT agent, count() AS breaks, max(held_ms) / 1000 AS longest ${changes} AND from_state = 'break' GROUP BY agent ORDER BY agent`,
    },
    {
      kind: 'table',
      title: 'Dispositions',
      description: 'What agents chose; a choice that a timeout made shows as such.',
      width: 6,
      columns: {
        code: { title: 'Disposition' },
        by: { title: 'Chosen by' },
        chosen: { title: 'Times', unit: 'short' },
      },
      sql: `SELECT code, by, count() AS chosen FROM ${from.dispositions} WHERE ${within('at')} AND ${chosen('site')} AND ${chosen('agent')} GROUP BY code, by ORDER BY chosen DESC, code, by`,
    },
  ],
};
