import { upperTail } from './normal.ts';

/**
 * How many of many independent things happen (Poisson-binomial), asked only whether at least a limit does. Exact for few,
 * a normal distribution corrected for skewness for many.
 */
export class Crowd {
  #exact = true;
  #limit = 0;
  /** P(exactly i), i < limit. */
  #chance = new Float64Array(64);
  #mean = 0;
  #variance = 0;
  #skewness = 0;

  /** Begins anew. @param exact whether each addition may cost `limit` steps */
  reset(limit: number, exact: boolean): void {
    this.#limit = limit;
    this.#exact = exact;
    this.#mean = 0;
    this.#variance = 0;
    this.#skewness = 0;
    if (limit <= 0 || !exact) return;
    if (this.#chance.length < limit) this.#chance = new Float64Array(2 * limit);
    this.#chance.fill(0, 0, limit);
    this.#chance[0] = 1;
  }

  /** So many things more, each of which happens with chance `p`. */
  add(p: number, times: number): void {
    if (p <= 0) return;
    if (this.#exact) {
      for (let i = 0; i < times; i++) this.#addExactly(p);
      return;
    }
    const variance = times * p * (1 - p);
    this.#mean += times * p;
    this.#variance += variance;
    this.#skewness += variance * (1 - 2 * p);
  }

  #addExactly(p: number): void {
    const chance = this.#chance;
    for (let i = this.#limit - 1; i > 0; i--) chance[i] = chance[i]! * (1 - p) + chance[i - 1]! * p;
    chance[0]! *= 1 - p;
  }

  /** P(at least the limit). */
  reaches(): number {
    if (this.#limit <= 0) return 1;
    if (this.#exact) {
      let below = 0;
      for (let i = 0; i < this.#limit; i++) below += this.#chance[i]!;
      return Math.max(0, 1 - below);
    }
    const variance = this.#variance;
    if (variance < 1e-9) return this.#mean >= this.#limit - 0.5 ? 1 : 0;
    const deviation = Math.sqrt(variance);
    const x = (this.#limit - 0.5 - this.#mean) / deviation;
    const skew = this.#skewness / (variance * deviation);
    if (Math.abs(skew) < 1e-3) return upperTail(x);
    // Wilson and Hilferty's cube root makes a skewed (gamma) distribution normal, with tails that stay positive.
    const base = 1 + (skew * x) / 2;
    if (base <= 0) return skew > 0 ? 1 : 0;
    return upperTail((6 / skew) * (Math.cbrt(base) - 1) + skew / 6);
  }
}
