import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog } from '@branchline/shared/node';
import { connectAsGrafana, DriverError, type GrafanaDriver } from './grafana-driver.ts';
import {
  ensureClickHouseSchema,
  openClickHouse,
  readOnlyUser,
  temporaryFolder,
  type ClickHouse,
} from './parts.ts';

const folder = temporaryFolder('reader');
let clickHouse: ClickHouse;
let grafana: GrafanaDriver;

const server = (): NonNullable<ClickHouse['server']> => {
  if (!clickHouse.server) throw new Error('the store is not a private one');
  return clickHouse.server;
};
const open = async (): Promise<void> => {
  clickHouse = await openClickHouse({ folder: folder.path }, { log: silentLog });
  grafana = await connectAsGrafana(server().url, server().reader.user, server().reader.token);
};

beforeAll(async () => {
  await open();
  await ensureClickHouseSchema(clickHouse);
});

afterAll(async () => {
  await clickHouse?.close();
  folder[Symbol.dispose]();
});

test("the driver's first question is answered in its revision, and says how all others are written", async () => {
  expect(grafana.revision).toBe(0);
  expect(grafana.version).toMatch(/^\d+\.\d+/);
  // The driver's ping.
  expect(await grafana.query('SELECT 1')).toEqual([{ '1': 1 }]);
  expect(
    await grafana.query(`SELECT toLowCardinality('a') AS a, CAST(NULL AS Nullable(Float64)) AS b`),
  ).toEqual([{ a: 'a', b: null }]);
});

test('a long answer comes whole', async () => {
  const rows = await grafana.query('SELECT number AS n FROM numbers(200000)');
  expect(rows).toHaveLength(200_000);
  expect(rows.at(-1)).toEqual({ n: 199_999 });
});

test('the password of the reader opens nothing else, and the name of the owner is of no use with it', async () => {
  const { url, user, reader } = server();
  expect(reader.token).not.toBe(server().token);
  for (const [name, password] of [
    [reader.user, 'guess'],
    [user, reader.token],
    [reader.user, ''],
  ] as const)
    await expect(connectAsGrafana(url, name, password)).rejects.toMatchObject({ status: 401, code: '516' });
});

test('the reader can write nothing, reach no file, end no query and hide no second statement', async () => {
  const file = join(folder.path, 'stolen');
  for (const sql of [
    `INSERT INTO branchline.events (type) VALUES ('x')`,
    'DROP TABLE branchline.events',
    'CREATE TEMPORARY TABLE x (a UInt8)',
    'KILL QUERY WHERE 1 ASYNC',
    'SYSTEM STOP MERGES',
    'SET readonly = 0',
    `SELECT * FROM file('/etc/hostname', 'LineAsString')`,
    `SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')`,
    `SELECT 1 INTO OUTFILE '${file}'`,
    'SELECT 1; DROP TABLE branchline.events',
    'SELECT 1 SETTINGS max_execution_time = 0',
  ])
    await expect(grafana.query(sql)).rejects.toBeInstanceOf(DriverError);
  expect(existsSync(file)).toBe(false);
  expect(await grafana.query('SELECT count() AS n FROM branchline.events_unique')).toEqual([{ n: 0 }]);
});

test('a query of the reader that takes too long is ended, whatever it asks for', async () => {
  const { url, reader } = server();
  const response = await fetch(`${url}/?max_execution_time=0&max_result_rows=0&readonly=0`, {
    method: 'POST',
    body: `SELECT name, value FROM system.settings WHERE name IN ('max_execution_time', 'max_result_rows', 'readonly') ORDER BY name FORMAT JSONEachRow`,
    headers: { 'X-ClickHouse-User': reader.user, 'X-ClickHouse-Key': reader.token },
  });
  const values = (await response.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { value: string });
  expect(values.map(({ value }) => value)).toEqual(['30', '1000000', '1']);
});

test('a page full of slow panels does not keep the controller waiting', async () => {
  const slow = Array.from({ length: 6 }, () => grafana.query('SELECT sleep(1)'));
  const began = performance.now();
  await clickHouse.query('SELECT 1');
  expect(performance.now() - began).toBeLessThan(900);
  await Promise.all(slow);
  // Two at a time.
  expect(performance.now() - began).toBeGreaterThan(2900);
});

test('the statements that make the user of an external ClickHouse are its language', async () => {
  // The embedded engine has no users to make; its parser is the same.
  for (const cluster of [undefined, 'calls'])
    for (const sql of readOnlyUser('ab'.repeat(32), cluster).split(';\n').filter(Boolean)) {
      const [row] = await clickHouse.query<{ sql: string }>('SELECT formatQuery({sql:String}) AS sql', {
        sql,
      });
      expect(row?.sql).toMatch(/^(?:CREATE USER|REVOKE|GRANT) /);
      expect(row?.sql.includes('ON CLUSTER calls')).toBe(cluster !== undefined);
    }
  expect(() => readOnlyUser('secret')).toThrow(RangeError);
  expect(() => readOnlyUser('ab'.repeat(32), `x'; DROP`)).toThrow(RangeError);
});

test('address and password outlive a restart, so that Grafana is told of them once', async () => {
  const { url, reader } = server();
  await clickHouse.close();
  await open();
  expect(server().url).toBe(url);
  expect(server().reader).toEqual(reader);
});
