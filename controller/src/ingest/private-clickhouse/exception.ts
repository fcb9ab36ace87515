/** An error as ClickHouse's HTTP interface tells it. */
export interface Exception {
  readonly code: number;
  readonly status: number;
  /** `Code: 60. DB::Exception: … (UNKNOWN_TABLE)`. */
  readonly text: string;
}

/** Statuses as ClickHouse's server gives them; every other code is 500. */
const statuses: ReadonlyMap<number, number> = new Map([
  ...[6, 26, 27, 36, 38, 41, 46, 47, 53, 57, 62, 63, 69, 70, 72, 115, 117, 130, 456].map(
    (code): [number, number] => [code, 400],
  ),
  [60, 404],
  [81, 404],
  [516, 401],
  [202, 503],
  [236, 503],
  [159, 408],
]);

/** Reads whatever the engine threw. */
export function exceptionOf(error: unknown): Exception {
  const message = error instanceof Error ? error.message : String(error);
  const code = Number(/Code: (\d+)\./.exec(message)?.[1] ?? 1002);
  return exception(code, message.startsWith('Code: ') ? message : undefined, message);
}

/** An error of the front itself. */
export function exception(
  code: number,
  text: string | undefined,
  problem: string,
  status?: number,
): Exception {
  const said = text ?? `Code: ${code}. DB::Exception: ${problem}. (BRANCHLINE_FRONT)`;
  return { code, status: status ?? statuses.get(code) ?? 500, text: said.trimEnd() };
}

/**
 * What follows the rows when an error comes after the first of them was sent: the status is gone by then, so the reader
 * finds the error by the tag it was told in `X-ClickHouse-Exception-Tag` (ClickHouse 25.11 and later).
 */
export function trailerOf(error: Exception, tag: string): string {
  const message = `${error.text}\n`;
  return `\r\n__exception__\r\n${tag}\r\n${message}${Buffer.byteLength(message)} ${tag}\r\n__exception__\r\n`;
}
