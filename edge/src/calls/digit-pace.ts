/** How many digits may come or go at once, and how many a second after that. */
export interface DigitLimits {
  readonly burst: number;
  readonly perSecond: number;
}

/** What is left of a limit, and since when; times in ms. */
export interface DigitPace {
  readonly left: number;
  readonly at: number;
}

/**
 * Takes digits from what is left. A clock that goes back gives nothing new.
 * @param before absent: nothing was taken yet
 * @returns undefined when so many are too many now
 */
export function takeDigits(
  before: DigitPace | undefined,
  count: number,
  at: number,
  { burst, perSecond }: DigitLimits,
): DigitPace | undefined {
  const since = before ? Math.max(0, at - before.at) : 0;
  const left = before ? Math.min(burst, before.left + (since * perSecond) / 1000) : burst;
  return left < count ? undefined : { left: left - count, at };
}
