/** Arithmetic for expectations: plain, and written without a look at the SQL. */

/** Rows of a group, with what they have in common, in the order of that. */
export function groups<R, K extends string | number>(rows: readonly R[], key: (row: R) => K): [K, R[]][] {
  return [...Map.groupBy(rows, key)].toSorted(([a], [b]) => ascending(a, b));
}

export function ascending<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By several columns, one after the other. */
export function by<R>(...keys: ((row: R) => string | number)[]): (a: R, b: R) => number {
  return (a, b) => keys.map((key) => ascending(key(a), key(b))).find((order) => order !== 0) ?? 0;
}

/** Part of a whole; null without one. */
export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function mean(values: readonly number[]): number | null {
  return share(sum(values), values.length);
}

/** Interpolated between the two nearest values; null of nothing. */
export function quantile(values: readonly number[], level: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  if (sorted.length === 0) return null;
  const place = level * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place % 1);
}

/** Start of an instant's interval, as ClickHouse writes it. */
export function moment(at: number, intervalMs: number): string {
  return written(Math.floor(at / intervalMs) * intervalMs).slice(0, 19);
}

/** An instant with milliseconds, UTC, as ClickHouse writes it. */
export function written(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace('Z', '');
}

/** Hour of the day in a zone, `00`–`23`. */
export function hourIn(zone: string, at: number): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' }).format(at);
}

/** Day in a zone, `YYYY-MM-DD`. */
export function dayIn(zone: string, at: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(at);
}
