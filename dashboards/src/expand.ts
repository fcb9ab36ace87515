/** What a page is asked for: epoch ms, and the length of an interval. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly intervalMs: number;
}

/** Grafana's value for "All". */
export const all = '$__all';

/** What is chosen: one value (which may be {@link all}), or several. */
export type Choices = Readonly<Record<string, string | readonly string[]>>;

/**
 * What Grafana and its ClickHouse plugin (4.20) make of a query, as far as our queries use it: first `$__conditionalAll` and
 * the variables in the browser, then the time macros in the plugin's server part. Anything it does not know stays, and
 * ClickHouse refuses it.
 */
export function expand(sql: string, range: Range, choices: Choices = {}): string {
  return timeMacros(variables(conditionalAll(sql, choices), choices), range);
}

/** `$__conditionalAll(condition, $variable)`: the condition, or `1=1` when all are chosen. The last one goes first. */
function conditionalAll(sql: string, choices: Choices): string {
  const macro = '$__conditionalAll(';
  let text = sql;
  for (let at = text.lastIndexOf(macro); at !== -1; at = text.lastIndexOf(macro)) {
    const { args, end } = argumentsAt(text, at + macro.length - 1);
    const [condition = '', variable = ''] = args;
    if (args.length !== 2) return text;
    const name = /\$\{?(\w+)/.exec(variable)?.[1] ?? '';
    const value = String(choices[name]);
    text = text.slice(0, at) + (value === all || value === '' ? '1=1' : condition) + text.slice(end);
  }
  return text;
}

/** Arguments of a call whose bracket opens at a place. A bracket within a text is not seen as such, as in the plugin. */
function argumentsAt(text: string, open: number): { args: string[]; end: number } {
  const args: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let at = open; at < text.length; at++) {
    const letter = text[at];
    if (letter === '(') depth++;
    if (letter === ')') depth--;
    if ((letter === ',' && depth === 1) || (letter === ')' && depth === 0)) {
      args.push(text.slice(start, at));
      start = at + 1;
    }
    if (depth === 0) return { args, end: at + 1 };
  }
  return { args: [], end: text.length };
}

/** `$name`, `${name}` and `${name:sqlstring}`; several values without a format are quoted and joined by the plugin. */
function variables(sql: string, choices: Choices): string {
  return sql.replaceAll(
    /\$(?!__)(?:(\w+)|\{(\w+)(?::(\w+))?\})/g,
    (whole, bare: string | undefined, braced: string | undefined, format: string | undefined) => {
      const value = choices[bare ?? braced ?? ''];
      if (value === undefined) return whole;
      const values = typeof value === 'string' ? [value] : value;
      if (format === 'sqlstring') return values.map((one) => `'${one.replaceAll("'", "''")}'`).join(',');
      return typeof value === 'string' ? value : `'${values.join("','")}'`;
    },
  );
}

function timeMacros(sql: string, { from, to, intervalMs }: Range): string {
  const start = `toDateTime(${Math.floor(from / 1000)})`;
  const end = `toDateTime(${Math.floor(to / 1000)})`;
  const seconds = Math.max(1, Math.floor(intervalMs / 1000));
  return sql
    .replaceAll(
      /\$__timeFilter\((\w+)\)/g,
      (_, column: string) => `${column} >= ${start} AND ${column} <= ${end}`,
    )
    .replaceAll(
      /\$__timeInterval\((\w+)\)/g,
      (_, column: string) => `toStartOfInterval(toDateTime(${column}), INTERVAL ${seconds} second)`,
    )
    .replaceAll('$__fromTime', () => start)
    .replaceAll('$__toTime', () => end);
}
