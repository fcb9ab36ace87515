/** One leg of a dial string: its own variables and the endpoint behind them. */
export interface DialLeg {
  readonly variables: ReadonlyMap<string, string>;
  /** `sofia/gateway/g/1`, `user/1001`, `error/USER_BUSY` … */
  readonly endpoint: string;
}

/** A parsed dial string: `{…}` for all, then alternatives tried in turn, each a set of legs rung at once. */
export interface DialString {
  readonly variables: ReadonlyMap<string, string>;
  readonly alternatives: readonly (readonly DialLeg[])[];
  /** A bracket is not closed: no leg can be made of it. */
  readonly malformed: boolean;
}

/** Parses `{a=1}[b=2]sofia/…,user/…|error/…`; an unclosed bracket spoils it all. */
export function parseDialString(text: string): DialString {
  let rest = text.trim();
  const variables = new Map<string, string>();
  while (rest.startsWith('{') || rest.startsWith('<')) {
    const end = closing(rest, 0);
    if (end < 0) return { variables, alternatives: [], malformed: true };
    for (const [name, value] of parseVariables(rest.slice(1, end))) variables.set(name, value);
    rest = rest.slice(end + 1).trimStart();
  }
  const alternatives = split(rest, '|').map((group) => split(group, ',').map(parseLeg));
  return { variables, alternatives, malformed: false };
}

function parseLeg(text: string): DialLeg {
  let rest = text.trim();
  const variables = new Map<string, string>();
  while (rest.startsWith('[') || rest.startsWith('{')) {
    const end = closing(rest, 0);
    if (end < 0) break;
    for (const [name, value] of parseVariables(rest.slice(1, end))) variables.set(name, value);
    rest = rest.slice(end + 1).trimStart();
  }
  return { variables, endpoint: rest };
}

/** Parses `a=1,b='x, y',c=1\,2` or, with a chosen separator, `^^:a=1,2:b=3`. */
export function parseVariables(text: string): Map<string, string> {
  let separator = ',';
  let list = text;
  if (text.startsWith('^^')) {
    separator = text[2] ?? ',';
    list = text.slice(3);
  }
  const variables = new Map<string, string>();
  for (const item of split(list, separator, true)) {
    const equals = item.indexOf('=');
    if (equals <= 0) continue;
    variables.set(item.slice(0, equals).trim(), unquote(item.slice(equals + 1)));
  }
  return variables;
}

function unquote(value: string): string {
  const trimmed = value.trim();
  const quoted = trimmed.length > 1 && trimmed.startsWith("'") && trimmed.endsWith("'");
  return (quoted ? trimmed.slice(1, -1) : trimmed).replaceAll(/\\([,'\\|])/g, '$1');
}

const pairsOf: Readonly<Record<string, string>> = { '{': '}', '[': ']', '<': '>', '(': ')' };

/** Index of the bracket that closes the one at `from`; quotes and nested brackets of the same kind are skipped. */
function closing(text: string, from: number): number {
  const open = text[from] ?? '';
  const close = pairsOf[open] ?? '';
  let depth = 0;
  let quoted = false;
  for (let i = from; i < text.length; i++) {
    const character = text[i];
    if (character === '\\') i++;
    else if (character === "'" && (quoted || text.includes("'", i + 1))) quoted = !quoted;
    else if (!quoted && character === open) depth++;
    else if (!quoted && character === close && --depth === 0) return i;
  }
  return -1;
}

/** Splits at a separator outside quotes and, for lists of endpoints, outside brackets. */
function split(text: string, separator: string, flat = false): string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? '';
    if (character === '\\') {
      part += character + (text[++i] ?? '');
      continue;
    }
    // A quote without a partner is an apostrophe.
    if (character === "'" && (quoted || text.includes("'", i + 1))) quoted = !quoted;
    if (!quoted && !flat && '{[<('.includes(character)) depth++;
    if (!quoted && !flat && '}]>)'.includes(character)) depth--;
    if (character === separator && !quoted && depth <= 0) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  parts.push(part);
  return parts;
}
