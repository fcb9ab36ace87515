import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Crowd } from './crowd.ts';

const chance = fc.double({ min: 0, max: 1, noNaN: true });

function reaches(chances: readonly number[], limit: number, exact: boolean): number {
  const crowd = new Crowd();
  crowd.reset(limit, exact);
  for (const p of chances) crowd.add(p, 1);
  return crowd.reaches();
}

describe('a crowd', () => {
  it('counts as every outcome one by one would', () => {
    fc.assert(
      fc.property(fc.array(chance, { maxLength: 8 }), fc.integer({ min: 0, max: 9 }), (chances, limit) => {
        let expected = 0;
        for (let outcome = 0; outcome < 1 << chances.length; outcome++) {
          let likely = 1;
          let happen = 0;
          chances.forEach((p, i) => {
            const happens = (outcome & (1 << i)) !== 0;
            likely *= happens ? p : 1 - p;
            if (happens) happen++;
          });
          if (happen >= limit) expected += likely;
        }
        expect(reaches(chances, limit, true)).toBeCloseTo(expected, 9);
      }),
    );
  });

  it('is nearly the same by its normal approximation when many take part', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.02, max: 0.9, noNaN: true }), { minLength: 60, maxLength: 120 }),
        fc.double({ min: -2.5, max: 2.5, noNaN: true }),
        (chances, deviations) => {
          const mean = chances.reduce((sum, p) => sum + p, 0);
          const deviation = Math.sqrt(chances.reduce((sum, p) => sum + p * (1 - p), 0));
          const limit = Math.max(1, Math.round(mean + deviations * deviation));
          expect(Math.abs(reaches(chances, limit, false) - reaches(chances, limit, true))).toBeLessThan(
            0.006,
          );
        },
      ),
    );
  });

  it('has reached a limit of none', () => {
    expect(reaches([], 0, true)).toBe(1);
    expect(reaches([0.5], -3, false)).toBe(1);
    expect(reaches([], 4, false)).toBe(0);
  });
});
