/** Weight of the newest of the times between two who were connected. */
const weight = 0.2;

/** How often somebody of a queue is connected, learned from those who were, newer ones counting more. */
export class ConnectRate {
  #last: number | undefined;
  #everyMs: number | undefined;

  /** Mean time between two who were connected, ms; undefined before the second. */
  get everyMs(): number | undefined {
    return this.#everyMs;
  }

  /**
   * Somebody was connected.
   * @param at business ms
   * @param waited whether they had waited for an agent: idle times say nothing about how fast a line moves
   */
  connected(at: number, waited: boolean): void {
    if (this.#last !== undefined && waited) {
      const gap = Math.max(0, at - this.#last);
      this.#everyMs = this.#everyMs === undefined ? gap : this.#everyMs + weight * (gap - this.#everyMs);
    }
    this.#last = at;
  }
}
