import { chosen, faults, from, millis, moment, picked, share, within } from '../sql.ts';
import type { DashboardSpec } from '../spec.ts';
import { line, site } from '../variables.ts';

/** Tries of the time range, one row each: `time`, `line`, `outcome`. */
const tries = `FROM (
  SELECT t.1 AS started, t.2 AS line, t.3 AS outcome FROM (
    SELECT arrayJoin(arrayZip(tries.started_at, tries.line, tries.outcome)) AS t FROM ${from.attempts} WHERE ${within('started_at')} AND ${chosen('site')}
  )
) WHERE ${chosen('line')}`;
const outbound = `FROM ${from.calls} WHERE ${within('started_at')} AND ${chosen('site')} AND ${chosen('line')} AND direction = 'outbound'`;
/** Calls on which sound of the customer came. */
const heard = `FROM ${from.calls} AS c WHERE ${within('started_at')} AND ${chosen('site')} AND ${chosen('line')} AND c.mos IS NOT NULL`;
const faulty = `countIf(outcome IN (${faults}))`;
const setup = millis('started_at', 'assumeNotNull(early_at)');
const lineEvents = `FROM ${from.events} WHERE ${within('at')} AND ${chosen('site')} AND type = 'line' AND ${chosen('line', `JSONExtractString(detail, 'line')`)}`;

