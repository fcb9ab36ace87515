/**
 * The planner: which edge is lent how many leads of which campaign, and from which cells (the leads of a campaign that are in
 * the same time zones). Pure, and linear in edges × campaigns × rounds. Its method (docs/assignment.md):
 *
 * 1. *Amounts* by water-filling, one priority after the other. Edges first pour their room over their campaigns, in proportion to
 *    what is left of each; then, in turns, campaigns pour over edges (nobody is left behind when leads are scarce) and
 *    edges over campaigns (those that fewest can work on are not left for the end).
 * 2. *Cells* by the earliest close of their window, no more than can be dialed until then, and these evenly.
 * 3. *Price* in what remains: on the table cell × edge leads change places as long as the sum of prices falls. Amounts stay.
 */
import type { ClockTrust } from '@branchline/shared';
import { exchange } from './cell-exchange.ts';
import { pour } from './water-filling.ts';

/** An edge as its last word and its plan show it. */
export interface PlannerEdge {
  readonly id: string;
  readonly site: string;
  readonly online: boolean;
  readonly clock: ClockTrust;
  /** Campaigns each logged-in agent serves. */
  readonly agents: readonly (readonly string[])[];
  /** Campaigns it knows that dial without agents. */
  readonly broadcasts?: readonly string[];
  /** Channels of lines that are in service. */
  readonly channels: number;
  /** Attempts an hour it made lately; absent while that is not known. */
  readonly hourlyAttempts?: number | undefined;
  /** Price of a minute by cell key; a cell that is not in it is as dear as can be. */
  readonly prices: ReadonlyMap<string, number>;
}

/** Leads of a campaign in the same zones. */
export interface PlannerCell {
  readonly key: string;
  /** When their window closes, business ms. */
  readonly closesAt: number;
  /** Leads due now; beyond what all edges can take nobody needs to count. */
  readonly due: number;
  /** Lent to whomever and not yet worked. */
  readonly held: number;
}

/** A running campaign. */
export interface PlannerCampaign {
  readonly id: string;
  readonly priority: number;
  /** Sites that may work on it; empty = all. */
  readonly sites: readonly string[];
  readonly leaseSeconds: number;
  /** Of one that dials without agents: what it may do at each edge. */
  readonly agentless?: { readonly channels: number; readonly callsPerSecond: number } | undefined;
  /** Those whose window is open. */
  readonly cells: readonly PlannerCell[];
}

/** What the planner decides from. */
export interface PlannerSnapshot {
  /** Business ms. */
  readonly now: number;
  readonly edges: readonly PlannerEdge[];
  readonly campaigns: readonly PlannerCampaign[];
  /** Leads lent and not yet worked, by edge and campaign; those of an edge that is away count until their lease is over. */
  readonly held: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Leads an agent, or a channel that dials without one, should have in reserve at most. */
  readonly leadsPerAgent: number;
}

/** What there is before anything was counted. */
interface RoomQuestion extends Pick<PlannerSnapshot, 'held' | 'leadsPerAgent'> {
  readonly edges: readonly Omit<PlannerEdge, 'prices'>[];
  readonly campaigns: readonly Omit<PlannerCampaign, 'cells'>[];
}

/** Leads to lend. */
export interface Grant {
  readonly edge: string;
  readonly campaign: string;
  readonly count: number;
  /** Where they come from, in the order in which they are to be claimed. */
  readonly cells: readonly { readonly key: string; readonly count: number }[];
}

/** Part of an edge's reserve that must be free before more is lent, and that it has however slowly it dialed. */
const leastShare = 0.25;
/** Turns of campaigns and edges; each halves what is still unfair. */
const mostRounds = 8;

/** Who can take leads at an edge: its agents together, or a campaign that needs none, so that neither uses up what the other has. */
interface Taker {
  readonly edge: PlannerEdge;
  /** The campaign that needs no agents. */
  readonly alone: string | undefined;
  readonly reserve: number;
  /** Leads it can still take. */
  room: number;
}

