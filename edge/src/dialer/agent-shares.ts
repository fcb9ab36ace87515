/** An agent who is ready, with the campaigns they serve. */
export interface ReadyAgent {
  readonly id: string;
  readonly campaigns: readonly string[];
}

/** A campaign that has somebody to dial. */
export interface HungryCampaign {
  readonly id: string;
  /** Higher goes first. */
  readonly priority: number;
  /** Agents who work on it at this moment. */
  readonly busy: number;
}

/**
 * Divides ready agents among campaigns: the highest priority first, and among equals to the one with the fewest agents at
 * work, so that over time each gets the same share of what they have in common. Pure.
 * @param ready those who get a campaign first come first
 * @returns campaign → agents
 */
export function shareAgents(
  ready: readonly ReadyAgent[],
  campaigns: readonly HungryCampaign[],
): ReadonlyMap<string, readonly string[]> {
  const shares = new Map<string, string[]>(campaigns.map(({ id }) => [id, []]));
  const atWork = ({ id, busy }: HungryCampaign): number => busy + shares.get(id)!.length;
  for (const agent of ready) {
    let best: HungryCampaign | undefined;
    for (const campaign of campaigns) {
      if (!agent.campaigns.includes(campaign.id)) continue;
      const ahead =
        best === undefined ? 1 : campaign.priority - best.priority || atWork(best) - atWork(campaign);
      if (ahead > 0) best = campaign;
    }
    if (best) shares.get(best.id)!.push(agent.id);
  }
  return shares;
}
