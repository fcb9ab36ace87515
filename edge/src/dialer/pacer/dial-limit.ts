const windowMs = 20_000;
/** Calls an agent's share of a window may hold: enough for a list on which 1 of 60 is answered. */
const mostPerAgent = 15;
/** Answers an agent's share of a window may turn out to be, if as many answer as did over all. */
const answersPerAgent = 2;

/**
 * Keeps dialing sane while nobody answers: a model that expects no answers would dial without end, and when a silent network
 * comes back they would all be answered at once.
 */
export class DialLimit {
  readonly #dialedAt: number[] = [];
  #first = 0;
  #dialed = 0;
  #answered = 0;

  dialed(at: number): void {
    this.#dialedAt.push(at);
    this.#dialed++;
  }

  answered(): void {
    this.#answered++;
  }

  /** How many more may be dialed now. */
  left(now: number, agents: number): number {
    const dialedAt = this.#dialedAt;
    while (this.#first < dialedAt.length && dialedAt[this.#first]! <= now - windowMs) this.#first++;
    if (this.#first > 1000) {
      dialedAt.splice(0, this.#first);
      this.#first = 0;
    }
    const perAgent =
      this.#answered > 0
        ? Math.min(mostPerAgent, (answersPerAgent * this.#dialed) / this.#answered)
        : mostPerAgent;
    return Math.max(0, Math.ceil(perAgent * agents) - (dialedAt.length - this.#first));
  }
}
