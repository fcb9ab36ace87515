/** One measured figure beside what it is compared with in the same run. */
export interface BenchLine {
  readonly bench: string;
  readonly value: number;
  readonly baseline: number;
  /** value / baseline. */
  readonly ratio: number;
  readonly unit: string;
}

export function benchLine(bench: string, value: number, baseline: number, unit: string): BenchLine {
  const round = (n: number): number => Math.round(n * 100) / 100;
  return {
    bench,
    value: round(value),
    baseline: round(baseline),
    ratio: Math.round((value / baseline) * 1000) / 1000,
    unit,
  };
}
