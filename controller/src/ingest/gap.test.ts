import { describe, expect, it } from 'vitest';
import { answerGap, type Gap } from './gap.ts';

/** Offers batches one after the other, `everyMs` apart. */
function offer(froms: readonly number[], everyMs: number): string[] {
  let gap: Gap | undefined;
  return froms.map((from, i) => {
    const answer = answerGap(gap, from, i * everyMs);
    gap = answer.answer === 'replay' ? answer.gap : undefined;
    return answer.answer;
  });
}

describe('rows missing before a batch', () => {
  it('are asked for', () => {
    expect(offer([100], 0)).toEqual(['replay']);
  });

  it('are given up when the edge offers the same first row again and again', () => {
    expect(offer([100, 100, 100, 100, 100], 4000)).toEqual([
      'replay',
      'replay',
      'replay',
      'replay',
      'accept',
    ]);
  });

  it('are not given up for mere repeats of a batch', () => {
    expect(offer([100, 100, 100, 100, 100, 100, 100], 500)).not.toContain('accept');
    expect(offer([100, 100, 100], 60_000)).not.toContain('accept');
  });

  it('are asked for from the start when the edge goes further back', () => {
    expect(offer([100, 100, 100, 100, 60, 60], 4000)).not.toContain('accept');
  });

  it('are not judged by batches that were on their way already', () => {
    expect(offer([100, 200, 300, 400, 500, 600, 700], 4000)).not.toContain('accept');
    expect(offer([100, 200, 100, 200, 100, 200, 100, 200, 100], 4000).at(-1)).toBe('accept');
  });
});
