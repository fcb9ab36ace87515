import fc from 'fast-check';
import { expect, test } from 'vitest';
import { abandonDefinitions, abandonedOf, abandonRate, sumAnswers } from './abandon-rate.ts';

const counts = {
  answered: 1950,
  machines: 200,
  played: 700,
  connected: 1000,
  connectedLate: 5,
  abandoned: 30,
  leftAtOnce: 8,
  leftWaiting: 10,
  unknown: 2,
};

test.each([
  { definition: 'plain', misjudged: 0.02, abandoned: 30, of: 1050 },
  { definition: 'us', misjudged: 0.02, abandoned: 47, of: 1050 },
  { definition: 'uk', misjudged: 0, abandoned: 30, of: 1030 },
  { definition: 'uk', misjudged: 0.02, abandoned: 34, of: 1034 },
] as const)('abandoned by the definition $definition', ({ definition, misjudged, abandoned, of }) => {
  expect(abandonedOf(counts, definition, misjudged)).toEqual({ abandoned, of });
  expect(abandonRate(counts, definition, misjudged)).toBeCloseTo(abandoned / of);
});

test('a rate is a share, whatever the counts, and what is added up is between its parts', () => {
  const any = fc
    .array(fc.nat(1000), { minLength: 8, maxLength: 8 })
    .map(([machines, late, soon, abandoned, leftAtOnce, leftWaiting, unknown, played]) => ({
      machines: machines!,
      played: played!,
      connectedLate: late!,
      connected: late! + soon!,
      abandoned: abandoned!,
      leftAtOnce: leftAtOnce!,
      leftWaiting: leftWaiting!,
      unknown: unknown!,
      answered: machines! + late! + soon! + abandoned! + leftAtOnce! + leftWaiting! + unknown! + played!,
    }));
  fc.assert(
    fc.property(any, any, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, misjudged) => {
      for (const definition of abandonDefinitions) {
        const [one, other, both] = [a, b, sumAnswers([a, b])].map((each) =>
          abandonRate(each, definition, misjudged),
        ) as [number, number, number];
        expect(both).toBeGreaterThanOrEqual(0);
        expect(both).toBeLessThanOrEqual(Math.max(one, other) + 1e-9);
      }
    }),
  );
});
