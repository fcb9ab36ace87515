import type { DncScope, NumberPlace } from '@branchline/shared';
import type { InForce } from '../desired-keeper.ts';

/** Who may not be called: the center's list, and who said so here and is not in it yet. */
export class OptOuts {
  readonly #own = new Set<string>();
  readonly #list: () => InForce['dnc'];

  /** @param list the center's; absent: none has come yet */
  constructor(list: () => InForce['dnc']) {
    this.#list = list;
  }

  /** A person is not called any more, from this moment. @param campaign absent or empty: by none */
  add(number: string, campaign: string | undefined): void {
    this.#own.add(`${campaign ?? ''}:${number}`);
  }

  /** In which scopes a number is listed; undefined while the center's list is not known. */
  listed(
    { number, region }: NumberPlace & { readonly number: string },
    campaign: string,
  ): DncScope[] | undefined {
    const list = this.#list();
    if (!list) return undefined;
    const all = this.#own.has(`:${number}`) || list.has(number);
    const own = this.#own.has(`${campaign}:${number}`) || list.has(number, campaign);
    return [
      ...(all ? (['all'] as const) : []),
      ...(own ? (['campaign'] as const) : []),
      ...(list.has(number, region) ? (['register'] as const) : []),
    ];
  }
}
