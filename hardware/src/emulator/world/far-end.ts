import { randomInteger, seededRandom, type RandomSource } from '@branchline/shared';

/** What a called number does; all times in ms from the moment it is dialed. */
export interface FarEnd {
  /** The phone begins to ring; absent when it never does. */
  readonly alertAfterMs?: number;
  readonly answerAfterMs?: number;
  /** The far side or the network ends the call, with a Q.850 cause. */
  readonly release?: { readonly afterMs: number; readonly cause: number };
}

export const temperaments = [
  'answers',
  'busy',
  'rejects',
  'silent',
  'dead',
  'powered-off',
  'unreachable',
  'barred',
  'congested',
] as const;
export type Temperament = (typeof temperaments)[number];

/** Shares of a population, adding up to 1. */
const shares: readonly (readonly [Temperament, number])[] = [
  ['answers', 0.45],
  ['silent', 0.25],
  ['busy', 0.12],
  ['dead', 0.08],
  ['powered-off', 0.05],
  ['rejects', 0.05],
];

/** What is known about who is behind a number. Rules come first, then chance, which a number and the seed decide for good. */
export class NumberPlan {
  readonly #seed: number;
  readonly #rules = new Map<string, FarEnd | Temperament>();
  readonly #calls = new Map<string, number>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** @param number as dialed, or a prefix followed by `*` */
  set(number: string, behaviour: FarEnd | Temperament): void {
    this.#rules.set(number, behaviour);
  }

  /** How the next call to this number goes. */
  next(number: string): FarEnd {
    const call = (this.#calls.get(number) ?? 0) + 1;
    this.#calls.set(number, call);
    const rule = this.#rule(number) ?? this.#chance(number);
    return typeof rule === 'string' ? behaviourOf(rule, this.#source(`${number}#${call}`)) : rule;
  }

  #rule(number: string): FarEnd | Temperament | undefined {
    const exact = this.#rules.get(number);
    if (exact) return exact;
    const [longest] = [...this.#rules.keys()]
      .filter((key) => key.endsWith('*') && number.startsWith(key.slice(0, -1)))
      .toSorted((a, b) => b.length - a.length);
    return longest === undefined ? undefined : this.#rules.get(longest);
  }

  #chance(number: string): Temperament {
    let point = this.#source(number).next();
    for (const [temperament, share] of shares) {
      point -= share;
      if (point < 0) return temperament;
    }
    return 'silent';
  }

  #source(key: string): RandomSource {
    let hash = this.#seed;
    for (const char of key) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
    return seededRandom(hash);
  }
}

/** Times and causes as operators show them: an announcement of 12–18 s often comes before the release. */
function behaviourOf(temperament: Temperament, random: RandomSource): FarEnd {
  const alertAfterMs = randomInteger(random, 2_500, 6_000);
  const announced = randomInteger(random, 12_000, 18_000);
  const ended = (afterMs: number, cause: number): FarEnd => ({ release: { afterMs, cause } });
  switch (temperament) {
    case 'answers': {
      const answerAfterMs = alertAfterMs + randomInteger(random, 3_000, 15_000);
      const talk = randomInteger(random, 10_000, 90_000);
      return { alertAfterMs, answerAfterMs, release: { afterMs: answerAfterMs + talk, cause: 16 } };
    }
    case 'busy':
      return { alertAfterMs, ...ended(alertAfterMs + announced, 17) };
    case 'rejects':
      return { alertAfterMs, ...ended(alertAfterMs + announced, 21) };
    case 'silent':
      return { alertAfterMs, ...ended(62_000, 19) };
    case 'dead':
      return ended(alertAfterMs, 1);
    case 'powered-off':
      return ended(alertAfterMs + announced, 20);
    case 'unreachable':
      return ended(alertAfterMs + announced, 27);
    case 'barred':
      return ended(randomInteger(random, 800, 1_500), 8);
    case 'congested':
      return ended(randomInteger(random, 1_000, 3_000), 34);
  }
}
