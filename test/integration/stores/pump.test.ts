import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import {
  ensureClickHouseSchema,
  ingestBatch,
  noEffects,
  openClickHouse,
  openDatabase,
  packBody,
  readRowCounts,
  sampleAgent,
  sampleAttempt,
  sampleCall,
  sampleDisposition,
  sampleEvent,
  sampleId,
  sampleLine,
  sampleMetric,
  sampleOptout,
  startPump,
  temporaryDatabase,
  type ClickHouse,
  type Database,
  type Pump,
} from './parts.ts';
import { pause, SampleOutbox, temporaryFolder, until } from './support.ts';

const folder = temporaryFolder('ch');
let clickHouse: ClickHouse;
const origin = { edge: 'edge-1', site: 'north' };
const limits = { rows: 500, size: 1e7, ageMs: 50 };

beforeAll(async () => {
  clickHouse = await openClickHouse({ folder: folder.path }, { log: silentLog, timeoutMs: 3000 });
});

afterAll(async () => {
  await clickHouse?.close();
  folder[Symbol.dispose]();
});

const start = (db: Database, target = clickHouse): Pump =>
  startPump({ db: db.kysely, clickHouse: target, log: silentLog, limits });
const drained = (pump: Pump): Promise<unknown> =>
  until('an empty inbox', async () => (await pump.stats()).pendingRows === 0, 60_000);
const send =
  (db: Database) => (stream: Parameters<typeof ingestBatch>[2], batch: Parameters<typeof ingestBatch>[3]) =>
    ingestBatch(db.kysely, origin, stream, batch, noEffects, Date.now());
const callsOf = async (epoch: string): Promise<{ stored: number; unique: number; ids: number }> => {
  const [row] = await clickHouse.query<{ stored: number; unique: number; ids: number }>(
    `SELECT (SELECT count() FROM branchline.calls WHERE epoch = {epoch:UUID}) AS stored, count() AS unique,
            uniqExact(id) AS ids FROM branchline.calls_unique WHERE epoch = {epoch:UUID}`,
    { epoch },
  );
  return row ?? { stored: -1, unique: -1, ids: -1 };
};
const outboxOf = (count: number) =>
  new SampleOutbox(
    'call',
    sampleId(),
    Array.from({ length: count }, (_, i) => sampleCall(i + 1)),
  );

