/** Nobody at work on a campaign for so long, business ms, and its leads are better off elsewhere: longer than a break, shorter than a lease. */
export const idleMs = 10 * 60_000;

/** Since when branches that are there have nobody who dials for a campaign. Pure but for what it remembers. */
export class IdleBranches {
  /** Edge → campaign → since when, business ms. */
  readonly #since = new Map<string, Map<string, number>>();

  /**
   * Takes down who is at work at an edge.
   * @param served campaigns that somebody works on who is neither away nor on a break
   * @param campaigns all that run
   * @returns campaigns that the edge has been idle for, long enough to give their leads back
   */
  note(
    edge: string,
    served: ReadonlySet<string>,
    campaigns: readonly string[],
    now: number,
  ): ReadonlySet<string> {
    const before = this.#since.get(edge);
    const since = new Map(
      campaigns.filter((id) => !served.has(id)).map((id) => [id, before?.get(id) ?? now]),
    );
    this.#since.set(edge, since);
    return new Set([...since].filter(([, at]) => now - at >= idleMs).map(([id]) => id));
  }

  /** Nothing is known of an edge: whatever it does, its leases run. */
  forget(edge: string): void {
    this.#since.delete(edge);
  }
}
