import { randomBytes, timingSafeEqual, createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createGunzip, createGzip, type Gzip } from 'node:zlib';
import type { Engine, Written } from './engine.ts';
import { exception, exceptionOf, trailerOf, type Exception } from './exception.ts';
import { helloBlock, isHello } from './hello.ts';
import { Lane } from './lane.ts';
import { readerName, readerSettings, readerSlots, refusalOfReader } from './reader.ts';
import { credentialsOf, readRequest, type ClickHouseRequest } from './request.ts';
import { readStatement } from './statement.ts';

export interface FrontOptions {
  readonly user: string;
  readonly token: string;
  /** Password of {@link readerName}, who may only read. */
  readonly readerToken: string;
  /** Largest body after unpacking, bytes. */
  readonly maxBodyBytes: number;
}

/** Parameters travel in the address, and lists of ids are long; ClickHouse's own limit is the same. */
const maxAddressBytes = 1024 * 1024;

type QueryRequest = Extract<ClickHouseRequest, { kind: 'query' }> & { readonly reader: boolean };

/** ClickHouse's HTTP interface over the embedded engine: as much of it as `@clickhouse/client` and Grafana use. */
export function createFront(engine: Engine, options: FrontOptions): Server {
  const server = createServer({ maxHeaderSize: maxAddressBytes }, (request, response) => {
    answer(engine, options, request, response).catch((error: unknown) =>
      refuse(response, exceptionOf(error)),
    );
  });
  server.keepAliveTimeout = 60_000;
  return server;
}

async function answer(
  engine: Engine,
  options: FrontOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const head = { method: request.method ?? 'GET', url: request.url ?? '/', headers: request.headers };
  const { user, key } = credentialsOf(head);
  const reader = user === readerName && same(key, options.readerToken);
  if (!reader && (user !== options.user || !same(key, options.token))) {
    request.resume();
    return refuse(response, exception(516, undefined, 'Authentication failed: wrong user or token', 401));
  }
  const wanted = readRequest(head);
  if (wanted.kind === 'refused') {
    request.resume();
    return refuse(response, exception(wanted.code, undefined, wanted.problem, wanted.status));
  }
  if (wanted.kind === 'ping') {
    request.resume();
    return void response.writeHead(200, { 'Content-Type': 'text/plain' }).end('Ok.\n');
  }
  await query(engine, options, { ...wanted, reader }, request, response);
}

async function query(
  engine: Engine,
  options: FrontOptions,
  wanted: QueryRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () =>
    gone.abort(new Error('Code: 394. DB::Exception: The client went away. (QUERY_WAS_CANCELLED)')),
  );
  const body = await bodyOf(request, wanted.gzipBody, options.maxBodyBytes);
  if (body === undefined) return refuse(response, exception(307, undefined, 'The body is too large', 413));
  const statement = readStatement(wanted.sql, body, wanted.format);
  if (!statement) return refuse(response, exception(62, undefined, 'Empty query'));
  const refusal = wanted.reader ? refusalOfReader(statement) : undefined;
  if (refusal !== undefined) return refuse(response, exception(497, undefined, refusal, 403));
  const began = process.hrtime.bigint();
  const sender = new Sender(response, wanted, 'format' in statement ? statement.format : 'TabSeparated');
  let written: Written | undefined;
  try {
    if ('sql' in statement && isHello(statement.sql, wanted.nativeRevision)) {
      await sender.send(helloBlock(await versionOf(engine), wanted.nativeRevision));
    } else {
      const run = {
        statement,
        settings: settingsOf(wanted),
        database: wanted.database,
        params: wanted.params,
      };
      const work = () => engine.run(run, gone.signal, (part) => sender.send(part));
      written = await (wanted.reader ? readers.run(work) : work());
    }
  } catch (error) {
    if (gone.signal.aborted) return;
    return sender.fail(exceptionOf(error));
  }
  sender.end({
    read_rows: '0',
    read_bytes: '0',
    written_rows: String(written?.rows ?? 0),
    written_bytes: String(written?.bytes ?? 0),
    total_rows_to_read: '0',
    result_rows: '0',
    result_bytes: '0',
    elapsed_ns: String(process.hrtime.bigint() - began),
  });
}

