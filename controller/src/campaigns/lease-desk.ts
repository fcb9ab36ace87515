import type { Kysely } from 'kysely';
import { sleep, type BranchPlan, type CampaignSettings, type IdSource } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { FleetBus } from '../broker/index.ts';
import type { Clocks } from '../clocks.ts';
import type { Tables } from '../database/index.ts';
import { keepDuty, type Duty } from '../duty.ts';
import type { EdgeRegistry } from '../fleet/index.ts';
import { steadyTask, type SteadyTask } from '../steady-task.ts';
import { openCells, type OpenCell } from './call-cells.ts';
import { mainCurrency, pricesOf } from './call-prices.ts';
import { DialRates } from './dial-rates.ts';
import { assignLeads, mostLeads } from './lead-assignment.ts';
import { findPromised } from './callbacks.ts';
import { countDue, countHeld, type CellToCount } from './lead-cells.ts';
import { emptyHanded, type EdgeHoldings, type LeaseEpoch } from './lease-epoch.ts';
import type { BranchFacts } from './lease-gate.ts';
import { IdleBranches } from './idle-branches.ts';
import { clockToleranceMs, expireLeases, releaseUnheard, settleEnded } from './lease-settlement.ts';
import { inTurns, plan, roomOf, type Grant, type PlannerEdge, type PlannerSnapshot } from './planner.ts';
import { revokeIdle, sendRevocations } from './revocations.ts';

export interface LeaseDeskOptions {
  readonly db: Kysely<Tables>;
  readonly bus: FleetBus;
  readonly registry: EdgeRegistry;
  readonly epoch: LeaseEpoch;
  readonly clocks: Clocks;
  readonly newId: IdSource;
  readonly log: Log;
  /** Leads an agent should have in reserve. */
  readonly leadsPerAgent: number;
}

/** How often the planner looks, ms of transport time. */
const planEveryMs = 1000;
/** How long it lends before it looks again, ms of transport time. */
const longestTurnMs = 5000;
/** Share of the time, at most, that it spends on looking. */
const planningShare = 0.1;
/** Live data older than this says nothing about who is logged in, ms of transport time. */
const freshMs = 15_000;
/** An unconfirmed lease is sent again after this time, business ms … */
const sendAgainMs = 10_000;
/** … but not faster than this, ms of transport time. */
const sendAgainRealMs = 1000;

type Settings = Map<string, CampaignSettings>;
/** Edges that may be lent leads, with the campaigns of each agent at work. */
type Branches = Map<
  string,
  BranchFacts & { readonly site: string; readonly agents: ReadonlyMap<string, readonly string[]> }
>;

/** Lends leads, sends what was lent until it is confirmed, and closes what has ended. */
export class LeaseDesk {
  readonly #options: LeaseDeskOptions;
  readonly #sending: SteadyTask;
  readonly #duty: Duty;
  #wake: (() => void) | undefined;
  /** Since the last look. */
  #poked = false;
  #blocked: string | undefined;
  readonly #rates = new DialRates();
  readonly #idle = new IdleBranches();

