import { expect, test } from 'vitest';
import { simulateFloor } from '../../bench/queues/simulated-floor.ts';

test('ten virtual minutes of 50 callers a second: nobody is stuck, nobody waits beyond the limits, decisions are quick', () => {
  const { problems, longestMs, decisionMs, meanQueued, ends, arrivals } = simulateFloor({
    seed: 7,
    forMs: 600_000,
    agents: 460,
    arrivalsPerSecond: 50,
  });
  expect(problems).toEqual([]);
  expect(meanQueued).toBeGreaterThan(200);
  expect(longestMs).toBeLessThan(130_000);
  // Loosely, for a machine that is busy elsewhere; the bench has the aim.
  expect(decisionMs.p50).toBeLessThan(5);
  expect(Object.keys(ends).toSorted()).toEqual(['abandoned', 'connected', 'overflowed']);
  // Each caller has one end in each queue, and those who moved on have two.
  const all = Object.values(ends).reduce((sum, count) => sum + count, 0);
  expect(all).toBeGreaterThanOrEqual(arrivals);
});
