import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPacer, type PacerSnapshot } from './pacer.ts';

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

describe('a pacer', () => {
  it('dials one call for each ready agent until it knows more', () => {
    const pacer = createPacer({ maxAbandonRate: 0.03, maxWaitMs: 2000 });
    const agents = { ready: 4, talking: [{ since: 0 }], wrapUp: [] };
    expect(pacer.decide(snapshot({ agents, ringing: [{ since: 0 }] })).dial).toBe(3);
  });

  it('never dials more than it has channels for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -5, max: 50 }),
        fc.integer({ min: -5, max: 50 }),
        (ready, freeChannels) => {
          const pacer = createPacer({ maxAbandonRate: 0.03, maxWaitMs: 2000 });
          const { dial } = pacer.decide(
            snapshot({ agents: { ready, talking: [], wrapUp: [] }, freeChannels }),
          );
          expect(dial).toBeGreaterThanOrEqual(0);
          expect(dial).toBeLessThanOrEqual(Math.max(0, freeChannels));
        },
      ),
    );
  });
});
