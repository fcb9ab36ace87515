import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exchange } from './cell-exchange.ts';

const tables = fc
  .record({ cells: fc.integer({ min: 1, max: 5 }), edges: fc.integer({ min: 1, max: 6 }) })
  .chain(({ cells, edges }) =>
    fc.record({
      supply: fc.array(fc.nat(30), { minLength: cells, maxLength: cells }),
      behind: fc.array(fc.nat(9), { minLength: cells, maxLength: cells }),
      room: fc.array(fc.nat(40), { minLength: edges, maxLength: edges }),
      prices: fc.array(fc.array(fc.nat(9), { minLength: edges, maxLength: edges }), {
        minLength: cells,
        maxLength: cells,
      }),
    }),
  );
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

test('every lead that fits is placed, none above what a cell has or an edge can take', () => {
  fc.assert(
    fc.property(tables, ({ supply, room, prices, behind }) => {
      const placed = exchange(supply, room, prices, behind);
      placed.forEach((row, k) => expect(sum(row)).toBeLessThanOrEqual(supply[k]!));
      room.forEach((most, e) => expect(sum(placed.map((row) => row[e]!))).toBeLessThanOrEqual(most));
      expect(sum(placed.flat())).toBe(Math.min(sum(supply), sum(room)));
      expect(placed.flat().every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
    }),
  );
});

test('no exchange between two edges lowers the price', () => {
  fc.assert(
    fc.property(tables, ({ supply, room, prices, behind }) => {
      const placed = exchange(supply, room, prices, behind);
      const savings = placed.flatMap((rowA, a) =>
        placed.flatMap((rowB, b) =>
          rowA.flatMap((countA, x) =>
            rowB.flatMap((countB, y) =>
              countA > 0 && countB > 0
                ? [prices[a]![x]! + prices[b]![y]! - prices[a]![y]! - prices[b]![x]!]
                : [],
            ),
          ),
        ),
      );
      expect(Math.max(0, ...savings)).toBe(0);
    }),
    { numRuns: 500 },
  );
});

test('leads of a country go to the site that calls it cheaply', () => {
  const prices = [
    [1, 5],
    [7, 2],
  ];
  expect(exchange([10, 10], [10, 10], prices, [9, 9])).toEqual([
    [10, 0],
    [0, 10],
  ]);
});

test('what stays behind is what would be dearest, compared with another time', () => {
  expect(exchange([10, 10], [10], [[5], [5]], [1, 9])).toEqual([[0], [10]]);
  expect(exchange([10, 10], [10], [[5], [5]], [9, 1])).toEqual([[10], [0]]);
});