describe('the pump', () => {
  it('brings every stream into its table, and every view reads it', async () => {
    await using database = await temporaryDatabase();
    const epoch = sampleId();
    const batch = (rows: { seq: number }[]) => ({ epoch, from: 1, to: rows.length, rows });
    await send(database)('call', batch([sampleCall(1)]));
    await send(database)(
      'attempt',
      batch([
        sampleAttempt(1),
        sampleAttempt(2, { outcome: 'REFUSED', refusal: { rule: 'not-due', reason: 'early' } }),
      ]),
    );
    await send(database)('event', batch([sampleEvent(1), sampleDisposition(2, sampleId(), 'interested')]));
    await send(database)('optout', batch([sampleOptout(1)]));
    await send(database)('agent', batch([sampleAgent(1)]));
    await send(database)('metric', batch([sampleMetric(1)]));
    await send(database)('line', batch([sampleLine(1)]));
    const pump = start(database);
    await drained(pump);
    await pump.stop();
    expect(await readRowCounts(clickHouse, 'all')).toMatchObject({
      attempts: { unique: 2, ids: 2 },
      calls: { unique: 1, ids: 1 },
      dispositions: { unique: 1, ids: 1 },
      agent_events: { unique: 1, ids: 1 },
      events: { unique: 2, ids: 2 },
      metrics: { unique: 1, ids: 1 },
      line_minutes: { unique: 1, ids: 1 },
    });
    const [call] = await clickHouse.query<Record<string, unknown>>(
      `SELECT site, edge, clock, seq, toUnixTimestamp64Milli(started_at) AS started, early_at, legs.role AS roles,
              segments.agent AS agents, attempt FROM branchline.calls_unique`,
    );
    expect(call).toMatchObject({
      site: 'north',
      edge: 'edge-1',
      clock: 'trusted',
      seq: 1,
      early_at: null,
      attempt: null,
      started: sampleCall(1).startedAt,
      roles: ['customer'],
      agents: ['mei'],
    });
    expect(
      await clickHouse.query(
        `SELECT refusal_rule AS rule FROM branchline.attempts_unique WHERE outcome = 'REFUSED'`,
      ),
    ).toEqual([{ rule: 'not-due' }]);
    expect(
      await clickHouse.query(
        `SELECT JSONExtractString(detail, 'number') AS n FROM branchline.events_unique WHERE type = 'optout'`,
      ),
    ).toEqual([{ n: '+8613710000001' }]);
  });

  it('tells what waits and what was done', async () => {
    await using database = await temporaryDatabase();
    const outbox = outboxOf(1200);
    while (!outbox.done) await outbox.step(send(database), 100);
    const pump = start(database);
    await drained(pump);
    const stats = await pump.stats();
    expect(stats).toMatchObject({
      running: true,
      pendingRows: 0,
      oldestAgeMs: 0,
      pendingBlocks: 0,
      sentRows: 1200,
      retries: 0,
    });
    expect(stats.sentBlocks).toBe(3);
    await pump.stop();
    await send(database)('call', { epoch: sampleId(), from: 1, to: 1, rows: [sampleCall(1)] });
    await pause(20);
    const later = await pump.stats();
    expect(later).toMatchObject({ running: false, pendingRows: 1 });
    expect(later.oldestAgeMs).toBeGreaterThanOrEqual(20);
  });

  it('runs once among several controllers, and another one takes over', async () => {
    await using database = await temporaryDatabase();
    const outbox = outboxOf(600);
    const pumps = [start(database), start(database)];
    const runners = async (): Promise<boolean[]> =>
      Promise.all(pumps.map(async (pump) => (await pump.stats()).running));
    await until('a runner', async () => (await runners()).includes(true));
    expect((await runners()).filter(Boolean)).toHaveLength(1);
    const [first, second] = (await runners())[0] ? pumps : pumps.toReversed();
    if (!first || !second) throw new Error('two pumps');
    await outbox.step(send(database), 300);
    await drained(first);
    await first.stop();
    await outbox.step(send(database), 300);
    await drained(second);
    await second.stop();
    expect(await callsOf(outbox.epoch)).toEqual({ stored: 600, unique: 600, ids: 600 });
  });

  it('sends a block again under its own token, and ClickHouse keeps it once', async () => {
    await using database = await temporaryDatabase();
    const outbox = outboxOf(400);
    while (!outbox.done) await outbox.step(send(database), 100);
    // The answer to the first attempt is lost: what ClickHouse stored is not known here.
    const forgetful: ClickHouse = {
      ...clickHouse,
      async insertLines(...args) {
        await clickHouse.insertLines(...args);
        await clickHouse.insertLines(...args);
      },
    };
    const pump = start(database, forgetful);
    await drained(pump);
    await pump.stop();
    expect(await callsOf(outbox.epoch)).toEqual({ stored: 400, unique: 400, ids: 400 });
  });

  it('sets a block aside that ClickHouse refuses for good, and lets the others past it', async () => {
    await using database = await temporaryDatabase();
    const outbox = outboxOf(300);
    while (!outbox.done) await outbox.step(send(database), 100);
    await database.kysely
      .updateTable('ingest_inbox')
      .set(packBody('{"id": "not an id"}'))
      .where('first', '=', 101)
      .execute();
    const pump = start(database);
    await until('a refusal', async () => (await pump.stats()).refusedBlocks === 1);
    await until('the others', async () => (await pump.stats()).pendingRows === 100);
    expect(await callsOf(outbox.epoch)).toEqual({ stored: 200, unique: 200, ids: 200 });
    await pump.stop();
    // After a correction, the next start takes it.
    const repaired = outbox.rows
      .slice(100, 200)
      .map((row) => JSON.stringify({ id: row.id, started_at: row.startedAt, epoch: outbox.epoch }));
    await database.kysely
      .updateTable('ingest_inbox')
      .set(packBody(`${repaired.join('\n')}\n`))
      .where('first', '=', 101)
      .execute();
    const next = start(database);
    await drained(next);
    expect((await next.stats()).refusedBlocks).toBe(0);
    await next.stop();
    expect(await callsOf(outbox.epoch)).toEqual({ stored: 300, unique: 300, ids: 300 });
  });
});

