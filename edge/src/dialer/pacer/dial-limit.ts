const windowMs = 20_000;
/** Calls an agent's share of a window may hold: enough for a list on which 1 of 60 is answered. */
const perAgent = 15;

/**
 * Keeps dialing sane while nobody answers: a model that expects no answers would dial without end, and the first minute
 * after a silent network would answer them all.
 */
export class DialLimit {
  readonly #dialedAt: number[] = [];
  #first = 0;

  dialed(at: number): void {
    this.#dialedAt.push(at);
  }

  /** How many more may be dialed now. */
  left(now: number, agents: number): number {
    const dialed = this.#dialedAt;
    while (this.#first < dialed.length && dialed[this.#first]! <= now - windowMs) this.#first++;
    if (this.#first > 1000) {
      dialed.splice(0, this.#first);
      this.#first = 0;
    }
    return Math.max(0, perAgent * agents - (dialed.length - this.#first));
  }
}
