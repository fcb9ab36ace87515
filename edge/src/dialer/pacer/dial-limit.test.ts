import { describe, expect, it } from 'vitest';
import { DialLimit } from './dial-limit.ts';

const minute = 60_000;

describe('the dial limit', () => {
  it('gives back what was dialed after its window', () => {
    const limit = new DialLimit();
    const all = limit.ahead(0, 2, minute);
    for (let i = 0; i < all; i++) limit.dialed(i);
    expect(limit.ahead(1000, 2, minute)).toBe(0);
    expect(limit.ahead(1000, 3, minute)).toBe(all / 2);
    expect(limit.ahead(60_000, 2, minute)).toBe(all);
  });

  it('remembers how many may answer when nobody does any more', () => {
    const limit = new DialLimit();
    const all = limit.ahead(0, 10, minute);
    limit.expect(0.4, 0);
    limit.expect(0.001, 60_000);
    expect(limit.ahead(60_000, 10, minute)).toBeLessThan(all / 4);
    for (let now = 60_000; now < 4 * 3_600_000; now += 60_000) limit.expect(0.001, now);
    expect(limit.ahead(4 * 3_600_000, 10, minute)).toBe(all);
  });

  it('lets more be dialed where an agent serves several answers in its window', () => {
    const limit = new DialLimit();
    limit.expect(0.5, 0);
    expect([minute, 20_000, 5000, 1].map((handlingMs) => limit.ahead(0, 1, handlingMs))).toEqual([
      2, 2, 8, 15,
    ]);
  });
});
