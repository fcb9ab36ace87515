import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { idSource, type Lease, type LeasedLead } from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import { openLedger, type Ledger } from './ledger.ts';
import type { NewRow } from './operations.ts';

const ids = idSource();
let folder: string;
let ledger: Ledger;
const open = (commitDelayMs = 0) =>
  openLedger({
    file: join(folder, 'ledger.sqlite'),
    clock: { speed: 1, real: 0, business: 0 },
    log: silentLog,
    commitDelayMs,
  });
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ledger-'));
  ledger = await open();
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true, force: true });
});

const head = () => ({ at: 1, clock: 'trusted' as const, id: ids() });
const fact = (): NewRow => ({
  stream: 'event',
  row: { ...head(), type: 'line', line: 'l', state: 'up', reason: 'test' },
});
const lease = (): Lease => ({
  id: ids(),
  epoch: ids(),
  campaign: ids(),
  issuedAt: 0,
  expiresAt: 10,
  budgets: { attemptsPerLead: 4 },
  leads: [
    {
      id: ids(),
      numbers: [{ number: '+8613800000001', zones: ['UTC'] }],
      attemptsMade: 0,
      dueAt: 0,
      fields: {},
    },
  ],
});
const attemptOf = (l: Lease) => ({
  id: ids(),
  lead: l.leads[0]!.id,
  lease: l.id,
  campaign: l.campaign,
  number: '+8613800000001',
  ordinal: 1,
  dueAt: 0,
  startedAt: 0,
});

test('a repeated lease stores nothing', async () => {
  const one = lease();
  expect(await ledger.storeLease({ lease: one, rows: [fact()] })).toBe(1);
  expect(await ledger.storeLease({ lease: one, rows: [fact()] })).toBe(0);
  expect(await ledger.readOutbox({ stream: 'event', from: 1, limit: 10, maxBytes: 1e6 })).toHaveLength(1);
});

test('a lead is attempted once under a lease: the second attempt is not stored, nor its try, nor its call', async () => {
  const one = lease();
  await ledger.storeLease({ lease: one, rows: [] });
  const begin = () => {
    const attempt = attemptOf(one);
    const id = ids();
    return ledger.openAttempt({
      attempt,
      try: { id, attempt: attempt.id, ordinal: 1, number: attempt.number, line: 'l', startedAt: 0 },
      call: { id, data: '{}' },
    });
  };
  expect([await begin(), await begin()]).toEqual([true, false]);
  const { attempts, calls, leads } = await ledger.recover({});
  expect([attempts.length, calls.length, leads.length]).toEqual([1, 1, 0]);
});

test('a lead that was put off is found so after a restart, and never earlier than it was due', async () => {
  const one = lease();
  await ledger.storeLease({ lease: one, rows: [] });
  const put = (until: number) => ledger.postponeLead({ lease: one.id, lead: one.leads[0]!.id, until });
  const dueAt = async () =>
    (
      JSON.parse(
        (await ledger.recover({})).leads.find(({ lease: id }) => id === one.id)!.payload,
      ) as LeasedLead
    ).dueAt;
  await put(5000);
  expect(await dueAt()).toBe(5000);
  await put(10);
  expect(await dueAt()).toBe(5000);
});

test('a call is closed once, by whoever comes first', async () => {
  const close = () =>
    ledger.closeCall({ id: 'c', startedAt: 0, data: '{}', endedAt: 5, outcome: 'ANSWERED', rows: [fact()] });
  expect([await close(), await close()]).toEqual([true, false]);
  expect(await ledger.positions({})).toContainEqual({ stream: 'event', last: 1, acked: 0 });
});

test('calls out that no attempt made are remembered with what came of them, as tries are', async () => {
  const at = Date.now();
  const data = (call: object) => JSON.stringify({ call: { customer: '+8613800000001', ...call } });
  const close = (id: string, startedAt: number, call: object, outcome: 'BUSY' | 'TRUNK_FAULT') =>
    ledger.closeCall({ id, startedAt, data: data(call), endedAt: at, outcome, rows: [] });
  await close('back', at - 1, { direction: 'outbound' }, 'BUSY');
  await close('fault', at - 2, { direction: 'outbound' }, 'TRUNK_FAULT');
  await close('caller', at - 3, { direction: 'inbound' }, 'BUSY');
  await close('attempted', at - 4, { direction: 'outbound', attempt: 'a' }, 'BUSY');
  await ledger.saveCall({ id: 'rings', startedAt: at - 5, data: data({ direction: 'outbound' }) });
  const { ownCalls } = await ledger.recover({});
  expect(ownCalls.toSorted((a, b) => b.at - a.at)).toEqual([
    { number: '+8613800000001', at: at - 1, outcome: 'BUSY' },
    { number: '+8613800000001', at: at - 2, outcome: 'TRUNK_FAULT' },
    { number: '+8613800000001', at: at - 5, outcome: null },
  ]);
});

