import type { BestHours } from '@branchline/shared';

export type Hour = BestHours['hours'][number];

/** Attempts below which the answer rate of an hour is chance. */
export const fewAttempts = 30;

/** The hour of a week with the highest answer rate among those with enough attempts. */
export function bestHour(hours: readonly Hour[]): Hour | undefined {
  return hours
    .filter(({ dialed }) => dialed >= fewAttempts)
    .toSorted((a, b) => b.answered / b.dialed - a.answered / a.dialed || b.dialed - a.dialed)[0];
}
