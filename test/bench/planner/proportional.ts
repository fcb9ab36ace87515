import type { Grant, PlannerCampaign, PlannerEdge, PlannerSnapshot } from './parts.ts';

/**
 * The rule that the planner is compared with: each edge shares its room evenly among its campaigns, and leads that are scarce are
 * split in proportion to that. Leads come from all open cells alike.
 */
export function proportional({ edges, campaigns, held, leadsPerAgent }: PlannerSnapshot): Grant[] {
  const room = new Map(edges.map((edge) => [edge.id, roomOf(edge, held, leadsPerAgent)]));
  const left = new Map(campaigns.map((campaign) => [campaign.id, dueOf(campaign)]));
  const lent = new Map<string, number>();
  // The second round hands out what campaigns with few leads left over.
  for (let round = 0; round < 2; round++) {
    const shares = campaigns.map((campaign) => ({ campaign, of: [] as [string, number][] }));
    for (const edge of edges) {
      let free = room.get(edge.id) ?? 0;
      const takers = shares.filter(
        ({ campaign: { id } }) =>
          (left.get(id) ?? 0) > 0 && edge.agents.some((served) => served.includes(id)),
      );
      takers.forEach(({ of }, i) => {
        const share = Math.ceil(free / (takers.length - i));
        free -= share;
        if (share > 0) of.push([edge.id, share]);
      });
    }
    for (const { campaign, of } of shares) {
      const wanted = of.reduce((sum, [, share]) => sum + share, 0);
      const part = Math.min(1, (left.get(campaign.id) ?? 0) / wanted);
      for (const [edge, share] of of) {
        const count = Math.min(left.get(campaign.id) ?? 0, Math.ceil(share * part));
        const key = `${edge} ${campaign.id}`;
        lent.set(key, (lent.get(key) ?? 0) + count);
        left.set(campaign.id, (left.get(campaign.id) ?? 0) - count);
        room.set(edge, (room.get(edge) ?? 0) - count);
      }
    }
  }
  const stock = new Map(campaigns.map((campaign) => [campaign.id, campaign.cells.map(({ due }) => due)]));
  return [...lent].flatMap(([key, count]) => {
    const [edge = '', id = ''] = key.split(' ');
    const campaign = campaigns.find((each) => each.id === id)!;
    return count > 0 ? [{ edge, campaign: id, count, cells: fromAll(campaign, stock.get(id)!, count) }] : [];
  });
}

function roomOf(edge: PlannerEdge, held: PlannerSnapshot['held'], leadsPerAgent: number): number {
  const reserve = edge.agents.length * leadsPerAgent;
  const holds = [...(held.get(edge.id)?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  return reserve - holds >= Math.max(1, reserve * 0.25) ? reserve - holds : 0;
}

const dueOf = ({ cells }: PlannerCampaign): number => cells.reduce((sum, { due }) => sum + due, 0);

function fromAll({ cells }: PlannerCampaign, stock: number[], count: number): Grant['cells'] {
  let wanted = count;
  let all = stock.reduce((sum, due) => sum + due, 0);
  return cells.flatMap(({ key }, k) => {
    const taken = Math.min(stock[k]!, Math.ceil((wanted * stock[k]!) / Math.max(1, all)));
    all -= stock[k]!;
    wanted -= taken;
    stock[k]! -= taken;
    return taken > 0 ? [{ key, count: taken }] : [];
  });
}
