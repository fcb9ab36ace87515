/** Density of the standard normal distribution. */
export function density(x: number): number {
  return 0.3989422804014327 * Math.exp(-0.5 * x * x);
}

/** P(X > x) of the standard normal distribution, absolute error below 1e-7 (Abramowitz and Stegun 26.2.17). */
export function upperTail(x: number): number {
  if (x < 0) return 1 - upperTail(-x);
  const t = 1 / (1 + 0.2316419 * x);
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return density(x) * series;
}
