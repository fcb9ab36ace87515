/** An agent who is ready, with the campaigns they serve. */
export interface ReadyAgent {
  readonly id: string;
  readonly campaigns: readonly string[];
}

/** A campaign that has somebody to dial, or calls under way. */
export interface AgentSeeker {
  readonly id: string;
  /** Higher goes first. */
  readonly priority: number;
  /** Agents who work on it at this moment. */
  readonly busy: number;
  /** Agents that its calls under way will need, as far as one can tell. */
  readonly expecting: number;
  /** Whether it can use more than those. */
  readonly hungry: boolean;
}

/**
 * Divides ready agents among campaigns. Whoever has calls under way gets the agents they need first: nobody who answers finds
 * that the agent was given to another campaign meanwhile. The others go, among those that can use more, to the highest priority, and among equals to the one
 * with the fewest agents at work, so that over time each gets the same share of what they have in common. Pure.
 * @param ready those who get a campaign first come first
 * @returns campaign → agents
 */
export function shareAgents(
  ready: readonly ReadyAgent[],
  campaigns: readonly AgentSeeker[],
): ReadonlyMap<string, readonly string[]> {
  const shares = new Map<string, string[]>(campaigns.map(({ id }) => [id, []]));
  const given = ({ id }: AgentSeeker): number => shares.get(id)!.length;
  const before = (a: AgentSeeker, b: AgentSeeker): number =>
    b.priority - a.priority || a.busy + given(a) - b.busy - given(b);
  const rest = ready.filter((agent) => !give(agent, (campaign) => given(campaign) < campaign.expecting));
  for (const agent of rest) give(agent, ({ hungry }) => hungry);
  return shares;

  function give({ id, campaigns: served }: ReadyAgent, fits: (campaign: AgentSeeker) => boolean): boolean {
    const [first] = campaigns
      .filter((campaign) => served.includes(campaign.id) && fits(campaign))
      .toSorted(before);
    if (first) shares.get(first.id)!.push(id);
    return first !== undefined;
  }
}
