import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPacer, type Pacer, type PacerEvent, type PacerSnapshot } from './pacer.ts';

const options = { maxAbandonRate: 0.03, maxWaitMs: 2000 };

function snapshot(change: Partial<PacerSnapshot> = {}): PacerSnapshot {
  return {
    now: 0,
    agents: { ready: 0, talking: [], wrapUp: [] },
    ringing: [],
    waiting: [],
    freeChannels: 100,
    budget: { answered: 0, abandoned: 0 },
    ...change,
  };
}

/** A pacer that has seen some minutes of an ordinary day: a third answers after 12 s, talks last 100 s, wrap-up 15 s. */
function experienced(change: Partial<typeof options> = {}): Pacer {
  const pacer = createPacer({ ...options, ...change });
  for (let i = 0; i < 300; i++) {
    const at = i * 2000;
    pacer.observe({ type: 'dialed', at, durationMs: 0 });
    pacer.observe(
      i % 3 === 0
        ? { type: 'answered', at, durationMs: 12_000 }
        : { type: 'failed', at, durationMs: 25_000, reason: 'NO_ANSWER' },
    );
    if (i % 3 === 0) pacer.observe({ type: 'talk-ended', at, durationMs: 60_000 + i * 300 });
    if (i % 3 === 0) pacer.observe({ type: 'wrap-ended', at, durationMs: 15_000 });
    pacer.decide(snapshot({ now: at }));
  }
  return pacer;
}
const later = 700_000;
const plenty = { answered: 1000, abandoned: 20 };

const time = fc.oneof(fc.integer({ min: 0, max: 1_000_000 }), fc.constantFrom(-1e9, 0, 1e12));
const began = fc.array(fc.record({ since: time }), { maxLength: 40 });
const count = fc.integer({ min: -3, max: 60 });
const anySnapshot = fc.record({
  now: time,
  agents: fc.record({ ready: count, talking: began, wrapUp: began }),
  ringing: began,
  waiting: began,
  freeChannels: count,
  budget: fc.record({ answered: fc.nat(5000), abandoned: fc.nat(200) }),
});
const duration = fc.oneof(fc.integer({ min: 0, max: 600_000 }), fc.constantFrom(0, 1e-6, 1e12, -5));
const anyEvent: fc.Arbitrary<PacerEvent> = fc.oneof(
  fc.record({
    type: fc.constantFrom('dialed', 'answered', 'connected', 'abandoned', 'talk-ended', 'wrap-ended'),
    at: time,
    durationMs: duration,
  }),
  fc.record({
    type: fc.constant('failed' as const),
    at: time,
    durationMs: duration,
    reason: fc.constantFrom('BUSY', 'MACHINE', 'CALLEE_HUNGUP'),
  }),
);
const anyDay = fc.array(fc.oneof(anyEvent, anySnapshot), { maxLength: 120 });

function progressiveOf({ agents, ringing, waiting, freeChannels }: PacerSnapshot): number {
  return Math.max(0, Math.min(freeChannels, agents.ready - ringing.length - waiting.length));
}

function play(
  pacer: Pacer,
  day: readonly (PacerEvent | PacerSnapshot)[],
  seen: (dial: number, s: PacerSnapshot) => void,
): void {
  for (const step of day)
    if ('type' in step) pacer.observe(step);
    else seen(pacer.decide(step).dial, step);
}

describe('a pacer, whatever it is told', () => {
  it('dials a whole number of calls, from none to as many as there are channels', () => {
    fc.assert(
      fc.property(
        anyDay,
        fc.double({ min: 0, max: 1, noNaN: true }),
        time,
        (day, maxAbandonRate, maxWaitMs) => {
          play(createPacer({ maxAbandonRate, maxWaitMs }), day, (dial, { freeChannels }) => {
            expect(Number.isInteger(dial)).toBe(true);
            expect(dial).toBeGreaterThanOrEqual(0);
            expect(dial).toBeLessThanOrEqual(Math.max(0, freeChannels));
          });
        },
      ),
    );
  });

  it('weighs what something else has decided by that, not by its own decision', () => {
    const busy = snapshot({
      now: later,
      agents: { ready: 2, talking: [], wrapUp: [] },
      budget: plenty,
    });
    const weighed = [0, 2, 20].map((dial) => experienced().weigh(busy, dial));
    expect(weighed.map(({ because }) => because)).toEqual(['ratio', 'ratio', 'ratio']);
    expect(weighed[0]!.expectedDrops).toBe(0);
    expect(weighed[2]!.expectedDrops).toBeGreaterThan(weighed[1]!.expectedDrops + 1);
    expect(weighed[2]!.risk).toBeGreaterThan(weighed[1]!.risk);
    expect(createPacer(options).weigh(busy, 20)).toMatchObject({ because: 'ratio', expectedDrops: 0 });
  });

  it('decides the same after the same events', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const [once, again]: [number[], number[]] = [[], []];
        play(createPacer({ ...options, seed: 1 }), day, (dial) => once.push(dial));
        play(createPacer({ ...options, seed: 1 }), day, (dial) => again.push(dial));
        expect(again).toEqual(once);
      }),
    );
  });

  it('dials one call for each ready agent and no more when the drops are spent or none are allowed', () => {
    fc.assert(
      fc.property(anySnapshot, fc.constantFrom(0, 0.03), (any, maxAbandonRate) => {
        const { answered } = any.budget;
        const spent = { ...any, now: later, budget: { answered, abandoned: Math.ceil(0.03 * answered) } };
        expect(experienced({ maxAbandonRate }).decide(spent).dial).toBe(progressiveOf(spent));
      }),
      { numRuns: 40 },
    );
  });
});

