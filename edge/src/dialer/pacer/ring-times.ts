const binMs = 500;
const bins = 180;
/** How many of the last times count, about. */
const memory = 400;

/** Distribution of a ring time on a grid of half seconds up to 90 s; the past fades. */
export class RingTimes {
  readonly #counts = new Float64Array(bins);
  /** P(at most the bin's lower end). */
  readonly #atMost = new Float64Array(bins + 1);
  #weight = 0;
  #seen = 0;

  /** @param prior what is believed before anything was seen: the weight of each time, ms */
  constructor(prior: (ms: number) => number) {
    for (let i = 0; i < bins; i++) {
      this.#counts[i] = prior((i + 0.5) * binMs);
      this.#weight += this.#counts[i]!;
    }
    this.refresh();
  }

  /** How many times were seen. */
  get seen(): number {
    return this.#seen;
  }

  learn(ms: number): void {
    const fade = 1 - 1 / memory;
    this.#seen++;
    for (let i = 0; i < bins; i++) this.#counts[i]! *= fade;
    this.#weight = this.#weight * fade + 1;
    this.#counts[Math.min(bins - 1, Math.max(0, Math.floor(ms / binMs)))]!++;
  }

  /** Takes what was learned into what is answered below. */
  refresh(): void {
    let sum = 0;
    for (let i = 0; i < bins; i++) {
      sum += this.#counts[i]!;
      this.#atMost[i + 1] = Math.min(1, sum / this.#weight);
    }
  }

  /** P(at most `ms`). */
  atMost(ms: number): number {
    if (!(ms > 0)) return 0;
    const place = ms / binMs;
    const bin = Math.floor(place);
    if (bin >= bins) return 1;
    return this.#atMost[bin]! + (place - bin) * (this.#atMost[bin + 1]! - this.#atMost[bin]!);
  }

  /** The time below which the given share lies, ms. */
  quantile(share: number): number {
    let low = 0;
    while (low < bins - 1 && this.#atMost[low + 1]! < share) low++;
    const step = this.#atMost[low + 1]! - this.#atMost[low]!;
    const part = step > 0 ? (share - this.#atMost[low]!) / step : 1;
    return (low + Math.min(1, Math.max(0, part))) * binMs;
  }
}
