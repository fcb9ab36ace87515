import { sql, type Kysely } from 'kysely';
import { sleep, type BranchPlan, type IdSource } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { FleetBus } from '../broker/index.ts';
import type { Clocks } from '../clocks.ts';
import type { Tables } from '../database/index.ts';
import { keepDuty, type Duty } from '../duty.ts';
import type { EdgeRegistry } from '../fleet/index.ts';
import { steadyTask, type SteadyTask } from '../steady-task.ts';
import { assignLeads, mostLeads, openZoneKeys } from './lead-assignment.ts';
import type { EdgeHoldings, LeaseEpoch } from './lease-epoch.ts';
import type { BranchFacts } from './lease-gate.ts';
import { expireLeases, settleEnded } from './lease-settlement.ts';
import {
  inTurns,
  plan,
  roomOf,
  type PlannerCampaign,
  type PlannerEdge,
  type PlannerSnapshot,
} from './planner.ts';
import { sendRevocations } from './revocations.ts';

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

/** Lends leads, sends what was lent until it is confirmed, and closes what has ended. */
export class LeaseDesk {
  readonly #options: LeaseDeskOptions;
  readonly #sending: SteadyTask;
  readonly #duty: Duty;
  #wake: (() => void) | undefined;
  /** Since the last look. */
  #poked = false;
  #blocked: string | undefined;

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
    await expireLeases(db, clocks.business.now(), newId);
    const blocked = await epoch.blockedBy(this.#holdings());
    if (blocked !== undefined && blocked !== this.#blocked) log.info({ blocked }, 'no leads are lent');
    this.#blocked = blocked;
    if (blocked !== undefined) return 0;
    const began = clocks.transport.monotonic();
    const { snapshot, open, branches } = await this.#snapshot();
    const lookedMs = clocks.transport.monotonic() - began;
    for (const grant of inTurns(plan(snapshot), mostLeads)) {
      if (clocks.transport.monotonic() - began > longestTurnMs) {
        // Whoever came meanwhile must not wait until all others have their whole reserve.
        this.#poked = true;
        break;
      }
      const site = snapshot.edges.find((edge) => edge.id === grant.edge)?.site ?? '';
      const campaign = open.get(grant.campaign);
      const branch = branches.get(grant.edge);
      if (!campaign || !branch) continue;
      await db.transaction().execute((trx) =>
        assignLeads(
          trx,
          {
            edge: grant.edge,
            site,
            campaign: grant.campaign,
            count: grant.count,
            settings: campaign.settings,
            branch,
            openZones: campaign.zones,
            epoch: epoch.id,
            now: clocks.business.now(),
          },
          newId,
        ),
      );
      this.#sending.poke();
    }
    return lookedMs;
  }

  #holdings(): EdgeHoldings[] {
    const { registry } = this.#options;
    return registry.all().map(({ id }) => ({ edge: id, lent: registry.board.get(id)?.snapshot.lent }));
  }

