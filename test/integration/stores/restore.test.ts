import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { sql } from 'kysely';
import type { CallRow } from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import {
  clickHouseTables,
  ensureClickHouseSchema,
  linesOf,
  openClickHouse,
  restoreBackup,
  sampleCall,
  sampleId,
  startPrivateClickHouse,
  temporaryDatabase,
  writeBackup,
  type ClickHouse,
  type PrivateClickHouse,
  type TemporaryDatabase,
} from './parts.ts';
import { temporaryFolder } from './support.ts';

const folder = temporaryFolder('restore');
const backup = join(folder.path, 'backup');
const origin = { edge: 'edge-1', site: 'east', epoch: sampleId() };
let server: PrivateClickHouse;
/** What the backup is made of, and the place that it is brought back to: databases of one server. */
let source: ClickHouse;
let target: ClickHouse;
let database: TemporaryDatabase;
let homes = 0;
let home: string;

function open(name?: string): Promise<ClickHouse> {
  return openClickHouse(
    { url: address() },
    { log: silentLog, ...(name !== undefined && { database: name }) },
  );
}

function address(): string {
  const url = new URL(server.url);
  url.username = server.user;
  url.password = server.token;
  return url.href;
}

beforeAll(async () => {
  server = await startPrivateClickHouse({ folder: join(folder.path, 'clickhouse'), log: silentLog });
  [source, target] = [await open('origin'), await open()];
  await ensureClickHouseSchema(source);
  const calls = Array.from({ length: 300 }, (_, i) =>
    sampleCall(i + 1, { recording: { file: `2026/03/02/${i}.wav`, ms: 30_000 + i } }),
  );
  await store(source, calls);
  await using stored = await temporaryDatabase();
  await addSite(stored, 'east');
  await writeBackup(
    { home: folder.path, database: stored, clickHouse: source },
    backup,
    Date.now(),
    () => undefined,
  );
});
beforeEach(async () => {
  database = await temporaryDatabase();
  home = join(folder.path, `home-${++homes}`);
});
afterEach(async () => {
  await database.drop();
  await target.command('DROP DATABASE IF EXISTS branchline');
});
afterAll(async () => {
  await source?.close();
  await target?.close();
  await server?.stop();
  folder[Symbol.dispose]();
});

async function store(clickHouse: ClickHouse, calls: readonly CallRow[]): Promise<void> {
  for (const { target: table, body } of linesOf(origin, 'call', calls))
    await clickHouse.insertLines(table, [Buffer.from(body)], sampleId());
}

async function addSite({ kysely }: TemporaryDatabase, id: string): Promise<void> {
  await sql`insert into sites (id, name, zone, region, created_at) values (${id}, ${id}, 'Asia/Shanghai', 'CN', 0)`.execute(
    kysely,
  );
}

async function sites(): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from sites`.execute(database.kysely);
  return rows.map(({ id }) => id);
}

/** @param brokenAt the table at which it is broken off */
function restore(brokenAt?: string): Promise<unknown> {
  return restoreBackup(
    { home, database: { url: database.url }, clickHouse: { url: address() } },
    backup,
    silentLog,
    ({ step }) => {
      if (step === brokenAt) throw new Error(`broken off at ${step}`);
    },
  );
}

/** All rows of a ClickHouse, with repeats where there are any. */
async function rowsOf(clickHouse: ClickHouse): Promise<Record<string, unknown[]>> {
  const rows: Record<string, unknown[]> = {};
  for (const table of [...clickHouseTables, 'calls_by_customer', 'calls_by_id', 'dispositions_by_call'])
    rows[table] = await clickHouse.query(`SELECT * FROM ${clickHouse.database}.${table} ORDER BY id`);
  return rows;
}

test('rows come back as they were, the index of recordings among them', async () => {
  await restore();
  const [before, after] = [await rowsOf(source), await rowsOf(target)];
  expect(after).toEqual(before);
  const files = after['calls']?.map((row) => (row as { recording_file: string }).recording_file);
  expect(new Set(files).size).toBe(300);
  expect(files).not.toContain('');
  expect(await sites()).toEqual(['east']);
  expect(readFileSync(join(home, 'restore-mark'), 'utf8')).toBe('1\n');
});

test('a PostgreSQL that somebody uses is refused, and keeps its rows', async () => {
  await addSite(database, 'west');
  await expect(restore()).rejects.toMatchObject({
    code: 'BL_BACKUP_TARGET',
    details: { target: 'the database of DATABASE_URL', problem: 'its table sites has rows' },
  });
  expect(await sites()).toEqual(['west']);
  expect(
    await target.query('SELECT name FROM system.databases WHERE name = {name:String}', {
      name: 'branchline',
    }),
  ).toEqual([]);
  expect(existsSync(home)).toBe(false);
});

test('a ClickHouse that holds records is refused before anything is written', async () => {
  await ensureClickHouseSchema(target);
  await store(target, [sampleCall(1)]);
  const before = await rowsOf(target);
  await expect(restore()).rejects.toMatchObject({
    code: 'BL_BACKUP_TARGET',
    details: { target: 'the ClickHouse of CLICKHOUSE_URL', problem: 'its table branchline.calls has rows' },
  });
  expect(await rowsOf(target)).toEqual(before);
  expect(await sites()).toEqual([]);
  expect(existsSync(home)).toBe(false);
});

test.each(['dispositions', 'users'])(
  'a restore that fails at the table %s leaves PostgreSQL empty and can be run again',
  async (table) => {
    await expect(restore(table)).rejects.toThrow('broken off');
    expect(await sites()).toEqual([]);
    expect(existsSync(home)).toBe(false);
    await restore();
    expect(await rowsOf(target)).toEqual(await rowsOf(source));
    expect(await sites()).toEqual(['east']);
    // Done is done: the mark of a restore under way would let another one in.
    await expect(restore()).rejects.toMatchObject({ code: 'BL_BACKUP_TARGET' });
  },
);
