/** Lets a few run at a time; the others wait in line. */
export class Lane {
  readonly #width: number;
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(width: number) {
    this.#width = width;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy >= this.#width) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#busy++;
    try {
      return await work();
    } finally {
      // The place is handed over as it is: `#busy` stays.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#busy--;
    }
  }
}
