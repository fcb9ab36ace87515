import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog } from '@branchline/shared/node';
import {
  pick,
  randomInteger,
  seededRandom,
  type AgentRow,
  type AttemptRow,
  type CallRow,
  type StreamName,
  type WallboardFigures,
} from '@branchline/shared';
import {
  ensureClickHouseSchema,
  linesOf,
  openClickHouse,
  readWallboard,
  sampleAgent,
  sampleAttempt,
  sampleCall,
  sampleInstant,
  type ClickHouse,
} from './parts.ts';
import { temporaryFolder } from './support.ts';

const folder = temporaryFolder('wallboard');
let clickHouse: ClickHouse;
const hour = 3_600_000;
const day = 24 * hour;
/** 10:17 UTC of a day that began at 00:00. */
const now = sampleInstant + 17 * 60_000;
const midnight = sampleInstant - 10 * hour;
const sites = ['north', 'south'] as const;
type Site = (typeof sites)[number];

const random = seededRandom(2026);
const int = (least: number, most: number): number => randomInteger(random, least, most);

/** Instants over three days and a little of the future, and those on which a day or the part of one begins or ends. */
const instants = [
  ...[midnight, midnight - day, now, now - day].flatMap((at) => [at - 1, at, at + 1]),
  ...Array.from({ length: 900 }, () => int(midnight - 2 * day, now + hour)),
];

/** A call, in or out, of whichever kind the board tells apart. */
function anyCall(seq: number, startedAt: number): CallRow {
  const talked = int(0, 3) > 0;
  const bridgedAt = startedAt + int(1, 40_000);
  const leftAt = bridgedAt + int(1000, 90_000);
  const endedAt = leftAt + int(0, 90_000);
  const { bridgedAt: _bridged, agent: _agent, answerToAgentMs: _ms, ...row } = sampleCall(seq);
  const inbound = int(0, 1) === 0;
  return {
    ...row,
    startedAt,
    endedAt,
    direction: inbound ? 'inbound' : 'outbound',
    outcome: talked ? 'ANSWERED' : pick(random, ['ABANDONED', 'BUSY', 'PLAYED'] as const),
    ...(talked && { bridgedAt, agent: 'mei' }),
    ...(inbound && int(0, 4) === 0 && { guestOf: 'elsewhere' }),
    ...(inbound && int(0, 4) === 0 && { sentTo: 'elsewhere' }),
    segments: [
      { kind: 'waiting', from: startedAt, to: bridgedAt },
      ...(talked ? [{ kind: 'agent' as const, from: bridgedAt, to: leftAt, agent: 'mei' }] : []),
      // Handed on to another agent, after a while in line.
      ...(talked && int(0, 2) === 0
        ? [{ kind: 'agent' as const, from: Math.min(leftAt + 500, endedAt), to: endedAt, agent: 'li' }]
        : []),
    ],
  };
}

const outcomes = ['ANSWERED', 'PLAYED', 'ABANDONED', 'NO_ANSWER', 'REFUSED'] as const;
const states = ['wrap-up', 'wrap-up', 'talking', 'break', 'ready'] as const;
const perSite = <R>(make: (seq: number, at: number) => R): Record<Site, R[]> => ({
  north: instants.map((at, i) => make(i + 1, at)),
  south: instants.map((at, i) => make(i + 1, at)).slice(0, 300),
});
const calls = perSite(anyCall);
const attempts = perSite<AttemptRow>((seq, startedAt) =>
  sampleAttempt(seq, { startedAt, outcome: pick(random, outcomes) }),
);
const changes = perSite<AgentRow>((seq, at) => ({
  ...sampleAgent(seq),
  at,
  from: pick(random, states),
  to: 'ready',
  heldMs: int(1, 120_000),
}));

beforeAll(async () => {
  clickHouse = await openClickHouse({ folder: folder.path }, { log: silentLog });
  await ensureClickHouseSchema(clickHouse);
  const streams: Record<Site, readonly (readonly [StreamName, (CallRow | AttemptRow | AgentRow)[]])[]> = {
    north: [
      ['call', calls.north],
      ['attempt', attempts.north],
      ['agent', changes.north],
    ],
    south: [
      ['call', calls.south],
      ['attempt', attempts.south],
      ['agent', changes.south],
    ],
  };
  // Twice: nothing below may count a repeat.
  for (const token of ['first', 'replay'])
    for (const site of sites)
      for (const [stream, rows] of streams[site]) {
        const origin = { edge: `edge-${site}`, site, epoch: '01a1fd2c-1181-7000-8000-029002f1f67d' };
        for (const { target, body } of linesOf(origin, stream, rows))
          await clickHouse.insertLines(target, [Buffer.from(body)], `${token}-${site}-${stream}`);
      }
});

