import { describe, expect, it } from 'vitest';
import { RingTimes } from './ring-times.ts';

describe('ring times', () => {
  it('believes the prior until something is seen, then what was seen', () => {
    const times = new RingTimes((ms) => (ms < 10_000 ? 0.25 : 0));
    expect(times.atMost(5000)).toBeCloseTo(0.5);
    for (let i = 0; i < 400; i++) times.learn(20_000 + (i % 10) * 500);
    times.refresh();
    expect(times.atMost(15_000)).toBeLessThan(0.05);
    expect(times.atMost(25_000)).toBe(1);
    expect(times.quantile(0.5)).toBeGreaterThan(21_500);
    expect(times.quantile(0.5)).toBeLessThan(23_500);
  });

  it('takes times of none and of an hour', () => {
    const times = new RingTimes(() => 0.01);
    times.learn(0);
    times.learn(3_600_000);
    times.refresh();
    expect(times.atMost(-5)).toBe(0);
    expect(times.atMost(3_600_000)).toBe(1);
    expect(times.quantile(1)).toBeLessThanOrEqual(90_000);
  });
});
