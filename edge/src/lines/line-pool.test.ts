import { expect, test } from 'vitest';
import type { Line, LinePolicy, Outcome } from '@branchline/shared';
import { LinePool } from './line-pool.ts';

const minute = 60_000;
const noon = Date.UTC(2026, 10, 26, 4);
const number = '+8613912345678';

const line = (id: string, change: Partial<Line> = {}): Line => ({
  id,
  kind: 'sip-trunk',
  enabled: true,
  channels: 1,
  sip: { proxy: '192.0.2.1', register: false, pingSeconds: 0 },
  callerIds: ['020'],
  answerSupervision: 'reliable',
  emergency: false,
  ...change,
});

/** A pool over lines that are all in one route, and a clock to turn. */
function setUp(lines: readonly Line[]) {
  const clock = { now: noon };
  const pool = new LinePool(() => clock.now);
  const configuration = {
    site: {
      id: 'north',
      name: 'North',
      zone: 'Asia/Shanghai',
      region: 'CN',
      gsm: { justification: 'agreed with the operator', by: 'wang', at: 0 },
    },
    lines: [...lines],
    routes: [{ prefix: '', lines: lines.map(({ id }) => id) }],
  };
  pool.configure(configuration);
  let calls = 0;
  const call = (outcome: Outcome, talkMs = 0, ringMs = 10_000): string | undefined => {
    const id = `call-${++calls}`;
    const { line: taken, maxMs = Infinity } = pool.reserve(id, { number });
    if (!taken) return undefined;
    const startedAt = clock.now;
    clock.now += ringMs;
    const answeredAt = talkMs > 0 ? clock.now : undefined;
    clock.now += Math.min(talkMs, maxMs);
    pool.release(id, {
      startedAt,
      ...(answeredAt !== undefined && { answeredAt }),
      endedAt: clock.now,
      outcome,
    });
    return taken.id;
  };
  return { clock, pool, configuration, call };
}

const withPolicy = (policy: LinePolicy, channels = 1) => setUp([line('a', { policy, channels })]);

test('channels are reserved one by one, given back once, and survive a new configuration', () => {
  const { pool, configuration } = setUp([line('a', { channels: 2 }), line('b')]);
  expect(['1', '2', '3', '4'].map((id) => pool.reserve(id, { number }).line?.id)).toEqual([
    'a',
    'a',
    'b',
    undefined,
  ]);
  pool.configure(configuration);
  expect(pool.freeChannels).toBe(0);
  pool.cancel('1');
  pool.cancel('1');
  expect(pool.reserve('5', { number }).line?.id).toBe('a');
  expect(pool.freeChannels).toBe(0);
});

test('a line without a driver is never chosen', () => {
  const { pool } = setUp([line('modem', { kind: 'gsm-modem' })]);
  expect(pool.choose({ number })).toMatchObject({ verdicts: [{ verdict: 'no-driver' }] });
});

test('a gateway’s port prefix is dialed before the number', () => {
  const own = line('a', { sip: { proxy: '192.0.2.1', register: false, pingSeconds: 0, prefix: '07' } });
  expect(setUp([own]).pool.target(own, '13912345678')).toEqual({ gateway: 'a', number: '0713912345678' });
});

test('numbers are sent as they are, or as they are dialed inside the country', () => {
  const numbersOf = (change: Partial<Line>): string[] => {
    const own = line('a', change);
    const { pool } = setUp([own]);
    return ['+8613912345678', '+861088886666', '+442071234567', '110'].map(
      (to) => pool.target(own, to).number,
    );
  };
  expect(numbersOf({})).toEqual(['+8613912345678', '+861088886666', '+442071234567', '110']);
  expect(numbersOf({ numberFormat: 'national' })).toEqual([
    '13912345678',
    '01088886666',
    '00442071234567',
    '110',
  ]);
});

test('calls are counted when they are taken, and no more when they were not placed', () => {
  const { pool } = withPolicy({ callsPerDay: 2 });
  pool.reserve('1', { number });
  pool.cancel('1');
  pool.reserve('2', { number });
  pool.cancel('2');
  expect(pool.usage('a').day.calls).toBe(0);
});

test('the calls of a day are those of the site’s own day', () => {
  const { clock, call } = withPolicy({ callsPerDay: 2 });
  expect([call('BUSY'), call('BUSY'), call('BUSY')]).toEqual(['a', 'a', undefined]);
  clock.now = Date.UTC(2026, 10, 26, 15, 59);
  expect(call('BUSY')).toBeUndefined();
  // Midnight in Shanghai.
  clock.now = Date.UTC(2026, 10, 26, 16);
  expect(call('BUSY')).toBe('a');
});

test('an hour is any sixty minutes, and says when it has room again', () => {
  const { clock, pool, call } = withPolicy({ callsPerHour: 2 });
  call('BUSY');
  clock.now += 30 * minute;
  call('BUSY');
  const held = pool.get('a')?.held;
  expect(held?.limit).toBe('calls-per-hour');
  clock.now = held!.until! - 1000;
  expect(call('BUSY')).toBeUndefined();
  clock.now = held!.until!;
  expect(call('BUSY')).toBe('a');
});

test('minutes are charged in steps, and a call may only last as long as something is left', () => {
  const { clock, pool, call } = withPolicy({ minutesPerDay: 5, billingStepSeconds: 60 });
  call('ANSWERED', 61_000);
  expect(pool.usage('a').day.ms).toBe(2 * minute);
  clock.now += minute;
  const { maxMs } = pool.reserve('x', { number });
  expect(maxMs).toBe(3 * minute);
  pool.cancel('x');
  call('ANSWERED', 60 * minute);
  expect(pool.usage('a').day.ms).toBe(5 * minute);
  expect(pool.get('a')?.held?.limit).toBe('minutes-per-day');
});

