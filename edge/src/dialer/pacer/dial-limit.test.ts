import { describe, expect, it } from 'vitest';
import { DialLimit } from './dial-limit.ts';

describe('the dial limit', () => {
  it('gives back what was dialed after its window', () => {
    const limit = new DialLimit();
    const all = limit.left(0, 2);
    for (let i = 0; i < all; i++) limit.dialed(i);
    expect(limit.left(1000, 2)).toBe(0);
    expect(limit.left(1000, 3)).toBe(all / 2);
    expect(limit.left(60_000, 2)).toBe(all);
  });

  it('remembers how many may answer when nobody does any more', () => {
    const limit = new DialLimit();
    const all = limit.left(0, 10);
    limit.expect(0.4, 0);
    limit.expect(0.001, 60_000);
    expect(limit.left(60_000, 10)).toBeLessThan(all / 4);
    for (let now = 60_000; now < 4 * 3_600_000; now += 60_000) limit.expect(0.001, now);
    expect(limit.left(4 * 3_600_000, 10)).toBe(all);
  });
});
