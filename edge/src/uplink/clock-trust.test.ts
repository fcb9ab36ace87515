import { expect, test } from 'vitest';
import { ManualClock } from '@branchline/shared';
import { clockTrust, ClockWatch, holdoverMs } from './clock-trust.ts';

test.each([
  [{ confirmedAt: undefined, driftMs: 0, jumped: false }, 'untrusted'],
  [{ confirmedAt: 0, driftMs: 500, jumped: false }, 'trusted'],
  [{ confirmedAt: 0, driftMs: 2500, jumped: false }, 'untrusted'],
  [{ confirmedAt: 0, driftMs: 0, jumped: true }, 'untrusted'],
] as const)('%o is %s', (knowledge, trust) => expect(clockTrust(knowledge, 1000)).toBe(trust));

test('trust fades over a day to holdover and then ends', () => {
  const knowledge = { confirmedAt: 0, driftMs: 0, jumped: false };
  expect(
    [86_400_000, 86_400_001, holdoverMs, holdoverMs + 1].map((now) => clockTrust(knowledge, now)),
  ).toEqual(['trusted', 'holdover', 'holdover', 'untrusted']);
});

test('a clock that jumps is not believed until the controller confirms it', () => {
  const clock = new ManualClock(1_000_000);
  const changes: string[] = [];
  const watch = new ClockWatch(clock, 1, undefined, (trust) => changes.push(trust));
  watch.confirm(1_000_100);
  clock.advance(1000);
  watch.observe();
  clock.jump(-3_600_000);
  watch.observe();
  watch.confirm(clock.now());
  expect(changes).toEqual(['trusted', 'untrusted', 'trusted']);
  watch.confirm(clock.now() + 60_000);
  expect(watch.trust).toBe('untrusted');
});
