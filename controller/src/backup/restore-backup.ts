import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import pg from 'pg';
import { BranchlineError, problemOf } from '@branchline/shared';
import { writeDurably, type Log } from '@branchline/shared/node';
import { openDatabase } from '../database/index.ts';
import { ensureClickHouseSchema, openClickHouse, type ClickHouse } from '../ingest/index.ts';
import type { ControllerConfig } from '../config.ts';
import { ensureEmptyPostgres, markEmptyClickHouse } from './empty-stores.ts';
import { hashFile, manifestFile, readManifest, type Manifest, type Progress } from './manifest.ts';
import { advanceCounters, openTable } from './relational.ts';

/** Rows sent to ClickHouse at once. */
const blockRows = 20_000;

/**
 * Brings a backup back into an empty home (or into empty external stores that are configured), all or nothing: PostgreSQL, without which no
 * row of ClickHouse is looked for, is committed last. A restore that was broken off can be run again. The controller that starts on it
 * begins a new lease epoch: it asks the branches for what they have told since, and lends nothing before it knows.
 * @throws BranchlineError before anything is written: `BL_BACKUP_INVALID`; `BL_BACKUP_TARGET` when the home or a store is not empty
 */
export async function restoreBackup(
  config: Pick<ControllerConfig, 'home' | 'database' | 'clickHouse'>,
  from: string,
  log: Log,
  onProgress: (progress: Progress) => void,
): Promise<Manifest> {
  const manifest = await readManifest(from, onProgress);
  const present = await readdir(config.home).catch(() => []);
  if (present.length > 0)
    throw new BranchlineError('BL_BACKUP_TARGET', {
      target: `the folder ${config.home}`,
      problem: 'it is not empty',
    });
  if (config.database.url !== undefined) await ensureEmptyPostgres(config.database.url);
  // Another folder until all of it is there: half a home would be worse than none.
  const home = `${config.home}.part`;
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  try {
    const total = manifest.tables.length + manifest.records.length;
    const step = (name: string, done: number): void => onProgress({ step: name, done, total });
    const external = config.clickHouse.url !== undefined;
    const clickHouse = await openClickHouse(
      config.clickHouse.url === undefined
        ? { folder: join(home, 'clickhouse') }
        : { url: config.clickHouse.url },
      { log },
    );
    try {
      const backup = await hashFile(join(from, manifestFile));
      const unmark = external ? await markEmptyClickHouse(clickHouse, backup) : undefined;
      await restoreRecords(clickHouse, config.clickHouse, manifest, from, step);
      // What a private ClickHouse has made for itself, such as the password of dashboards, gives way.
      for (const { file } of manifest.keys) {
        const target = join(home, relative('keys', file));
        await mkdir(dirname(target), { recursive: true, mode: 0o700 });
        await copyFile(join(from, file), target);
      }
      await restoreTables({ ...config, home }, manifest, from, log, (name, done) =>
        step(name, manifest.records.length + done),
      );
      await unmark?.().catch((error: unknown) =>
        log.warn({ problem: problemOf(error) }, 'the mark of this restore stays in ClickHouse'),
      );
    } finally {
      await clickHouse.close();
    }
    await rm(config.home, { recursive: true, force: true });
    await rename(home, config.home);
    step('done', total);
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    throw error;
  }
  return manifest;
}

async function restoreTables(
  { home, database: { url } }: Pick<ControllerConfig, 'home' | 'database'>,
  manifest: Manifest,
  from: string,
  log: Log,
  onStep: (step: string, done: number) => void,
): Promise<void> {
  const place = url === undefined ? { folder: join(home, 'postgres') } : { url };
  // As far as the store was when it was read; what has been added since comes when a controller starts on it.
  const database = await openDatabase(place, { log, upTo: manifest.migration });
  const client = new pg.Client({ connectionString: database.url });
  try {
    await client.connect();
    await client.query('begin');
    for (const [done, shape] of manifest.tables.entries()) {
      onStep(shape.table, done);
      await pipeline(
        createReadStream(join(from, shape.file)),
        createGunzip(),
        await openTable(client, shape),
      );
    }
    await advanceCounters(client);
    const { rows } = await client.query<{ mark: string }>('select mark from restore_mark');
    // Beyond what the database knows: the next start sees that it was set back.
    await writeDurably(join(home, 'restore-mark'), `${Number(rows[0]?.mark ?? 0) + 1}\n`, 0o600);
    await client.query('commit');
  } finally {
    await client.end().catch(() => undefined);
    await database.close();
  }
}

async function restoreRecords(
  clickHouse: ClickHouse,
  { cluster }: ControllerConfig['clickHouse'],
  manifest: Manifest,
  from: string,
  onStep: (step: string, done: number) => void,
): Promise<void> {
  await ensureClickHouseSchema(clickHouse, cluster === undefined ? {} : { cluster });
  for (const [done, { table, file, rows, sha256 }] of manifest.records.entries()) {
    onStep(table, done);
    if (rows === 0) continue;
    const lines = createInterface({ input: createReadStream(join(from, file)).pipe(createGunzip()) });
    let block: Buffer[] = [];
    let blocks = 0;
    const send = async (): Promise<void> => {
      // A store that has the rows of a restore which was broken off takes each block once.
      await clickHouse.insertLines(table, block, `${sha256} ${blocks++}`);
      block = [];
    };
    for await (const line of lines) {
      block.push(Buffer.from(`${line}\n`));
      if (block.length >= blockRows) await send();
    }
    if (block.length > 0) await send();
  }
}
