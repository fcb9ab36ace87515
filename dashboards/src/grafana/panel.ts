import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  FieldColorModeId,
  GraphDrawStyle,
  LegendDisplayMode,
  PercentChangeColorMode,
  SortOrder,
  StackingMode,
  TableCellDisplayMode,
  TableCellHeight,
  ThresholdsMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizOrientation,
  type FieldConfig,
  type Panel,
} from '@grafana/schema';
import { panelQuery, source } from '../data-source.ts';
import type { ColumnSpec, LinkSpec, PanelSpec, Step } from '../spec.ts';
import type { Say } from '../words.ts';
import type { Place } from './layout.ts';
import type { BarOptions, SeriesOptions, StatOptions, TableOptions } from './model.ts';

/** A panel as Grafana keeps it. */
export function panelOf(spec: PanelSpec, id: number, place: Place, say: Say): Panel {
  const [[, only] = []] = Object.entries(spec.columns);
  const { label } = spec;
  return {
    id,
    type: types[spec.kind],
    title: say(spec.title),
    description: say(spec.description),
    datasource: source,
    gridPos: { ...place },
    targets: [{ ...panelQuery(spec.sql, spec.kind === 'series' ? 'series' : 'table') }],
    ...(spec.interval !== undefined && { interval: spec.interval }),
    fieldConfig: {
      defaults: {
        ...(label === undefined ? {} : only && looks(only, say)),
        ...(label !== undefined && { displayName: `\${__field.labels.${label}}` }),
        custom: custom(spec),
        noValue: '–',
      },
      overrides: label === undefined ? overrides(spec, say) : [],
    },
    options: { ...options(spec) },
  } satisfies Panel;
}

const types = { stat: 'stat', series: 'timeseries', bars: 'barchart', table: 'table' } as const;

function overrides(spec: PanelSpec, say: Say): NonNullable<Panel['fieldConfig']>['overrides'] {
  return Object.entries(spec.columns).map(([name, column]) => {
    const { displayName, unit, thresholds, color, links } = looks(column, say);
    const properties = Object.entries({ displayName, unit, thresholds, color, links })
      .filter(([, value]) => value !== undefined)
      .map(([id, value]) => ({ id, value: value as unknown }));
    if (spec.kind === 'table' && column.steps)
      properties.push({ id: 'custom.cellOptions', value: { type: TableCellDisplayMode.ColorText } });
    return { matcher: { id: 'byName', options: name }, properties };
  });
}

function looks(column: ColumnSpec, say: Say): FieldConfig {
  const { title, unit, steps, link } = column;
  return {
    displayName: say(title),
    ...(unit !== undefined && { unit }),
    ...(unit === 'percentunit' && { min: 0, max: 1 }),
    ...(steps && {
      thresholds: { mode: ThresholdsMode.Absolute, steps: steps.map(stepOf) },
      color: { mode: FieldColorModeId.Thresholds },
    }),
    ...(link && { links: [linkOf(link, say)] }),
  };
}

const stepOf = ({ colour, from }: Step): { color: string; value: number | null } => ({
  color: colour,
  value: from ?? null,
});

function linkOf({ title, to }: LinkSpec, say: Say): { title: string; url: string; targetBlank: boolean } {
  if ('console' in to) return { title: say(title), url: `\${console}${to.console}`, targetBlank: true };
  const set = Object.entries(to.set ?? {}).map(([name, value]) => `&var-${name}=${value}`);
  return {
    title: say(title),
    url: `/d/${to.dashboard}?\${__url_time_range}${set.join('')}`,
    targetBlank: false,
  };
}

function custom(spec: PanelSpec): Record<string, unknown> {
  if (spec.kind !== 'series') return {};
  return {
    drawStyle: spec.stacked ? GraphDrawStyle.Bars : GraphDrawStyle.Line,
    fillOpacity: spec.stacked ? 60 : 5,
    lineWidth: 1,
    stacking: { mode: spec.stacked ? StackingMode.Normal : StackingMode.None, group: 'A' },
  };
}

function options(spec: PanelSpec): Record<string, unknown> {
  const legend = {
    displayMode: LegendDisplayMode.List,
    placement: 'bottom',
    showLegend: true,
    calcs: [] as string[],
  } as const;
  const tooltip = { mode: TooltipDisplayMode.Multi, sort: SortOrder.Descending };
  switch (spec.kind) {
    case 'stat':
      return {
        reduceOptions: { values: false, calcs: ['lastNotNull'], fields: '' },
        orientation: VizOrientation.Auto,
        colorMode: BigValueColorMode.Value,
        graphMode: BigValueGraphMode.None,
        justifyMode: BigValueJustifyMode.Auto,
        percentChangeColorMode: PercentChangeColorMode.Standard,
        showPercentChange: false,
        textMode: BigValueTextMode.Value,
        wideLayout: true,
      } satisfies StatOptions;
    case 'series':
      return { legend, tooltip } satisfies SeriesOptions;
    case 'bars':
      return {
        legend,
        tooltip,
        barWidth: 0.8,
        groupWidth: 0.7,
        fullHighlight: false,
        orientation: VizOrientation.Auto,
        showValue: VisibilityMode.Never,
        stacking: StackingMode.None,
        xTickLabelMaxLength: 20,
        xTickLabelRotation: 0,
      } satisfies BarOptions;
    case 'table':
      return { frameIndex: 0, showHeader: true, cellHeight: TableCellHeight.Sm } satisfies TableOptions;
    default:
      return spec.kind satisfies never;
  }
}
