import { expect, test } from 'vitest';
import type { Line, Outcome, Route } from '@branchline/shared';
import { closedBreaker } from './breaker.ts';
import {
  recordedChoice,
  selectLine,
  type LineState,
  type RouteRequest,
  type RouteRules,
} from './route-selector.ts';

const line = (id: string, change: Partial<Line> = {}): Line => ({
  id,
  kind: 'sip-trunk',
  enabled: true,
  channels: 1,
  callerIds: ['020'],
  answerSupervision: 'reliable',
  emergency: false,
  ...change,
});
const sim = (id: string, change: Partial<Line> = {}): Line => line(id, { kind: 'gsm-gateway', ...change });

const state = (own: Line, change: Partial<LineState> = {}): [string, LineState] => [
  own.id,
  {
    line: own,
    health: 'up',
    reason: 'in service',
    inUse: 0,
    permitted: true,
    drained: false,
    breaker: closedBreaker,
    held: undefined,
    callsToday: 0,
    lastEnd: undefined,
    ...change,
  },
];

const rules = (routes: readonly Route[]): RouteRules => ({ routes, canDial: () => true });
const to = (number: string, more: Partial<RouteRequest> = {}): RouteRequest => ({
  number,
  now: 1000,
  ...more,
});
const verdictsOf = (request: RouteRequest, of: RouteRules, lines: readonly [string, LineState][]) => {
  const choice = selectLine(request, of, new Map(lines));
  return {
    taken: choice.line?.id,
    verdicts: Object.fromEntries(choice.verdicts.map(({ line: id, verdict }) => [id, verdict])),
    reasons: Object.fromEntries(choice.verdicts.map(({ line: id, reason }) => [id, reason])),
  };
};

const mobile = '+8613912345678';
const all = (lines: string[], hunt?: Route['hunt']): Route[] => [
  { prefix: '', lines, ...(hunt && { hunt }) },
];
const overToday = { limit: 'calls-per-day', reason: '60 of 60 calls made today' } as const;

test('the longest prefix decides, and each line says why it was taken or not', () => {
  const open = { phase: 'open', until: 2000, pauseMs: 1000 } as const;
  const lines = [
    state(line('full'), { inUse: 1 }),
    state(line('down'), { health: 'down', reason: 'gateway TIMEOUT' }),
    state(line('off', { enabled: false })),
    state(line('drained'), { drained: true }),
    state(line('broken'), { breaker: open }),
    state(line('resting'), { held: { limit: 'gap', until: 3000, reason: 'the pause after its last call' } }),
    state(line('first')),
    state(line('second')),
    state(line('elsewhere')),
  ];
  const routes = [
    { prefix: '', lines: ['elsewhere'] },
    { prefix: '+86', lines: lines.slice(0, -1).map(([id]) => id) },
  ];
  const { taken, verdicts, reasons } = verdictsOf(to(mobile), rules(routes), lines);
  expect(taken).toBe('first');
  expect(verdicts).toEqual({
    full: 'full',
    down: 'down',
    off: 'disabled',
    drained: 'drained',
    broken: 'breaker',
    resting: 'limit',
    first: 'taken',
    second: 'candidate',
    elsewhere: 'not-in-route',
  });
  expect(reasons).toMatchObject({ full: '1 of 1 channels in use', down: 'gateway TIMEOUT' });
  expect(verdictsOf(to('+4420'), rules(routes), lines).taken).toBe('elsewhere');
  expect(verdictsOf(to(mobile), rules([]), lines).taken).toBeUndefined();
});

test('a line is tried once for a number, and an open breaker lets a call through when its pause is over', () => {
  const open = { phase: 'open', until: 900, pauseMs: 1000 } as const;
  const lines = [state(line('a')), state(line('b'), { breaker: open })];
  const tried = new Map<string, Outcome>([['a', 'CONGESTION']]);
  const { taken, reasons } = verdictsOf(to(mobile, { tried }), rules(all(['a', 'b'])), lines);
  expect(taken).toBe('b');
  expect(reasons['a']).toContain('CONGESTION');
});