const readers = new Lane(readerSlots);

function settingsOf({ reader, readonly, settings }: QueryRequest): Readonly<Record<string, string>> {
  if (reader) return { ...settings, ...readerSettings };
  return readonly ? { ...settings, readonly: '2' } : settings;
}

async function versionOf(engine: Engine): Promise<string> {
  const parts: Uint8Array[] = [];
  await engine.run(
    {
      statement: { kind: 'whole', sql: 'SELECT version()', format: 'TabSeparated' },
      settings: {},
      database: undefined,
      params: {},
    },
    new AbortController().signal,
    async (part) => void parts.push(part),
  );
  return Buffer.concat(parts).toString().trim();
}

/** Sends the head only with the first bytes, so that an error before them still has its status. */
class Sender {
  readonly #response: ServerResponse;
  readonly #wanted: QueryRequest;
  readonly #format: string;
  readonly #tag = randomBytes(8).toString('hex');
  #gzip: Gzip | undefined;
  #begun = false;

  constructor(response: ServerResponse, wanted: QueryRequest, format: string) {
    this.#response = response;
    this.#wanted = wanted;
    this.#format = format;
  }

  async send(part: Uint8Array): Promise<void> {
    this.#begin({});
    const to = this.#gzip ?? this.#response;
    if (!to.write(part) && !this.#response.destroyed) {
      // A reader that leaves never drains.
      const left = new AbortController();
      this.#response.once('close', () => left.abort());
      await once(to, 'drain', { signal: left.signal }).catch(() => undefined);
    }
  }

  end(summary: Record<string, string>): void {
    this.#begin({ 'X-ClickHouse-Summary': JSON.stringify(summary) });
    (this.#gzip ?? this.#response).end();
  }

  fail(error: Exception): void {
    if (!this.#begun) return refuse(this.#response, error, this.#wanted.queryId);
    (this.#gzip ?? this.#response).end(trailerOf(error, this.#tag));
  }

  #begin(more: Record<string, string>): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#response.writeHead(200, {
      'Content-Type': this.#format.startsWith('JSON')
        ? 'application/json; charset=UTF-8'
        : 'text/plain; charset=UTF-8',
      'X-ClickHouse-Server-Display-Name': 'branchline',
      'X-ClickHouse-Timezone': 'UTC',
      'X-ClickHouse-Format': this.#format,
      'X-ClickHouse-Exception-Tag': this.#tag,
      ...(this.#wanted.queryId !== undefined && {
        'X-ClickHouse-Query-Id': headerText(this.#wanted.queryId),
      }),
      ...(this.#wanted.gzipAnswer && { 'Content-Encoding': 'gzip' }),
      ...more,
    });
    if (!this.#wanted.gzipAnswer) return;
    this.#gzip = createGzip({ level: 1 });
    this.#gzip.pipe(this.#response);
  }
}

function refuse(response: ServerResponse, error: Exception, queryId?: string): void {
  if (response.headersSent) return void response.destroy();
  response
    .writeHead(error.status, {
      'Content-Type': 'text/plain; charset=UTF-8',
      'X-ClickHouse-Exception-Code': String(error.code),
      ...(queryId !== undefined && { 'X-ClickHouse-Query-Id': headerText(queryId) }),
    })
    .end(`${error.text}\n`);
}

/** The whole body, unpacked; undefined when it is larger than allowed. */
async function bodyOf(request: IncomingMessage, gzip: boolean, limit: number): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  const source = gzip ? request.pipe(createGunzip()) : request;
  for await (const part of source as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > limit) {
      request.unpipe();
      request.resume();
      return undefined;
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Compares in a time that does not depend on where the texts differ. */
function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function headerText(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}
