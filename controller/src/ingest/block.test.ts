import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutBlock, nextLookMs, type WaitingBatch } from './block.ts';

const limits = { rows: 100, size: 1000, ageMs: 1000 };
const batch = (id: number, rows: number, receivedAt = 0, size = 10): WaitingBatch => ({
  id,
  rows,
  receivedAt,
  size,
});

describe('cutting blocks', () => {
  it('waits while the batches are neither enough nor old enough', () => {
    expect(cutBlock([batch(1, 40), batch(2, 40)], 999, limits)).toBeUndefined();
    expect(cutBlock([], 5000, limits)).toBeUndefined();
  });

  it('cuts what there is once the oldest has waited long enough', () => {
    expect(cutBlock([batch(1, 40), batch(2, 40, 900)], 1000, limits)).toEqual({ ids: [1, 2], rows: 80 });
  });

  it('cuts a full block at once and leaves the rest', () => {
    expect(cutBlock([batch(1, 60), batch(2, 40), batch(3, 1)], 0, limits)).toEqual({
      ids: [1, 2],
      rows: 100,
    });
    expect(cutBlock([batch(1, 60), batch(2, 41)], 0, limits)).toEqual({ ids: [1], rows: 60 });
  });

  it('bounds a block of long rows by their size', () => {
    expect(cutBlock([batch(1, 1, 0, 600), batch(2, 1, 0, 600)], 0, limits)).toEqual({ ids: [1], rows: 1 });
  });

  it('lets a batch that alone exceeds the limits through', () => {
    expect(cutBlock([batch(1, 500), batch(2, 1)], 0, limits)).toEqual({ ids: [1], rows: 500 });
  });

  it('does not hold a block for hours when the clock was set back', () => {
    expect(cutBlock([batch(1, 1, 3_600_000)], 0, limits)).toEqual({ ids: [1], rows: 1 });
  });

  it('always takes the oldest batches, whole and in order, within the limits', () => {
    const queue = fc.array(
      fc.record({ rows: fc.integer({ min: 1, max: 150 }), size: fc.integer({ min: 1, max: 1500 }) }),
      {
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(queue, (batches) => {
        const waiting = batches.map(({ rows, size }, i) => batch(i + 1, rows, 0, size));
        const cut = cutBlock(waiting, 10_000, limits);
        const taken = waiting.slice(0, cut?.ids.length ?? 0);
        const rows = taken.reduce((sum, one) => sum + one.rows, 0);
        const size = taken.reduce((sum, one) => sum + one.size, 0);
        expect(cut?.ids ?? []).toEqual(taken.map(({ id }) => id));
        expect(cut?.rows ?? 0).toBe(rows);
        expect(taken.length > 0).toBe(waiting.length > 0);
        expect(taken.length <= 1 || (rows <= limits.rows && size <= limits.size)).toBe(true);
      }),
    );
  });
});

describe('looking for the next block', () => {
  it('leaves few rows alone until they are old enough', () => {
    expect(nextLookMs([batch(1, 5, 1000), batch(2, 5, 1300)], 1400, limits)).toBe(600);
    expect(nextLookMs([batch(1, 5, 1000)], 1950, limits)).toBe(200);
  });

  it('looks often while many rows come, and soon enough where there are none', () => {
    expect(nextLookMs([batch(1, 50, 1000)], 1000, limits)).toBe(200);
    expect(nextLookMs([], 1000, limits)).toBe(500);
    expect(nextLookMs([], 1000, { ...limits, ageMs: 0 })).toBe(200);
  });

  it('never waits longer than a block may, whatever the clock did', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(20), (receivedAt, rows) => {
        const ms = nextLookMs([batch(1, rows, receivedAt)], 0, limits);
        expect(ms).toBeGreaterThanOrEqual(200);
        expect(ms).toBeLessThanOrEqual(limits.ageMs);
      }),
    );
  });
});
