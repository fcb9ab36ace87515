import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** The only source of chance. */
export interface RandomSource {
  /** A number in [0, 1). */
  next(): number;
}

/** Unpredictable enough for jitter and ids; keys and tokens come from the crypto module instead. */
export const systemRandom: RandomSource = { next: () => Math.random() };

/** The same seed gives the same sequence on every machine (xoroshiro128+). */
export function seededRandom(seed: number): RandomSource {
  const generator = xoroshiro128plus(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b));
  // The generator's first outputs of neighbouring seeds resemble each other.
  for (let i = 0; i < 16; i++) generator.next();
  return { next: () => (generator.next() >>> 0) / 0x1_0000_0000 };
}

/** An integer in [low, high], both ends included. */
export function randomInteger(random: RandomSource, low: number, high: number): number {
  return low + Math.floor(random.next() * (high - low + 1));
}

/** An exponentially distributed number with the given mean. */
export function randomExponential(random: RandomSource, mean: number): number {
  return -mean * Math.log(1 - random.next());
}

/** A log-normally distributed number with the given median and shape (σ of the logarithm). */
export function randomLogNormal(random: RandomSource, median: number, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return median * Math.exp(sigma * normal);
}

/** One element; `items` must not be empty. */
export function pick<T>(random: RandomSource, items: readonly T[]): T {
  const item = items[Math.floor(random.next() * items.length)];
  if (item === undefined) throw new RangeError('pick from an empty list');
  return item;
}