  constructor(options: LeaseDeskOptions) {
    this.#options = options;
    const { clocks, log } = options;
    this.#duty = keepDuty({ db: options.db, name: 'planner', clock: clocks.transport, log }, async (held) => {
      while (!held.aborted) {
        const lookedMs = await this.#turn();
        await this.#pause(lookedMs, held);
      }
    });
    this.#sending = steadyTask(
      { name: 'sending leases', clock: clocks.transport, log, everyMs: 500, onlyWhile: this.#duty },
      async () => {
        await this.#send();
        await sendRevocations(
          options.db,
          options.bus,
          (edge) => options.registry.liveSession(edge),
          clocks.business,
        );
      },
    );
  }

  /** Whether this process is the one that plans. */
  get planning(): boolean {
    return this.#duty.held;
  }

  /** Why nothing is lent, while that is so. */
  get blocked(): string | undefined {
    return this.#blocked;
  }

  /** Looks at once: a campaign was started, leads were imported, an agent logged in. */
  poke(): void {
    this.#poked = true;
    this.#wake?.();
    this.#sending.poke();
  }

  /** Sends at once: leads have to be called back. What is lent anew has time until the next look. */
  pokeSending(): void {
    this.#sending.poke();
  }

  async stop(): Promise<void> {
    await this.#duty.stop();
    await this.#sending.stop();
  }

  /**
   * Waits for the next turn, or for a poke. Looking over many leads takes a while: the planner has a part of the time at most,
   * and half of it when it is poked again and again.
   */
  async #pause(lookedMs: number, signal: AbortSignal): Promise<void> {
    const { transport } = this.#options.clocks;
    await sleep(transport, lookedMs, signal).catch(() => undefined);
    if (this.#poked) return;
    const poked = new AbortController();
    this.#wake = () => poked.abort();
    const rest = Math.max(planEveryMs, lookedMs / planningShare) - lookedMs;
    await sleep(transport, rest, AbortSignal.any([signal, poked.signal])).catch(() => undefined);
    this.#wake = undefined;
  }

  /** Lends what is wanted. @returns how long it looked before, ms of transport time */
  async #turn(): Promise<number> {
    const { db, clocks, newId, epoch, log } = this.#options;
    this.#poked = false;
    await settleEnded(db, newId);
    const now = clocks.business.now();
    await expireLeases(db, now, newId);
    // What an edge says now is at most so old.
    const saidSince = now - freshMs * clocks.speed;
    await releaseUnheard(db, emptyHanded(this.#freshHoldings(), epoch.id), saidSince - clockToleranceMs);
    const blocked = await epoch.blockedBy(this.#holdings());
    if (blocked !== undefined && blocked !== this.#blocked) log.info({ blocked }, 'no leads are lent');
    this.#blocked = blocked;
    if (blocked !== undefined) return 0;
    const began = clocks.transport.monotonic();
    const { snapshot, settings, branches } = await this.#snapshot();
    const lookedMs = clocks.transport.monotonic() - began;
    const lend = async (edge: string, id: string, what: Pick<Grant, 'cells'> | { agents: string[] }) => {
      const campaign = settings.get(id);
      const branch = branches.get(edge);
      if (!campaign || !branch) return;
      const terms = { edge, site: branch.site, campaign: id, settings: campaign, branch, epoch: epoch.id };
      await db
        .transaction()
        .execute((trx) => assignLeads(trx, { ...terms, ...what, now: clocks.business.now() }, newId));
      this.#sending.poke();
    };
    for (const { edge, campaign, agents } of await this.#promised(settings, branches))
      await lend(edge, campaign, { agents });
    for (const { edge, campaign, cells } of inTurns(plan(snapshot), mostLeads)) {
      if (clocks.transport.monotonic() - began > longestTurnMs) {
        // Whoever came meanwhile must not wait until all others have their whole reserve.
        this.#poked = true;
        break;
      }
      await lend(edge, campaign, { cells });
    }
    return lookedMs;
  }

  /** Agents who are at work where they promised to call somebody by now. */
  async #promised(
    settings: Settings,
    branches: Branches,
  ): Promise<{ edge: string; campaign: string; agents: string[] }[]> {
    const { db, clocks } = this.#options;
    const promised = await findPromised(db, [...settings.keys()], clocks.business.now());
    const here = promised.filter(
      ({ edge, agent, campaign }) => branches.get(edge)?.agents.get(agent)?.includes(campaign) ?? false,
    );
    return [...Map.groupBy(here, ({ edge, campaign }) => `${edge} ${campaign}`).values()].map((group) => ({
      edge: group[0]!.edge,
      campaign: group[0]!.campaign,
      agents: group.map(({ agent }) => agent),
    }));
  }

  #holdings(): EdgeHoldings[] {
    const { registry } = this.#options;
    return registry.all().map(({ id }) => ({ edge: id, lent: registry.board.get(id)?.snapshot.lent }));
  }

  #freshHoldings(): EdgeHoldings[] {
    return this.#holdings().filter(({ edge }) => this.#freshEntry(edge) !== undefined);
  }

  #freshEntry(edge: string) {
    const entry = this.#options.registry.board.get(edge);
    const fresh = entry && this.#options.clocks.transport.now() - entry.sentAt <= freshMs;
    return fresh ? entry : undefined;
  }

  async #snapshot(): Promise<{ snapshot: PlannerSnapshot; settings: Settings; branches: Branches }> {
    const { db, clocks, leadsPerAgent } = this.#options;
    const now = clocks.business.now();
    const running = await db
      .selectFrom('campaigns')
      .select(['id', 'settings'])
      .where('status', '=', 'running')
      .execute();
    const settings: Settings = new Map(running.map((row) => [row.id, row.settings]));
    const { plans, branches } = await this.#branches(settings);
    const lent = plans.length > 0 ? await countHeld(db) : [];
    const held = new Map<string, Map<string, number>>();
    for (const { edge, campaign, count } of lent) {
      const byCampaign = held.get(edge) ?? new Map<string, number>();
      held.set(edge, byCampaign.set(campaign, (byCampaign.get(campaign) ?? 0) + count));
    }
    const bare = running.map((row) => ({
      id: row.id,
      ...row.settings,
      agentless: agentless(row.settings),
    }));
    const most = roomOf({ edges: plans, campaigns: bare, held, leadsPerAgent });
    const cells = most > 0 ? await this.#openCells(bare, now) : [];
    const due = await countDue(db, cells, most, now);
    const heldIn = Map.groupBy(lent, ({ campaign, key }) => `${campaign} ${key}`);
    const counted = cells.map((cell, i) => {
      const away = heldIn.get(`${cell.campaign} ${cell.key}`) ?? [];
      return { ...cell, due: due[i] ?? 0, held: away.reduce((sum, { count }) => sum + count, 0) };
    });
    const ofCampaign = Map.groupBy(counted, ({ campaign }) => campaign);
    const campaigns = bare.map((campaign) => ({ ...campaign, cells: ofCampaign.get(campaign.id) ?? [] }));
    const keys = new Set(cells.map(({ key }) => key));
    const currency = mainCurrency(plans.map(({ plan }) => plan));
    const edges = plans.map((edge) => ({ ...edge, prices: pricesOf(edge.plan, keys, currency) }));
    return { snapshot: { now, edges, campaigns, held, leadsPerAgent }, settings, branches };
  }

  /** The cells of these campaigns that may be called now. */
  async #openCells(
    campaigns: readonly ({ id: string } & CampaignSettings)[],
    now: number,
  ): Promise<(OpenCell & CellToCount)[]> {
    if (campaigns.length === 0) return [];
    const rows = await this.#options.db
      .selectFrom('campaign_zones')
      .selectAll()
      .where(
        'campaign',
        'in',
        campaigns.map(({ id }) => id),
      )
      .execute();
    const keys = Map.groupBy(rows, ({ campaign }) => campaign);
    return campaigns.flatMap(({ id, window, attemptsCap, filter, quotas }) =>
      openCells(
        (keys.get(id) ?? []).map((row) => row.zone_key),
        window,
        now,
      ).map((cell) => ({ ...cell, campaign: id, attemptsCap, filter, quotas })),
    );
  }

  /**
   * Edges with agents at work on running campaigns that the edge knows of already, or with such campaigns that need none, by their last
   * word. What those hold who have had nobody at work for a while is called back.
   */
  async #branches(
    settings: Settings,
  ): Promise<{ plans: (Omit<PlannerEdge, 'prices'> & { plan: BranchPlan })[]; branches: Branches }> {
    const { db, registry, clocks } = this.#options;
    const branches: Branches = new Map();
    const running = [...settings.keys()];
    const alone = running.filter((id) => agentless(settings.get(id)!));
    const ready = registry.all().flatMap((edge) => {
      const live = this.#freshEntry(edge.id)?.snapshot;
      if (!live) {
        this.#idle.forget(edge.id);
        return [];
      }
      const attempts = Object.values(live.campaigns).reduce((sum, campaign) => sum + campaign.attempts, 0);
      this.#rates.note(edge.id, attempts, clocks.business.now());
      return [{ edge, live }];
    });
    if (running.length === 0 || ready.length === 0) return { plans: [], branches };
    const rows = await db
      .selectFrom('edges')
      .select(['id', 'plan', 'desired'])
      .where(
        'id',
        'in',
        ready.map(({ edge }) => edge.id),
      )
      .execute();
    const rowOf = new Map(rows.map((row) => [row.id, row]));
    const idle: { edge: string; campaign: string }[] = [];
    const plans = ready.flatMap(({ edge: { id, site, clock }, live }) => {
      const row = rowOf.get(id);
      if (!row?.plan) return [];
      const known = new Set(row.desired?.campaigns.map((campaign) => campaign.id));
      // What dials by itself is worked on wherever it is.
      const worked = new Set([...workedOn(row.plan, live.agents), ...alone]);
      const left = this.#idle.note(id, worked, running, clocks.business.now());
      idle.push(...[...left].map((campaign) => ({ edge: id, campaign })));
      const served = running.filter((each) => known.has(each) && !left.has(each));
      const agents = agentsAtWork(row.plan, live.agents, new Set(served));
      const broadcasts = alone.filter((each) => known.has(each));
      if (agents.size === 0 && broadcasts.length === 0) return [];
      const { emergencyNumbers, lines } = row.plan;
      const enabled = lines.filter((line) => line.enabled);
      const online = registry.liveSession(id) !== undefined;
      const callerIds = enabled.flatMap((line) => line.callerIds);
      if (online && clock !== undefined && clock !== 'untrusted')
        branches.set(id, { site, agents, emergencyNumbers, callerIds });
      const channels = enabled
        .filter((line) => live.lines[line.id]?.state !== 'down')
        .reduce((sum, line) => sum + line.channels, 0);
      return [
        {
          id,
          site,
          online,
          clock: clock ?? 'untrusted',
          agents: [...agents.values()],
          broadcasts,
          channels,
          hourlyAttempts: this.#rates.of(id),
          plan: row.plan,
        },
      ];
    });
    await db.transaction().execute((trx) => revokeIdle(trx, idle));
    return { plans, branches };
  }

  /** Sends leases that are not confirmed to edges that are there. */
  async #send(): Promise<void> {
    const { db, bus, registry, clocks } = this.#options;
    const now = clocks.business.now();
    const again = Math.max(sendAgainMs, sendAgainRealMs * clocks.speed);
    const rows = await db
      .selectFrom('leases')
      .select(['id', 'edge', 'payload', 'sent_at'])
      .where('state', '=', 'issued')
      .where('expires_at', '>', now)
      .where((eb) => eb.or([eb('sent_at', 'is', null), eb('sent_at', '<=', now - again)]))
      .orderBy('id')
      .limit(200)
      .execute();
    for (const { id, edge, payload } of rows) {
      if (!payload || registry.liveSession(edge) === undefined) continue;
      // Marked before it is sent: a lease that may have gone out is never taken for unsent.
      await db
        .updateTable('leases')
        .set({ sent_at: now })
        .where('id', '=', id)
        .where('state', '=', 'issued')
        .execute();
      await bus.publish('lease', edge, payload);
    }
  }
}

