import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { BranchlineError, problemOf, sleep, systemClock } from '@branchline/shared';
import { writeDurably, type Log } from '@branchline/shared/node';
import { chooseDatabaseUser, ownerOf, type DatabaseUser } from './database-user.ts';
import { holderOf, lockFolder } from './folder-lock.ts';
import { keepRunning, type Launched } from './kept-process.ts';
import {
  endLeftover,
  exitOf,
  findBinaries,
  freePort,
  openServerLog,
  runToEnd,
  spawnServer,
  type PostgresBinaries,
} from './postmaster.ts';

export interface PrivatePostgresOptions {
  /** Holds the data, the password and `postgres.log`; made when missing. */
  readonly folder: string;
  readonly log: Log;
}

/** A PostgreSQL of our own on 127.0.0.1. It ends with this process, however that ends. */
export interface PrivatePostgres {
  /** Connection string of the database `branchline`; holds the password. Stays the same over restarts. */
  readonly url: string;
  /** Of the present server; undefined while it is being restarted. */
  readonly pid: number | undefined;
  /** How often it had to be restarted. */
  readonly restarts: number;
  stop(): Promise<void>;
}

const user = 'branchline';
/** A killed server that is not yet reaped holds its shared memory for about 2 s. */
const sharedMemoryWaitMs = 15_000;
/** Replaying the log after a crash can take a while. */
const recoveryWaitMs = 120_000;

/**
 * Starts the PostgreSQL kept in a folder and keeps it running: when it dies it is restarted on the same port.
 * Call it from the main thread: the server ends with the thread that started it.
 * @throws BranchlineError `BL_DB_FOLDER` when the database user cannot enter the folder; `BL_DB_START`
 */
