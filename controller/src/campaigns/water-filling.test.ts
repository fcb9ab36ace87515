import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pour } from './water-filling.ts';

const vessels = fc.array(
  fc.record({ base: fc.nat(50), size: fc.integer({ min: 1, max: 100 }), most: fc.nat(80) }),
  { maxLength: 12 },
);

test('all that fits is poured, in whole units, none above its most', () => {
  fc.assert(
    fc.property(fc.nat(600), vessels, (amount, into) => {
      const poured = pour(amount, into);
      const sum = poured.reduce((total, count) => total + count, 0);
      expect(sum).toBe(
        Math.min(
          amount,
          into.reduce((total, { most }) => total + most, 0),
        ),
      );
      poured.forEach((count, i) => {
        expect(Number.isInteger(count) && count >= 0 && count <= into[i]!.most).toBe(true);
      });
    }),
  );
});

test('max–min fair: no vessel that could take more stands a unit below one that was given any', () => {
  fc.assert(
    fc.property(fc.nat(600), vessels, (amount, into) => {
      const poured = pour(amount, into);
      const level = (i: number, more: number) => (into[i]!.base + poured[i]! + more) / into[i]!.size;
      const all = into.map((_, i) => i);
      const poorest = Math.min(...all.filter((i) => poured[i]! < into[i]!.most).map((i) => level(i, 1)));
      const richest = Math.max(...all.filter((i) => poured[i]! > 0).map((i) => level(i, 0)));
      expect(richest - poorest).toBeLessThan(1e-6);
    }),
    { numRuns: 500 },
  );
});