/** How many leads of which campaign each edge gets, and from which cells. */
export function plan(snapshot: PlannerSnapshot): Grant[] {
  const takers = takersOf(snapshot);
  const room = sum(takers.map((taker) => taker.room));
  return byPriority(snapshot.campaigns).flatMap((group) => {
    const { amounts, could } = fill(group, takers, room, snapshot);
    takers.forEach((taker, e) => (taker.room -= amounts.reduce((sum, row) => sum + row[e]!, 0)));
    return group.flatMap((campaign, c) => spread(campaign, amounts[c]!, could[c]!, takers, snapshot.now));
  });
}

/** Leads that all edges together can take now: counting more of any cell is in vain. */
export function roomOf({ edges, campaigns, held, leadsPerAgent }: RoomQuestion): number {
  const snapshot: PlannerSnapshot = {
    now: 0,
    edges: edges.map((edge) => ({ ...edge, prices: new Map() })),
    campaigns: campaigns.map((campaign) => ({ ...campaign, cells: [] })),
    held,
    leadsPerAgent,
  };
  return sum(takersOf(snapshot).map(({ room }) => room));
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
    turns.push(...left.map((grant) => part(grant, given, Math.min(most, grant.count - given))));
  }
}

/** Leads `from` … `from + count` of a grant. */
function part(grant: Grant, from: number, count: number): Grant {
  let before = 0;
  const cells = grant.cells.flatMap((cell) => {
    const taken = Math.min(before + cell.count, from + count) - Math.max(before, from);
    before += cell.count;
    return taken > 0 ? [{ key: cell.key, count: taken }] : [];
  });
  return { ...grant, count, cells };
}

function byPriority(campaigns: readonly PlannerCampaign[]): PlannerCampaign[][] {
  const sorted = campaigns.toSorted((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));
  return [...Map.groupBy(sorted, ({ priority }) => priority).values()];
}

/** Who has room for leads: at an edge that is there, its clock believed, and a good part of the reserve used up. */
function takersOf(snapshot: PlannerSnapshot): Taker[] {
  const { edges, campaigns, held, leadsPerAgent } = snapshot;
  const led = campaigns.filter(({ agentless }) => !agentless);
  const longest = led.reduce((most, { leaseSeconds }) => Math.max(most, leaseSeconds), 0);
  const running = new Set(led.map(({ id }) => id));
  const alone = campaigns.filter(({ agentless }) => agentless).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const ids = new Set(alone.map(({ id }) => id));
  return edges
    .filter(({ online, clock }) => online && clock !== 'untrusted')
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap((edge) => {
      const agents = edge.agents.filter((served) => served.some((id) => running.has(id))).length;
      const holds = [...(held.get(edge.id) ?? [])].filter(([id]) => !ids.has(id));
      return [
        taker(
          edge,
          undefined,
          reserveOf(edge, agents, longest, leadsPerAgent),
          sum(holds.map(([, count]) => count)),
        ),
        ...alone.map((campaign) =>
          taker(
            edge,
            campaign.id,
            ownReserve(edge, campaign, leadsPerAgent),
            held.get(edge.id)?.get(campaign.id) ?? 0,
          ),
        ),
      ];
    })
    .filter(({ room, reserve }) => room >= Math.max(1, reserve * leastShare));
}

function taker(edge: PlannerEdge, alone: string | undefined, reserve: number, holds: number): Taker {
  return { edge, alone, reserve, room: reserve - holds };
}

/**
 * Leads that so many callers of an edge dial before a lease is over, by what it dialed lately: never more than their reserve,
 * never less than a part of it. Callers without a channel cannot call.
 * @param callers agents, or channels that dial without
 */
function reserveOf(edge: PlannerEdge, callers: number, leaseSeconds: number, leadsPerAgent: number): number {
  const most = Math.min(callers, edge.channels) * leadsPerAgent;
  const dialed = ((edge.hourlyAttempts ?? Infinity) * leaseSeconds) / 3600;
  return Math.ceil(Math.min(most, Math.max(dialed, most * leastShare)));
}

