import type { LineFault } from '@branchline/shared';
import { abandoned, faults, from, isPickedUp, live, millis, share, within } from '../sql.ts';

/**
 * A rule over the records. The query gives one row for each thing that may be in trouble: names as texts and one number,
 * `value`. It runs without a dashboard, so it knows no variables. Below `{{ .Labels.x }}` is the row's name `x`;
 * `$labels` means the same, but older releases of Grafana take it for a variable of their environment.
 */
export interface AlertSpec {
  readonly uid: string;
  readonly title: string;
  readonly summary: string;
  /** What to do, in order. */
  readonly description: string;
  readonly severity: 'critical' | 'warning';
  readonly sql: string;
  /** Fires above this. */
  readonly above: number;
  /** How long it must last, minutes. */
  readonly forMinutes: number;
  /** How far back the query looks, minutes. */
  readonly backMinutes: number;
  /** The panel that shows the same. */
  readonly panel: { readonly dashboard: string; readonly title: string };
}

/** Fewer are chance. */
const enough = 20;

/** Whether a fault of some kinds lasts, one row for each line that had one within the look back. */
function lasting(faults: readonly LineFault[]): string {
  const list = faults.map((fault) => `'${fault}'`).join(', ');
  return `SELECT site, edge, line, max(state = 'opened') AS value FROM (
  SELECT site, edge, JSONExtractString(detail, 'line') AS line, JSONExtractString(detail, 'fault') AS fault, argMax(JSONExtractString(detail, 'state'), (at, seq)) AS state
  FROM ${from.events} WHERE ${within('at')} AND type = 'line-fault' AND JSONExtractString(detail, 'fault') IN (${list}) GROUP BY site, edge, line, fault
) GROUP BY site, edge, line ORDER BY site, edge, line`;
}

const week = 7 * 24 * 60;
const shownFaults = { dashboard: 'branchline-hardware', title: 'Faults of lines' } as const;

