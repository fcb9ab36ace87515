import { describe, expect, it } from 'vitest';
import { DialLimit } from './dial-limit.ts';

const minute = 60_000;

/** Every four seconds, as the pacer says it. */
function expectFor(limit: DialLimit, share: number, from: number, to: number): void {
  for (let now = from; now < to; now += 4000) limit.expect(share, now);
}

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
    expectFor(limit, 0.4, 0, 10 * minute);
    expectFor(limit, 0.001, 10 * minute, 11 * minute);
    expect(limit.ahead(11 * minute, 10, minute)).toBeLessThan(all / 4);
    expectFor(limit, 0.001, 11 * minute, 240 * minute);
    expect(limit.ahead(240 * minute, 10, minute)).toBe(all);
  });

  it('is not held down by a share that was believed for a moment', () => {
    const limit = new DialLimit();
    expectFor(limit, 0.1, 0, 10 * minute);
    const before = limit.ahead(10 * minute, 50, minute);
    expectFor(limit, 0.8, 10 * minute, 10 * minute + 4000);
    expectFor(limit, 0.1, 10 * minute + 4000, 12 * minute);
    expect(limit.ahead(12 * minute, 50, minute)).toBeGreaterThan(0.6 * before);
  });

  it('lets more be dialed where an agent serves several answers in its window', () => {
    const limit = new DialLimit();
    expectFor(limit, 0.55, 0, 20 * minute);
    expect([minute, 20_000, 5000, 1].map((handlingMs) => limit.ahead(20 * minute, 1, handlingMs))).toEqual([
      2, 2, 8, 15,
    ]);
  });
});