describe('ClickHouse being away', () => {
  it('for a while, killed again and again, loses and repeats nothing', async () => {
    await using database = await temporaryDatabase();
    const outbox = outboxOf(20_000);
    const pump = start(database);
    const killings = (async () => {
      for (let i = 0; i < 4; i++) {
        await pause(150 + i * 130);
        const { server } = clickHouse;
        const before = server?.restarts ?? 0;
        const pid = server?.pid;
        if (pid === undefined) continue;
        process.kill(pid, 'SIGKILL');
        await until('a restart', () => (server?.restarts ?? 0) > before);
      }
    })();
    while (!outbox.done) {
      await outbox.step(send(database), 200);
      await pause(10);
    }
    await killings;
    await drained(pump);
    const stats = await pump.stats();
    await pump.stop();
    expect(clickHouse.server?.restarts).toBeGreaterThanOrEqual(4);
    expect(stats.retries).toBeGreaterThan(0);
    expect(await callsOf(outbox.epoch)).toMatchObject({ unique: 20_000, ids: 20_000 });
  });

  it('stopped in mid-work, does not hold up one acknowledgement, nor the end of the controller', async () => {
    await using database = await temporaryDatabase();
    const outbox = outboxOf(3000);
    const pump = start(database);
    await outbox.step(send(database), 100);
    await drained(pump);
    const pid = clickHouse.server?.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    try {
      let slowest = 0;
      while (!outbox.done) {
        const began = systemClock.monotonic();
        expect(await outbox.step(send(database), 100)).toBe(true);
        slowest = Math.max(slowest, systemClock.monotonic() - began);
      }
      expect(slowest).toBeLessThan(1500);
      await until('a failure to be noticed', async () => (await pump.stats()).retries > 0, 15_000);
      expect(await pump.stats()).toMatchObject({
        pendingRows: 2900,
        problem: expect.stringContaining('ClickHouse') as string,
      });
      const began = systemClock.monotonic();
      await pump.stop();
      expect(systemClock.monotonic() - began).toBeLessThan(5000);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    const next = start(database);
    await drained(next);
    await next.stop();
    expect(await callsOf(outbox.epoch)).toMatchObject({ unique: 3000, ids: 3000 });
  });

  it('from the start, does not keep the controller from starting, and the schema is made when it comes', async () => {
    await using database = await temporaryDatabase();
    const outbox = outboxOf(10);
    const nobody = await openClickHouse({ url: 'http://u:p@127.0.0.1:9' }, { log: silentLog });
    const pump = start(database, nobody);
    expect(await outbox.step(send(database), 10)).toBe(true);
    await until('a retry', async () => (await pump.stats()).retries > 1);
    expect(await nobody.ready()).toMatchObject({ ok: false });
    await expect(nobody.query('SELECT 1')).rejects.toMatchObject({ code: 'BL_CLICKHOUSE_UNREACHABLE' });
    await pump.stop();
    await nobody.close();
  });

  it('with an emptied database, gets its tables back and then the rows', async () => {
    await using database = await temporaryDatabase();
    const outbox = outboxOf(50);
    const pump = start(database);
    await until('a runner', async () => (await pump.stats()).running);
    await clickHouse.command('DROP DATABASE branchline');
    await outbox.step(send(database), 50);
    await drained(pump);
    await pump.stop();
    expect(await callsOf(outbox.epoch)).toEqual({ stored: 50, unique: 50, ids: 50 });
  });
});

describe('a controller restored from an older backup', () => {
  it('asks for what it no longer knows, and the repeats are one row in every view', async () => {
    await using database = await temporaryDatabase();
    await ensureClickHouseSchema(clickHouse);
    const outbox = outboxOf(2000);
    while (outbox.acked < 600) await outbox.step(send(database), 100);
    const pump = start(database);
    await until('some rows', async () => (await pump.stats()).sentRows >= 500);
    await pump.stop();
    while (outbox.acked < 1000) await outbox.step(send(database), 100);
    // The backup is taken with rows in the inbox, some of them sent already.
    const backup = await copyOf(database.url);
    const later = start(database);
    while (!outbox.done) await outbox.step(send(database), 100);
    await drained(later);
    await later.stop();

    const restored = await openDatabase({ url: backup.url }, { log: silentLog });
    try {
      const more = new SampleOutbox('call', outbox.epoch, [
        ...outbox.rows,
        ...Array.from({ length: 100 }, (_, i) => sampleCall(2001 + i)),
      ]);
      more.acked = 2000;
      expect(await more.step(send(restored), 100)).toBe(false);
      expect(more.acked).toBe(1000);
      while (!more.done) expect(await more.step(send(restored), 70)).toBe(true);
      const again = start(restored);
      await drained(again);
      await again.stop();
      const counts = await callsOf(outbox.epoch);
      expect(counts).toMatchObject({ unique: 2100, ids: 2100 });
      // The replay did store rows again, else this would prove nothing.
      expect(counts.stored).toBeGreaterThan(2100);
    } finally {
      await restored.close();
      await backup.drop();
    }
  });
});

/** A copy of a database as it is now. */
async function copyOf(url: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = new URL(url).pathname.slice(1);
  const admin = new URL(url);
  admin.pathname = '/postgres';
  const copy = new URL(url);
  copy.pathname = `/${name}_copy`;
  const run = async (...statements: string[]): Promise<void> => {
    const client = new pg.Client({ connectionString: admin.href });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  // A template must have no other sessions; those of the pool are idle and come back.
  await run(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
    `create database ${name}_copy template ${name}`,
  );
  return { url: copy.href, drop: () => run(`drop database ${name}_copy with (force)`) };
}
