import type { EdgeCampaign } from '@branchline/shared';

/** Saves up at most this much of the rate, ms: a campaign that waited for channels does not come back with a storm. */
const savedMs = 1000;

interface Allowance {
  /** Calls that may start, not whole. */
  readonly calls: number;
  /** Monotonic ms. */
  readonly at: number;
}

/** How many calls of an agentless campaign may start: within its channels, and never more a second than it may. */
export class BroadcastPace {
  readonly #allowances = new Map<string, Allowance>();

  /**
   * @param underWay calls of the campaign that have a channel, or are about to
   * @param free calls that may start beside these: channels, or what the cap on abandoned calls leaves; below 0 none
   * @param now monotonic ms
   */
  wanted(
    { id, broadcast }: Pick<EdgeCampaign, 'id' | 'broadcast'>,
    underWay: number,
    free: number,
    now: number,
  ): number {
    if (!broadcast) return 0;
    const { channels, callsPerSecond } = broadcast;
    const most = Math.max(1, (callsPerSecond * savedMs) / 1000);
    const before = this.#allowances.get(id) ?? { calls: 1, at: now };
    const calls = Math.min(most, before.calls + ((now - before.at) * callsPerSecond) / 1000);
    const wanted = Math.max(0, Math.min(Math.floor(calls), channels - underWay, free));
    this.#allowances.set(id, { calls: calls - wanted, at: now });
    return wanted;
  }
}
