import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DialRates } from './dial-rates.ts';

const minute = 60_000;

test('an edge dials as fast as its counter grew in the last half hour; before five minutes nothing is known', () => {
  const rates = new DialRates();
  for (let at = 0; at < 5; at++) rates.note('e', at * 2, at * minute);
  expect(rates.of('e')).toBeUndefined();
  for (let at = 5; at <= 60; at++) rates.note('e', at * 2, at * minute);
  expect(rates.of('e')).toBe(120);
  for (let at = 61; at <= 91; at++) rates.note('e', 120, at * minute);
  expect(rates.of('e')).toBe(0);
  expect(rates.of('other')).toBeUndefined();
});

test('an edge that was started again is learned anew', () => {
  const rates = new DialRates();
  rates.note('e', 500, 0);
  rates.note('e', 600, 10 * minute);
  rates.note('e', 3, 11 * minute);
  expect(rates.of('e')).toBeUndefined();
  rates.note('e', 63, 17 * minute);
  expect(rates.of('e')).toBe(600);
});

test('whatever edges say, a rate is never negative nor above what was counted', () => {
  const said = fc.array(fc.tuple(fc.nat(5000), fc.nat(120)), { maxLength: 40 });
  fc.assert(
    fc.property(said, (steps) => {
      const rates = new DialRates();
      for (const [attempts, at] of steps) {
        rates.note('e', attempts, at * minute);
        const rate = rates.of('e') ?? 0;
        expect(rate >= 0 && rate <= 5000 * 12).toBe(true);
      }
    }),
  );
});
