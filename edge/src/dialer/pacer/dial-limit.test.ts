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

  it('remembers how many can answer when nobody does any more', () => {
    const limit = new DialLimit();
    const all = limit.left(0, 10);
    for (let i = 0; i < 1000; i++) limit.dialed(i);
    for (let i = 0; i < 400; i++) limit.answered();
    expect(limit.left(60_000, 10)).toBeLessThan(all / 2);
  });
});
