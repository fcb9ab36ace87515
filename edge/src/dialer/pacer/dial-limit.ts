const windowMs = 20_000;
/** Calls an agent's share of a window may hold: enough for a list on which 1 of 60 is answered. */
const mostPerAgent = 15;
/** The share of answers that was usual is forgotten by half in this time. */
const halfLifeMs = 1_800_000;
/** What is believed for much less than this is not usual, ms: a lucky streak would hold dialing down for an hour. */
const settleMs = 60_000;

/**
 * Keeps dialing sane while nobody answers: a model that expects no answers would dial without end, and when a silent network
 * comes back they would all be answered at once. So no more is dialed ahead in 20 s than agents could serve in that time (one
 * answer each, or more when talks are short), if as many answer as was usual lately.
 */
export class DialLimit {
  readonly #dialedAt: number[] = [];
  #first = 0;
  #usual = 0;
  #settled = 0;
  #expectedAt = Infinity;

  dialed(at: number): void {
    this.#dialedAt.push(at);
  }

  /** The share of calls expected to be answered, 0–1. */
  expect(share: number, now: number): void {
    const passedMs = Math.max(0, now - this.#expectedAt);
    this.#expectedAt = now;
    this.#settled += (1 - Math.exp(-passedMs / settleMs)) * (share - this.#settled);
    this.#usual = Math.max(this.#settled, this.#usual * 0.5 ** (passedMs / halfLifeMs));
  }

  /** How many more may be dialed now at all. */
  left(now: number, agents: number): number {
    const dialedAt = this.#dialedAt;
    while (this.#first < dialedAt.length && dialedAt[this.#first]! <= now - windowMs) this.#first++;
    if (this.#first > 1000) {
      dialedAt.splice(0, this.#first);
      this.#first = 0;
    }
    return Math.max(0, mostPerAgent * agents - (dialedAt.length - this.#first));
  }

  /**
   * How many more may be dialed now ahead of agents who are ready.
   * @param handlingMs how long a talk and what follows it take
   */
  ahead(now: number, agents: number, handlingMs: number): number {
    const served = Math.max(1, windowMs / Math.max(handlingMs, 1));
    const perAgent = Math.min(mostPerAgent, served / Math.max(this.#usual, 1e-3));
    return Math.max(0, this.left(now, agents) - Math.floor((mostPerAgent - perAgent) * agents));
  }
}
