import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManualClock } from '@branchline/shared';
import { silentLog, type Log } from '@branchline/shared/node';
import { DigitGuard } from './digit-guard.ts';
import { takeDigits, type DigitPace } from './digit-pace.ts';

test('in no order of times are more digits taken than the burst and its pace allow', () => {
  const limits = { burst: 40, perSecond: 5 };
  const step = fc.tuple(fc.integer({ min: 1, max: 32 }), fc.integer({ min: -500, max: 3000 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      let pace: DigitPace | undefined;
      let [at, passed, taken] = [10_000, 0, 0];
      for (const [count, wait] of steps) {
        at += wait;
        passed += Math.abs(wait);
        const next = takeDigits(pace, count, at, limits);
        if (next) taken += count;
        pace = next ?? pace;
      }
      expect(taken).toBeLessThanOrEqual(limits.burst + (2 * passed * limits.perSecond) / 1000);
    }),
  );
});

test('a storm of digits on a leg is cut off and told once; other legs and later digits are read', () => {
  const told: unknown[] = [];
  const real = new ManualClock();
  const log = { ...silentLog, warn: (...about: unknown[]) => told.push(about) } as unknown as Log;
  const guard = new DigitGuard({ real, log });
  let read = 0;
  for (let i = 0; i < 1000; i++) {
    real.advance(1);
    if (guard.lets('a')) read++;
  }
  expect(read).toBeGreaterThanOrEqual(40);
  expect(read).toBeLessThanOrEqual(60);
  expect(told).toHaveLength(1);
  expect(guard.lets('b')).toBe(true);
  real.advance(2000);
  expect(guard.lets('a')).toBe(true);
  for (let i = 0; i < 100; i++) guard.lets('a');
  expect(told).toHaveLength(1);
  guard.forget('a');
  for (let i = 0; i < 100; i++) guard.lets('a');
  expect(told).toHaveLength(2);
});
