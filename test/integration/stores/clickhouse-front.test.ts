import { createClient, ClickHouseError, type ClickHouseClient } from '@clickhouse/client';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clusterSchema } from '@branchline/controller';
import { silentLog } from '@branchline/shared/node';
import {
  ensureClickHouseSchema,
  linesOf,
  openClickHouse,
  sampleCall,
  sampleId,
  schemaVersions,
  startPrivateClickHouse,
  type PrivateClickHouse,
} from './parts.ts';
import { killHard, lives, nextMessage, startProgram, temporaryFolder, until } from './support.ts';

const folder = temporaryFolder('ch');
let server: PrivateClickHouse;
let client: ClickHouseClient;

const connect = (changes: Partial<Parameters<typeof createClient>[0]> = {}): ClickHouseClient =>
  createClient({
    url: server.url,
    username: server.user,
    password: server.token,
    log: { level: 127 },
    ...changes,
  });

async function rows<T>(
  query: string,
  more: Partial<Parameters<ClickHouseClient['query']>[0]> = {},
): Promise<T[]> {
  const result = await client.query({ query, format: 'JSONEachRow', ...more });
  return (await result.json()) as T[];
}

beforeAll(async () => {
  server = await startPrivateClickHouse({ folder: folder.path, log: silentLog });
  client = connect();
});

afterAll(async () => {
  await client?.close();
  await server?.stop();
  folder[Symbol.dispose]();
});