test('the cheapest line to the callee’s operator goes first, one without a price last', () => {
  const tariff = { currency: 'CNY', perMinute: 100_000, perCall: 0, stepSeconds: 60 };
  const lines = [
    state(line('unpriced')),
    state(line('flat', { tariff: { ...tariff, perMinute: 80_000 } })),
    state(line('own-network', { tariff: { ...tariff, operators: { 'China Mobile': 50_000 } } })),
  ];
  const cheapest = (operator?: string) =>
    verdictsOf(to(mobile, { operator }), rules(all(['unpriced', 'flat', 'own-network'], 'cheapest')), lines)
      .taken;
  expect(cheapest('China Mobile')).toBe('own-network');
  expect(cheapest('China Unicom')).toBe('flat');
  expect(cheapest()).toBe('flat');
});

test('even hunting takes the line with the fewest calls today, then the one that rested longest', () => {
  const lines = [
    state(line('busy'), { callsToday: 9 }),
    state(line('fresh'), { callsToday: 2, lastEnd: 500 }),
    state(line('rested'), { callsToday: 2, lastEnd: 100 }),
  ];
  expect(verdictsOf(to(mobile), rules(all(['busy', 'fresh', 'rested'], 'even')), lines).taken).toBe('rested');
});

test('a line that may show the wished caller ID comes first; another one shows its own and says so', () => {
  const lines = [state(line('stranger')), state(line('registered', { callerIds: ['021', '020888'] }))];
  const wish = to(mobile, { callerId: '020888' });
  expect(verdictsOf(wish, rules(all(['stranger', 'registered'])), lines).taken).toBe('registered');
  const alone = verdictsOf(wish, rules(all(['stranger'])), lines);
  expect(alone.taken).toBe('stranger');
  expect(alone.reasons['stranger']).toContain('not registered');
});

test('GSM lines are refused where nobody enabled them, and the refusal says so', () => {
  const { taken, verdicts, reasons } = verdictsOf(to(mobile), rules(all(['sim-1'])), [
    state(sim('sim-1'), { permitted: false }),
  ]);
  expect(taken).toBeUndefined();
  expect(verdicts['sim-1']).toBe('gsm-not-enabled');
  expect(reasons['sim-1']).toContain('administrator');
});

test('no SIM takes the place of one that has reached its limit; a line that is no SIM may', () => {
  const lines = [state(sim('sim-1'), { held: overToday }), state(sim('sim-2')), state(line('trunk'))];
  const { taken, verdicts } = verdictsOf(to(mobile), rules(all(['sim-1', 'sim-2', 'trunk'])), lines);
  expect(verdicts).toMatchObject({ 'sim-1': 'limit', 'sim-2': 'no-rotation' });
  expect(taken).toBe('trunk');
});

test('a SIM that the network told to stop is not followed by another one', () => {
  const tried = new Map<string, Outcome>([['sim-1', 'LIMIT']]);
  const lines = [state(sim('sim-1')), state(sim('sim-2'))];
  const { verdicts } = verdictsOf(to(mobile, { tried }), rules(all(['sim-1', 'sim-2'])), lines);
  expect(verdicts).toEqual({ 'sim-1': 'tried', 'sim-2': 'no-rotation' });
});

test('a pause, a fault or a call under way is no limit: the next SIM takes the call', () => {
  const gap = { limit: 'gap', until: 9000, reason: 'the pause after its last call' } as const;
  for (const change of [{ held: gap }, { health: 'down' as const }, { inUse: 1 }]) {
    const lines = [state(sim('sim-1'), change), state(sim('sim-2'))];
    expect(verdictsOf(to(mobile), rules(all(['sim-1', 'sim-2'])), lines).taken).toBe('sim-2');
  }
});

test('a SIM that was taken out of use holds nobody up', () => {
  for (const change of [{ drained: true }, { line: sim('sim-1', { enabled: false }) }]) {
    const lines = [state(sim('sim-1'), { held: overToday, ...change }), state(sim('sim-2'))];
    expect(verdictsOf(to(mobile), rules(all(['sim-1', 'sim-2'])), lines).taken).toBe('sim-2');
  }
});

test('what is recorded of a choice: by what the line came first, and why others of its route did not', () => {
  const lines = new Map([
    state(line('a'), { inUse: 1 }),
    state(line('b'), { drained: true }),
    state(line('c')),
    state(line('d')),
    state(line('elsewhere')),
  ]);
  const choice = selectLine(to(mobile), rules(all(['a', 'b', 'c', 'd'])), lines);
  expect(recordedChoice(choice)).toEqual({
    by: 'order',
    passed: [
      { line: 'a', verdict: 'full' },
      { line: 'b', verdict: 'drained' },
      { line: 'd', verdict: 'candidate' },
    ],
  });
});