  #freshEntry(edge: string) {
    const entry = this.#options.registry.board.get(edge);
    const fresh = entry && this.#options.clocks.transport.now() - entry.sentAt <= freshMs;
    return fresh ? entry : undefined;
  }

  async #snapshot() {
    const { db, clocks, leadsPerAgent } = this.#options;
    const now = clocks.business.now();
    const running = await db
      .selectFrom('campaigns')
      .select(['id', 'settings'])
      .where('status', '=', 'running')
      .execute();
    const { edges, branches } = await this.#edges(new Set(running.map((row) => row.id)));
    const held = edges.length > 0 ? await this.#held() : new Map<string, Map<string, number>>();
    const ids = running.map((row) => row.id);
    const most = edges.reduce((sum, edge) => sum + roomOf(edge, ids, held, leadsPerAgent), 0);
    const campaigns: PlannerCampaign[] = [];
    const open = new Map<string, { settings: (typeof running)[number]['settings']; zones: string[] }>();
    for (const { id, settings } of most > 0 ? running : []) {
      const keys = await db
        .selectFrom('campaign_zones')
        .select('zone_key')
        .where('campaign', '=', id)
        .execute();
      const zones = openZoneKeys(
        keys.map((row) => row.zone_key),
        settings.window,
        now,
      );
      open.set(id, { settings, zones });
      const available =
        zones.length === 0 ? 0 : await this.#available(id, zones, settings.attemptsCap, now, most);
      campaigns.push({ id, priority: settings.priority, sites: settings.sites, available });
    }
    const snapshot: PlannerSnapshot = { edges, campaigns, held, leadsPerAgent };
    return { snapshot, open, branches };
  }

  /** Edges that may take leads: there, their clock believed, with agents at work on campaigns they already know of. */
  async #edges(
    running: ReadonlySet<string>,
  ): Promise<{ edges: PlannerEdge[]; branches: Map<string, BranchFacts> }> {
    const { db, registry } = this.#options;
    const ready = registry.all().flatMap(({ id, site, clock }) => {
      const agents = this.#freshEntry(id)?.snapshot.agents ?? {};
      const atWork = Object.values(agents).some(({ state }) => state !== 'offline');
      const there = atWork && clock !== 'untrusted' && registry.liveSession(id) !== undefined;
      return there ? [{ id, site, agents }] : [];
    });
    const branches = new Map<string, BranchFacts>();
    if (running.size === 0 || ready.length === 0) return { edges: [], branches };
    const rows = await db
      .selectFrom('edges')
      .select(['id', 'plan', 'desired'])
      .where(
        'id',
        'in',
        ready.map((edge) => edge.id),
      )
      .execute();
    const rowOf = new Map(rows.map((row) => [row.id, row]));
    const edges = ready.flatMap(({ id, site, agents: live }) => {
      const row = rowOf.get(id);
      if (!row?.plan) return [];
      const known = new Set(
        row.desired?.campaigns.filter((campaign) => running.has(campaign.id)).map((campaign) => campaign.id),
      );
      const agents = agentsAtWork(row.plan, live, known);
      const { emergencyNumbers, lines } = row.plan;
      const callerIds = lines.filter(({ enabled }) => enabled).flatMap((line) => line.callerIds);
      branches.set(id, { emergencyNumbers, callerIds });
      return agents.length > 0 ? [{ id, site, agents }] : [];
    });
    return { edges, branches };
  }

  async #available(
    campaign: string,
    zones: readonly string[],
    cap: number,
    now: number,
    most: number,
  ): Promise<number> {
    const { rows } = await sql<{ count: number }>`select count(*) as count from (
      select 1 from leads where campaign = ${campaign} and state = 'open' and due_at <= ${now}
        and attempts < ${cap} and zone_key = any(${[...zones]}) order by due_at limit ${most}) as due`.execute(
      this.#options.db,
    );
    return rows[0]?.count ?? 0;
  }

  async #held(): Promise<Map<string, Map<string, number>>> {
    const { rows } = await sql<{ edge: string; campaign: string; count: number }>`
      select l.edge, l.campaign, sum(d.count)::bigint as count
      from (select lease, count(*) as count from leads where lease is not null and state = 'leased' group by lease) d
        join leases l on l.id = d.lease
      group by 1, 2`.execute(this.#options.db);
    const held = new Map<string, Map<string, number>>();
    for (const { edge, campaign, count } of rows) {
      const byCampaign = held.get(edge) ?? new Map<string, number>();
      byCampaign.set(campaign, count);
      held.set(edge, byCampaign);
    }
    return held;
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

/** The campaigns of each agent who is logged in and serves any that runs. */
export function agentsAtWork(
  branch: Pick<BranchPlan, 'agents'>,
  live: Readonly<Record<string, { readonly state: string }>>,
  running: ReadonlySet<string>,
): string[][] {
  return branch.agents.flatMap((agent) => {
    const state = live[agent.id]?.state ?? 'offline';
    const served = agent.campaigns.filter((id) => running.has(id));
    return state === 'offline' || served.length === 0 ? [] : [served];
  });
}
