import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { BranchlineError, isRetryable } from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import {
  isUnreachable,
  openDatabase,
  startPrivatePostgres,
  temporaryDatabase,
  withAdvisoryLock,
} from './parts.ts';
import { pause, temporaryFolder, until } from './support.ts';

describe('the relational store', () => {
  it('gives numbers for int8, alone and in lists', async () => {
    await using database = await temporaryDatabase();
    const { rows } = await sql`select 1760000000123::bigint as instant, array[1, 2]::bigint[] as ids,
      '{}'::bigint[] as none, '{"a": [1]}'::jsonb as document`.execute(database.kysely);
    expect(rows).toEqual([{ instant: 1_760_000_000_123, ids: [1, 2], none: [], document: { a: [1] } }]);
  });

  it('lets several controllers bring the tables up to date together', async () => {
    await using database = await temporaryDatabase();
    await sql`drop schema public cascade`.execute(database.kysely);
    await sql`create schema public`.execute(database.kysely);
    const opened = await Promise.all(
      [1, 2, 3].map(() => openDatabase({ url: database.url }, { log: silentLog, connections: 3 })),
    );
    for (const one of opened) {
      expect(await one.kysely.selectFrom('ingest_inbox').selectAll().execute()).toEqual([]);
      await one.close();
    }
  });

  it('says that PostgreSQL is away in a way that may be retried, and recovers by itself', async () => {
    using folder = temporaryFolder('db');
    const server = await startPrivatePostgres({ folder: folder.path, log: silentLog });
    const database = await openDatabase({ url: server.url }, { log: silentLog });
    try {
      const failures: unknown[] = [];
      const sleeping = sql`select pg_sleep(30)`
        .execute(database.kysely)
        .catch((error: unknown) => failures.push(error));
      await Promise.all([1, 2, 3].map(() => sql`select pg_sleep(0.1)`.execute(database.kysely)));
      process.kill(server.pid ?? 0, 'SIGKILL');
      await sleeping;
      while (server.restarts === 0) {
        await sql`select 1`.execute(database.kysely).catch((error: unknown) => failures.push(error));
        await pause(10);
      }
      expect(failures.length).toBeGreaterThan(1);
      for (const failure of failures) {
        expect(failure).toBeInstanceOf(BranchlineError);
        expect(failure).toMatchObject({ code: 'BL_DB_UNREACHABLE' });
        expect(isRetryable(failure) && isUnreachable(failure)).toBe(true);
      }
      await until('the store', async () => (await database.ready()).ok);
    } finally {
      await database.close();
      await server.stop();
    }
    expect(await database.ready()).toMatchObject({ ok: false });
  });
});

describe('a lock among all controllers', () => {
  it('is held by one at a time, and passes on when the work ends', async () => {
    await using database = await temporaryDatabase();
    const order: string[] = [];
    const work = (name: string) => () =>
      withAdvisoryLock(
        database.kysely,
        'planner',
        async () => {
          order.push(`${name} begins`);
          await pause(60);
          order.push(`${name} ends`);
        },
        { pollMs: 10 },
      );
    await Promise.all([work('one')(), work('two')(), work('three')()]);
    expect(order).toHaveLength(6);
    for (let i = 0; i < 6; i += 2) expect(order[i + 1]).toBe(order[i]?.replace('begins', 'ends'));
  });

  it('does not bind those who want another one', async () => {
    await using database = await temporaryDatabase();
    const both = withAdvisoryLock(database.kysely, 'planner', () =>
      withAdvisoryLock(database.kysely, 'pump', () => Promise.resolve('both')),
    );
    expect(await both).toBe('both');
  });

  it('is let go when the work fails, and the failure is told', async () => {
    await using database = await temporaryDatabase();
    const work = withAdvisoryLock(database.kysely, 'planner', () => Promise.reject(new Error('no')));
    await expect(work).rejects.toThrow('no');
    expect(await withAdvisoryLock(database.kysely, 'planner', () => Promise.resolve(1))).toBe(1);
  });

  it('tells its holder when its connection is lost, and another one takes over', async () => {
    await using database = await temporaryDatabase();
    let told = false;
    const holder = withAdvisoryLock(
      database.kysely,
      'planner',
      async (signal) => {
        await sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()`.execute(
          database.kysely,
        );
        await until('the signal', () => signal.aborted);
        told = true;
      },
      { pollMs: 20 },
    );
    await holder;
    expect(told).toBe(true);
    expect(await withAdvisoryLock(database.kysely, 'planner', () => Promise.resolve(1), { pollMs: 10 })).toBe(
      1,
    );
  });

  it('is not waited for once the waiter was told to give up', async () => {
    await using database = await temporaryDatabase();
    const stop = new AbortController();
    await withAdvisoryLock(database.kysely, 'planner', async () => {
      const waiter = withAdvisoryLock(database.kysely, 'planner', () => Promise.resolve(), {
        pollMs: 10,
        signal: stop.signal,
      });
      stop.abort(new Error('enough'));
      await expect(waiter).rejects.toThrow('enough');
    });
  });
});
