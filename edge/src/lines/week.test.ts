import { expect, test } from 'vitest';
import {
  idSource,
  ManualClock,
  pick,
  randomExponential,
  randomInteger,
  seededRandom,
  type Desired,
  type EventRow,
  type Line,
  type LineFault,
  type LinePolicy,
  type Outcome,
  type RandomSource,
} from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import type { OpenFault, StoredUsage } from '../store/index.ts';
import { LinePool } from './line-pool.ts';
import { LineWatch } from './line-watch.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Monday, midnight in Shanghai. */
const monday = Date.UTC(2026, 10, 22, 16);

const simPolicy: LinePolicy = {
  callsPerHour: 12,
  callsPerDay: 50,
  minutesPerDay: 90,
  minutesPerMonth: 400,
  gapSeconds: 20,
  rest: { afterCalls: 8, seconds: 300 },
  billingStepSeconds: 60,
  failuresInARow: 5,
  quarantineMinutes: 120,
};
const trunkPolicy: LinePolicy = { callsPerDay: 4000, minutesPerDay: 3000, billingStepSeconds: 6 };

const line = (id: string, kind: Line['kind'], channels: number, policy: LinePolicy): Line => ({
  id,
  kind,
  enabled: true,
  channels,
  sip: { proxy: '192.0.2.1', register: false, pingSeconds: 0 },
  callerIds: ['020'],
  answerSupervision: 'reliable',
  emergency: false,
  policy,
});
const lines = [
  line('sim-1', 'gsm-gateway', 1, simPolicy),
  line('sim-2', 'gsm-gateway', 1, simPolicy),
  line('sim-3', 'gsm-gateway', 1, simPolicy),
  line('trunk-a', 'sip-trunk', 10, trunkPolicy),
  line('trunk-b', 'e1-gateway', 30, {}),
];
const ids = lines.map(({ id }) => id);
const desired: Pick<Desired, 'lines' | 'routes' | 'site'> = {
  site: {
    id: 'north',
    name: 'North',
    zone: 'Asia/Shanghai',
    region: 'CN',
    gsm: { justification: 'agreed', by: 'wang', at: 0 },
  },
  lines,
  routes: [
    { prefix: '+861', lines: ['sim-1', 'sim-2', 'sim-3', 'trunk-a'], hunt: 'even' },
    { prefix: '', lines: ['trunk-a', 'trunk-b', 'sim-1'] },
  ],
};

interface PlacedCall {
  readonly id: string;
  readonly line: string;
  readonly startedAt: number;
  readonly maxMs: number;
  answeredAt?: number;
  endedAt?: number;
  outcome?: Outcome;
}

/** What survives a crash of the edge: its ledger. */
class Disk {
  readonly usage = new Map<string, string>();
  readonly faults = new Map<string, OpenFault>();
  readonly events: EventRow[] = [];

  keep(usage: StoredUsage | undefined): void {
    if (usage) this.usage.set(usage.subject, usage.data);
  }
}

