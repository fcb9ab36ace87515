import { boards } from '../boards/index.ts';
import { panelQuery, source } from '../data-source.ts';
import type { Say } from '../words.ts';
import { alertRules, type AlertSpec } from './rules.ts';

/** Grafana's own evaluator. */
const expression = { type: '__expr__', uid: '__expr__' } as const;

/** The provisioning file of the alert rules. They go where Grafana's default notification policy sends them. */
export function alertFile(folder: string, say: Say): unknown {
  return {
    apiVersion: 1,
    groups: [
      {
        orgId: 1,
        name: 'branchline',
        folder,
        interval: '1m',
        rules: alertRules.map((rule) => ruleOf(rule, say)),
      },
    ],
  };
}

function ruleOf(rule: AlertSpec, say: Say): unknown {
  const { uid, title, summary, description, severity, sql, above, forMinutes, backMinutes } = rule;
  const relativeTimeRange = { from: backMinutes * 60, to: 0 };
  return {
    uid,
    title: say(title),
    condition: 'B',
    data: [
      { refId: 'A', relativeTimeRange, datasourceUid: source.uid, model: panelQuery(sql, 'table') },
      {
        refId: 'B',
        relativeTimeRange,
        datasourceUid: expression.uid,
        model: {
          refId: 'B',
          type: 'threshold',
          datasource: expression,
          expression: 'A',
          conditions: [{ evaluator: { type: 'gt', params: [above] } }],
        },
      },
    ],
    dashboardUid: rule.panel.dashboard,
    panelId: panelNumber(rule),
    // No row: nothing to worry about. A query that fails is worth a look, but is no outage of a branch.
    noDataState: 'OK',
    execErrState: 'Error',
    for: `${forMinutes}m`,
    annotations: { summary: say(summary), description: say(description) },
    labels: { severity, service: 'branchline' },
    isPaused: false,
  };
}

/** @throws RangeError when the dashboard has no such panel */
function panelNumber({ uid, panel }: AlertSpec): number {
  const board = boards.find((board) => board.uid === panel.dashboard);
  const index = board?.panels.findIndex(({ title }) => title === panel.title) ?? -1;
  if (index < 0) throw new RangeError(`the rule ${uid} shows a panel that is not there: ${panel.title}`);
  return index + 1;
}
