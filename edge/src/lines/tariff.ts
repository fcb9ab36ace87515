import type { Tariff } from '@branchline/shared';

/** Price of a minute to an operator, millionths of the tariff's currency; Infinity when no price is known. */
export function priceOf(tariff: Tariff | undefined, operator: string | undefined): number {
  if (!tariff) return Infinity;
  return (operator === undefined ? undefined : tariff.operators?.[operator]) ?? tariff.perMinute;
}

/** What an answered call costs, millionths of the tariff's currency. @param talkMs from its answer to its end */
export function costOf(tariff: Tariff, operator: string | undefined, talkMs: number): number {
  const steps = Math.ceil(Math.max(1, talkMs) / (tariff.stepSeconds * 1000));
  return Math.round(tariff.perCall + (priceOf(tariff, operator) * steps * tariff.stepSeconds) / 60);
}
