import { density, upperTail } from './normal.ts';
import type { Since } from './contract.ts';

const bins = 240;
const firstMs = 500;
const logGrowth = Math.log(1.04);
/** Lower ends of the bins, ms: 0, then 0.5 s to 1.6 h. */
const edges = Float64Array.from({ length: bins + 1 }, (_, i) =>
  i === 0 ? 0 : firstMs * Math.exp((i - 1) * logGrowth),
);
/** Durations below this, ms, are alike: a logarithm would make too much of their differences. */
const shortestMs = 50;
/** How many of the last durations count, about. */
const memory = 300;
/** How many observations the fitted curve weighs as much as. */
const fitWeight = 20;
const priorVariance = 0.64;

function binOf(ms: number): number {
  if (ms <= firstMs) return 0;
  return Math.min(bins - 1, 1 + Math.floor(Math.log(ms / firstMs) / logGrowth));
}

/**
 * Learns how long something lasts: counts in logarithmic bins, smoothed towards a log-normal fit that also uses what has
 * not ended yet (without it the first, short ones would speak for all). The past fades.
 */
export class Durations {
  readonly #counts = new Float64Array(bins);
  /** P(longer than the bin's lower end). */
  readonly #survival = new Float64Array(bins + 1);
  readonly #priorMean: number;
  #seen = 0;
  #weight = 0;
  #sumLog = 0;
  #sumLogSquared = 0;
  #mean: number;
  #deviation = Math.sqrt(priorVariance);

  /** @param typicalMs the median believed before anything was seen, ms */
  constructor(typicalMs: number) {
    this.#priorMean = Math.log(typicalMs);
    this.#mean = this.#priorMean;
    this.refresh([], 0);
  }

  /** How many have ended. */
  get seen(): number {
    return this.#seen;
  }

  /** The median, ms, of the fitted curve. */
  get typicalMs(): number {
    return Math.exp(this.#mean);
  }

  learn(durationMs: number): void {
    const log = Math.log(Math.max(durationMs, shortestMs));
    const fade = 1 - 1 / memory;
    this.#seen++;
    for (let i = 0; i < bins; i++) this.#counts[i]! *= fade;
    this.#weight = this.#weight * fade + 1;
    this.#sumLog = this.#sumLog * fade + log;
    this.#sumLogSquared = this.#sumLogSquared * fade + log * log;
    this.#counts[binOf(durationMs)]!++;
  }

  /** Takes what was learned, and the ages of those under way, into what is answered below. */
  refresh(underWay: readonly Since[], now: number): void {
    this.#fit(underWay, now);
    const share = this.#weight / (this.#weight + fitWeight);
    let left = this.#weight;
    for (let i = 0; i <= bins; i++) {
      const seen = this.#weight > 0 ? left / this.#weight : 0;
      this.#survival[i] = share * seen + (1 - share) * this.#fitted(edges[i]!);
      if (i < bins) left -= this.#counts[i]!;
    }
  }

  #fitted(ms: number): number {
    return ms <= 0 ? 1 : upperTail((Math.log(ms) - this.#mean) / this.#deviation);
  }

  /** One step of expectation and maximisation: those under way count with what is expected of them. */
  #fit(underWay: readonly Since[], now: number): void {
    const [mean, deviation] = [this.#mean, this.#deviation];
    let weight = this.#weight + 1;
    let sum = this.#sumLog + this.#priorMean;
    let squares = this.#sumLogSquared + this.#priorMean ** 2 + priorVariance;
    for (const { since } of underWay) {
      const z = (Math.log(Math.max(now - since, shortestMs)) - mean) / deviation;
      const tail = upperTail(z);
      if (!(tail > 1e-6)) continue;
      const ratio = density(z) / tail;
      weight++;
      sum += mean + deviation * ratio;
      squares += mean ** 2 + 2 * mean * deviation * ratio + deviation ** 2 * (1 + z * ratio);
    }
    this.#mean = sum / weight;
    this.#deviation = Math.sqrt(Math.min(4, Math.max(0.0004, squares / weight - this.#mean ** 2)));
  }

  /** P(longer than `ms`). */
  survival(ms: number): number {
    if (!(ms > 0)) return 1;
    const bin = binOf(ms);
    const low = edges[bin]!;
    const part = Math.min(1, (ms - low) / (edges[bin + 1]! - low));
    return this.#survival[bin]! + part * (this.#survival[bin + 1]! - this.#survival[bin]!);
  }

  /** P(ends within `withinMs` | has lasted for `ageMs`). */
  endsWithin(ageMs: number, withinMs: number): number {
    const now = this.survival(ageMs);
    // Longer than anything known: as long again is as likely as not.
    if (now < 1e-6) return withinMs / (ageMs + withinMs);
    return 1 - this.survival(ageMs + withinMs) / now;
  }
}