test('rows are numbered without gaps and one that fails takes none of its transaction with it', async () => {
  const bad = { stream: 'nowhere', row: {} } as unknown as NewRow;
  const results = await Promise.allSettled([
    ledger.append({ rows: [fact()] }),
    ledger.append({ rows: [fact(), bad] }),
    ledger.append({ rows: [fact()] }),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  const rows = await ledger.readOutbox({ stream: 'event', from: 1, limit: 10, maxBytes: 1e6 });
  expect(rows.map(({ seq }) => seq)).toEqual([1, 2]);
});

test('an unworked lead is named when its lease ends, and the end names the last attempt row', async () => {
  const one = lease();
  await ledger.storeLease({ lease: one, rows: [] });
  const row: NewRow<'event'> = {
    stream: 'event',
    row: {
      ...head(),
      type: 'lease-ended',
      lease: one.id,
      leaseEpoch: one.epoch,
      how: 'expired',
      unworked: [],
      afterAttempt: 0,
    },
  };
  expect(await ledger.endLease({ lease: one.id, how: 'expired', at: 9, row })).toBe(true);
  const [stored] = await ledger.readOutbox({ stream: 'event', from: 1, limit: 1, maxBytes: 1e6 });
  expect(JSON.parse(stored!.row)).toMatchObject({ unworked: [one.leads[0]!.id], afterAttempt: 0 });
});

test('a line that takes no new calls is remembered, and forgotten when it takes them again', async () => {
  for (const line of ['a', 'b', 'a']) await ledger.drainLine({ line, drained: true });
  await ledger.drainLine({ line: 'b', drained: false });
  await ledger.close();
  ledger = await open();
  expect((await ledger.recover({})).drained).toEqual(['a']);
});

test('what became of those who waited is counted by queue', async () => {
  const step = (queue: string, what: 'entered' | 'connected' | 'abandoned', waitedMs: number): NewRow => ({
    stream: 'event',
    row: {
      ...head(),
      type: 'queue',
      call: ids(),
      conversation: ids(),
      queue,
      step: what,
      waitedMs,
      targetMs: 20_000,
    },
  });
  await ledger.append({
    rows: [
      step('sales', 'entered', 0),
      step('sales', 'connected', 20_000),
      step('sales', 'connected', 20_001),
      step('sales', 'abandoned', 5),
      step('claims', 'abandoned', 5),
      fact(),
    ],
  });
  // In the third five minutes since then.
  const days = await ledger.queueDays({ since: Date.now() - 700_000 });
  expect(days.toSorted((a, b) => (a.queue < b.queue ? -1 : 1))).toEqual([
    { queue: 'claims', slot: 2, connected: 0, inTime: 0, abandoned: 1 },
    { queue: 'sales', slot: 2, connected: 2, inTime: 1, abandoned: 1 },
  ]);
  expect(await ledger.queueDays({ since: Number.MAX_SAFE_INTEGER })).toEqual([]);
  expect(await ledger.queueDays({ since: 0, before: 1 })).toEqual([]);
});

test('what agents said of calls is found by the calls, oldest first', async () => {
  const [one, two, other] = [ids(), ids(), ids()];
  const note = (call: string, text: string): NewRow => ({
    stream: 'event',
    row: { ...head(), type: 'note', call, agent: 'li', text },
  });
  const disposition: NewRow = {
    stream: 'event',
    row: { ...head(), type: 'disposition', call: two, agent: 'li', code: 'sale', by: 'api' },
  };
  await ledger.append({ rows: [note(one, 'a'), fact(), note(other, 'b'), disposition, note(one, 'c')] });
  const said = await ledger.saidOf({ calls: [two, one] });
  expect(said.map((row) => JSON.parse(row) as object)).toMatchObject([
    { call: one, text: 'a' },
    { call: two, code: 'sale' },
    { call: one, text: 'c' },
  ]);
  expect(await ledger.saidOf({ calls: [] })).toEqual([]);
});

test('a damaged file is moved aside and the branch goes on with a new ledger', async () => {
  const before = await ledger.recover({});
  await ledger.close();
  await writeFile(
    join(folder, 'ledger.sqlite'),
    'this is no database, it only looks like one from far away'.repeat(100),
  );
  ledger = await open();
  const after = await ledger.recover({});
  expect(after.epoch).not.toBe(before.epoch);
  expect((await readdir(folder)).some((name) => name.endsWith('.damaged'))).toBe(true);
});

test('kill -9 in the middle of a storm of appends loses no acknowledged row', async () => {
  const script = join(folder, 'storm.mjs');
  await writeFile(
    script,
    `import { openLedger } from ${JSON.stringify(join(import.meta.dirname, 'ledger.ts'))};
     const ledger = await openLedger({ file: process.argv[2], clock: { speed: 1, real: 0, business: 0 }, log: { error() {} } });
     for (;;) await Promise.all(Array.from({ length: 20 }, () => ledger.append({ rows: [{ stream: 'event', row: { type: 'line' } }] }).then(() => process.send('acked'))));`,
  );
  const file = join(folder, 'storm.sqlite');
  let acked = 0;
  const child: ChildProcess = fork(script, [file], { execArgv: [] });
  child.on('message', () => acked++);
  await expect.poll(() => acked, { timeout: 10_000 }).toBeGreaterThan(200);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  const reopened = await openLedger({ file, clock: { speed: 1, real: 0, business: 0 }, log: silentLog });
  const { last } = (await reopened.positions({})).find(({ stream }) => stream === 'event')!;
  const rows = await reopened.readOutbox({ stream: 'event', from: 1, limit: 1_000_000, maxBytes: 1e9 });
  await reopened.close();
  expect(last).toBeGreaterThanOrEqual(acked);
  expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: last }, (_, i) => i + 1));
});
