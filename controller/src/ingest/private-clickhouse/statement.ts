/** How a statement is run. */
export type Statement =
  /** Rows that may be sent while they are made. */
  | { readonly kind: 'stream'; readonly sql: string; readonly format: string }
  /** Anything else that answers, or does something. */
  | { readonly kind: 'whole'; readonly sql: string; readonly format: string }
  /** Bytes that the engine parses itself. */
  | {
      readonly kind: 'insert';
      readonly table: string;
      readonly columns: readonly string[];
      readonly format: RawFormat;
      readonly values: Buffer;
    };

/** Formats in which a part of the answer stands by itself: the engine writes each part as a document of its own. */
const lineFormats: ReadonlySet<string> = new Set([
  'JSONEachRow',
  'JSONStringsEachRow',
  'JSONCompactEachRow',
  'JSONCompactStringsEachRow',
  'TabSeparated',
  'TSV',
  'CSV',
]);

const rawFormats = [
  'JSONEachRow',
  'JSONCompactEachRow',
  'TabSeparated',
  'TSV',
  'CSV',
  'CSVWithNames',
] as const;
type RawFormat = (typeof rawFormats)[number];

const reads = /^(?:select|with|show|describe|desc|exists|explain)\b/i;
/** The engine streams no others. */
const streams = /^(?:select|with)\b/i;
const rawInsert = /^insert\s+into\s+(?:table\s+)?([A-Za-z_][\w.]*)\s*(?:\(([^()]*)\))?\s*format\s+(\w+)$/i;

/**
 * Decides how to run what came in the URL and in the body. Like ClickHouse, the body continues the statement of the URL.
 * @param format what the request names; a FORMAT clause of the statement wins
 */
export function readStatement(sql: string, body: Buffer, format = 'TabSeparated'): Statement | undefined {
  const text = withoutTail(sql);
  const insert = rawInsert.exec(text);
  if (insert && body.length > 0) {
    const raw = rawFormats.find((name) => name === insert[3]);
    const columns = (insert[2] ?? '').split(',').map((name) => name.trim().replaceAll('`', ''));
    const plain = columns.every((name) => /^(?:[A-Za-z_][\w.]*)?$/.test(name));
    if (raw && plain) {
      return {
        kind: 'insert',
        table: insert[1] ?? '',
        columns: columns.filter((name) => name !== ''),
        format: raw,
        values: body,
      };
    }
  }
  const whole =
    body.length === 0 ? text : text === '' ? withoutTail(body.toString()) : `${text}\n${body.toString()}`;
  if (whole === '') return undefined;
  const clause = /^(.*\S)\s+format\s+(\w+)$/is.exec(whole);
  const bare = withoutComments(whole);
  if (!reads.test(bare)) return { kind: 'whole', sql: whole, format };
  const statement = { sql: clause?.[1] ?? whole, format: clause?.[2] ?? format };
  const streamed = streams.test(bare) && lineFormats.has(statement.format);
  return { kind: streamed ? 'stream' : 'whole', ...statement };
}

/** Whether a text begins like a statement that only reads. */
export function isRead(sql: string): boolean {
  return reads.test(withoutComments(sql));
}

function withoutTail(sql: string): string {
  return sql.trim().replace(/[;\s]+$/, '');
}

function withoutComments(sql: string): string {
  return sql.replace(/^(?:\s+|--[^\n]*\n|\/\*[\s\S]*?\*\/)+/, '');
}
