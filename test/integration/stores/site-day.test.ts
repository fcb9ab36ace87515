import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog } from '@branchline/shared/node';
import type { CallRow, EventRow, LineRow, MetricRow, StreamName } from '@branchline/shared';
import {
  ensureClickHouseSchema,
  linesOf,
  openClickHouse,
  readSiteHistory,
  readSiteLines,
  sampleCall,
  sampleId,
  sampleInstant,
  sampleLine,
  sampleMetric,
  type ClickHouse,
} from './parts.ts';
import { temporaryFolder } from './support.ts';

const folder = temporaryFolder('site-day');
let clickHouse: ClickHouse;
const now = sampleInstant;
const minute = 60_000;
const step = 10 * minute;
const day = 1440 * minute;

/** Every three minutes for 26 hours, so that both ends of the day are crossed; no two alike. */
const instants = Array.from({ length: 520 }, (_, i) => now + 30 * minute - i * 3 * minute);
const metrics: MetricRow[] = instants.map((at, i) => ({
  ...sampleMetric(i + 1),
  at,
  cpu: ((i * 37) % 101) / 101,
  memoryUsedBytes: 1_000_000_000 + ((i * 53) % 97) * 10_000_000,
  diskUsedBytes: 10_000_000_000 + i * 1_000_000,
  // A box that could not read its disk says so by a total of 0.
  diskTotalBytes: i % 40 === 0 ? 0 : 100_000_000_000,
  channelsInUse: (i * 7) % 31,
  outboxPending: (i * 11) % 17,
}));
const lines: LineRow[] = instants.map((at, i) => {
  const { signal: _signal, balance: _balance, ...row } = sampleLine(i + 1);
  return {
    ...row,
    at,
    line: i % 2 === 0 ? 'modem-1' : 'trunk-1',
    inUse: (i * 5) % 4,
    downMs: (i * 7919) % minute,
    // A trunk has neither; a modem does not know its balance at all times.
    ...(i % 2 === 0 && { signal: -50 - ((i * 13) % 60) }),
    ...(i % 6 === 0 && { balance: 100 - i / 10 }),
  };
});
const calls: CallRow[] = instants.map((startedAt, i) => {
  const row = sampleCall(i + 1, {
    startedAt,
    direction: i % 5 === 0 ? 'inbound' : 'outbound',
    line: i % 3 === 0 ? 'modem-1' : 'trunk-1',
    outcome: (['ANSWERED', 'BUSY', 'ABANDONED', 'MACHINE'] as const)[i % 4]!,
    ...(i % 3 === 0 && { cost: (i % 9) * 1000, currency: 'CNY' }),
  });
  if (i % 4 !== 1) return row;
  const { answeredAt: _answered, ...unanswered } = row;
  return unanswered;
});

let events = 0;
function eventHead(at: number) {
  return { id: sampleId(), seq: ++events, at, clock: 'trusted' as const };
}

/** Faults of two lines, some closed, some open, one from before the day; the first row of each says why. */
const faults = Array.from({ length: 12 }, (_, i) => {
  const openedAt = now - i * 170 * minute;
  const fact = {
    type: 'line-fault' as const,
    line: i % 2 === 0 ? 'modem-1' : 'trunk-1',
    fault: i % 3 === 0 ? ('unreachable' as const) : ('not-registered' as const),
    openedAt,
  };
  return {
    ...fact,
    closedAt: i % 4 === 0 ? undefined : openedAt + (i + 1) * minute,
    reason: `reason ${i}`,
    rows: (closedAt?: number): EventRow[] => [
      { ...eventHead(openedAt), ...fact, state: 'opened', reason: `reason ${i}` },
      ...(closedAt === undefined
        ? []
        : [{ ...eventHead(closedAt), ...fact, state: 'closed' as const, reason: 'gone' }]),
    ],
  };
});

const inDay = ({ at }: { readonly at: number }): boolean => at >= now - day && at <= now;
const stepOf = (at: number): number => Math.floor(at / step) * step;
const most = (values: readonly number[]): number => Math.max(...values);

/** Rows in groups, each by the key that its group has. */
function grouped<T>(rows: readonly T[], key: (row: T) => string): T[][] {
  return [...Map.groupBy(rows, key).values()];
}

