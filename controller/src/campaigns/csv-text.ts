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
