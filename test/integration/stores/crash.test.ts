import type { ChildProcess } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { seededRandom, type Ack, type OutboxBatch, type StreamName } from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import {
  ingestBatch,
  noEffects,
  openClickHouse,
  openDatabase,
  readRowCounts,
  sampleAttempt,
  sampleCall,
  sampleId,
  startPrivatePostgres,
  startPump,
  unpackBody,
} from './parts.ts';
import {
  killHard,
  nextMessage,
  pause,
  SampleOutbox,
  startProgram,
  temporaryFolder,
  until,
} from './support.ts';

const origin = { edge: 'edge-1', site: 'north' };

describe('kill -9', () => {
  it('of PostgreSQL in the middle of batches: what was acknowledged is there, once', async () => {
    using folder = temporaryFolder('crash');
    const server = await startPrivatePostgres({ folder: folder.path, log: silentLog });
    const database = await openDatabase({ url: server.url }, { log: silentLog });
    try {
      const outbox = new SampleOutbox(
        'call',
        sampleId(),
        Array.from({ length: 6000 }, (_, i) => sampleCall(i + 1)),
      );
      const send = (stream: StreamName, batch: OutboxBatch): Promise<Ack> =>
        ingestBatch(database.kysely, origin, stream, batch, noEffects, Date.now());
      let highest = 0;
      const killings = (async () => {
        for (let i = 0; i < 3; i++) {
          await pause(200);
          const before = server.restarts;
          process.kill(server.pid ?? 0, 'SIGKILL');
          await until('a restart', () => server.restarts > before);
        }
      })();
      let lost = 0;
      while (!outbox.done) {
        if (!(await outbox.step(send, 20))) lost++;
        // A batch once acknowledged is never asked for again.
        expect(outbox.acked).toBeGreaterThanOrEqual(highest);
        highest = outbox.acked;
        await pause(5);
      }
      await killings;
      expect(lost).toBeGreaterThan(0);
      const rows = await database.kysely
        .selectFrom('ingest_inbox')
        .select(['first', 'last', 'body'])
        .orderBy('first')
        .execute();
      const ids = rows.flatMap(({ body }) =>
        unpackBody(body)
          .toString()
          .trimEnd()
          .split('\n')
          .map((line) => (JSON.parse(line) as { id: string }).id),
      );
      expect(ids).toEqual(outbox.rows.map(({ id }) => id));
    } finally {
      await database.close();
      await server.stop();
    }
  });

  it('of the whole controller, anywhere in ingest and pump: every row reaches ClickHouse exactly once', async () => {
    using folder = temporaryFolder('crash');
    const random = seededRandom(20_260_302);
    const outboxes = [
      new SampleOutbox(
        'call',
        sampleId(),
        Array.from({ length: 12_000 }, (_, i) => sampleCall(i + 1)),
      ),
      new SampleOutbox(
        'attempt',
        sampleId(),
        Array.from({ length: 6000 }, (_, i) => sampleAttempt(i + 1)),
      ),
    ];
    const acked = (): number => outboxes.reduce((sum, outbox) => sum + outbox.acked, 0);
    const total = outboxes.reduce((sum, outbox) => sum + outbox.rows.length, 0);
    const kills = 6;
    for (let kill = 1; kill <= kills; kill++) {
      const controller = startProgram('own-controller.ts', [folder.path]);
      await nextMessage<{ ready: true }>(controller);
      // By progress and not by time, so that each one falls into the work however fast the machine is.
      const enough = (total * kill) / kills;
      let dying: Promise<void> | undefined;
      while (controller.signalCode === null && outboxes.some((outbox) => !outbox.done)) {
        for (const outbox of outboxes) {
          if (!outbox.done) await outbox.step((stream, batch) => ask(controller, { stream, batch }), 60);
        }
        if (acked() >= enough) dying ??= pause(random.next() * 120).then(() => killHard(controller));
      }
      await (dying ?? killHard(controller));
    }
    expect(outboxes.map((outbox) => outbox.done)).toEqual([true, true]);

    const database = await openDatabase({ folder: `${folder.path}/postgres` }, { log: silentLog });
    const clickHouse = await openClickHouse({ folder: `${folder.path}/clickhouse` }, { log: silentLog });
    const pump = startPump({ db: database.kysely, clickHouse, log: silentLog });
    try {
      await until('an empty inbox', async () => (await pump.stats()).pendingRows === 0, 60_000);
      const counts = await readRowCounts(clickHouse, 'all');
      expect(counts.calls).toMatchObject({ unique: 12_000, ids: 12_000 });
      expect(counts.attempts).toMatchObject({ unique: 6000, ids: 6000 });
    } finally {
      await pump.stop();
      await clickHouse.close();
      await database.close();
    }
  });
});

/** Hands a batch to the controller's process. @throws Error when no acknowledgement comes back */
async function ask(
  controller: ChildProcess,
  request: { stream: StreamName; batch: OutboxBatch },
): Promise<Ack> {
  const answer = nextMessage<{ ack?: Ack; problem?: string }>(controller);
  controller.send(request, () => undefined);
  const { ack, problem } = await answer;
  if (!ack) throw new Error(problem ?? 'no acknowledgement');
  return ack;
}