export async function startPrivatePostgres(options: PrivatePostgresOptions): Promise<PrivatePostgres> {
  const folder = resolve(options.folder);
  const { log } = options;
  const failed = (error: unknown): unknown =>
    error instanceof BranchlineError
      ? error
      : new BranchlineError('BL_DB_START', { folder, problem: problemOf(error) }, error);
  const lock = await lockFolder(folder).catch(async (error: NodeJS.ErrnoException) => {
    // Whoever is not root meets a closed folder here already, and should learn which one it is.
    if (error.code === 'EACCES') await chooseDatabaseUser([folder]);
    throw failed(error);
  });
  if ('heldBy' in lock) {
    throw new BranchlineError('BL_DB_START', { folder, problem: `process ${lock.heldBy} uses it` });
  }
  try {
    const data = join(folder, 'data');
    const binaries = await findBinaries();
    await endLeftover(data, log);
    const account = await chooseDatabaseUser([folder, dirname(binaries.postgres)], await ownerOf(data));
    const password = await initialise(folder, data, account, binaries);
    const port = await freePort();
    const url = urlOf(password, port);
    const kept = await keepRunning(
      'PostgreSQL',
      () => launch(folder, data, account, binaries, port, url, log),
      log,
    );
    log.info({ folder, port, user: account.name }, 'the private PostgreSQL is ready');
    return {
      url,
      get pid() {
        return kept.pid;
      },
      get restarts() {
        return kept.restarts;
      },
      async stop() {
        await kept.stop();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw failed(error);
  }
}

/** Where the PostgreSQL kept in a folder can be reached while another process runs it; undefined while none does. */
export async function runningPostgres(folder: string): Promise<string | undefined> {
  if ((await holderOf(folder)) === undefined) return undefined;
  // The fourth line of PostgreSQL's own lock file is its port.
  const port = (await readFile(join(folder, 'data/postmaster.pid'), 'utf8').catch(() => '')).split('\n')[3];
  const password = (await readFile(join(folder, 'password'), 'utf8').catch(() => '')).trim();
  return port && password ? urlOf(password, Number(port)) : undefined;
}

function urlOf(password: string, port: number): string {
  return `postgres://${user}:${password}@127.0.0.1:${port}/${user}`;
}

/** Makes the data folder if there is none. @returns the password of the one account */
async function initialise(
  folder: string,
  data: string,
  account: DatabaseUser,
  binaries: PostgresBinaries,
): Promise<string> {
  const passwordFile = join(folder, 'password');
  const exists = await stat(join(data, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
  if (exists) return (await readFile(passwordFile, 'utf8')).trim();
  // initdb works in a folder of another name, so whatever stands here without PG_VERSION is only a beginning.
  const beginning = join(folder, 'data.initializing');
  await rm(beginning, { recursive: true, force: true });
  await rm(data, { recursive: true, force: true });
  const password = randomBytes(24).toString('hex');
  await writeDurably(passwordFile, `${password}\n`, 0o600);
  await rm(`${passwordFile}.prev`, { force: true });
  // initdb reads the password as the database user; the folder around it belongs to nobody else.
  await mkdir(beginning, { mode: 0o700 });
  const handedOver = join(folder, 'data.password');
  await rm(handedOver, { force: true });
  await writeDurably(handedOver, `${password}\n`, 0o600);
  if (account.ids) {
    await chown(beginning, account.ids.uid, account.ids.gid);
    await chown(handedOver, account.ids.uid, account.ids.gid);
  }
  await chmod(beginning, 0o700);
  try {
    await runToEnd(account, binaries.initdb, [
      '-D',
      beginning,
      `--username=${user}`,
      `--pwfile=${handedOver}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--locale=C.UTF-8',
      '--data-checksums',
      '--no-instructions',
    ]);
  } finally {
    await rm(handedOver, { force: true });
  }
  await rename(beginning, data);
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
  return password;
}

async function launch(
  folder: string,
  data: string,
  account: DatabaseUser,
  binaries: PostgresBinaries,
  port: number,
  url: string,
  log: Log,
): Promise<Launched> {
  const logFile = join(folder, 'postgres.log');
  const began = systemClock.monotonic();
  for (;;) {
    const words = await openServerLog(logFile);
    const from = (await words.stat()).size;
    const child = spawnServer(account, binaries.postgres, data, port, words.fd);
    const exited = exitOf(child);
    await words.close();
    let how: string | undefined;
    void exited.then((text) => (how = text));
    const problem = await untilReady(url, () => how);
    if (problem === undefined && child.pid !== undefined) {
      return { pid: child.pid, exited, stop: () => stop(child, exited) };
    }
    child.kill('SIGQUIT');
    await exited;
    const said = (await readFile(logFile)).subarray(from).toString();
    const passing = /already exists|pre-existing shared memory/.test(said);
    if (!passing || systemClock.monotonic() - began > sharedMemoryWaitMs) {
      const fatal = /(?:FATAL|PANIC):.*/.exec(said)?.[0] ?? problem ?? 'it did not start';
      throw new BranchlineError('BL_DB_START', { folder, problem: fatal });
    }
    log.info({ folder }, 'PostgreSQL waits for the shared memory of a killed server');
    await sleep(systemClock, 250);
  }
}

/** Waits until the server answers and our database is there. @returns what is wrong */
async function untilReady(url: string, ended: () => string | undefined): Promise<string | undefined> {
  const admin = new URL(url);
  admin.pathname = '/postgres';
  const began = systemClock.monotonic();
  for (;;) {
    const how = ended();
    if (how !== undefined) return how;
    const client = new pg.Client({ connectionString: admin.href, connectionTimeoutMillis: 5000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [user]);
      if (rowCount === 0) await client.query(`create database ${user}`);
      return undefined;
    } catch (error) {
      // A wrong password never becomes right; everything else may be a server that is still starting.
      if ((error as { code?: string }).code === '28P01') return problemOf(error);
      if (systemClock.monotonic() - began > recoveryWaitMs) return problemOf(error);
    } finally {
      await client.end().catch(() => undefined);
    }
    await sleep(systemClock, 20);
  }
}

/** SIGINT is PostgreSQL's "fast" shutdown: sessions are ended, everything is written. */
async function stop(
  child: { kill(signal: NodeJS.Signals): boolean },
  exited: Promise<string>,
): Promise<void> {
  child.kill('SIGINT');
  const late = systemClock.schedule(20_000, () => child.kill('SIGQUIT'));
  await exited;
  late.cancel();
}