test('calls at the same time share what is left, so that they cannot overdraw it together', () => {
  const { pool } = withPolicy({ minutesPerDay: 10 }, 4);
  const grants = ['1', '2', '3', '4'].map((id) => pool.reserve(id, { number }).maxMs!);
  expect(grants.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(10 * minute);
  expect(Math.min(...grants)).toBeGreaterThanOrEqual(minute);
});

test('a pause follows each call, and a rest follows many without one', () => {
  const { clock, pool, call } = withPolicy({ gapSeconds: 20, rest: { afterCalls: 3, seconds: 600 } });
  for (let i = 0; i < 3; i++) {
    expect(call('BUSY')).toBe('a');
    expect(call('BUSY')).toBeUndefined();
    clock.now += 20_000;
  }
  expect(pool.get('a')?.held?.limit).toBe('rest');
  clock.now += 600_000;
  expect(call('BUSY')).toBe('a');
});

test('calls that the network ends at once one after the other quarantine a line until a person ends it', () => {
  const { clock, pool, call } = withPolicy({ failuresInARow: 3 });
  for (let i = 0; i < 3; i++) {
    call('REJECTED', 0, 2000);
    clock.now += 600_000;
  }
  expect(pool.get('a')?.held).toMatchObject({ limit: 'failures-in-a-row' });
  clock.now += 30 * 86_400_000;
  expect(call('BUSY')).toBeUndefined();
  pool.endQuarantine('a');
  expect(call('BUSY')).toBe('a');
});

test('too few answers quarantine a line for the time that its policy states', () => {
  const policy = { answeredFloor: { share: 0.5, calls: 6 }, quarantineMinutes: 30 };
  const { clock, pool, call } = withPolicy(policy);
  for (let i = 0; i < 2; i++) call('ANSWERED', 30_000);
  for (let i = 0; i < 4; i++) call('NO_ANSWER');
  expect(pool.get('a')?.held?.limit).toBe('answered-ratio');
  clock.now += 30 * minute;
  expect(pool.get('a')?.held).toBeUndefined();
  // It is judged anew from there, and may be quarantined again.
  for (let i = 0; i < 6; i++) expect(call('NO_ANSWER')).toBe('a');
  expect(pool.get('a')?.held?.limit).toBe('answered-ratio');
});

test('a call that we ended ourselves is nobody’s failure', () => {
  const { pool, call } = withPolicy({ failuresInARow: 2, answeredFloor: { share: 0.5, calls: 5 } });
  for (let i = 0; i < 10; i++) call('CANCELLED', 0, 1000);
  expect(pool.get('a')?.held).toBeUndefined();
});

test('a low balance keeps calls away until the operator tells a better one', () => {
  const { pool, call } = withPolicy({ balanceFloor: 5 });
  pool.setBalance('a', 4.2);
  expect(call('BUSY')).toBeUndefined();
  pool.setBalance('a', 50);
  expect(call('BUSY')).toBe('a');
});

test('what the ledger kept holds after a restart, wherever the SIM is now', () => {
  const policy = { callsPerDay: 2 };
  const before = setUp([line('slot-1', { policy })]);
  before.pool.setSim('slot-1', '89860000000000000001');
  before.pool.reserve('1', { number });
  const stored = before.pool.usageOf('1')!;
  expect(stored.subject).toBe('sim:89860000000000000001');
  const after = setUp([line('slot-2', { policy })]);
  after.pool.restore({ usage: [stored], drained: [] });
  expect(after.call('BUSY')).toBe('slot-2');
  after.pool.setSim('slot-2', '89860000000000000001');
  expect([after.call('BUSY'), after.call('BUSY')]).toEqual(['slot-2', undefined]);
});

test('a line that was asked for no new calls stays so over a restart and a new plan, until it is asked again', () => {
  const { pool, configuration, call } = setUp([line('a'), line('b')]);
  pool.restore({ usage: [], drained: ['a'] });
  pool.configure(configuration);
  expect(call('BUSY')).toBe('b');
  expect(pool.get('a')?.drained).toBe(true);
  expect(pool.drain('a', false)).toBe(true);
  expect(call('BUSY')).toBe('a');
  expect(pool.drain('nowhere', true)).toBe(false);
});

test('faults of the line open its breaker; one call tries it out, and a good one closes it', () => {
  const { clock, pool, call } = setUp([line('a', { channels: 5 })]);
  for (let i = 0; i < 5; i++) expect(call('TRUNK_FAULT', 0, 100)).toBe('a');
  expect(call('BUSY')).toBeUndefined();
  clock.now += 10_000;
  expect(pool.reserve('probe', { number }).line?.id).toBe('a');
  expect(pool.reserve('second', { number }).line).toBeUndefined();
  pool.release('probe', { startedAt: clock.now, endedAt: clock.now, outcome: 'TRUNK_FAULT' });
  clock.now += 10_000;
  // It rests twice as long after a trial that failed.
  expect(call('BUSY')).toBeUndefined();
  clock.now += 10_000;
  expect(call('BUSY')).toBe('a');
  expect(pool.reserve('more', { number }).line?.id).toBe('a');
});

test('calls in count as channels in use and against no limit', () => {
  const { clock, pool } = withPolicy({ callsPerDay: 1 });
  pool.hold('in', 'a', 'inbound', clock.now);
  expect(pool.choose({ number }).verdicts[0]?.verdict).toBe('full');
  pool.release('in', {
    startedAt: clock.now,
    answeredAt: clock.now,
    endedAt: clock.now + minute,
    outcome: 'ANSWERED',
  });
  expect(pool.usage('a').day).toMatchObject({ calls: 0, ms: 0 });
});