describe('a pacer', () => {
  it('withholds no call from an agent who is ready because others had theirs', () => {
    const pacer = experienced();
    const agents = { ready: 3, talking: [{ since: later - 5000 }], wrapUp: [] };
    // What is usual is known by now.
    for (let now = later - 120_000; now < later; now += 4000)
      pacer.decide(snapshot({ now, budget: plenty, agents }));
    for (let i = 0; i < 40; i++) pacer.observe({ type: 'dialed', at: later, durationMs: 0 });
    const asked = { now: later, budget: plenty, agents };
    pacer.decide(snapshot(asked));
    expect(pacer.decide(snapshot(asked)).dial).toBe(3);
    const ringing = [{ since: later }, { since: later }, { since: later }];
    expect(pacer.decide(snapshot({ ...asked, ringing })).outlook.because).toBe('dial-limit');
  });

  it('dials one call for each ready agent until it knows more', () => {
    const agents = { ready: 4, talking: [{ since: 0 }], wrapUp: [] };
    const { dial, reason } = createPacer(options).decide(snapshot({ agents, ringing: [{ since: 0 }] }));
    expect(dial).toBe(3);
    expect(reason).toContain('learning');
  });

  it('dials more calls than agents are ready, and for agents who soon will be', () => {
    const agents = { ready: 3, talking: [], wrapUp: [] };
    expect(experienced().decide(snapshot({ now: later, agents, budget: plenty })).dial).toBeGreaterThan(3);
    const soon = { ready: 0, talking: [], wrapUp: [{ since: later - 13_000 }] };
    expect(experienced().decide(snapshot({ now: later, agents: soon, budget: plenty })).dial).toBeGreaterThan(
      0,
    );
    const notYet = { ready: 0, talking: [{ since: later - 1000 }], wrapUp: [] };
    expect(experienced().decide(snapshot({ now: later, agents: notYet, budget: plenty })).dial).toBe(0);
  });

  it('waits for calls that ring', () => {
    const agents = { ready: 3, talking: [], wrapUp: [] };
    const ringing = Array.from({ length: 8 }, () => ({ since: later - 4000 }));
    expect(experienced().decide(snapshot({ now: later, agents, ringing, budget: plenty })).dial).toBe(0);
  });

  it('counts on the allowed wait', () => {
    const agents = { ready: 0, talking: [], wrapUp: [{ since: later }, { since: later }] };
    const patient = experienced({ maxWaitMs: 10_000 });
    expect(patient.decide(snapshot({ now: later, agents, budget: plenty })).dial).toBeGreaterThan(
      experienced({ maxWaitMs: 0 }).decide(snapshot({ now: later, agents, budget: plenty })).dial,
    );
  });

  it('does not dial without end while nobody answers for an hour', () => {
    const pacer = experienced();
    const agents = { ready: 10, talking: [], wrapUp: [] };
    let dialed = 0;
    for (let now = later; now < later + 3_600_000; now += 250) {
      const { dial } = pacer.decide(snapshot({ now, agents, freeChannels: 5000, budget: plenty }));
      dialed += dial;
      for (let i = 0; i < dial; i++) {
        pacer.observe({ type: 'dialed', at: now, durationMs: 0 });
        pacer.observe({ type: 'failed', at: now, durationMs: 400, reason: 'NETWORK' });
      }
    }
    expect(dialed / 3600).toBeLessThan(10);
  });

  it('decides for thousands of agents', () => {
    const some = (length: number, spread: number): { since: number }[] =>
      Array.from({ length }, (_, i) => ({ since: later - (i % spread) * 1000 }));
    const agents = { ready: 300, talking: some(4000, 100), wrapUp: some(500, 15) };
    const { dial } = experienced().decide(
      snapshot({ now: later, agents, ringing: some(1000, 25), freeChannels: 10_000, budget: plenty }),
    );
    expect(dial).toBeGreaterThan(100);
    expect(dial).toBeLessThan(10_000);
  });

  it('has nothing to do when nobody is on duty', () => {
    expect(experienced().decide(snapshot({ now: later, budget: plenty })).dial).toBe(0);
  });
});
