const windowMs = 20_000;
/** Calls an agent's share of a window may hold: enough for a list on which 1 of 60 is answered. */
const mostPerAgent = 15;
/** The share of answers that was usual is forgotten by half in this time. */
const halfLifeMs = 1_800_000;

/**
 * Keeps dialing sane while nobody answers: a model that expects no answers would dial without end, and when a silent network
 * comes back they would all be answered at once. So no more is dialed than one call answered for each agent, if as many
 * answer as was usual lately.
 */
export class DialLimit {
  readonly #dialedAt: number[] = [];
  #first = 0;
  #usual = 0;
  #usualAt = 0;

  dialed(at: number): void {
    this.#dialedAt.push(at);
  }

  /** The share of calls expected to be answered, 0–1. */
  expect(share: number, now: number): void {
    this.#usual = Math.max(share, this.#usual * 0.5 ** (Math.max(0, now - this.#usualAt) / halfLifeMs));
    this.#usualAt = now;
  }

  /** How many more may be dialed now. */
  left(now: number, agents: number): number {
    const dialedAt = this.#dialedAt;
    while (this.#first < dialedAt.length && dialedAt[this.#first]! <= now - windowMs) this.#first++;
    if (this.#first > 1000) {
      dialedAt.splice(0, this.#first);
      this.#first = 0;
    }
    const perAgent = Math.min(mostPerAgent, 1 / Math.max(this.#usual, 1e-3));
    return Math.max(0, Math.ceil(perAgent * agents) - (dialedAt.length - this.#first));
  }
}
