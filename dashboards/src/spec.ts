/** What a number means, in Grafana's words for units. */
export type Unit = 'short' | 'percentunit' | 's' | 'ms' | 'bytes' | 'dateTimeAsIso';

/** A colour from a value on. The first step has no `from`. */
export interface Step {
  readonly from?: number;
  readonly colour: 'green' | 'yellow' | 'red' | 'blue' | 'text';
}

/** Where a cell or a panel leads: another dashboard by its uid, or an address of the console. */
export interface LinkSpec {
  readonly title: string;
  readonly to:
    | { readonly dashboard: string; readonly set?: Readonly<Record<string, string>> }
    | { readonly console: string };
}

/** How a column of a result is shown. */
export interface ColumnSpec {
  readonly title: string;
  readonly unit?: Unit;
  readonly steps?: readonly Step[];
  readonly link?: LinkSpec;
}

/**
 * A panel. `stat` shows the first row; `series` has a column `time` and either one number a row with `label` naming the
 * column that tells the lines apart, or one line a column; `bars` and `table` show the rows as they are.
 */
export interface PanelSpec {
  readonly kind: 'stat' | 'series' | 'bars' | 'table';
  readonly title: string;
  /** What the number is and what to do about it, for somebody who has not read the SQL. */
  readonly description: string;
  readonly sql: string;
  /** Of 24 columns. */
  readonly width: number;
  /** In Grafana's rows of 30 px; default 4 for `stat` and 8 for all others. */
  readonly height?: number;
  readonly columns: Readonly<Record<string, ColumnSpec>>;
  readonly label?: string;
  readonly stacked?: boolean;
  /** Shortest interval of a line's points, such as `1m`. */
  readonly interval?: string;
}

/** A choice at the top of a dashboard. Its rows are the values, or values and texts. */
export interface VariableSpec {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly sql: string;
  /** Several values and "All". */
  readonly many: boolean;
  /** Chosen at first; without it the first one, or all. */
  readonly first?: string;
}

export interface DashboardSpec {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly VariableSpec[];
  readonly panels: readonly PanelSpec[];
  /** How far back the page looks, such as `now-24h`. */
  readonly from: string;
  /** How often it is asked again. */
  readonly refresh: string;
}
