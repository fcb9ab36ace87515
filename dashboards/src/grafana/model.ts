import type { Options as Bar } from '@grafana/schema/dist/esm/raw/composable/barchart/panelcfg/x/BarChartPanelCfg_types.gen';
import type { Options as Stat } from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type { Options as Table } from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type { Options as Series } from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

// Grafana's own types of what is written, each under a name of its own: its package calls four of them `Options`.
export type { Dashboard } from '@grafana/schema';
export type BarOptions = Bar;
export type StatOptions = Stat;
export type TableOptions = Table;
export type SeriesOptions = Series;
