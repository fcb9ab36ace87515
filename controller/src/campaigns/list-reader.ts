import { isUtf8 } from 'node:buffer';
import { Transform, type Readable, type TransformCallback } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { BranchlineError } from '@branchline/shared';

/** Longest line, bytes. */
const longestLine = 1024 * 1024;

/** One row of a list. */
export interface ListRow {
  /** 0 is the heading. */
  readonly row: number;
  readonly cells: readonly string[];
}

/** Position of the first byte that is not UTF-8 text, or -1 (Unicode 15, table 3-7); NUL is none. */
export function firstWrongByte(bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length;) {
    const lead = bytes[i]!;
    const length =
      lead === 0
        ? 0
        : lead < 0x80
          ? 1
          : lead >= 0xc2 && lead < 0xe0
            ? 2
            : (lead & 0xf0) === 0xe0
              ? 3
              : lead >= 0xf0 && lead < 0xf5
                ? 4
                : 0;
    if (length === 0 || i + length > bytes.length || !isUtf8(bytes.subarray(i, i + length))) return i;
    i += length;
  }
  return -1;
}

/** Bytes at the end that begin a character whose rest is still to come (0–3). */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? back : 0;
  }
  return 0;
}

/** Lets bytes through as long as they are UTF-8 in lines of a sane length; counts them. */
export class TextGate extends Transform {
  bytes = 0;
  #rest = Buffer.alloc(0);
  #line = 1;
  #lineBytes = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      done(null, this.#admit(chunk));
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    if (this.#rest.length === 0) return done();
    done(new BranchlineError('BL_IMPORT_ENCODING', { position: this.bytes - this.#rest.length }));
  }

  #admit(chunk: Buffer): Buffer {
    const start = this.bytes - this.#rest.length;
    this.bytes += chunk.length;
    const all = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    const whole = all.subarray(0, all.length - unfinished(all));
    // PostgreSQL keeps no NUL, and what has them is UTF-16 more often than not.
    if (!isUtf8(whole) || whole.includes(0))
      throw new BranchlineError('BL_IMPORT_ENCODING', { position: start + firstWrongByte(whole) });
    this.#rest = Buffer.from(all.subarray(whole.length));
    this.#measureLines(chunk);
    return whole;
  }

  #measureLines(chunk: Buffer): void {
    for (let from = 0; from < chunk.length;) {
      const end = chunk.indexOf(0x0a, from);
      this.#lineBytes += (end < 0 ? chunk.length : end) - from;
      if (this.#lineBytes > longestLine) {
        throw new BranchlineError('BL_IMPORT_TOO_LARGE', { what: `Line ${this.#line}`, limit: '1 MiB' });
      }
      if (end < 0) return;
      this.#line++;
      this.#lineBytes = 0;
      from = end + 1;
    }
  }
}

/** The character between the cells: the commonest candidate of the heading outside quotes. */
export function findDelimiter(heading: string): string {
  const bare = heading.replaceAll(/"[^"]*"/g, '');
  const count = (mark: string): number => bare.split(mark).length - 1;
  return [',', ';', '\t'].toSorted((a, b) => count(b) - count(a))[0] ?? ',';
}

/**
 * Reads a list row by row in constant memory.
 * @param gate gives the bytes read so far
 * @param signal ends the reading with its reason, also while the upload stands still
 * @throws BranchlineError `BL_IMPORT_ENCODING`, `BL_IMPORT_SYNTAX`, `BL_IMPORT_TOO_LARGE`, `BL_IMPORT_INTERRUPTED`
 */
export async function* readList(
  file: Readable,
  gate: TextGate,
  signal?: AbortSignal,
): AsyncGenerator<ListRow> {
  const stop = (): void => void gate.destroy(signal?.reason as Error);
  signal?.throwIfAborted();
  signal?.addEventListener('abort', stop, { once: true });
  const chunks = passOn(file, gate);
  let head = '';
  // The heading decides about the delimiter, so it is read before the parser is made.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const early: Buffer[] = [];
  for (;;) {
    const { value, done } = await chunks.next();
    if (done) break;
    early.push(value);
    head += decoder.decode(value, { stream: true });
    if (head.includes('\n')) break;
  }
  const parser = parse({
    bom: true,
    delimiter: findDelimiter(head.split('\n', 1)[0] ?? ''),
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longestLine,
  });
  const feeding = feed(parser, early, chunks);
  try {
    let row = 0;
    // csv-parse gives arrays of strings when no `columns` option is set.
    for await (const cells of parser as AsyncIterable<string[]>) yield { row: row++, cells };
    await feeding;
  } catch (error) {
    throw readable(error, parser.info.lines);
  } finally {
    signal?.removeEventListener('abort', stop);
    parser.destroy();
    gate.destroy();
    await feeding.catch(() => undefined);
  }
}

async function* passOn(file: Readable, gate: TextGate): AsyncGenerator<Buffer> {
  // Errors of the upload must end the reading, not the process.
  file.on('error', (error) => {
    const known = error instanceof BranchlineError;
    gate.destroy(
      known ? error : new BranchlineError('BL_IMPORT_INTERRUPTED', { problem: error.message }, error),
    );
  });
  file.on('close', () => {
    if (!file.readableEnded && !gate.writableEnded) {
      gate.destroy(new BranchlineError('BL_IMPORT_INTERRUPTED', { problem: 'the upload ended early' }));
    }
  });
  file.pipe(gate);
  for await (const chunk of gate as AsyncIterable<Buffer>) yield chunk;
}

async function feed(
  parser: ReturnType<typeof parse>,
  early: readonly Buffer[],
  rest: AsyncGenerator<Buffer>,
): Promise<void> {
  const write = async (chunk: Buffer): Promise<void> => {
    if (parser.destroyed || parser.write(chunk)) return;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        parser.off('drain', go);
        parser.off('close', go);
        resolve();
      };
      parser.on('drain', go);
      parser.on('close', go);
    });
  };
  try {
    for (const chunk of early) await write(chunk);
    for await (const chunk of rest) {
      if (parser.destroyed) return;
      await write(chunk);
    }
    parser.end();
  } catch (error) {
    parser.destroy(error as Error);
  }
}

function readable(error: unknown, lines: number): unknown {
  if (!(error instanceof CsvError)) return error;
  // Long lines never reach the parser, so a record this long is many lines held together by one quote.
  const problem =
    error.code === 'CSV_MAX_RECORD_SIZE' || error.code === 'CSV_QUOTE_NOT_CLOSED'
      ? 'a quote is opened and never closed'
      : error.message.slice(0, 200);
  const line = typeof error['lines'] === 'number' ? error['lines'] : lines;
  return new BranchlineError('BL_IMPORT_SYNTAX', { line, problem }, error);
}