describe("ClickHouse's HTTP interface over the embedded engine", () => {
  it('answers pings, plain and with a query', async () => {
    expect(await client.ping()).toEqual({ success: true });
    expect(await client.ping({ select: true })).toEqual({ success: true });
  });

  it('lets nobody in without the token, for anything', async () => {
    const stranger = connect({ password: 'guess' });
    expect(await stranger.ping()).toMatchObject({ success: false });
    await expect(stranger.query({ query: 'SELECT 1' })).rejects.toMatchObject({ code: '516' });
    await stranger.close();
    expect((await fetch(`${server.url}/?query=SELECT+1`)).status).toBe(401);
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
  });

  it('binds parameters, whatever they contain', async () => {
    const text = `it's \\ "x" \n\t {p:String} 错 --`;
    const params = { p: text, n: 7, list: ['a', `b'c`], none: null };
    expect(
      await rows(
        `SELECT {p:String} AS p, {n:UInt8} AS n, {list:Array(String)} AS list, {none:Nullable(String)} AS none`,
        {
          query_params: params,
        },
      ),
    ).toEqual([{ p: text, n: 7, list: params.list, none: null }]);
  });

  it('forgets the parameters of one request before the next', async () => {
    expect(await rows('SELECT {p:String} AS p', { query_params: { p: 'secret' } })).toEqual([
      { p: 'secret' },
    ]);
    for (let i = 0; i < 10; i++) {
      await expect(rows('SELECT {p:String} AS p')).rejects.toMatchObject({ type: 'UNKNOWN_QUERY_PARAMETER' });
    }
  });

  it('forgets the settings, the database and the temporary state of one request before the next', async () => {
    const read = `SELECT getSetting('max_result_rows') AS limit, currentDatabase() AS name`;
    const before = await rows(read);
    await client.command({ query: 'CREATE DATABASE IF NOT EXISTS elsewhere' });
    expect(await rows(read, { clickhouse_settings: { max_result_rows: '77' } })).toEqual([
      { limit: 77, name: 'default' },
    ]);
    const there = connect({ database: 'elsewhere' });
    expect(await (await there.query({ query: read, format: 'JSONEachRow' })).json()).toEqual([
      { limit: 0, name: 'elsewhere' },
    ]);
    await there.close();
    await client.command({ query: 'SET max_result_rows = 5' });
    await client.command({ query: 'USE elsewhere' });
    await client.command({ query: 'CREATE TEMPORARY TABLE leftover (a UInt8)' });
    for (let i = 0; i < 10; i++) expect(await rows(read)).toEqual(before);
    await expect(rows('SELECT * FROM leftover')).rejects.toMatchObject({ type: 'UNKNOWN_TABLE' });
  });

  it('keeps requests that run at the same time apart', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        rows<{ p: string; m: number }>(
          `SELECT {p:String} AS p, getSetting('max_result_rows') AS m, sleep(0.01) AS s`,
          {
            query_params: { p: `v${i}` },
            clickhouse_settings: { max_result_rows: String(i + 10) },
          },
        ),
      ),
    );
    answers.forEach((answer, i) => expect(answer).toMatchObject([{ p: `v${i}`, m: i + 10 }]));
  });

  it('takes JSONEachRow objects, raw streams and gzip, and says how many rows it wrote', async () => {
    await client.command({
      query: 'CREATE TABLE IF NOT EXISTS taken (a UInt32, b String) ENGINE = MergeTree ORDER BY a',
    });
    const { summary } = await client.insert({
      table: 'taken',
      format: 'JSONEachRow',
      values: Array.from({ length: 1000 }, (_, a) => ({ a, b: `x${a}` })),
    });
    expect(summary?.written_rows).toBe('1000');
    await client.insert({ table: 'taken', columns: ['a'], format: 'JSONEachRow', values: [{ a: 5000 }] });
    const packed = connect({ compression: { request: true, response: true } });
    const objects = Readable.from(
      (function* () {
        for (let a = 1000; a < 3000; a++) yield { a, b: 'packed' };
      })(),
    );
    await packed.insert({ table: 'taken', format: 'JSONEachRow', values: objects });
    const result = await packed.query({
      query: 'SELECT count() AS n, max(a) AS top FROM taken',
      format: 'JSONEachRow',
    });
    expect(await result.json()).toEqual([{ n: 3001, top: 5000 }]);
    await packed.close();
  });

  it('answers documents as one document', async () => {
    const result = await client.query({ query: 'SELECT number AS n FROM numbers(200000)', format: 'JSON' });
    const document = await result.json<{ n: number }>();
    expect(document.rows).toBe(200_000);
    expect(document.data).toHaveLength(200_000);
  });

  it('streams large answers while they are made', async () => {
    const result = await client.query({
      query: 'SELECT number AS n FROM numbers(3000000)',
      format: 'JSONEachRow',
    });
    let count = 0;
    let chunks = 0;
    for await (const chunk of result.stream<{ n: number }>()) {
      count += chunk.length;
      chunks++;
    }
    expect(count).toBe(3_000_000);
    expect(chunks).toBeGreaterThan(10);
  });

  it('tells errors with their code, before the first row and after', async () => {
    await expect(rows('SELECT nope')).rejects.toMatchObject({ code: '47', type: 'UNKNOWN_IDENTIFIER' });
    await expect(rows('SELECT * FROM nowhere')).rejects.toBeInstanceOf(ClickHouseError);
    await expect(
      client.insert({ table: 'taken', format: 'JSONEachRow', values: [{ a: 'x' }] }),
    ).rejects.toMatchObject({
      code: '27',
    });
    const result = await client.query({
      query: `SELECT throwIf(number = 2900000, 'too far') AS n FROM numbers(3000000)`,
      format: 'JSONEachRow',
      clickhouse_settings: { max_threads: 1 },
    });
    let seen = 0;
    const reading = (async () => {
      for await (const chunk of result.stream()) seen += chunk.length;
    })();
    await expect(reading).rejects.toThrow(/too far/);
    expect(seen).toBeGreaterThan(0);
  });

  it('ends a query whose reader went away', async () => {
    const stop = new AbortController();
    const query = client.query({
      query: `SELECT sum(sipHash64(number)) FROM numbers(100000000000) SETTINGS log_comment = ''`,
      format: 'JSONEachRow',
      abort_signal: stop.signal,
    });
    const running = (): Promise<{ n: number }[]> =>
      rows(
        `SELECT count() AS n FROM system.processes WHERE query LIKE '%sipHash64%' AND query NOT LIKE '%processes%'`,
      );
    const outcome = query.then(
      () => 'answered',
      () => 'gone',
    );
    await until('the query', async () => (await running())[0]?.n === 1);
    stop.abort();
    expect(await outcome).toBe('gone');
    await until('its end', async () => (await running())[0]?.n === 0, 10_000);
  });

  it('refuses what it cannot do with a code instead of doing something else', async () => {
    await expect(rows('SELECT 1', { session_id: 'mine' })).rejects.toMatchObject({ code: '48' });
    await expect(client.command({ query: '   ' })).rejects.toMatchObject({ code: '62' });
  });

  it('reads only, when asked by GET', async () => {
    const auth = {
      Authorization: `Basic ${Buffer.from(`${server.user}:${server.token}`).toString('base64')}`,
    };
    const get = (sql: string): Promise<Response> =>
      fetch(`${server.url}/?query=${encodeURIComponent(sql)}`, { headers: auth });
    expect(await (await get('SELECT 1')).text()).toBe('1\n');
    const refused = await get('DROP TABLE taken');
    expect(refused.headers.get('x-clickhouse-exception-code')).toBe('164');
    expect(await rows('EXISTS TABLE taken')).toEqual([{ result: 1 }]);
  });
});

