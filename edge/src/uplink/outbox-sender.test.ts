import { expect, test } from 'vitest';
import { ManualClock, streamNames, type Payload, type StreamName } from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import { OutboxSender } from './outbox-sender.ts';

const epoch = '01a1fd78-f9c1-7000-8000-00caf69022e7';

/** A ledger in memory with rows of the attempt stream, of which `acked` were acknowledged and the first `purged` forgotten. */
function outbox({ last, acked = 0, purged = 0 }: { last: number; acked?: number; purged?: number }) {
  const state = { last, acked };
  const sent: { stream: StreamName; from: number; to: number; missingFrom?: number }[] = [];
  const real = new ManualClock();
  /** What a look into the ledger waits for. */
  const disk = { ready: Promise.resolve() };
  const sender = new OutboxSender({
    epoch,
    real,
    log: silentLog,
    send(stream, { rows: _rows, epoch: _epoch, ...numbers }: Payload<'out'>) {
      sent.push({ stream, ...numbers });
      return true;
    },
    ledger: {
      positions: () =>
        Promise.resolve(
          streamNames.map((stream) =>
            stream === 'attempt' ? { stream, ...state } : { stream, last: 0, acked: 0 },
          ),
        ),
      readOutbox: async ({ from, limit }) => {
        await disk.ready;
        const first = Math.max(from, purged + 1);
        const count = Math.max(0, Math.min(limit, state.last - first + 1));
        return Array.from({ length: count }, (_, i) => ({ seq: first + i, row: `{"seq":${first + i}}` }));
      },
      ackOutbox: async ({ upTo }) => {
        await disk.ready;
        state.acked = Math.max(state.acked, upTo);
      },
    },
  });
  const ack = (upTo: number) => sender.onAck({ kind: 'ack', stream: 'attempt', epoch, upTo, rejected: [] });
  const replay = (from: number) => sender.onAck({ kind: 'replay', stream: 'attempt', epoch, from });
  return { sender, sent, state, real, disk, ack, replay };
}

test('a session begins with the last acknowledged row, and nothing counts as confirmed before its ack', async () => {
  const { sender, sent, ack } = outbox({ last: 7, acked: 7 });
  expect(sender.pending).toBeGreaterThan(0);
  await sender.linked();
  expect(sent).toEqual([{ stream: 'attempt', from: 7, to: 7 }]);
  expect(sender.pending).toBe(1);
  await ack(7);
  expect(sender.pending).toBe(0);
  await sender.wake();
  expect(sent).toHaveLength(1);
});

test('a controller that has forgotten rows gets them again, and they are pending until it has them', async () => {
  const { sender, sent, ack, replay } = outbox({ last: 7, acked: 7 });
  await sender.linked();
  await replay(3);
  expect(sent.at(-1)).toEqual({ stream: 'attempt', from: 3, to: 7 });
  expect(sender.pending).toBe(5);
  await sender.wake();
  expect(sender.pending).toBe(5);
  await ack(7);
  expect(sender.pending).toBe(0);
});

test('a new session goes back to what the ledger knows, whatever the last one had confirmed', async () => {
  const { sender, sent, ack } = outbox({ last: 7, acked: 4 });
  await sender.linked();
  await ack(7);
  await sender.linked();
  expect(sent.map(({ from, to }) => [from, to])).toEqual([
    [4, 7],
    [7, 7],
  ]);
});

test('a stream whose rows were all acknowledged and forgotten has nothing to show', async () => {
  const { sender, sent } = outbox({ last: 7, acked: 7, purged: 7 });
  await sender.linked();
  expect(sent).toEqual([]);
  expect(sender.pending).toBe(0);
});

test('an unlinked outbox sends nothing and counts what was never acknowledged', async () => {
  const { sender, sent } = outbox({ last: 7, acked: 4 });
  await sender.linked();
  sender.unlinked();
  sent.length = 0;
  await sender.wake();
  expect(sent).toEqual([]);
  expect(sender.pending).toBe(3);
});