afterAll(async () => {
  await clickHouse?.close();
  folder[Symbol.dispose]();
});

/** The same figures, counted from the raw rows: a caller counts where they called, a talk where it was. */
function figures(of: readonly Site[], from: number, to: number): WallboardFigures {
  const inside = (at: number): boolean => at >= from && at <= to;
  const figure = { ...nothing };
  for (const site of of) {
    for (const attempt of attempts[site]) {
      if (!inside(attempt.startedAt) || attempt.outcome === 'REFUSED') continue;
      figure.attempts++;
      if (attempt.outcome === 'ANSWERED' || attempt.outcome === 'PLAYED') figure.answered++;
    }
    for (const call of calls[site]) {
      if (!inside(call.startedAt)) continue;
      const { direction, outcome, startedAt, bridgedAt } = call;
      if (direction === 'outbound' && outcome === 'ABANDONED') figure.abandoned++;
      if (direction === 'outbound' && (outcome === 'ABANDONED' || outcome === 'ANSWERED')) figure.live++;
      if (direction === 'inbound' && call.guestOf === undefined) {
        figure.offered++;
        if (bridgedAt !== undefined) figure.taken++;
        if (bridgedAt !== undefined && bridgedAt - startedAt <= 20_000) figure.takenInTime++;
      }
      if (call.sentTo !== undefined) continue;
      if (bridgedAt !== undefined) figure.handled++;
      for (const segment of call.segments)
        if (segment.kind === 'agent') figure.talkMs += segment.to - segment.from;
    }
    for (const { at, from: left, heldMs } of changes[site])
      if (inside(at) && left === 'wrap-up') figure.wrapUpMs += heldMs;
  }
  return figure;
}
const nothing: WallboardFigures = {
  attempts: 0,
  answered: 0,
  live: 0,
  abandoned: 0,
  offered: 0,
  taken: 0,
  takenInTime: 0,
  handled: 0,
  talkMs: 0,
  wrapUpMs: 0,
};

/** Calls that began in each hour of a day, and those of them that had an agent here. */
function byHour(of: readonly Site[], from: number, to: number): { calls: number; handled: number }[] {
  return Array.from({ length: 24 }, (_, i) => {
    const [first, end] = [from + i * hour, from + (i + 1) * hour];
    const own = of
      .flatMap((site) => calls[site])
      .filter(({ startedAt }) => startedAt >= first && startedAt < end && startedAt <= to);
    const handled = own.filter(({ bridgedAt, sentTo }) => bridgedAt !== undefined && sentTo === undefined);
    return { calls: own.length, handled: handled.length };
  });
}

test.each([
  { scope: 'all', seen: sites },
  { scope: ['south'], seen: ['south'] },
  { scope: ['north', 'nowhere'], seen: ['north'] },
] as const)(
  'today and yesterday until the same time, and their hours, are those that the raw rows of $scope give',
  async ({ scope, seen }) => {
    const board = await readWallboard(clickHouse, midnight, now, scope);
    expect(board.today).toEqual(figures(seen, midnight, now));
    expect(board.yesterday).toEqual(figures(seen, midnight - day, now - day));
    // Nothing is proven by zeros: each figure of both days is there, talk and the work after it among them.
    for (const value of [...Object.values(board.today), ...Object.values(board.yesterday)])
      expect(value).toBeGreaterThan(0);
    expect(board.yesterday).not.toEqual(board.today);
    expect(board.hours).toEqual({
      today: byHour(seen, midnight, now),
      yesterday: byHour(seen, midnight - day, midnight - 1),
    });
    // Yesterday is told to its end, today until now.
    expect(board.hours.yesterday.every((each) => each.calls > 0)).toBe(true);
    expect(board.hours.today.map((each) => each.calls > 0)).toEqual(
      Array.from({ length: 24 }, (_, i) => i <= 10),
    );
    expect(board.sites).toEqual(seen.map((site) => ({ site, today: figures([site], midnight, now) })));
  },
);

test('nothing of any site is told to whoever may see none', async () => {
  const board = await readWallboard(clickHouse, midnight, now, []);
  expect(board).toMatchObject({ today: nothing, yesterday: nothing, sites: [] });
});