describe('the process of the embedded engine', () => {
  it('comes back on the same port after kill -9, with every acknowledged row', async () => {
    await client.command({
      query: 'CREATE TABLE kept (a UInt32) ENGINE = MergeTree ORDER BY a SETTINGS fsync_after_insert = 1',
    });
    await client.insert({ table: 'kept', format: 'JSONEachRow', values: [{ a: 1 }, { a: 2 }] });
    process.kill(server.pid ?? 0, 'SIGKILL');
    await until('a restart', () => server.restarts === 1);
    expect(await rows('SELECT count() AS n FROM kept')).toEqual([{ n: 2 }]);
  });

  it('ends with a controller that is killed, and the next one can use the folder at once', async () => {
    using other = temporaryFolder('ch');
    const program = startProgram('own-clickhouse.ts', [other.path]);
    const { pid } = await nextMessage<{ pid: number }>(program);
    await killHard(program);
    const next = await startPrivateClickHouse({ folder: other.path, log: silentLog });
    await next.stop();
    expect(lives(pid)).toBe(false);
  });

  it('has its folder to itself', async () => {
    using other = temporaryFolder('ch');
    const program = startProgram('own-clickhouse.ts', [other.path]);
    try {
      await nextMessage(program);
      await expect(startPrivateClickHouse({ folder: other.path, log: silentLog })).rejects.toMatchObject({
        code: 'BL_CLICKHOUSE_UNREACHABLE',
        message: expect.stringContaining(`process ${program.pid} uses`) as string,
      });
    } finally {
      await killHard(program);
    }
  });
});

describe('the tables of a cluster', () => {
  it('are written in words that the engine understands', async () => {
    const statements = clusterSchema('branchline', 'main')
      .split(';\n')
      .filter((text) => text.trim() !== '');
    expect(statements.length).toBeGreaterThan(18);
    for (const statement of statements) expect(await rows(`EXPLAIN AST ${statement}`)).not.toEqual([]);
    await expect(rows('EXPLAIN AST CREATE TABLE nonsense ENGINE')).rejects.toThrow(/Syntax/);
  });

  it('of an earlier version are brought up to date, and what they held is found by number as well', async () => {
    using place = temporaryFolder('ch-upgrade');
    const store = await openClickHouse({ folder: place.path }, { log: silentLog });
    try {
      await store.command('CREATE DATABASE branchline');
      for (const statement of schemaVersions('branchline')[0] ?? []) await store.command(statement);
      const head = { edge: 'harbour-1', site: 'harbour' };
      const body = (from: number): Buffer[] =>
        linesOf({ ...head, epoch: sampleId() }, 'call', [sampleCall(from)]).map((lines) =>
          Buffer.from(lines.body),
        );
      await store.insertLines('calls', body(1), 'before');
      await ensureClickHouseSchema(store);
      await ensureClickHouseSchema(store);
      await store.insertLines('calls', body(2), 'after');
      await store.insertLines('calls', body(2), 'after');
      const found = await store.query<{ customer: string; n: number }>(
        'SELECT customer, count() AS n FROM branchline.calls_by_customer GROUP BY customer ORDER BY customer',
      );
      expect(found).toEqual([
        { customer: '+8613910000001', n: 1 },
        { customer: '+8613910000002', n: 1 },
      ]);
    } finally {
      await store.close();
    }
  });
});