/** What a campaign that needs no agents dials at an edge before a lease is over: no faster than it may. */
function ownReserve(
  edge: PlannerEdge,
  campaign: Omit<PlannerCampaign, 'cells'>,
  leadsPerAgent: number,
): number {
  const { id, agentless, leaseSeconds } = campaign;
  if (!agentless || !edge.broadcasts?.includes(id) || !mayWork(campaign, edge)) return 0;
  const { channels, callsPerSecond } = agentless;
  const reserve = reserveOf(edge, channels, leaseSeconds, leadsPerAgent);
  return Math.min(reserve, Math.ceil(callsPerSecond * leaseSeconds));
}

function mayWork({ sites }: Pick<PlannerCampaign, 'sites'>, { site }: PlannerEdge): boolean {
  return sites.length === 0 || sites.includes(site);
}

/** What a taker could take of one campaign: what it has room for of its own, or the reserve of the agents that serve it, less what they hold of it. */
function wantedBy(
  { edge, alone, room }: Taker,
  campaign: PlannerCampaign,
  snapshot: PlannerSnapshot,
): number {
  if (alone !== undefined) return alone === campaign.id ? room : 0;
  if (campaign.agentless || !mayWork(campaign, edge)) return 0;
  const agents = edge.agents.filter((served) => served.includes(campaign.id)).length;
  const reserve = reserveOf(edge, agents, campaign.leaseSeconds, snapshot.leadsPerAgent);
  return Math.max(0, reserve - (snapshot.held.get(edge.id)?.get(campaign.id) ?? 0));
}

/** Leads of each campaign (rows) for each edge (columns), for campaigns of one priority. */
function fill(
  group: readonly PlannerCampaign[],
  takers: readonly Taker[],
  /** What all edges could take before any campaign was served. */
  whole: number,
  snapshot: PlannerSnapshot,
): { amounts: number[][]; could: number[] } {
  const most = group.map((campaign) =>
    takers.map((taker) => Math.min(taker.room, wantedBy(taker, campaign, snapshot))),
  );
  const held = group.map(({ cells }) => cells.reduce((sum, cell) => sum + cell.held, 0));
  // Of long lists only so much counts: they are alike until their end is near.
  const work = group.map(({ cells }, c) => held[c]! + Math.min(whole, sum(cells.map(({ due }) => due))));
  const could = most.map((row) => sum(row));
  const available = group.map((campaign, c) =>
    sum(draw(campaign, could[c]!, could[c]!, snapshot.now).map(({ count }) => count)),
  );
  const lent = group.map(() => takers.map(() => 0));
  const ofCampaign = group.map(() => 0);
  const ofEdge = takers.map(() => 0);
  let changed = false;
  const set = (c: number, e: number, count: number): void => {
    const before = lent[c]![e]!;
    if (before === count) return;
    changed = true;
    lent[c]![e] = count;
    ofCampaign[c]! += count - before;
    ofEdge[e]! += count - before;
  };
  /** An edge shares `amount` among its campaigns, each filled by what is lent of it in all. */
  const mix = (e: number, amount: number): void => {
    const vessels = group.map((_, c) => {
      const others = ofCampaign[c]! - lent[c]![e]!;
      return {
        base: held[c]! + others,
        size: work[c]!,
        most: Math.min(most[c]![e]!, available[c]! - others),
      };
    });
    pour(amount, vessels).forEach((count, c) => set(c, e, count));
  };
  /** A campaign shares `amount` among edges, beside what it `keeps` there, each filled by all that it holds. */
  const share = (c: number, amount: number, keeps: boolean): void => {
    const vessels = takers.map(({ reserve, room }, e) => {
      const own = keeps ? lent[c]![e]! : 0;
      const rest = ofEdge[e]! - lent[c]![e]! + own;
      return {
        base: reserve - room + rest,
        size: reserve,
        most: Math.min(most[c]![e]! - own, room - rest),
      };
    });
    pour(amount, vessels).forEach((count, e) => set(c, e, (keeps ? lent[c]![e]! : 0) + count));
  };
  takers.forEach(({ room }, e) => mix(e, room));
  for (let round = 0; round < mostRounds; round++) {
    changed = false;
    group.forEach((_, c) => share(c, available[c]!, false));
    takers.forEach((_, e) => mix(e, ofEdge[e]!));
    if (!changed) break;
  }
  // Whatever the last turn freed.
  group.forEach((_, c) => share(c, available[c]! - ofCampaign[c]!, true));
  return { amounts: lent, could };
}

