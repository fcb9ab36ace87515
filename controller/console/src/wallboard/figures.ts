import type { WallboardFigures } from '@branchline/shared';
import { share } from '../format/numbers.ts';

/** What a day's figures say. Rates are 0–1; undefined where there is nothing to divide. */
export interface BoardRates {
  /** Attempts that reached a person. */
  readonly answerRate: number | undefined;
  /** People for whom nobody was there, by all who were to have an agent. */
  readonly abandonRate: number | undefined;
  /** Inbound calls taken in time. */
  readonly serviceLevel: number | undefined;
  /** Talk and the work after it, ms for each call. */
  readonly handlingMs: number | undefined;
}

export function ratesOf(day: WallboardFigures): BoardRates {
  const rate = (part: number, whole: number): number | undefined =>
    whole > 0 ? share(part, whole) : undefined;
  return {
    answerRate: rate(day.answered, day.attempts),
    abandonRate: rate(day.abandoned, day.live),
    serviceLevel: rate(day.takenInTime, day.offered),
    handlingMs: day.handled > 0 ? (day.talkMs + day.wrapUpMs) / day.handled : undefined,
  };
}
