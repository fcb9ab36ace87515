import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BroadcastPace } from './broadcast-pace.ts';

const campaign = (channels: number, callsPerSecond: number) => ({
  id: 'c',
  broadcast: { channels, callsPerSecond },
});

test('a campaign without limits of its own calls nobody', () => {
  expect(new BroadcastPace().wanted({ id: 'c' }, 0, 100, 0)).toBe(0);
});

test('it calls at its rate, and what it could not use is not made up for', () => {
  const pace = new BroadcastPace();
  const wanted = (underWay: number, at: number): number => pace.wanted(campaign(50, 4), underWay, 50, at);
  expect([wanted(0, 0), wanted(1, 250), wanted(2, 500)]).toEqual([1, 1, 1]);
  expect([wanted(50, 60_000), wanted(0, 60_000)]).toEqual([0, 4]);
});

test('whatever happens, it has no more calls than channels, and in no span more than its rate and one second saved', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.double({ min: 0.1, max: 30, noNaN: true }),
      fc.array(fc.record({ pause: fc.nat(2000), ends: fc.nat(5), free: fc.nat(30) }), { maxLength: 60 }),
      (channels, callsPerSecond, steps) => {
        const pace = new BroadcastPace();
        const started: { at: number; calls: number }[] = [];
        let [now, underWay] = [0, 0];
        for (const { pause, ends, free } of steps) {
          now += pause;
          underWay = Math.max(0, underWay - ends);
          const calls = pace.wanted(campaign(channels, callsPerSecond), underWay, free, now);
          expect(calls).toBeLessThanOrEqual(free);
          underWay += calls;
          expect(underWay).toBeLessThanOrEqual(channels);
          started.push({ at: now, calls });
        }
        started.forEach((from, i) => {
          let total = 0;
          for (const { at, calls } of started.slice(i)) {
            total += calls;
            const most = Math.max(1, callsPerSecond) + ((at - from.at) * callsPerSecond) / 1000;
            expect(total).toBeLessThanOrEqual(most + 1e-6);
          }
        });
      },
    ),
  );
});
