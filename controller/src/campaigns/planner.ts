/** An edge that may take leads now: online, its clock believed. */
export interface PlannerEdge {
  readonly id: string;
  readonly site: string;
  /** Campaigns each logged-in agent serves. */
  readonly agents: readonly (readonly string[])[];
}

/** A running campaign. */
export interface PlannerCampaign {
  readonly id: string;
  readonly priority: number;
  /** Sites that may work on it; empty = all. */
  readonly sites: readonly string[];
  /** Leads due now in an open window; beyond what all edges can take nobody needs to count. */
  readonly available: number;
}

/** What the planner decides from. */
export interface PlannerSnapshot {
  readonly edges: readonly PlannerEdge[];
  readonly campaigns: readonly PlannerCampaign[];
  /** Leads lent and not yet worked, by edge and campaign. */
  readonly held: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Leads an agent should have in reserve. */
  readonly leadsPerAgent: number;
}

/** Leads to lend. */
export interface Grant {
  readonly edge: string;
  readonly campaign: string;
  readonly count: number;
}

/** Part of an edge's capacity that must be free before more is lent: single leads would each be a lease of their own. */
const refillShare = 0.25;

/**
 * How many leads of which campaign each edge gets. Campaigns of higher priority are served first, those of one priority
 * share an edge evenly; a campaign with too few leads spreads them over its edges in proportion to what they could take.
 * An edge never holds more than its agents' reserve.
 */
export function plan(snapshot: PlannerSnapshot): Grant[] {
  const granted = new Map<string, number>();
  const { edges, campaigns, held, leadsPerAgent } = snapshot;
  const ids = campaigns.map(({ id }) => id);
  const rooms = new Map(edges.map((edge) => [edge.id, roomOf(edge, ids, held, leadsPerAgent)]));
  for (const group of byPriority(campaigns)) {
    const left = new Map(group.map((campaign) => [campaign.id, campaign.available]));
    // The second round hands out what campaigns with few leads left over.
    for (let round = 0; round < 2; round++) {
      const shares = evenShares(snapshot, group, left, rooms, granted);
      for (const campaign of group) {
        const free = shares.get(campaign.id) ?? [];
        for (const [edge, count] of proportion(left.get(campaign.id) ?? 0, free)) {
          const key = `${edge} ${campaign.id}`;
          granted.set(key, (granted.get(key) ?? 0) + count);
          left.set(campaign.id, (left.get(campaign.id) ?? 0) - count);
          rooms.set(edge, (rooms.get(edge) ?? 0) - count);
        }
      }
    }
  }
  return [...granted].flatMap(([key, count]) => {
    const [edge = '', campaign = ''] = key.split(' ');
    return count > 0 ? [{ edge, campaign, count }] : [];
  });
}

/**
 * Cuts grants into parts of at most `most` leads, taken in turns: every edge has its first leads before any has its whole
 * reserve.
 */
export function inTurns(grants: readonly Grant[], most: number): Grant[] {
  const turns: Grant[] = [];
  for (let given = 0; ; given += most) {
    const left = grants.filter(({ count }) => count > given);
    if (left.length === 0) return turns;
    turns.push(...left.map((grant) => ({ ...grant, count: Math.min(most, grant.count - given) })));
  }
}

function byPriority(campaigns: readonly PlannerCampaign[]): PlannerCampaign[][] {
  const groups = new Map<number, PlannerCampaign[]>();
  for (const campaign of campaigns.toSorted((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1))) {
    groups.set(campaign.priority, [...(groups.get(campaign.priority) ?? []), campaign]);
  }
  return [...groups.values()];
}

/** Leads an edge can take altogether, of these campaigns: none until a good part of its reserve is used up. */
export function roomOf(
  edge: PlannerEdge,
  campaigns: readonly string[],
  held: PlannerSnapshot['held'],
  leadsPerAgent: number,
): number {
  const agents = edge.agents.filter((served) => served.some((id) => campaigns.includes(id))).length;
  const reserve = agents * leadsPerAgent;
  const holds = [...(held.get(edge.id)?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  const room = reserve - holds;
  return room >= Math.max(1, reserve * refillShare) ? room : 0;
}

/** What an edge could take of one campaign: the reserve of the agents that serve it, less what it holds of it. */
function wanted(edge: PlannerEdge, campaign: PlannerCampaign, snapshot: PlannerSnapshot): number {
  if (campaign.sites.length > 0 && !campaign.sites.includes(edge.site)) return 0;
  const agents = edge.agents.filter((served) => served.includes(campaign.id)).length;
  return agents * snapshot.leadsPerAgent - (snapshot.held.get(edge.id)?.get(campaign.id) ?? 0);
}

/** Each campaign's share of each edge's room, for campaigns of one priority. */
function evenShares(
  snapshot: PlannerSnapshot,
  group: readonly PlannerCampaign[],
  left: ReadonlyMap<string, number>,
  rooms: ReadonlyMap<string, number>,
  granted: ReadonlyMap<string, number>,
): Map<string, [edge: string, free: number][]> {
  const shares = new Map<string, [string, number][]>();
  for (const edge of snapshot.edges) {
    let room = rooms.get(edge.id) ?? 0;
    const takers = group
      .map((campaign) => ({
        campaign,
        want: wanted(edge, campaign, snapshot) - (granted.get(`${edge.id} ${campaign.id}`) ?? 0),
      }))
      .filter(({ campaign, want }) => want > 0 && (left.get(campaign.id) ?? 0) > 0)
      // The modest first, so that what they do not need goes to the others.
      .toSorted((a, b) => a.want - b.want || (a.campaign.id < b.campaign.id ? -1 : 1));
    takers.forEach(({ campaign, want }, i) => {
      const free = Math.min(want, Math.ceil(room / (takers.length - i)));
      if (free <= 0) return;
      room -= free;
      shares.set(campaign.id, [...(shares.get(campaign.id) ?? []), [edge.id, free]]);
    });
  }
  return shares;
}

/** Splits `amount` in proportion to what each may take (largest remainder); never more than that. */
function proportion(amount: number, takers: readonly (readonly [string, number])[]): [string, number][] {
  const total = takers.reduce((sum, [, free]) => sum + free, 0);
  if (total <= amount) return takers.map(([edge, free]) => [edge, free]);
  const exact = takers.map(([edge, free]) => ({ edge, share: (amount * free) / total }));
  let rest = amount - exact.reduce((sum, { share }) => sum + Math.floor(share), 0);
  const byRemainder = exact.toSorted((a, b) => (b.share % 1) - (a.share % 1) || (a.edge < b.edge ? -1 : 1));
  return byRemainder.map(({ edge, share }) => [edge, Math.floor(share) + (rest-- > 0 ? 1 : 0)]);
}
