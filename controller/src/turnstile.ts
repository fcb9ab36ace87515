/** Lets only so many through at a time, in the order in which they came: what is many must not keep what is urgent from the database. */
export class Turnstile {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  /** @param most how many may be inside, ≥ 1 */
  constructor(most: number) {
    this.#most = most;
  }

  /** Does the work as soon as there is room for it. @throws what the work throws */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside < this.#most) this.#inside++;
    // Whoever leaves gives the place on.
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#inside--;
    }
  }
}