beforeAll(async () => {
  clickHouse = await openClickHouse({ folder: folder.path }, { log: silentLog });
  await ensureClickHouseSchema(clickHouse);
  const streams = [
    ['metric', metrics],
    ['line', lines],
    ['call', calls],
    ['event', faults.flatMap(({ rows, closedAt }) => rows(closedAt))],
  ] as const satisfies readonly (readonly [StreamName, unknown])[];
  for (const site of ['west', 'other']) {
    const origin = { edge: `${site}-1`, site, epoch: '01a1fd2c-1181-7000-8000-029002f1f67d' };
    // Twice: no figure may count a repeat. The other site reports the same and is in no figure of the west.
    for (const token of ['first', 'replay'])
      for (const [stream, rows] of streams)
        for (const { target, body } of linesOf(origin, stream, rows))
          await clickHouse.insertLines(target, [Buffer.from(body)], `${token}-${site}-${stream}`);
  }
});
afterAll(async () => {
  await clickHouse?.close();
  folder[Symbol.dispose]();
});

test('the health of a site is the worst of the raw minutes in each ten', async () => {
  const { from, to, stepMs, health } = await readSiteHistory(clickHouse, 'west', now, true);
  expect({ from, to, stepMs }).toEqual({ from: now - day, to: now, stepMs: step });
  const expected = grouped(metrics.filter(inDay), ({ at }) => String(stepOf(at))).map((rows) => ({
    at: stepOf(rows[0]!.at),
    edge: 'west-1',
    cpu: most(rows.map(({ cpu }) => cpu)),
    memory: most(rows.map((row) => row.memoryUsedBytes / row.memoryTotalBytes)),
    disk: most(rows.map((row) => (row.diskTotalBytes === 0 ? 0 : row.diskUsedBytes / row.diskTotalBytes))),
    channels: most(rows.map(({ channelsInUse }) => channelsInUse)),
    outboxPending: most(rows.map(({ outboxPending }) => outboxPending)),
  }));
  expect(health).toEqual(expected.toSorted((a, b) => a.at - b.at));
  expect(health.length).toBeGreaterThan(140);
});

test('the day of each line is what its raw minutes and calls add up to', async () => {
  const { points, totals } = await readSiteLines(clickHouse, 'west', now);
  const expected = grouped(lines.filter(inDay), ({ at, line }) => `${line} ${stepOf(at)}`).map((rows) => {
    const signals = rows.flatMap(({ signal }) => signal ?? []);
    // Rows are newest first.
    const balance = rows.find((row) => row.balance !== undefined)?.balance;
    return {
      at: stepOf(rows[0]!.at),
      edge: 'west-1',
      line: rows[0]!.line,
      inUse: most(rows.map(({ inUse }) => inUse)),
      ...(signals.length > 0 && { signal: Math.min(...signals) }),
      ...(balance !== undefined && { balance }),
      downMs: rows.reduce((sum, { downMs }) => sum + downMs, 0),
    };
  });
  expect(points).toEqual(expected.toSorted((a, b) => a.line.localeCompare(b.line) || a.at - b.at));

  const today = calls.filter(({ startedAt }) => inDay({ at: startedAt }));
  const sums = grouped(today, ({ line }) => line).map((rows) => {
    const outbound = rows.filter(({ direction }) => direction === 'outbound');
    const currency = rows.find((row) => row.currency !== undefined)?.currency;
    return {
      edge: 'west-1',
      line: rows[0]!.line,
      calls: outbound.length,
      answered: outbound.filter(({ outcome }) => outcome === 'ANSWERED').length,
      inbound: rows.length - outbound.length,
      talkMs: outbound.reduce(
        (sum, { answeredAt, endedAt }) => sum + (answeredAt === undefined ? 0 : endedAt - answeredAt),
        0,
      ),
      ...(currency !== undefined && {
        currency,
        cost: rows.reduce((sum, { cost = 0 }) => sum + cost, 0),
      }),
    };
  });
  expect(totals).toEqual(sums.toSorted((a, b) => a.line.localeCompare(b.line)));
});

test('what was wrong with lines is what the raw events of the day say', async () => {
  const { faults: read } = await readSiteLines(clickHouse, 'west', now);
  const expected = faults
    .filter(({ openedAt }) => inDay({ at: openedAt }))
    .map(({ line, fault, openedAt, closedAt, reason }) => ({
      edge: 'west-1',
      line,
      fault,
      openedAt,
      reason,
      // What closes after now is not known yet.
      ...(closedAt !== undefined && closedAt <= now && { closedAt }),
    }));
  expect(read).toEqual(expected.toSorted((a, b) => b.openedAt - a.openedAt));
  expect(read.filter(({ closedAt }) => closedAt === undefined).length).toBeGreaterThan(1);
});