/** Carriers and lines: who gets through, how fast, and what fails. */
export const lines: DashboardSpec = {
  uid: 'branchline-lines',
  title: 'Carriers and lines',
  description: 'Answer-seizure ratio, call duration, set-up delay and faults of each line.',
  from: 'now-24h',
  refresh: '1m',
  variables: [site, line],
  panels: [
    {
      kind: 'stat',
      title: 'Tries',
      description: 'Originates of the attempts that started within the time range.',
      width: 6,
      columns: { tries: { title: 'Tries', unit: 'short' } },
      sql: `SELECT count() AS tries ${tries}`,
    },
    {
      kind: 'stat',
      title: 'Answer-seizure ratio',
      description: 'Share of the tries that a person picked up (ASR).',
      width: 6,
      columns: { asr: { title: 'Answer-seizure ratio', unit: 'percentunit' } },
      sql: `SELECT ${share(picked, 'count()')} AS asr ${tries}`,
    },
    {
      kind: 'stat',
      title: 'Line faults',
      description:
        'Share of the tries that failed through us and not through the callee: congestion, trunk, SIM, limits.',
      width: 6,
      columns: {
        faults: {
          title: 'Line faults',
          unit: 'percentunit',
          steps: [{ colour: 'green' }, { from: 0.05, colour: 'yellow' }, { from: 0.2, colour: 'red' }],
        },
      },
      sql: `SELECT ${share(faulty, 'count()')} AS faults ${tries}`,
    },
    {
      kind: 'stat',
      title: 'Set-up delay (median)',
      description: 'From the originate to the first sign of ringing (post-dial delay).',
      width: 6,
      columns: { delay: { title: 'Set-up delay (median)', unit: 'ms' } },
      sql: `SELECT quantileOrNull(0.5)(${setup}) AS delay ${outbound} AND early_at IS NOT NULL`,
    },
    {
      kind: 'series',
      title: 'Answer-seizure ratio by line',
      description: 'A sudden fall on one line alone is the carrier; on all lines it is the list or the hour.',
      width: 12,
      label: 'line',
      interval: '5m',
      columns: { asr: { title: 'Answer-seizure ratio', unit: 'percentunit' } },
      sql: `SELECT ${moment('started')}, line, ${share(picked, 'count()')} AS asr ${tries} GROUP BY time, line ORDER BY time, line`,
    },
    {
      kind: 'series',
      title: 'Line faults by line',
      description: 'Tries in each interval that failed through us.',
      width: 12,
      label: 'line',
      interval: '1m',
      columns: { faults: { title: 'Line faults', unit: 'short' } },
      sql: `SELECT ${moment('started')}, line, ${faulty} AS faults ${tries} GROUP BY time, line ORDER BY time, line`,
    },
    {
      kind: 'series',
      title: 'Voice quality by line (MOS)',
      description:
        'How customers were heard, by loss and jitter of what came in: above 4 good, below 3.6 people complain. Only legs on which sound came.',
      width: 12,
      label: 'line',
      interval: '5m',
      columns: { mos: { title: 'MOS', unit: 'short' } },
      sql: `SELECT ${moment('started_at')}, line, avg(assumeNotNull(c.mos)) AS mos ${heard} GROUP BY time, line ORDER BY time, line`,
    },
    {
      kind: 'table',
      title: 'Voice quality',
      description: 'Carriers by site: mean opinion score, share of packets lost, jitter. The worst first.',
      width: 12,
      columns: {
        site: { title: 'Site' },
        line: { title: 'Line' },
        calls: { title: 'Calls', unit: 'short' },
        mos: { title: 'MOS', unit: 'short' },
        poor: { title: 'Below 3.6', unit: 'percentunit' },
        loss: { title: 'Lost', unit: 'percentunit' },
        jitter: { title: 'Jitter', unit: 'ms' },
      },
      sql: `SELECT site, line, count() AS calls, avg(assumeNotNull(c.mos)) AS mos, ${share('countIf(assumeNotNull(c.mos) < 3.6)', 'count()')} AS poor, avg(assumeNotNull(c.loss)) AS loss, avg(assumeNotNull(c.jitter_ms)) AS jitter ${heard} GROUP BY site, line ORDER BY mos, site, line`,
    },
    {
      kind: 'table',
      title: 'Lines',
      description:
        'Each line with its tries, its answer-seizure ratio (ASR), the average duration of its answered calls (ACD) and its median set-up delay.',
      width: 14,
      columns: {
        line: {
          title: 'Line',
          link: {
            title: 'Its calls in the console',
            to: { console: '/calls?line=${__value.raw:percentencode}' },
          },
        },
        tries: { title: 'Tries', unit: 'short' },
        asr: { title: 'ASR', unit: 'percentunit' },
        acd: { title: 'ACD', unit: 's' },
        delay: { title: 'Set-up delay (median)', unit: 'ms' },
        numbers: { title: 'Caller IDs', unit: 'short' },
      },
      sql: `SELECT t.line AS line, t.tries AS tries, t.asr AS asr, c.acd AS acd, c.delay AS delay, c.numbers AS numbers
FROM (SELECT line, count() AS tries, ${share(picked, 'count()')} AS asr ${tries} GROUP BY line) AS t
LEFT JOIN (SELECT line, avgIfOrNull(${millis('assumeNotNull(answered_at)', 'ended_at')} / 1000, answered_at IS NOT NULL) AS acd, quantileIfOrNull(0.5)(${setup}, early_at IS NOT NULL) AS delay, uniqExact(caller_id) AS numbers ${outbound} GROUP BY line) AS c ON c.line = t.line
ORDER BY line`,
    },
    {
      kind: 'table',
      title: 'Causes',
      description:
        'How the network ended outbound calls: FreeSWITCH cause, Q.850 number and SIP status, most frequent first.',
      width: 10,
      columns: {
        cause: { title: 'Cause' },
        q850: { title: 'Q.850' },
        sip_status: { title: 'SIP status' },
        calls: { title: 'Calls', unit: 'short' },
      },
      sql: `SELECT cause, toString(q850) AS q850, toString(sip_status) AS sip_status, count() AS calls ${outbound} GROUP BY cause, q850, sip_status ORDER BY calls DESC, cause, q850, sip_status LIMIT 50`,
    },
    {
      kind: 'table',
      title: 'State of the lines',
      description:
        'The last that each line said of itself within the time range, and how often it went down.',
      width: 12,
      columns: {
        site: { title: 'Site' },
        edge: { title: 'Edge' },
        line: { title: 'Line' },
        state: { title: 'State' },
        reason: { title: 'Reason' },
        downs: { title: 'Times down', unit: 'short' },
      },
      sql: `SELECT site, edge, JSONExtractString(detail, 'line') AS line, argMax(JSONExtractString(detail, 'state'), (at, seq)) AS state, argMax(JSONExtractString(detail, 'reason'), (at, seq)) AS reason, countIf(JSONExtractString(detail, 'state') = 'down') AS downs ${lineEvents} GROUP BY site, edge, line ORDER BY site, edge, line`,
    },
    {
      kind: 'table',
      title: 'Ups and downs',
      description: 'The last 100 times that a line came or went.',
      width: 12,
      columns: {
        at: { title: 'At', unit: 'dateTimeAsIso' },
        edge: { title: 'Edge' },
        line: { title: 'Line' },
        state: { title: 'State' },
        reason: { title: 'Reason' },
      },
      sql: `SELECT at, edge, JSONExtractString(detail, 'line') AS line, JSONExtractString(detail, 'state') AS state, JSONExtractString(detail, 'reason') AS reason ${lineEvents} ORDER BY at DESC, seq DESC LIMIT 100`,
    },
  ],
};
