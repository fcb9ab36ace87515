import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Durations } from './durations.ts';

describe('durations', () => {
  it('learns that a wrap-up always lasts 15 s', () => {
    const wrap = new Durations(10_000);
    for (let i = 0; i < 200; i++) wrap.learn(15_000);
    for (let i = 0; i < 20; i++) wrap.refresh([], 0);
    expect(wrap.survival(13_000)).toBeGreaterThan(0.95);
    expect(wrap.survival(17_000)).toBeLessThan(0.05);
    expect(wrap.endsWithin(12_000, 5000)).toBeGreaterThan(0.9);
  });

  it('does not take the first short talks for all, while long ones go on', () => {
    const talk = new Durations(60_000);
    for (let i = 0; i < 4; i++) talk.learn(10_000);
    const underWay = Array.from({ length: 6 }, () => ({ since: 0 }));
    for (let i = 0; i < 10; i++) talk.refresh(underWay, 120_000);
    expect(talk.survival(30_000)).toBeGreaterThan(0.5);
  });

  it('gives chances whatever it was told', () => {
    const ms = fc.oneof(fc.integer({ min: 0, max: 200_000 }), fc.constantFrom(0, 1e-9, 1e12));
    fc.assert(
      fc.property(fc.array(ms), fc.array(ms), ms, ms, (seen, ages, age, within) => {
        const durations = new Durations(60_000);
        for (const duration of seen) durations.learn(duration);
        durations.refresh(
          ages.map((since) => ({ since: -since })),
          0,
        );
        const ends = durations.endsWithin(age, within);
        expect(ends).toBeGreaterThanOrEqual(0);
        expect(ends).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });
});
