import { chosen, from, moment, share, within } from '../sql.ts';
import type { DashboardSpec } from '../spec.ts';
import { queue, site } from '../variables.ts';
import { abandonSteps } from './steps.ts';

const steps = `FROM ${from.queueSteps} WHERE ${within('at')} AND ${chosen('site')} AND ${chosen('queue')}`;
const was = (step: string): string => `countIf(step = '${step}')`;
/** Who had an agent in time, of all who had one or gave up; who went elsewhere is judged there. */
const level = share(
  `countIf(step = 'connected' AND waited_ms <= target_ms)`,
  `countIf(step IN ('connected', 'abandoned'))`,
);
const lost = share(was('abandoned'), was('entered'));

/** Queues: how long callers wait, who is served in time, who gives up, who goes elsewhere. */
export const queues: DashboardSpec = {
  uid: 'branchline-queues',
  title: 'Queues',
  description: 'How long callers wait, who is served in time, who gives up, and who goes elsewhere.',
  from: 'now-12h',
  refresh: '30s',
  variables: [site, queue],
  panels: [
    {
      kind: 'stat',
      title: 'Connected in time',
      description:
        'Share of the callers who had an agent within the target of their queue, of all who had one or gave up.',
      width: 6,
      columns: { level: { title: 'Connected in time', unit: 'percentunit' } },
      sql: `SELECT ${level} AS level ${steps}`,
    },
    {
      kind: 'stat',
      title: 'Gave up',
      description: 'Share of those who came to a queue and hung up in it.',
      width: 6,
      columns: { lost: { title: 'Gave up', unit: 'percentunit', steps: abandonSteps } },
      sql: `SELECT ${lost} AS lost ${steps}`,
    },
    {
      kind: 'stat',
      title: 'Waited for an agent (95 %)',
      description: 'Of those who were connected, from the moment they came to the queue.',
      width: 6,
      columns: { wait: { title: 'Waited for an agent (95 %)', unit: 'ms' } },
      sql: `SELECT quantileOrNullIf(0.95)(waited_ms, step = 'connected') AS wait ${steps}`,
    },
    {
      kind: 'stat',
      title: 'Went elsewhere',
      description: 'Callers whom a queue sent to another, to the group, to voicemail or to another branch.',
      width: 6,
      columns: { moved: { title: 'Went elsewhere', unit: 'short' } },
      sql: `SELECT ${was('overflowed')} AS moved ${steps}`,
    },
    {
      kind: 'series',
      title: 'Callers by queue',
      description: 'Callers who came to each queue in each interval.',
      width: 12,
      label: 'queue',
      stacked: true,
      interval: '1m',
      columns: { callers: { title: 'Callers by queue', unit: 'short' } },
      sql: `SELECT ${moment('at')}, queue, count() AS callers ${steps} AND step = 'entered' GROUP BY time, queue ORDER BY time, queue`,
    },
    {
      kind: 'series',
      title: 'What became of them',
      description: 'Ends of waits in each interval.',
      width: 12,
      label: 'step',
      stacked: true,
      interval: '1m',
      columns: { callers: { title: 'What became of them', unit: 'short' } },
      sql: `SELECT ${moment('at')}, step, count() AS callers ${steps} AND step IN ('connected', 'abandoned', 'overflowed', 'called-back') GROUP BY time, step ORDER BY time, step`,
    },
    {
      kind: 'table',
      title: 'Queues',
      description: 'Each queue: who came, who was served in time, who gave up, and phones that rang in vain.',
      width: 16,
      columns: {
        queue: { title: 'Queue' },
        callers: { title: 'Callers', unit: 'short' },
        connected: { title: 'Connected', unit: 'short' },
        abandoned: { title: 'Gave up', unit: 'short' },
        overflowed: { title: 'Went elsewhere', unit: 'short' },
        vain: { title: 'Rang in vain', unit: 'short' },
        level: { title: 'Connected in time', unit: 'percentunit' },
        longest: { title: 'Longest wait', unit: 'ms' },
      },
      sql: `SELECT queue, ${was('entered')} AS callers, ${was('connected')} AS connected, ${was('abandoned')} AS abandoned, ${was('overflowed')} AS overflowed, ${was('no-answer')} AS vain, ${level} AS level, max(waited_ms) AS longest ${steps} GROUP BY queue ORDER BY queue`,
    },
    {
      kind: 'table',
      title: 'Ways out',
      description: 'Where queues sent those who waited too long, came to a full queue or a closed one.',
      width: 8,
      columns: {
        queue: { title: 'Queue' },
        exit: { title: 'Where to' },
        callers: { title: 'Callers', unit: 'short' },
      },
      sql: `SELECT queue, exit, count() AS callers ${steps} AND step = 'overflowed' GROUP BY queue, exit ORDER BY queue, exit`,
    },
  ],
};