/**
 * Takes `amount` leads from cells, those first that close first and of which least is lent. Of cells that close while the lease
 * lasts no more is taken than is dialed until then, the rest would only keep agents waiting: by edges that dial nothing else
 * but these leads, and, when that leaves some over, by edges that dial as much of it as they `could`.
 * @returns the leads of each cell, in the order in which they are to be dialed
 */
function draw(
  { cells, leaseSeconds }: PlannerCampaign,
  amount: number,
  could: number,
  now: number,
): { cell: PlannerCell; count: number; soon: boolean }[] {
  const drawn = cells
    .toSorted((a, b) => a.closesAt - b.closesAt || a.held - b.held || (a.key < b.key ? -1 : 1))
    .map((cell) => ({ cell, count: 0, part: (cell.closesAt - now) / (leaseSeconds * 1000) }));
  const held = sum(cells.map((cell) => cell.held));
  let left = amount;
  for (const capacity of [amount, could]) {
    let before = 0;
    for (const each of drawn) {
      before += each.cell.held + each.count;
      const inTime = each.part < 1 ? Math.ceil((capacity + held) * Math.max(0, each.part)) - before : left;
      const more = Math.max(0, Math.min(each.cell.due - each.count, left, inTime));
      each.count += more;
      before += more;
      left -= more;
    }
  }
  return drawn.map(({ cell, count, part }) => ({ cell, count, soon: part < 1 }));
}

/**
 * Grants of one campaign: which cells the leads of each edge come from. Those that close soon are spread evenly, for all edges
 * have to hurry; the others go where they are cheapest.
 */
function spread(
  campaign: PlannerCampaign,
  amounts: readonly number[],
  could: number,
  takers: readonly Taker[],
  now: number,
): Grant[] {
  const supply = draw(campaign, sum(amounts), could, now);
  // Among cells that close at the same time as the last of those drawn from, the price may choose.
  const last = supply.findLast(({ count, soon }) => count > 0 && !soon)?.cell.closesAt;
  const urgent = supply.filter(({ count, soon }) => count > 0 && soon);
  const patient = supply.filter(({ cell, count, soon }) => !soon && (count > 0 || cell.closesAt === last));
  const edges = takers
    .map(({ edge }, e) => ({ edge, amount: amounts[e]! }))
    .filter(({ amount }) => amount > 0);
  const free = edges.map(({ amount }) => amount);
  const even = urgent.map(({ count }) => {
    const row = pour(
      count,
      edges.map(({ amount }, e) => ({ base: amount - free[e]!, size: amount, most: free[e]! })),
    );
    row.forEach((taken, e) => (free[e]! -= taken));
    return row;
  });
  const prices = patient.map(({ cell }) => edges.map(({ edge }) => edge.prices.get(cell.key) ?? unpriced));
  const cheap = exchange(
    patient.map(({ cell, count }) => (cell.closesAt === last ? cell.due : count)),
    free,
    prices,
    // A lead of these will once be called at what a call costs on average; the others close before and do not wait.
    prices.map((row, k) => (patient[k]!.cell.closesAt === last ? sum(row) / row.length : never)),
  );
  const rows = [...even, ...cheap];
  const keys = [...urgent, ...patient].map(({ cell }) => cell.key);
  return edges.flatMap(({ edge }, e) => {
    const cells = keys.flatMap((key, k) => (rows[k]![e]! > 0 ? [{ key, count: rows[k]![e]! }] : []));
    const count = sum(cells.map((cell) => cell.count));
    return count > 0 ? [{ edge: edge.id, campaign: campaign.id, count, cells }] : [];
  });
}

/** Of a minute without a known price: dearer than any, in millionths. */
const unpriced = 1e9;
/** Price of what must not happen. */
const never = 1e12;

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