export const alertRules: readonly AlertSpec[] = [
  {
    uid: 'branchline-abandons',
    title: 'Abandon cap exceeded',
    summary: 'Campaign {{ .Labels.campaign }} abandons more than 3 % of the people who pick up.',
    description:
      'Pause the campaign or move agents to it. The edges fall back to progressive dialing by themselves once their share of the cap is spent; this says that it was not enough.',
    severity: 'critical',
    sql: `SELECT toString(campaign) AS campaign, ${share(abandoned, live)} AS value FROM ${from.attempts} WHERE ${within('started_at')} GROUP BY campaign HAVING ${live} >= ${enough} ORDER BY campaign`,
    above: 0.03,
    forMinutes: 5,
    backMinutes: 60,
    panel: { dashboard: 'branchline-campaign', title: 'Abandoned' },
  },
  {
    uid: 'branchline-silent-edge',
    title: 'Branch is silent',
    summary: 'Edge {{ .Labels.edge }} of {{ .Labels.site }} has not reported for more than 10 minutes.',
    description:
      'The branch goes on calling by itself until its leases end. Look at its link first, then at the box. An edge that has been silent for a day leaves this list.',
    severity: 'critical',
    sql: `SELECT edge, site, ${millis('max(at)', '$__toTime')} / 1000 AS value FROM ${from.metrics} WHERE ${within('at')} GROUP BY edge, site ORDER BY edge, site`,
    above: 600,
    forMinutes: 1,
    backMinutes: 24 * 60,
    panel: { dashboard: 'branchline-ingest', title: 'Edges' },
  },
  {
    uid: 'branchline-disk',
    title: 'Disk of a box is filling',
    summary: 'The disk of edge {{ .Labels.edge }} of {{ .Labels.site }} is more than 90 % full.',
    description:
      'Recordings wait here until the center has confirmed them. Look whether the upload runs; a full disk stops recording and then dialing.',
    severity: 'critical',
    sql: `SELECT edge, site, max(${share('disk_used_bytes', 'disk_total_bytes')}) AS value FROM ${from.metrics} WHERE ${within('at')} GROUP BY edge, site ORDER BY edge, site`,
    above: 0.9,
    forMinutes: 10,
    backMinutes: 10,
    panel: { dashboard: 'branchline-site', title: 'Disk' },
  },
  {
    uid: 'branchline-line-down',
    title: 'Line is down',
    summary: 'Line {{ .Labels.line }} of edge {{ .Labels.edge }} in {{ .Labels.site }} is down.',
    description: 'The reason stands on the dashboard. Calls take the other lines of the route meanwhile.',
    severity: 'warning',
    sql: `SELECT site, edge, JSONExtractString(detail, 'line') AS line, toUInt8(argMax(JSONExtractString(detail, 'state'), (at, seq)) = 'down') AS value FROM ${from.events} WHERE ${within('at')} AND type = 'line' GROUP BY site, edge, line ORDER BY site, edge, line`,
    above: 0,
    forMinutes: 2,
    backMinutes: 24 * 60,
    panel: { dashboard: 'branchline-lines', title: 'State of the lines' },
  },
  {
    uid: 'branchline-line-faults',
    title: 'Line fails too often',
    summary: 'More than 20 % of the tries on line {{ .Labels.line }} of {{ .Labels.site }} fail through us.',
    description: 'Congestion, trunk or SIM faults: look at the causes on the dashboard and call the carrier.',
    severity: 'warning',
    sql: `SELECT site, line, ${share(`countIf(outcome IN (${faults}))`, 'count()')} AS value FROM (
  SELECT site, t.1 AS line, t.2 AS outcome FROM (SELECT site, arrayJoin(arrayZip(tries.line, tries.outcome)) AS t FROM ${from.attempts} WHERE ${within('started_at')})
) GROUP BY site, line HAVING count() >= ${enough} ORDER BY site, line`,
    above: 0.2,
    forMinutes: 5,
    backMinutes: 15,
    panel: { dashboard: 'branchline-lines', title: 'Line faults by line' },
  },
  {
    uid: 'branchline-connect',
    title: 'Customers wait for their agent',
    summary: 'In {{ .Labels.site }} 5 % of the customers who picked up waited more than 2 seconds.',
    description: 'Look at the load of the box and at the phones: nailed-up agents connect fastest.',
    severity: 'warning',
    sql: `SELECT site, quantile(0.95)(assumeNotNull(answer_to_agent_ms)) AS value FROM ${from.calls} WHERE ${within('started_at')} AND direction = 'outbound' AND answer_to_agent_ms IS NOT NULL GROUP BY site HAVING count() >= ${enough} ORDER BY site`,
    above: 2000,
    forMinutes: 5,
    backMinutes: 15,
    panel: { dashboard: 'branchline-overview', title: 'Sites' },
  },
  {
    uid: 'branchline-backlog',
    title: 'Facts pile up in a branch',
    summary: 'Edge {{ .Labels.edge }} of {{ .Labels.site }} holds back more than 5,000 rows.',
    description:
      'The center does not acknowledge, or the link is too thin. Look at /readyz of the controller.',
    severity: 'warning',
    sql: `SELECT edge, site, min(outbox_pending) AS value FROM ${from.metrics} WHERE ${within('at')} GROUP BY edge, site ORDER BY edge, site`,
    above: 5000,
    forMinutes: 10,
    backMinutes: 10,
    panel: { dashboard: 'branchline-ingest', title: 'Rows that wait at the branches' },
  },
  {
    uid: 'branchline-clock',
    title: 'Clock of a box is not to be believed',
    summary: 'Edge {{ .Labels.edge }} of {{ .Labels.site }} does not know the time and has stopped dialing.',
    description:
      'Calling hours cannot be kept without the time. Connect the box to the center, or look at its battery.',
    severity: 'critical',
    sql: `SELECT edge, site, toUInt8(argMax(clock, at) = 'untrusted') AS value FROM ${from.metrics} WHERE ${within('at')} GROUP BY edge, site ORDER BY edge, site`,
    above: 0,
    forMinutes: 2,
    backMinutes: 10,
    panel: { dashboard: 'branchline-ingest', title: 'Trust in the clocks' },
  },
  {
    uid: 'branchline-span-alarm',
    title: 'Span in alarm',
    summary: 'Span {{ .Labels.line }} of edge {{ .Labels.edge }} in {{ .Labels.site }} has an alarm.',
    description:
      'Red: check the cable, then call the carrier. Yellow: the carrier does not receive us. Blue: equipment of the carrier failed.',
    severity: 'critical',
    sql: lasting(['no-carrier-signal', 'remote-alarm', 'upstream-alarm', 'looped', 'not-open']),
    above: 0,
    forMinutes: 1,
    backMinutes: week,
    panel: shownFaults,
  },
  {
    uid: 'branchline-d-channel',
    title: 'Signalling channel is down',
    summary:
      'The signalling channel of {{ .Labels.line }} of edge {{ .Labels.edge }} in {{ .Labels.site }} is down.',
    description: 'The line itself is there: compare switch type and network side with the carrier.',
    severity: 'critical',
    sql: lasting(['d-channel-down']),
    above: 0,
    forMinutes: 2,
    backMinutes: week,
    panel: shownFaults,
  },
  {
    uid: 'branchline-slips',
    title: 'Span slips',
    summary: 'Span {{ .Labels.line }} of edge {{ .Labels.edge }} in {{ .Labels.site }} slips.',
    description: 'Both sides use a clock of their own: let the box take its timing from the carrier.',
    severity: 'warning',
    sql: lasting(['slips']),
    above: 0,
    forMinutes: 30,
    backMinutes: week,
    panel: { dashboard: 'branchline-hardware', title: 'Slips by span' },
  },
  {
    uid: 'branchline-quarantine',
    title: 'SIM is quarantined',
    summary:
      'Line {{ .Labels.line }} of edge {{ .Labels.edge }} in {{ .Labels.site }} takes no calls until a person looks.',
    description:
      'The network refused its calls one after the other, or too few were answered. Ask the operator before ending the quarantine; no other SIM takes its place.',
    severity: 'warning',
    sql: lasting(['quarantined', 'answered-low']),
    above: 0,
    forMinutes: 1,
    backMinutes: week,
    panel: shownFaults,
  },
  {
    uid: 'branchline-balance',
    title: 'Balance of a SIM is low',
    summary:
      'The SIM of line {{ .Labels.line }} of edge {{ .Labels.edge }} in {{ .Labels.site }} is below its floor.',
    description: 'Top it up. Calls begin again when the operator tells the new balance.',
    severity: 'warning',
    sql: lasting(['balance-low']),
    above: 0,
    forMinutes: 1,
    backMinutes: week,
    panel: { dashboard: 'branchline-hardware', title: 'Limits used' },
  },
  {
    uid: 'branchline-answer-collapse',
    title: 'A carrier reaches nobody any more',
    summary:
      'Line {{ .Labels.line }} of {{ .Labels.site }} gets through less than half as often as in the hours before.',
    description:
      'A fall on one line alone is the carrier: a blocked number, a wrong caller ID, a route that went bad. Compare the lines on the dashboard and call the carrier.',
    severity: 'warning',
    sql: `SELECT site, line, 1 - least(1, ifNull(${share(share('countIf(recent AND picked)', 'countIf(recent)'), share('countIf(NOT recent AND picked)', 'countIf(NOT recent)'))}, 1)) AS value FROM (
  SELECT site, t.2 AS line, ${isPickedUp('t.3')} AS picked, t.1 > $__toTime - INTERVAL 30 MINUTE AS recent FROM (SELECT site, arrayJoin(arrayZip(tries.started_at, tries.line, tries.outcome)) AS t FROM ${from.attempts} WHERE ${within('started_at')})
) GROUP BY site, line HAVING countIf(recent) >= ${enough} AND countIf(NOT recent) >= ${enough} ORDER BY site, line`,
    above: 0.5,
    forMinutes: 5,
    backMinutes: 240,
    panel: { dashboard: 'branchline-lines', title: 'Answer-seizure ratio by line' },
  },
];