/** A branch whose lines are used and fail at random, and an account of its own of everything that was placed. */
class Week {
  readonly clock = new ManualClock(monday);
  readonly disk = new Disk();
  readonly placed: PlacedCall[] = [];
  /** What the pool itself counted at the end of each day, by line and day. */
  readonly counted = new Map<string, number>();
  refusals = 0;
  restarts = 0;
  pool!: LinePool;
  #watch!: LineWatch;
  readonly #random: RandomSource;
  readonly #newId: () => string;
  readonly #live = new Map<string, PlacedCall>();

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    this.#newId = idSource(this.clock, this.#random);
    this.#boot();
  }

  run(): void {
    const end = monday + 7 * day;
    this.#every(45_000, () => this.#dial());
    this.#every(3 * hour, () => this.#breakLine());
    this.#every(17 * hour, () => this.#crash());
    this.#every(20 * hour, () => this.#person());
    while (this.clock.now() < end) {
      this.clock.advance(20_000);
      this.#watch.look();
      this.#check();
      for (const id of ids)
        this.counted.set(`${id} ${localDay(this.clock.now())}`, this.pool.get(id)!.callsToday);
    }
    // Everything that is broken is repaired, every call ends, quarantines pass.
    this.#over = true;
    this.clock.advance(2 * day);
    for (const id of ids) this.#report(id);
    for (let i = 0; i < 400; i++) {
      this.clock.advance(5 * minute);
      this.#probe();
      this.#watch.look();
    }
  }

  #over = false;

  #every(meanMs: number, action: () => void): void {
    const again = (): void => {
      if (this.#over) return;
      action();
      this.clock.schedule(randomExponential(this.#random, meanMs), again);
    };
    this.clock.schedule(randomExponential(this.#random, meanMs), again);
  }

  #boot(): void {
    const { clock, disk } = this;
    this.pool = new LinePool(() => clock.now());
    this.pool.configure(desired);
    this.pool.restore({ usage: [...disk.usage].map(([subject, data]) => ({ subject, data })), drained: [] });
    this.#watch = new LineWatch({
      lines: this.pool,
      business: clock,
      ids: this.#newId,
      clockTrust: () => 'trusted',
      log: silentLog,
      zone: () => 'Asia/Shanghai',
      tell: () => undefined,
      onUp: () => undefined,
      ledger: {
        saveFaults: ({ opened, closed, rows }) => {
          for (const fault of opened) disk.faults.set(`${fault.line}/${fault.fault}`, fault);
          for (const { line: id, fault } of closed) disk.faults.delete(`${id}/${fault}`);
          disk.events.push(...rows.map(({ row }) => ({ seq: disk.events.length + 1, ...row }) as EventRow));
          return Promise.resolve();
        },
      },
    });
    this.#watch.restore([...disk.faults.values()]);
  }

  /** The process dies and starts again: calls go on in the switch and are found there. */
  #crash(): void {
    this.restarts++;
    this.#boot();
    for (const { id, line: own, startedAt } of this.#live.values())
      this.pool.hold(id, own, 'outbound', startedAt);
  }

  #dial(): void {
    const { clock, disk } = this;
    const id = this.#newId();
    const number = pick(this.#random, ['+8613912345678', '+8613800000000', '+861088886666', '+442071234567']);
    const { line: own, maxMs = Infinity, verdicts } = this.pool.reserve(id, { number });
    if (!own) {
      this.refusals++;
      if (verdicts.some(({ reason }) => reason === ''))
        throw new Error('a line was refused without a reason');
      return;
    }
    // Now and then the gate changes its mind before the call is placed.
    if (this.#random.next() < 0.05) return this.pool.cancel(id);
    const call: PlacedCall = { id, line: own.id, startedAt: clock.now(), maxMs };
    this.placed.push(call);
    this.#live.set(id, call);
    disk.keep(this.pool.usageOf(id));
    const faulty = this.#random.next() < 0.04;
    if (faulty) {
      const outcome = pick<Outcome>(this.#random, ['CONGESTION', 'TRUNK_FAULT', 'SIM_FAULT', 'REJECTED']);
      clock.schedule(randomInteger(this.#random, 200, 4000), () => this.#end(call, outcome));
      return;
    }
    const ringMs = randomInteger(this.#random, 3000, 25_000);
    if (this.#random.next() < 0.5) {
      const outcome = pick<Outcome>(this.#random, ['BUSY', 'NO_ANSWER', 'POWERED_OFF', 'CANCELLED']);
      clock.schedule(ringMs, () => this.#end(call, outcome));
      return;
    }
    clock.schedule(ringMs, () => {
      call.answeredAt = clock.now();
      const talkMs = Math.min(call.maxMs - 2000, randomExponential(this.#random, 3 * minute));
      clock.schedule(talkMs, () => this.#end(call, 'ANSWERED'));
    });
  }

  #end(call: PlacedCall, outcome: Outcome): void {
    call.endedAt = this.clock.now();
    call.outcome = outcome;
    this.#live.delete(call.id);
    const { id, startedAt, answeredAt, endedAt } = call;
    this.disk.keep(
      this.pool.release(id, { startedAt, ...(answeredAt !== undefined && { answeredAt }), endedAt, outcome }),
    );
  }

  /** A line fails for some time, in one of the ways that lines fail. */
  #breakLine(): void {
    const id = pick(this.#random, ids);
    const fault = pick<LineFault>(this.#random, [
      'unreachable',
      'no-signal',
      'hung',
      'd-channel-down',
      'garbage',
    ]);
    this.#report(id, fault);
    this.clock.schedule(randomExponential(this.#random, 40 * minute), () => this.#report(id));
  }

  #report(id: string, fault?: LineFault): void {
    this.#watch.report(
      id,
      'device',
      fault
        ? { health: 'down', phase: 'failed', reason: `it is ${fault}`, fault }
        : { health: 'up', phase: 'in-service', reason: 'in service' },
    );
  }

  /** Somebody ends a quarantine. */
  #person(): void {
    this.disk.keep(this.pool.endQuarantine(pick(this.#random, ids)));
  }

  /** A call on every line that lets one through, so that what was broken can be found to work. */
  #probe(): void {
    for (const number of ['+8613912345678', '+442071234567']) {
      const id = this.#newId();
      const { line: own } = this.pool.reserve(id, { number });
      if (!own) continue;
      const startedAt = this.clock.now();
      this.pool.release(id, {
        startedAt,
        answeredAt: startedAt,
        endedAt: startedAt + 1000,
        outcome: 'ANSWERED',
      });
    }
  }

  /** The pool says what is true at this moment. */
  #check(): void {
    for (const { line: own, inUse } of this.pool.states()) {
      const live = [...this.#live.values()].filter((call) => call.line === own.id).length;
      if (inUse !== live || inUse > own.channels)
        throw new Error(`${own.id}: ${inUse} channels in use of ${own.channels}, there are ${live} calls`);
    }
  }
}

const charged = ({ answeredAt, endedAt }: PlacedCall, step: number): number =>
  answeredAt === undefined || endedAt === undefined
    ? 0
    : Math.ceil(Math.max(1, endedAt - answeredAt) / step) * step;

const localDay = (at: number): number => Math.floor((at + 8 * hour) / day);

test.each([1, 2, 3])(
  'a week of faults (seed %i): no channel leaks, no counter is wrong, no limit is exceeded, every fault is opened and closed',
  (seed) => {
    const week = new Week(seed);
    week.run();
    expect(week.placed.length).toBeGreaterThan(5000);
    expect(week.restarts).toBeGreaterThan(3);
    expect(week.refusals).toBeGreaterThan(0);
    expect(week.pool.states().every(({ inUse }) => inUse === 0)).toBe(true);

    for (const { id, policy = {} } of lines) {
      const calls = week.placed.filter((call) => call.line === id);
      const step = (policy.billingStepSeconds ?? 60) * 1000;
      for (const [, ofDay] of Map.groupBy(calls, ({ startedAt }) => localDay(startedAt)))
        expect(ofDay.length).toBeLessThanOrEqual(policy.callsPerDay ?? Infinity);
      // A call belongs to the day on which it ended.
      for (const [, ofDay] of Map.groupBy(calls, ({ endedAt = 0 }) => localDay(endedAt)))
        expect(ofDay.reduce((sum, call) => sum + charged(call, step), 0)).toBeLessThanOrEqual(
          (policy.minutesPerDay ?? Infinity) * minute,
        );
      for (const [i, call] of calls.entries()) {
        const within = calls.slice(i).filter(({ startedAt }) => startedAt < call.startedAt + hour).length;
        expect(within).toBeLessThanOrEqual(policy.callsPerHour ?? Infinity);
        const before = calls[i - 1]?.endedAt;
        if (policy.gapSeconds !== undefined && before !== undefined)
          expect(call.startedAt - before).toBeGreaterThanOrEqual(policy.gapSeconds * 1000);
      }
    }

    const told = week.disk.events.filter((row) => row.type === 'line-fault');
    expect(told.length).toBeGreaterThan(50);
    expect(week.disk.faults.size).toBe(0);
    for (const [, rows] of Map.groupBy(told, ({ line: id, fault, openedAt }) => `${id} ${fault} ${openedAt}`))
      expect(rows.map(({ state }) => state)).toEqual(['opened', 'closed']);
  },
);

test('what is counted of a line is what was placed on it, also over restarts', () => {
  const week = new Week(4);
  week.run();
  const days = new Map<string, number>();
  for (const { line: own, startedAt } of week.placed) {
    const key = `${own} ${localDay(startedAt)}`;
    days.set(key, (days.get(key) ?? 0) + 1);
  }
  const counted = week.counted;
  for (const [key, calls] of counted) expect([key, calls]).toEqual([key, days.get(key) ?? 0]);
  expect(counted.size).toBeGreaterThan(20);
});