test('rows written since the last look go along, and their ack leaves nothing pending', async () => {
  const { sender, sent, state, ack, replay } = outbox({ last: 3, acked: 3 });
  await sender.linked();
  state.last = 5;
  await replay(3);
  expect(sent.at(-1)).toEqual({ stream: 'attempt', from: 3, to: 5 });
  await ack(5);
  await sender.wake();
  expect(sender.pending).toBe(0);
});

test('rows that were forgotten are named as missing when they are asked for', async () => {
  const { sender, sent, replay } = outbox({ last: 7, acked: 7, purged: 4 });
  await sender.linked();
  await replay(2);
  expect(sent.at(-1)).toEqual({ stream: 'attempt', missingFrom: 2, from: 5, to: 7 });
});

test.each(['a missed ack', 'a new session'])(
  'rows are never called missing because %s asks for earlier ones while later ones are read',
  async (cause) => {
    const { sender, sent, state, real, disk } = outbox({ last: 2 });
    await sender.linked();
    expect(sent).toEqual([{ stream: 'attempt', from: 1, to: 2 }]);
    state.last = 502;
    const { promise, resolve } = Promise.withResolvers<void>();
    disk.ready = promise;
    const woken = sender.wake();
    await new Promise(setImmediate);
    const again = cause === 'a new session' ? sender.linked() : real.advance(5000);
    resolve();
    await Promise.all([woken, again]);
    await sender.wake();
    expect(sent.slice(1)).toEqual([{ stream: 'attempt', from: 1, to: 500 }]);
  },
);

test('a wish for a replay that follows an ack closely is not lost behind the ledger', async () => {
  const { sender, sent, disk, ack, replay } = outbox({ last: 4 });
  await sender.linked();
  const { promise, resolve } = Promise.withResolvers<void>();
  disk.ready = promise;
  const both = [ack(4), replay(2)];
  await new Promise(setImmediate);
  resolve();
  await Promise.all(both);
  expect(sent.at(-1)).toEqual({ stream: 'attempt', from: 2, to: 4 });
});

test('a batch whose ack is missed goes again, also when the one before it was acknowledged', async () => {
  const { sender, sent, real, ack } = outbox({ last: 1100 });
  await sender.linked();
  expect(sent).toHaveLength(2);
  await ack(500);
  real.advance(5000);
  await new Promise(setImmediate);
  expect(sent.at(-1)).toEqual({ stream: 'attempt', from: 501, to: 1000 });
  expect(sent).toHaveLength(3);
});

test('rows written while an answer is under way go together when it has come; a backlog does not wait for it', async () => {
  const { sender, sent, state, ack } = outbox({ last: 1 });
  await sender.linked();
  expect(sent).toEqual([{ stream: 'attempt', from: 1, to: 1 }]);
  for (let last = 2; last <= 5; last++) {
    state.last = last;
    await sender.wake();
  }
  expect(sent).toHaveLength(1);
  await ack(1);
  expect(sent.at(-1)).toEqual({ stream: 'attempt', from: 2, to: 5 });
  state.last = 2000;
  await sender.wake();
  expect(sent.slice(2)).toEqual([
    { stream: 'attempt', from: 6, to: 505 },
    { stream: 'attempt', from: 506, to: 1005 },
    { stream: 'attempt', from: 1006, to: 1505 },
  ]);
});

test('a controller that does not answer is sent one batch after ever longer waits, and a full window once it does', async () => {
  const { sender, sent, ack, real } = outbox({ last: 10_000 });
  await sender.linked();
  expect(sent.map(({ from }) => from)).toEqual([1, 501, 1001, 1501]);
  sent.length = 0;
  const times: number[] = [];
  for (let second = 1; second <= 200; second++) {
    real.advance(1000);
    await settle();
    if (sent.splice(0).some(({ from }) => from === 1)) times.push(second);
  }
  expect(times).toEqual([5, 15, 35, 75, 135, 195]);
  await ack(500);
  expect(sent.map(({ from }) => from)).toEqual([501, 1001, 1501, 2001]);
});

/** Lets what is under way happen. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
