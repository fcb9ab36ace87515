import type { LineCounters } from './span.ts';

/** How fast errors come, over the last minutes. */
export interface LineRates {
  readonly slipsPerHour: number;
  readonly crcPerMinute: number;
  readonly ebitPerMinute: number;
  readonly fasPerMinute: number;
  readonly bpvPerMinute: number;
  readonly irqMissesPerMinute: number;
}

/** Counters at a time of the clock that never goes back, ms. */
interface Sample {
  readonly at: number;
  readonly counters: LineCounters;
}

/** Oldest first. */
export type RateState = readonly Sample[];

export const noSamples: RateState = [];

/** Errors of this last while count, ms. */
export const rateWindowMs = 600_000;
/** One sample for each, ms. */
const sampleMs = 10_000;
/** Shorter observations are taken for so long, ms, so that one error at the start is no storm. */
const shortestMs = 60_000;
/** Slips in so many samples of the window are no accident. */
const steadySlips = 3;

/**
 * The samples with one more. Counters that go back, as after a reload of the driver, restart the observation, and so does an
 * alarm: what a line without signal counts says nothing of its timing.
 */
export function nextRates(state: RateState, at: number, counters: LineCounters, alarmed: boolean): RateState {
  const last = state.at(-1);
  if (!last || alarmed || wentBack(last.counters, counters)) return [{ at, counters }];
  const kept = state.filter((sample) => at - sample.at <= rateWindowMs);
  const before = kept.at(-2);
  // The newest sample moves until it is far enough from the one before.
  const fixed = before && last.at - before.at < sampleMs ? kept.slice(0, -1) : kept;
  return [...fixed, { at, counters }];
}

function wentBack(before: LineCounters, now: LineCounters): boolean {
  return (Object.keys(before) as (keyof LineCounters)[]).some((key) => now[key] < before[key]);
}

export function ratesOf(state: RateState): LineRates {
  const [first, last] = [state[0], state.at(-1)];
  const minutes = first && last ? Math.max(last.at - first.at, shortestMs) / 60_000 : 1;
  const per = (unit: number, key: keyof LineCounters): number =>
    first && last ? round(((last.counters[key] - first.counters[key]) / minutes) * unit) : 0;
  return {
    slipsPerHour: per(60, 'timingSlips'),
    crcPerMinute: per(1, 'crc4'),
    ebitPerMinute: per(1, 'ebit'),
    fasPerMinute: per(1, 'fas'),
    bpvPerMinute: per(1, 'bpv'),
    irqMissesPerMinute: per(1, 'irqMisses'),
  };
}

/** Slips that grow steadily without an alarm: the two sides do not run by the same clock. */
export function isTimingWrong(state: RateState): boolean {
  const slipped = state.filter(
    ({ counters }, i) => i > 0 && counters.timingSlips > state[i - 1]!.counters.timingSlips,
  );
  return slipped.length >= steadySlips;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
