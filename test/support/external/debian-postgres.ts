import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
// @boundaries-ignore the account for a server is found as the controller finds it for its own
import { chooseDatabaseUser } from '../../../controller/src/database/database-user.ts';
import { eventually } from '../eventually.ts';
import { freePorts } from '../free-port.ts';

const run = promisify(execFile);
const packages = '/usr/lib/postgresql';

/** Folder with the programs of Debian's newest PostgreSQL; undefined when none is installed. */
export const debianPostgresPrograms = (existsSync(packages) ? readdirSync(packages) : [])
  .toSorted((a, b) => Number(b) - Number(a))
  .map((version) => join(packages, version, 'bin'))
  .find((folder) => existsSync(join(folder, 'postgres')));

/** A PostgreSQL that is not ours, on loopback. */
export interface DebianPostgres {
  /** Of an account that may create databases. */
  readonly url: string;
  readonly version: string;
  stop(): Promise<void>;
}

/** Starts Debian's PostgreSQL on a fresh cluster that goes with it. */
export async function startDebianPostgres(): Promise<DebianPostgres> {
  const programs = debianPostgresPrograms;
  if (programs === undefined) throw new Error('Debian’s postgresql is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'branchline-debian-postgres-'));
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  const { ids, prefix } = await chooseDatabaseUser([tmpdir(), programs]);
  if (ids) {
    chownSync(folder, ids.uid, ids.gid);
    chownSync(data, ids.uid, ids.gid);
  }
  const [setpriv = '', ...words] = prefix;
  const initdb = ['-D', data, '-U', 'branchline', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'];
  await run(setpriv, [...words, join(programs, 'initdb'), ...initdb], { cwd: '/' });
  const [port] = (await freePorts(1)) as [number];
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'max_connections=200',
  ];
  const server = spawn(
    setpriv,
    [...words, join(programs, 'postgres'), '-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    { cwd: '/', stdio: 'ignore', detached: true },
  );
  const url = `postgres://branchline@127.0.0.1:${port}/postgres`;
  const version = await eventually('Debian’s PostgreSQL to answer', () => ask(url), 30_000);
  return {
    url,
    version,
    async stop() {
      if (server.exitCode === null && server.signalCode === null) {
        server.kill('SIGINT');
        await once(server, 'exit');
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Makes an empty database on a server. @returns its address */
export async function newDatabase(server: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function ask(url: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>(
      `select current_setting('server_version') as version`,
    );
    return rows[0]?.version;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => undefined);
  }
}
