import type { Wallboard } from '@branchline/shared';
import type { CenterClient } from '../../support/center-client.ts';

/** How often the page asks, ms. */
const everyMs = 600;

interface Look {
  readonly at: number;
  readonly madeAt: number;
  readonly made: number;
  readonly shown: number;
}

/**
 * Somebody who watches the wallboard: how far its figures are behind the branches. A figure that was reached by the branches at one
 * moment and stands on the screen at another is as old as the time between them.
 */
export class BoardWatcher {
  readonly #client: CenterClient;
  readonly #made: () => Promise<number>;
  #looks: Look[] = [];
  #stopped = false;
  readonly #watching: Promise<void>;

  /** @param made attempts that the branches have made by now */
  constructor(client: CenterClient, made: () => Promise<number>) {
    this.#client = client;
    this.#made = made;
    this.#watching = this.#watch();
  }

  /** @returns the age of what stood on the screen just before it was renewed, ms, each time but while nothing was made before */
  async stop(): Promise<number[]> {
    this.#stopped = true;
    await this.#watching;
    return this.#looks.slice(1).flatMap((renewed, i) => {
      const shown = this.#looks[i]!.shown;
      const reached = momentOf(this.#looks, shown);
      return reached === undefined ? [] : [renewed.at - reached];
    });
  }

  async #watch(): Promise<void> {
    while (!this.#stopped) {
      const asked = performance.now();
      const made = await this.#made();
      const madeAt = performance.now();
      const board = await this.#client.get<Wallboard>('/wallboard');
      this.#looks.push({ at: performance.now(), madeAt, made, shown: board.today.attempts });
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, everyMs - (performance.now() - asked))));
    }
  }
}

/** When the branches had made so many, between two looks. */
function momentOf(looks: readonly Look[], count: number): number | undefined {
  const after = looks.findIndex(({ made }) => made > count);
  const [before, next] = [looks[after - 1], looks[after]];
  if (!before || !next) return undefined;
  const share = (count - before.made) / (next.made - before.made);
  return before.madeAt + (next.madeAt - before.madeAt) * share;
}
