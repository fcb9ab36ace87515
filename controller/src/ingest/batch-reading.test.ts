import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBatch } from './batch-reading.ts';
import { sampleId, sampleMetric } from './testing.ts';

const epoch = sampleId();

function offer(from: number, to: number, missingFrom?: number) {
  const rows = Array.from({ length: to - from + 1 }, (_, i) => sampleMetric(from + i));
  const batch = { epoch, from, to, rows, ...(missingFrom !== undefined && { missingFrom }) };
  return { origin: { edge: 'a', site: 'north' }, stream: 'metric' as const, batch };
}

test('a batch is new, a repeat, a repeat with new rows, or after a gap', () => {
  const next = readBatch(offer(6, 8), 5);
  expect(next).toMatchObject({ position: 8, fresh: { first: 6, rejected: [] } });
  expect(next).not.toHaveProperty('repeatedTo');
  expect(readBatch(offer(2, 4), 5)).toEqual({ offer: expect.anything(), position: 5, repeatedTo: 4 });
  const both = readBatch(offer(4, 7), 5);
  expect(both).toMatchObject({ position: 7, repeatedTo: 5, fresh: { first: 6 } });
  expect(both.fresh?.rows.map(({ seq }) => seq)).toEqual([6, 7]);
  expect(readBatch(offer(7, 8), 5)).toEqual({ offer: expect.anything(), position: 5, replay: true });
  expect(readBatch(offer(9, 9, 7), 5)).toMatchObject({ position: 5, replay: true });
  expect(readBatch(offer(9, 9, 6), 5)).toMatchObject({
    position: 9,
    gap: { first: 6, last: 8 },
    fresh: { first: 9 },
  });
});

test('whatever is sent again, each row is new once and in its order', () => {
  const batches = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.nat(6)), { maxLength: 30 });
  fc.assert(
    fc.property(batches, (sent) => {
      let position = 0;
      const taken: number[] = [];
      for (const [from, more] of sent) {
        const reading = readBatch(offer(from, from + more), position);
        expect(reading.position).toBeGreaterThanOrEqual(position);
        position = reading.position;
        taken.push(...(reading.fresh?.rows ?? []).map(({ seq }) => seq));
      }
      expect(taken).toEqual(Array.from({ length: position }, (_, i) => i + 1));
    }),
  );
});
