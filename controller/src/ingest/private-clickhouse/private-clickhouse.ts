import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BranchlineError, problemOf, sleep, systemClock } from '@branchline/shared';
import { writeDurably, type Log } from '@branchline/shared/node';
import { exitOf, holderOf, keepRunning, lockFolder, type Launched } from '../../database/index.ts';
import type { ChildOrders, ChildReport } from './clickhouse-child.ts';
import { keptPort } from './kept-port.ts';
import { readerName } from './reader.ts';

export interface PrivateClickHouseOptions {
  /** Holds the data, the token and `clickhouse.log`; made when missing. */
  readonly folder: string;
  readonly log: Log;
  /** Memory the engine may use, bytes; default 1.5 GB. Without a cap it grows past that by itself. */
  readonly memoryBytes?: number;
  /** Queries that run at the same time; default 4. */
  readonly slots?: number;
}

/** A ClickHouse of our own: the embedded engine in a process that ends with this one. */
export interface PrivateClickHouse {
  /** Of the HTTP interface on 127.0.0.1; stays the same over restarts of either process. */
  readonly url: string;
  readonly user: string;
  /** The user's password. Kept in the folder. */
  readonly token: string;
  /** Who may only read: name and password, which is kept in the folder, so that dashboards are given it once. */
  readonly reader: { readonly user: string; readonly token: string };
  readonly pid: number | undefined;
  /** How often it had to be restarted. */
  readonly restarts: number;
  stop(): Promise<void>;
}

const user = 'branchline';
const program = fileURLToPath(new URL('./clickhouse-child.ts', import.meta.url));
/** A child whose parent was killed still closes its folder, and one just killed still holds it. */
const folderWaitMs = 15_000;

/**
 * Starts the ClickHouse kept in a folder and keeps it running: when it dies it is restarted on the same port.
 * @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE` when it cannot be started
 */
export async function startPrivateClickHouse(options: PrivateClickHouseOptions): Promise<PrivateClickHouse> {
  const folder = resolve(options.folder);
  const lock = await lockFolder(folder).catch((error: unknown) => {
    throw unreachable(problemOf(error), error);
  });
  if ('heldBy' in lock) throw unreachable(`process ${lock.heldBy} uses ${folder}`);
  try {
    const token = await tokenOf(folder, 'token');
    const readerToken = await tokenOf(folder, 'reader-token');
    const orders: ChildOrders = {
      folder: join(folder, 'data'),
      port: await keptPort(folder, options.log),
      user,
      token,
      readerToken,
      slots: options.slots ?? 4,
      memoryBytes: options.memoryBytes ?? 1_500_000_000,
    };
    await mkdir(orders.folder, { recursive: true });
    const kept = await keepRunning('ClickHouse', () => launch(folder, orders), options.log);
    options.log.info({ folder, port: orders.port }, 'the private ClickHouse is ready');
    return {
      url: `http://127.0.0.1:${orders.port}`,
      user,
      token,
      reader: { user: readerName, token: readerToken },
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
    throw error instanceof BranchlineError ? error : unreachable(problemOf(error), error);
  }
}

/** Where the ClickHouse kept in a folder can be reached while another process runs it; undefined while none does. */
export async function runningClickHouse(folder: string): Promise<string | undefined> {
  if ((await holderOf(folder)) === undefined) return undefined;
  const read = async (name: string): Promise<string> =>
    (await readFile(join(folder, name), 'utf8').catch(() => '')).trim();
  const [port, token] = await Promise.all([read('port'), read('token')]);
  return port && token ? `http://${user}:${token}@127.0.0.1:${port}` : undefined;
}

async function launch(folder: string, orders: ChildOrders): Promise<Launched> {
  const began = systemClock.monotonic();
  for (;;) {
    const words = await open(join(folder, 'clickhouse.log'), 'a', 0o600);
    const child = fork(program, [], {
      // The engine's work runs on libuv's threads, and so do ours.
      env: { ...process.env, UV_THREADPOOL_SIZE: String(orders.slots + 4) },
      execArgv: [],
      // Ctrl-C reaches the whole foreground group; the pump still writes then.
      detached: true,
      stdio: ['ignore', words.fd, words.fd, 'ipc'],
    });
    const exited = exitOf(child);
    await words.close();
    const report = await begin(child, orders, exited);
    if (report.ready && child.pid !== undefined)
      return { pid: child.pid, exited, stop: () => stop(child, exited) };
    child.kill('SIGKILL');
    await exited;
    const problem = report.ready ? 'no process' : report.problem;
    const held = /lock|EADDRINUSE/i.test(problem);
    if (!held || systemClock.monotonic() - began > folderWaitMs) throw unreachable(problem);
    await sleep(systemClock, 200);
  }
}

async function begin(
  child: ChildProcess,
  orders: ChildOrders,
  exited: Promise<string>,
): Promise<ChildReport> {
  const abandoned = new AbortController();
  const answered = once(child, 'message', { signal: abandoned.signal }).then(
    ([report]) => report as ChildReport,
  );
  child.send(orders, () => undefined);
  const ended = exited.then((how): ChildReport => ({ ready: false, problem: `it ended with ${how}` }));
  const report = await Promise.race([answered, ended]);
  abandoned.abort();
  answered.catch(() => undefined);
  return report;
}

async function stop(child: ChildProcess, exited: Promise<string>): Promise<void> {
  child.kill('SIGTERM');
  const late = systemClock.schedule(15_000, () => child.kill('SIGKILL'));
  await exited;
  late.cancel();
}

async function tokenOf(folder: string, name: string): Promise<string> {
  const file = join(folder, name);
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known.trim() !== '') return known.trim();
  const token = randomBytes(24).toString('hex');
  await writeDurably(file, `${token}\n`, 0o600);
  return token;
}

function unreachable(problem: string, cause?: unknown): BranchlineError {
  return new BranchlineError('BL_CLICKHOUSE_UNREACHABLE', { problem }, cause);
}
