import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { silentLog } from '@branchline/shared/node';
import { startPrivatePostgres } from './parts.ts';
import { killHard, lives, nextMessage, startProgram, temporaryFolder, until } from './support.ts';

const root = process.getuid?.() === 0;

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

describe('the private PostgreSQL', () => {
  it('is durable, checks its pages, listens on loopback only and keeps its password to itself', async () => {
    using folder = temporaryFolder('pg');
    const server = await startPrivatePostgres({ folder: folder.path, log: silentLog });
    try {
      const settings = {
        fsync: 'on',
        synchronous_commit: 'on',
        data_checksums: 'on',
        listen_addresses: '127.0.0.1',
        unix_socket_directories: '',
        password_encryption: 'scram-sha-256',
      };
      for (const [setting, value] of Object.entries(settings)) {
        expect(await ask(server.url, `show ${setting}`)).toEqual([value]);
      }
      const wrong = new URL(server.url);
      wrong.password = 'guess';
      await expect(ask(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
      expect((await stat(join(folder.path, 'password'))).mode & 0o077).toBe(0);
      expect(existsSync(join(folder.path, 'data.password'))).toBe(false);
      expect((await stat(`/proc/${server.pid}`)).uid).not.toBe(0);
    } finally {
      await server.stop();
    }
  });

  it('comes back on the same port after kill -9, with what was committed', async () => {
    using folder = temporaryFolder('pg');
    const server = await startPrivatePostgres({ folder: folder.path, log: silentLog });
    try {
      await ask(server.url, 'create table kept as select 42 as answer');
      const before = server.pid ?? 0;
      process.kill(before, 'SIGKILL');
      await until('a restart', () => server.restarts === 1);
      expect(server.pid).not.toBe(before);
      expect(await ask(server.url, 'select answer from kept')).toEqual([42]);
    } finally {
      await server.stop();
    }
    expect(server.pid).toBeUndefined();
  });

  it('ends with a controller that is killed, and the next one finds everything', async () => {
    using folder = temporaryFolder('pg');
    const first = startProgram('own-postgres.ts', [folder.path]);
    const { url, pid } = await nextMessage<{ url: string; pid: number }>(first);
    await ask(url, 'create table kept as select 7 as answer');
    await killHard(first);
    // At once: the old server may still be closing, and its pid file is there.
    const server = await startPrivatePostgres({ folder: folder.path, log: silentLog });
    try {
      expect(lives(pid)).toBe(false);
      expect(await ask(server.url, 'select answer from kept')).toEqual([7]);
    } finally {
      await server.stop();
    }
  });

  it('starts over a server that was killed together with its controller', async () => {
    using folder = temporaryFolder('pg');
    const first = startProgram('own-postgres.ts', [folder.path]);
    const { pid } = await nextMessage<{ url: string; pid: number }>(first);
    process.kill(pid, 'SIGKILL');
    await killHard(first);
    expect(existsSync(join(folder.path, 'data', 'postmaster.pid'))).toBe(true);
    const server = await startPrivatePostgres({ folder: folder.path, log: silentLog });
    expect(await ask(server.url, 'select 1')).toEqual([1]);
    await server.stop();
  });

  it('is not fooled by a pid file that names a living stranger', async () => {
    using folder = temporaryFolder('pg');
    const first = await startPrivatePostgres({ folder: folder.path, log: silentLog });
    const data = join(folder.path, 'data');
    const content = await readFile(join(data, 'postmaster.pid'), 'utf8');
    await first.stop();
    // A stranger of the same account is what PostgreSQL itself takes for a server.
    const owner = await stat(data);
    const stranger = startProgram(
      'sleeper.ts',
      [],
      root ? ['setpriv', `--reuid=${owner.uid}`, '--clear-groups'] : [],
    );
    try {
      await writeFile(join(data, 'postmaster.pid'), content.replace(/^\d+/, String(stranger.pid)));
      const second = await startPrivatePostgres({ folder: folder.path, log: silentLog });
      await second.stop();
      expect(stranger.exitCode).toBeNull();
    } finally {
      await killHard(stranger);
    }
  });

  it('begins again where an initdb was cut short', async () => {
    using folder = temporaryFolder('pg');
    await mkdir(join(folder.path, 'data.initializing', 'base'), { recursive: true });
    await mkdir(join(folder.path, 'data', 'base'), { recursive: true });
    await writeFile(join(folder.path, 'data.initializing', 'PG_VERSION'), '18\n');
    const server = await startPrivatePostgres({ folder: folder.path, log: silentLog });
    try {
      expect(await ask(server.url, 'select 1')).toEqual([1]);
    } finally {
      await server.stop();
    }
  });

  it('refuses a folder that another living controller uses', async () => {
    using folder = temporaryFolder('pg');
    const first = startProgram('own-postgres.ts', [folder.path]);
    try {
      await nextMessage(first);
      await expect(startPrivatePostgres({ folder: folder.path, log: silentLog })).rejects.toMatchObject({
        code: 'BL_DB_START',
        details: { problem: `process ${first.pid} uses it` },
      });
    } finally {
      await killHard(first);
    }
  });

  it.runIf(root)('works below a home that nobody else may enter', async () => {
    using folder = temporaryFolder('pg');
    await mkdir(join(folder.path, 'home', 'branchline'), { recursive: true });
    await chmod(join(folder.path, 'home'), 0o700);
    const server = await startPrivatePostgres({
      folder: join(folder.path, 'home', 'branchline'),
      log: silentLog,
    });
    expect(await ask(server.url, 'select 1')).toEqual([1]);
    await server.stop();
  });

  it.runIf(root)(
    'names the first folder that refuses, where a container withholds the capability',
    async () => {
      using folder = temporaryFolder('pg');
      const closed = join(folder.path, 'home');
      await mkdir(join(closed, 'branchline'), { recursive: true });
      await chmod(closed, 0o700);
      const program = startProgram(
        'own-postgres.ts',
        [join(closed, 'branchline')],
        ['setpriv', '--bounding-set=-dac_read_search'],
      );
      try {
        expect(await nextMessage(program)).toMatchObject({
          code: 'BL_DB_FOLDER',
          details: {
            user: expect.stringMatching(/^(?:branchline|postgres|nobody)$/) as string,
            folder: closed,
          },
          message: expect.stringContaining(`cannot enter ${closed}`) as string,
        });
      } finally {
        await killHard(program);
      }
    },
  );

  it.runIf(root)(
    'runs as whoever starts it, where that is not root, and names the folder that refuses him',
    async () => {
      using folder = temporaryFolder('pg');
      const [own, closed] = [join(folder.path, 'own'), join(folder.path, 'closed')];
      await mkdir(own);
      await chown(own, 65_534, 65_534);
      await mkdir(closed, { mode: 0o700 });
      const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
      const works = startProgram('own-postgres.ts', [join(own, 'pg')], asNobody);
      try {
        const { url, pid } = await nextMessage<{ url: string; pid: number }>(works);
        expect(await ask(url, 'select 1')).toEqual([1]);
        expect((await stat(`/proc/${pid}`)).uid).toBe(65_534);
      } finally {
        await killHard(works);
      }
      const fails = startProgram('own-postgres.ts', [join(closed, 'pg')], asNobody);
      try {
        expect(await nextMessage(fails)).toMatchObject({
          code: 'BL_DB_FOLDER',
          details: { user: 'nobody', folder: closed },
        });
      } finally {
        await killHard(fails);
      }
    },
  );

  it('says why it cannot start, and leaves the folder free', async () => {
    using folder = temporaryFolder('pg');
    const first = await startPrivatePostgres({ folder: folder.path, log: silentLog });
    await first.stop();
    await writeFile(join(folder.path, 'data', 'postgresql.conf'), 'no_such_setting = 1\n');
    for (let i = 0; i < 2; i++) {
      await expect(startPrivatePostgres({ folder: folder.path, log: silentLog })).rejects.toMatchObject({
        code: 'BL_DB_START',
        details: { folder: folder.path, problem: expect.stringContaining('configuration file') as string },
      });
    }
  });
});
