import { readPhoneNumber, type Vip } from '@branchline/shared';

/** Callers who go before others, by their numbers, however a line writes those. */
export class Vips {
  readonly #levels: ReadonlyMap<string, number>;
  readonly #region: string;

  /** @param region of numbers without a country code */
  constructor(vips: readonly Vip[] = [], region = 'CN') {
    this.#levels = new Map(vips.map(({ number, level }) => [number, level]));
    this.#region = region;
  }

  /** Points that a caller has before others; 0: nobody special, or a number that is none. */
  levelOf(number: string): number {
    if (this.#levels.size === 0 || number === '') return 0;
    return this.#levels.get(number) ?? this.#levels.get(this.#e164(number) ?? '') ?? 0;
  }

  #e164(number: string): string | undefined {
    try {
      return readPhoneNumber(number, this.#region).e164;
    } catch {
      return undefined;
    }
  }
}
