import { describe, expect, it } from 'vitest';
import { AnswerRate } from './answer-rate.ts';
import { RingTimes } from './ring-times.ts';

const answers = new RingTimes((ms) => (ms > 5000 && ms < 20_000 ? 1 : 0));

/** Two dials a second for so long; every `nth` of them is answered after 12 s. */
function dialFor(rate: AnswerRate, from: number, seconds: number, nth: number): number {
  const until = from + seconds * 1000;
  let dialed = 0;
  for (let now = from; now < until; now += 500) {
    rate.dialed();
    if (now >= from + 12_000 && dialed++ % nth === 0) rate.answered();
    rate.advance(now, answers);
  }
  return until;
}

describe('the share of answers', () => {
  it('is learned from dials that could have answered by now', () => {
    const rate = new AnswerRate();
    dialFor(rate, 0, 600, 5);
    expect(rate.share.mean).toBeGreaterThan(0.17);
    expect(rate.share.mean).toBeLessThan(0.23);
  });

  it('is believed to have changed soon after it has', () => {
    const rate = new AnswerRate();
    const shift = dialFor(rate, 0, 3600, 3);
    expect(rate.share.mean).toBeGreaterThan(0.3);
    dialFor(rate, shift, 180, 20);
    expect(rate.share.mean).toBeLessThan(0.12);
  });

  it('stays a share through an hour without an answer and through answers nobody dialed', () => {
    const rate = new AnswerRate();
    dialFor(rate, 0, 3600, 1e9);
    expect(rate.share.mean).toBeGreaterThan(0);
    expect(rate.share.mean).toBeLessThan(0.01);
    for (let i = 0; i < 500; i++) rate.answered();
    rate.advance(4_000_000, answers);
    expect(rate.share.mean).toBeGreaterThan(0);
    expect(rate.share.mean).toBeLessThanOrEqual(1);
  });
});
