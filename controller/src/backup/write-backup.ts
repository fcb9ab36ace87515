import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { BranchlineError } from '@branchline/shared';
import { writeDurably } from '@branchline/shared/node';
import type { Database } from '../database/index.ts';
import { clickHouseTables, type ClickHouse } from '../ingest/index.ts';
import { hashFile, manifestFile, type Manifest, type Progress } from './manifest.ts';
import { countRows, lastMigration, listTables, readTable } from './relational.ts';

/** What of the home folder is not in a store and cannot be made anew; dashboards were given the last two. */
export const keyFiles = ['ca', 'secrets.agekey', 'clickhouse/reader-token', 'clickhouse/port'] as const;

export interface BackupSource {
  readonly home: string;
  readonly database: Pick<Database, 'url'>;
  readonly clickHouse: ClickHouse;
}

/**
 * Writes both stores and the installation's keys into a new folder, while they are in use. PostgreSQL is read in one
 * snapshot and ClickHouse after it: what the snapshot holds as acknowledged is in ClickHouse by then, and what has come
 * since is recognised as a repeat when the branches send it again. Recordings stay where they are; their index is in the
 * records. The folder holds private keys and is for its owner alone.
 * @param to must not exist yet
 * @throws BranchlineError `BL_BACKUP_TARGET`, `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function writeBackup(
  { home, database, clickHouse }: BackupSource,
  to: string,
  now: number,
  onProgress: (progress: Progress) => void,
): Promise<Manifest> {
  if (await stat(to).catch(() => undefined))
    throw new BranchlineError('BL_BACKUP_TARGET', {
      target: `the folder ${to}`,
      problem: 'it exists already',
    });
  const folder = `${to}.part`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'records'), { recursive: true, mode: 0o700 });
  await mkdir(join(folder, 'tables'));
  const write = async (
    file: string,
    rows: NodeJS.ReadableStream,
  ): Promise<{ file: string; sha256: string }> => {
    await pipeline(rows, createGzip({ level: 3 }), createWriteStream(join(folder, file), { mode: 0o600 }));
    return { file, sha256: await hashFile(join(folder, file)) };
  };
  const client = new pg.Client({ connectionString: database.url });
  try {
    await client.connect();
    await client.query('begin isolation level repeatable read, read only');
    const shapes = await listTables(client);
    const total = shapes.length + clickHouseTables.length;
    const tables: Manifest['tables'] = [];
    for (const shape of shapes) {
      onProgress({ step: shape.table, done: tables.length, total });
      const rows = await countRows(client, shape.table);
      const written = await write(`tables/${shape.table}.csv.gz`, readTable(client, shape));
      tables.push({ ...written, table: shape.table, columns: [...shape.columns], rows });
    }
    const migration = await lastMigration(client);
    await client.query('commit');
    const records: Manifest['records'] = [];
    for (const table of clickHouseTables) {
      onProgress({ step: table, done: tables.length + records.length, total });
      const from = `${clickHouse.database}.${table} FINAL`;
      const [count] = await clickHouse.query<{ rows: number }>(`SELECT count() AS rows FROM ${from}`);
      const written = await write(
        `records/${table}.jsonl.gz`,
        await clickHouse.read(`SELECT * FROM ${from} FORMAT JSONEachRow`),
      );
      records.push({ ...written, table, rows: count?.rows ?? 0 });
    }
    const keys = await copyKeys(home, folder);
    const manifest: Manifest = { format: 1, createdAt: now, migration, tables, records, keys };
    await writeDurably(join(folder, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`, 0o600);
    await mkdir(dirname(to), { recursive: true });
    await rename(folder, to);
    onProgress({ step: 'done', done: total, total });
    return manifest;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function copyKeys(home: string, folder: string): Promise<Manifest['keys']> {
  const keys: Manifest['keys'] = [];
  for (const name of keyFiles) {
    const found = await stat(join(home, name)).catch(() => undefined);
    if (!found) continue;
    const files = found.isDirectory()
      ? (await readdir(join(home, name))).map((file) => `${name}/${file}`)
      : [name];
    for (const file of files) {
      await mkdir(dirname(join(folder, 'keys', file)), { recursive: true, mode: 0o700 });
      await copyFile(join(home, file), join(folder, 'keys', file));
      keys.push({ file: `keys/${file}`, sha256: await hashFile(join(folder, 'keys', file)) });
    }
  }
  return keys;
}
