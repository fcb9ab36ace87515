import { pour, type Grant, type PlannerCampaign, type PlannerEdge, type PlannerSnapshot } from './parts.ts';

const minute = 60_000;
/** How often leads are lent, minutes of the day that is played. */
const everyMinutes = 5;
const longestDay = 24 * 60;

/** Sites, campaigns and how fast an agent works. */
export interface Day {
  readonly edges: readonly PlannerEdge[];
  readonly campaigns: readonly PlannerCampaign[];
  readonly callsPerAgentHour: number;
}

export interface DayResult {
  /** When the last lead was dialed, minutes. */
  readonly minutes: number;
  /** Leads that nobody dialed before their window closed. */
  readonly missed: number;
  /** Sum of the prices of all calls. */
  readonly price: number;
}

interface Batch {
  readonly cell: string;
  readonly expiresAt: number;
  count: number;
}

/** Plays a day: leads are lent by the rule, and each edge dials what it holds of its campaigns in turns, first lent first. */
export function playDay(day: Day, rule: (snapshot: PlannerSnapshot) => Grant[]): DayResult {
  const due = new Map(
    day.campaigns.map(({ id, cells }) => [id, new Map(cells.map((cell) => [cell.key, cell.due]))]),
  );
  const closes = new Map(
    day.campaigns.map(({ id, cells }) => [id, new Map(cells.map((cell) => [cell.key, cell.closesAt]))]),
  );
  const held = new Map(day.edges.map(({ id }) => [id, new Map<string, Batch[]>()]));
  let [last, price] = [0, 0];
  const add = (campaign: string, cell: string, count: number): void => {
    const cells = due.get(campaign)!;
    cells.set(cell, cells.get(cell)! + count);
  };
  for (let at = 0; at < longestDay; at++) {
    const now = at * minute;
    if (at % everyMinutes === 0)
      for (const { edge, campaign, cells } of rule(snapshotOf(day, due, held, now)))
        for (const { key, count } of cells) {
          const { leaseSeconds } = day.campaigns.find(({ id }) => id === campaign)!;
          const of = held.get(edge)!;
          const batch = { cell: key, count, expiresAt: now + leaseSeconds * 1000 };
          of.set(campaign, [...(of.get(campaign) ?? []), batch]);
          add(campaign, key, -count);
        }
    for (const { id, agents, prices } of day.edges) {
      const perHour = agents.length * day.callsPerAgentHour;
      let can = Math.floor(((at + 1) * perHour) / 60) - Math.floor((at * perHour) / 60);
      const stocks = [...held.get(id)!].map(([campaign, batches]) => {
        for (const batch of batches.filter(({ expiresAt }) => expiresAt <= now)) {
          add(campaign, batch.cell, batch.count);
          batch.count = 0;
        }
        return {
          left: batches.filter(({ count }) => count > 0),
          open: batches.filter(({ cell, count }) => count > 0 && closes.get(campaign)!.get(cell)! > now),
          campaign,
        };
      });
      const shares = pour(
        can,
        stocks.map(({ open }) => ({
          base: 0,
          size: 1,
          most: open.reduce((sum, { count }) => sum + count, 0),
        })),
      );
      stocks.forEach(({ open, left, campaign }, i) => {
        can = shares[i]!;
        for (const batch of open) {
          const dialed = Math.min(can, batch.count);
          if (dialed === 0) continue;
          batch.count -= dialed;
          can -= dialed;
          price += dialed * (prices.get(batch.cell) ?? 0);
          last = at + 1;
        }
        held.get(id)!.set(
          campaign,
          left.filter(({ count }) => count > 0),
        );
      });
    }
  }
  const unlent = [...due.values()].flatMap((cells) => [...cells.values()]);
  const kept = [...held.values()].flatMap((of) => [...of.values()].flat().map(({ count }) => count));
  return { minutes: last, missed: [...unlent, ...kept].reduce((sum, count) => sum + count, 0), price };
}

function snapshotOf(
  day: Day,
  due: ReadonlyMap<string, ReadonlyMap<string, number>>,
  held: ReadonlyMap<string, ReadonlyMap<string, readonly Batch[]>>,
  now: number,
): PlannerSnapshot {
  const heldIn = new Map<string, number>();
  const byEdge = new Map<string, Map<string, number>>();
  for (const [edge, of] of held) {
    const counts = new Map<string, number>();
    for (const [campaign, batches] of of)
      for (const { cell, count } of batches) {
        heldIn.set(`${campaign} ${cell}`, (heldIn.get(`${campaign} ${cell}`) ?? 0) + count);
        counts.set(campaign, (counts.get(campaign) ?? 0) + count);
      }
    byEdge.set(edge, counts);
  }
  const campaigns = day.campaigns.map((campaign) => ({
    ...campaign,
    cells: campaign.cells
      .filter(({ closesAt }) => closesAt > now)
      .map((cell) => ({
        ...cell,
        due: due.get(campaign.id)!.get(cell.key)!,
        held: heldIn.get(`${campaign.id} ${cell.key}`) ?? 0,
      })),
  }));
  return { now, edges: day.edges, campaigns, held: byEdge, leadsPerAgent: 60 };
}

/**
 * No day can be shorter, minutes: for every set of campaigns, their leads over what all agents who serve any of them dial
 * (fluid: no lead is ever at the wrong place, and no window closes).
 */
export function shortestDay({ edges, campaigns, callsPerAgentHour }: Day): number {
  let longest = 0;
  for (let set = 1; set < 2 ** campaigns.length; set++) {
    const chosen = campaigns.filter((_, c) => set & (1 << c));
    const ids = new Set(chosen.map(({ id }) => id));
    const agents = edges.flatMap((edge) =>
      edge.agents.filter((served) => served.some((id) => ids.has(id))),
    ).length;
    const leads = chosen.flatMap(({ cells }) => cells).reduce((sum, { due }) => sum + due, 0);
    longest = Math.max(longest, (leads * 60) / (agents * callsPerAgentHour));
  }
  return longest;
}