/** What a campaign that dials without agents may do at each edge; undefined for all others. */
function agentless({
  mode,
  broadcast,
}: Pick<CampaignSettings, 'mode' | 'broadcast'>): CampaignSettings['broadcast'] {
  return mode === 'broadcast' ? broadcast : undefined;
}

/** Campaigns that somebody at work serves: neither away nor on a break. */
function workedOn(
  branch: Pick<BranchPlan, 'agents'>,
  live: Readonly<Record<string, { readonly state: string }>>,
): Set<string> {
  const resting = new Set(['offline', 'break']);
  return new Set(
    branch.agents.flatMap(({ id, campaigns }) =>
      resting.has(live[id]?.state ?? 'offline') ? [] : campaigns,
    ),
  );
}

/** The campaigns of each agent who is logged in and serves any that runs. */
export function agentsAtWork(
  branch: Pick<BranchPlan, 'agents'>,
  live: Readonly<Record<string, { readonly state: string }>>,
  running: ReadonlySet<string>,
): Map<string, readonly string[]> {
  return new Map(
    branch.agents.flatMap(({ id, campaigns }) => {
      const state = live[id]?.state ?? 'offline';
      const served = campaigns.filter((campaign) => running.has(campaign));
      return state === 'offline' || served.length === 0 ? [] : [[id, served] as const];
    }),
  );
}
