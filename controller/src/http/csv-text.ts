/** Cells that spreadsheet programs would run as a formula (OWASP, CSV injection). */
const formula = /^[=@\t\r]|^[+-](?![\d(])/;

/** One row of CSV (RFC 4180). Cells that would become formulas get a leading apostrophe. */
export function stringifyRow(cells: readonly string[]): string {
  return `${cells.map(stringifyCell).join(',')}\r\n`;
}

function stringifyCell(cell: string): string {
  const safe = formula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A column of a table in CSV: what a row does not know is an empty cell. */
export type CsvColumn<T> = readonly [title: string, value: (row: T) => string | number | undefined];

/** Rows under their heading, one by one. */
export function* csvTable<T>(columns: readonly CsvColumn<T>[], rows: Iterable<T>): Generator<string> {
  // Spreadsheet programs take UTF-8 for what it is only with a byte order mark.
  yield `\u{feff}${stringifyRow(columns.map(([title]) => title))}`;
  for (const row of rows) yield stringifyRow(columns.map(([, value]) => String(value(row) ?? '')));
}
