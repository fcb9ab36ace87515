import {
  DashboardCursorSync,
  VariableHide,
  VariableRefresh,
  VariableSort,
  type Dashboard,
  type DashboardLink,
  type VariableModel,
} from '@grafana/schema';
import { panelQuery, source } from '../data-source.ts';
import { all } from '../expand.ts';
import type { DashboardSpec, VariableSpec } from '../spec.ts';
import type { Say } from '../words.ts';
import { layOut } from './layout.ts';
import { panelOf } from './panel.ts';

export interface DashboardOptions {
  readonly say: Say;
  /** Address of the console, without a slash at the end; cells link there. */
  readonly console: string;
}

/** Every dashboard of ours carries this tag, and links to all others that do. */
export const tag = 'branchline';

/** Version of the dashboard model that is written; a newer Grafana migrates it when it reads it. */
const schemaVersion = 42;

/** A dashboard as Grafana keeps it. Panels are numbered from 1 in their order, so that links to them stay. */
export function dashboardOf(spec: DashboardSpec, options: DashboardOptions): Dashboard {
  const { say } = options;
  const places = layOut(spec.panels);
  return {
    uid: spec.uid,
    title: say(spec.title),
    description: say(spec.description),
    tags: [tag],
    schemaVersion,
    editable: false,
    graphTooltip: DashboardCursorSync.Crosshair,
    timezone: 'browser',
    time: { from: spec.from, to: 'now' },
    refresh: spec.refresh,
    links: links(options),
    templating: {
      list: [...spec.variables.map((variable) => variableOf(variable, say)), consoleVariable(options)],
    },
    panels: spec.panels.flatMap((panel, i) => {
      const place = places[i];
      return place ? [panelOf(panel, i + 1, place, say)] : [];
    }),
  } satisfies Dashboard;
}

function links({ say, console }: DashboardOptions): DashboardLink[] {
  const common = { icon: 'external link', asDropdown: false, includeVars: false, targetBlank: false };
  return [
    { ...common, type: 'dashboards', title: 'Branchline', tooltip: '', tags: [tag], keepTime: true },
    {
      ...common,
      type: 'link',
      title: say('Console'),
      tooltip: say('Overview of the console, live'),
      tags: [],
      keepTime: false,
      url: `${console}/`,
      targetBlank: true,
    },
  ];
}

function variableOf(spec: VariableSpec, say: Say): VariableModel {
  const { name, many, first } = spec;
  return {
    name,
    type: 'query',
    label: say(spec.label),
    description: say(spec.description),
    datasource: source,
    query: { ...panelQuery(spec.sql, 'table') },
    refresh: VariableRefresh.onTimeRangeChanged,
    sort: VariableSort.disabled,
    multi: many,
    includeAll: many,
    hide: VariableHide.dontHide,
    ...(many && { current: { text: ['All'], value: [all] } }),
    ...(first !== undefined && { current: { text: first, value: first } }),
  };
}

function consoleVariable({ console }: DashboardOptions): VariableModel {
  return {
    name: 'console',
    type: 'constant',
    query: console,
    current: { text: console, value: console },
    hide: VariableHide.hideVariable,
    skipUrlSync: true,
  };
}
