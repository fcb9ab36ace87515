import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { silentLog } from '@branchline/shared/node';
import { openDatabase, type Database } from './open-database.ts';
import { startPrivatePostgres, type PrivatePostgres } from './private-postgres.ts';

/** A database of one test. */
export interface TemporaryDatabase extends Database, AsyncDisposable {
  /** Closes and drops it. */
  drop(): Promise<void>;
}

const mark = 'branchline-test-postgres-';
let server: Promise<PrivatePostgres> | undefined;

/**
 * A fresh, migrated database on a PostgreSQL that is started once per test process and ends with it, or on an external one.
 * Use `await using database = await temporaryDatabase()`, or `drop()` it.
 */
export async function temporaryDatabase(external?: string): Promise<TemporaryDatabase> {
  const url = external ? external : (await (server ??= start())).url;
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(url, `create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const database = await openDatabase({ url: own.href }, { log: silentLog, connections: 8 });
  const drop = async (): Promise<void> => {
    await database.close();
    await administer(url, `drop database if exists ${name} with (force)`);
  };
  return { ...database, drop, [Symbol.asyncDispose]: drop };
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

function start(): Promise<PrivatePostgres> {
  sweep();
  const folder = mkdtempSync(join(tmpdir(), `${mark}${process.pid}-`));
  // The server's own leash stops it when this process ends; the folder is only data of tests.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return startPrivatePostgres({ folder, log: silentLog });
}

/** Removes what test processes that were killed have left. */
function sweep(): void {
  for (const entry of readdirSync(tmpdir())) {
    if (!entry.startsWith(mark)) continue;
    try {
      process.kill(Number(entry.slice(mark.length).split('-')[0]), 0);
    } catch {
      rmSync(join(tmpdir(), entry), { recursive: true, force: true });
    }
  }
}
