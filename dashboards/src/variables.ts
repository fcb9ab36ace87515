import { from, within } from './sql.ts';
import type { VariableSpec } from './spec.ts';

const names = (column: string): string =>
  `SELECT DISTINCT ${column} FROM ${from.metrics} WHERE ${within('at')} ORDER BY ${column}`;

export const site: VariableSpec = {
  name: 'site',
  label: 'Site',
  description: 'Branches that reported their health within the time range.',
  sql: names('site'),
  many: true,
};

export const oneSite: VariableSpec = { ...site, many: false };

export const edge: VariableSpec = {
  name: 'edge',
  label: 'Edge',
  description: 'Boxes that reported their health within the time range.',
  sql: names('edge'),
  many: true,
};

export const campaign: VariableSpec = {
  name: 'campaign',
  label: 'Campaign',
  description: 'Campaigns with attempts within the time range, by their id; the console shows their names.',
  sql: `SELECT toString(campaign) AS id, concat(substring(toString(campaign), 1, 13), ' (', toString(count()), ')') AS label FROM ${from.attempts} WHERE ${within('started_at')} GROUP BY campaign ORDER BY count() DESC, id`,
  many: false,
};

export const line: VariableSpec = {
  name: 'line',
  label: 'Line',
  description: 'Lines with calls within the time range.',
  sql: `SELECT DISTINCT line FROM ${from.calls} WHERE ${within('started_at')} AND line != '' ORDER BY line`,
  many: true,
};

export const reportedLine: VariableSpec = {
  name: 'line',
  label: 'Line',
  description: 'Lines that reported within the time range.',
  sql: `SELECT DISTINCT line FROM ${from.lineMinutes} WHERE ${within('at')} ORDER BY line`,
  many: true,
};

export const agent: VariableSpec = {
  name: 'agent',
  label: 'Agent',
  description: 'Agents who changed their state within the time range.',
  sql: `SELECT DISTINCT agent FROM ${from.agentEvents} WHERE ${within('at')} ORDER BY agent`,
  many: true,
};

export const queue: VariableSpec = {
  name: 'queue',
  label: 'Queue',
  description: 'Queues with callers within the time range.',
  sql: `SELECT DISTINCT queue FROM ${from.queueSteps} WHERE ${within('at')} ORDER BY queue`,
  many: true,
};

export const zone: VariableSpec = {
  name: 'zone',
  label: 'Time zone',
  description:
    'Zone in which days and hours of the day are counted. Curves follow the time zone of the page.',
  sql: `SELECT time_zone FROM system.time_zones ORDER BY time_zone`,
  many: false,
  first: 'Asia/Shanghai',
};
