import { abandoned, answered, chosen, from, live, millis, moment, picked, share, within } from '../sql.ts';
import type { DashboardSpec } from '../spec.ts';
import { campaign, site, zone } from '../variables.ts';
import { abandonSteps } from './steps.ts';

const attempts = `FROM ${from.attempts} WHERE ${within('started_at')} AND campaign = toUUIDOrZero(\${campaign:sqlstring}) AND ${chosen('site')}`;
const dialed = `countIf(outcome != 'REFUSED')`;

/** One campaign: how far it gets, and what stops it. */
export const campaignBoard: DashboardSpec = {
  uid: 'branchline-campaign',
  title: 'Campaign',
  description: 'One campaign: funnel, abandons, outcomes, refusals and dispositions.',
  from: 'now-24h',
  refresh: '1m',
  variables: [campaign, site, zone],
  panels: [
    {
      kind: 'table',
      title: 'Funnel',
      description:
        'From the attempts that were due to the people who spoke to an agent. The console has the campaign itself.',
      width: 15,
      height: 4,
      columns: {
        attempts: {
          title: 'Attempts',
          unit: 'short',
          link: { title: 'The campaign in the console', to: { console: '/campaigns/${campaign}' } },
        },
        dialed: { title: 'Dialed', unit: 'short' },
        picked: { title: 'A person picked up', unit: 'short' },
        answered: { title: 'Spoke to an agent', unit: 'short' },
      },
      sql: `SELECT count() AS attempts, ${dialed} AS dialed, ${picked} AS picked, ${answered} AS answered ${attempts}`,
    },
    {
      kind: 'stat',
      title: 'Abandoned',
      description: 'Share of the people who picked up and got no agent in time. The default cap is 3 %.',
      width: 3,
      columns: { abandoned: { title: 'Abandoned', unit: 'percentunit', steps: abandonSteps } },
      sql: `SELECT ${share(abandoned, live)} AS abandoned ${attempts}`,
    },
    {
      kind: 'stat',
      title: 'Reach',
      description: 'Share of the dialed attempts that reached a person.',
      width: 3,
      columns: { reach: { title: 'Reach', unit: 'percentunit' } },
      sql: `SELECT ${share(picked, dialed)} AS reach ${attempts}`,
    },
    {
      kind: 'stat',
      title: 'Behind (95 %)',
      description:
        'How long after its due instant an attempt was dialed. Long waits mean too few agents or lines for the list.',
      width: 3,
      columns: { behind: { title: 'Behind (95 %)', unit: 's' } },
      sql: `SELECT quantileOrNull(0.95)(${millis('due_at', 'started_at')}) / 1000 AS behind ${attempts} AND outcome != 'REFUSED'`,
    },
    {
      kind: 'series',
      title: 'Attempts by outcome',
      description: 'Attempts that started in each interval.',
      width: 12,
      label: 'outcome',
      stacked: true,
      interval: '1m',
      columns: { attempts: { title: 'Attempts', unit: 'short' } },
      sql: `SELECT ${moment('started_at')}, outcome, count() AS attempts ${attempts} GROUP BY time, outcome ORDER BY time, outcome`,
    },
    {
      kind: 'bars',
      title: 'Reach by hour of the day',
      description:
        'Share of the dialed attempts that reached a person, by hour in the chosen time zone: when it pays to call.',
      width: 12,
      columns: { reach: { title: 'Reach', unit: 'percentunit' } },
      sql: `SELECT leftPad(toString(toHour(toTimeZone(started_at, \${zone:sqlstring}))), 2, '0') AS hour, ${share(picked, dialed)} AS reach ${attempts} AND outcome != 'REFUSED' GROUP BY hour ORDER BY hour`,
    },
    {
      kind: 'table',
      title: 'Refusals',
      description:
        'Rules of the gate that stopped attempts. Not an error: this is what keeps the campaign lawful.',
      width: 6,
      columns: { rule: { title: 'Rule' }, attempts: { title: 'Attempts', unit: 'short' } },
      sql: `SELECT refusal_rule AS rule, count() AS attempts ${attempts} AND outcome = 'REFUSED' GROUP BY rule ORDER BY attempts DESC, rule`,
    },
    {
      kind: 'table',
      title: 'Dispositions',
      description: 'What agents said came of the calls; of a call that was corrected the last word counts.',
      width: 6,
      columns: { code: { title: 'Disposition' }, calls: { title: 'Calls', unit: 'short' } },
      sql: `SELECT code, count() AS calls FROM (
  SELECT argMax(d.code, (d.at, d.seq)) AS code FROM ${from.dispositions} AS d
  WHERE d.at >= $__fromTime AND d.call IN (SELECT id FROM ${from.calls} WHERE ${within('started_at')} AND campaign = toUUIDOrZero(\${campaign:sqlstring}) AND ${chosen('site')})
  GROUP BY d.call
) GROUP BY code ORDER BY calls DESC, code`,
    },
    {
      kind: 'table',
      title: 'By site',
      description: 'The same campaign from each branch.',
      width: 6,
      columns: {
        site: {
          title: 'Site',
          link: {
            title: 'Open the site',
            to: { dashboard: 'branchline-site', set: { site: '${__value.raw:percentencode}' } },
          },
        },
        dialed: { title: 'Dialed', unit: 'short' },
        reach: { title: 'Reach', unit: 'percentunit' },
      },
      sql: `SELECT site, ${dialed} AS dialed, ${share(picked, dialed)} AS reach ${attempts} GROUP BY site ORDER BY site`,
    },
    {
      kind: 'table',
      title: 'By line',
      description:
        'Tries of this campaign on each line. A line far below the others is blocked, marked as spam, or broken.',
      width: 6,
      columns: {
        line: {
          title: 'Line',
          link: {
            title: 'Open the line',
            to: { dashboard: 'branchline-lines', set: { line: '${__value.raw:percentencode}' } },
          },
        },
        dialed: { title: 'Tries', unit: 'short' },
        reach: { title: 'Reach', unit: 'percentunit' },
      },
      sql: `SELECT line, count() AS dialed, ${share(picked, 'count()')} AS reach FROM (
  SELECT t.1 AS line, t.2 AS outcome FROM (SELECT arrayJoin(arrayZip(tries.line, tries.outcome)) AS t ${attempts})
) GROUP BY line ORDER BY line`,
    },
  ],
};
