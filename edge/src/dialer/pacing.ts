import { pacedModes, type AttemptPace, type Clock, type EdgeCampaign, type Pace } from '@branchline/shared';
import { voiceOf, type AgentPresence } from '../agents/index.ts';
import { outcomeOf, type Call } from '../calls/index.ts';
import { DropWindow, type DropCounts } from './drop-window.ts';
import {
  createPacer,
  type Pacer,
  type PacerEvent,
  type PacerOptions,
  type PacerOutlook,
  type PacerSnapshot,
} from './pacer.ts';
import type { Since } from './pacer/contract.ts';

export interface PacingOptions {
  readonly business: Clock;
  /** Everybody who is known here. */
  readonly agents: () => readonly AgentPresence[];
  /** The site's zone: drops are counted from its midnight on. */
  readonly zone: () => string;
  /** Makes the pacer of a campaign; the predictive one, unless a test listens. */
  readonly pacer?: (options: PacerOptions) => Pacer;
}

/** How a campaign stands: its agents and calls now, and what was decided last. */
export interface PacingView extends DropCounts {
  /** Agents who are ready and its to use. */
  readonly ready: number;
  readonly ringing: number;
  readonly waiting: number;
  readonly freeChannels: number;
  /** Calls dialed by the last decision. */
  readonly dialed: number;
  readonly outlook: Omit<PacerOutlook, 'because'> & { readonly because: Pace };
}

/** How often a campaign is asked how many calls it wants, business ms. */
export const decisionMs = 250;

/** A call as pacing sees it; `begun` until it is on its way, `handed-on` while it is between two agents. */
interface Paced {
  readonly campaign: string;
  phase: 'begun' | 'ringing' | 'waiting' | 'promised' | 'talking' | 'handed-on' | 'over';
  /** An agent is reserved for it before anybody answers. */
  reserved: boolean;
  /** Of the phase: answers and ringing count from the dial on. Monotonic ms. */
  since: number;
  /** Answered, and not told to the pacer yet: it may still turn out to be a machine. How long it rang and waited, ms. */
  unsettled?: { readonly rangMs: number; readonly waitedMs?: number } | undefined;
}

interface OneCampaign {
  settings: Pick<EdgeCampaign, 'maxAbandonRate' | 'maxWaitMs'>;
  pacer: Pacer;
  readonly drops: DropWindow;
  decidedAt: number;
  seen: Pick<PacingView, 'ready' | 'freeChannels' | 'dialed' | 'outlook'> | undefined;
}

/** What modes do that ask no pacer. */
const unpaced: Readonly<Partial<Record<EdgeCampaign['mode'], Pace>>> = {
  manual: 'asked',
  preview: 'shown',
  progressive: 'one-each',
  broadcast: 'within-rate',
};

/**
 * Follows calls and agents of each campaign, whatever its mode, so that a pacer knows what to expect when it is asked. Keeps
 * its own monotonic instants: a clock that is set changes no duration.
 */
export class Pacing {
  readonly #options: PacingOptions;
  readonly #campaigns = new Map<string, OneCampaign>();
  readonly #calls = new Map<string, Paced>();
  /** Agent → monotonic instant of the present state. */
  readonly #agents = new Map<string, number>();

  constructor(options: PacingOptions) {
    this.#options = options;
  }

  /** Takes over the campaigns in force. A changed cap or wait is learned for anew; what was dropped today stays. */
  configure(campaigns: readonly EdgeCampaign[]): void {
    const wanted = new Set(campaigns.map(({ id }) => id));
    for (const id of this.#campaigns.keys()) if (!wanted.has(id)) this.#campaigns.delete(id);
    for (const { id, maxAbandonRate, maxWaitMs } of campaigns) {
      const known = this.#campaigns.get(id);
      if (known?.settings.maxAbandonRate === maxAbandonRate && known.settings.maxWaitMs === maxWaitMs)
        continue;
      const settings = { maxAbandonRate, maxWaitMs };
      const drops = known?.drops ?? new DropWindow();
      this.#campaigns.set(id, {
        settings,
        pacer: (this.#options.pacer ?? createPacer)(settings),
        drops,
        decidedAt: -Infinity,
        seen: undefined,
      });
    }
  }

  /** What the ledger has of today. */
  restore(
    counts: readonly (Pick<DropCounts, 'answered' | 'abandoned'> & { readonly campaign: string })[],
  ): void {
    const { business, zone } = this.#options;
    for (const { campaign, ...more } of counts)
      this.#campaigns.get(campaign)?.drops.count(business.now(), zone(), more);
  }

  /**
   * A call is being prepared: it counts as ringing from now on.
   * @param agent who is reserved for it, if anybody is
   */
  begin(id: string, campaign: string, agent?: string): void {
    const since = this.#options.business.monotonic();
    this.#calls.set(id, { campaign, phase: 'begun', reserved: agent !== undefined, since });
  }

  /** A call that was begun will not be placed. */
  unplaced(id: string): void {
    if (this.#calls.get(id)?.phase === 'begun') this.#calls.delete(id);
  }

  /** Calls of a campaign on which nobody talks yet. */
  open(campaign: string): number {
    const open = new Set(['begun', 'ringing', 'waiting']);
    return [...this.#calls.values()].filter((call) => call.campaign === campaign && open.has(call.phase))
      .length;
  }

  /** Calls of a campaign, in whatever phase. */
  underWay(campaign: string): number {
    return [...this.#calls.values()].filter((call) => call.campaign === campaign).length;
  }

  /**
   * Whether no drop of today is left for a campaign that dials without agents: somebody found none or waits for one, and if one more did
   * not find any, the cap would be passed.
   */
  spent({ id, maxAbandonRate }: Pick<EdgeCampaign, 'id' | 'maxAbandonRate'>): boolean {
    const { business, zone } = this.#options;
    const drops = this.#campaigns.get(id)?.drops.at(business.now(), zone());
    if (!drops) return false;
    const waiting = [...this.#calls.values()].filter(
      ({ campaign, phase }) => campaign === id && phase === 'waiting',
    ).length;
    const dropped = drops.abandoned + waiting;
    return dropped > 0 && maxAbandonRate * drops.answered - dropped < 1;
  }

  /**
   * Agents that calls of a campaign which have none yet will need: all of them, until it is known how many are answered, and where
   * they ring from a mode before this one, in which no pacer looks after them.
   */
  expecting({ id, mode }: Pick<EdgeCampaign, 'id' | 'mode'>): number {
    const outlook = pacedModes.has(mode) ? this.#campaigns.get(id)?.seen?.outlook : undefined;
    const known = outlook?.because === 'risk' || (outlook?.because === 'ratio' && outlook.answerShare > 0);
    const share = known ? outlook.answerShare : 1;
    let [ringing, waiting] = [0, 0];
    for (const call of this.#calls.values()) {
      if (call.campaign !== id) continue;
      if (isRinging(call)) ringing++;
      if (call.phase === 'waiting') waiting++;
    }
    return Math.ceil(waiting + ringing * share);
  }

  /** A call is new, changed its phase, or has ended. */
  follow(call: Call): void {
    if (call.direction !== 'outbound' || call.campaign === undefined) return;
    const now = this.#options.business.monotonic();
    const ago = (at: number): number => now - Math.max(0, this.#options.business.now() - at);
    let paced = this.#calls.get(call.id);
    const found = !paced;
    if (!paced) {
      if (call.phase === 'ended') return;
      paced = { campaign: call.campaign, phase: 'begun', reserved: false, since: ago(call.startedAt) };
      this.#calls.set(call.id, paced);
    }
    paced.reserved = call.agent !== undefined;
    if (paced.phase === 'begun') this.#enter(paced, 'ringing', paced.since, { type: 'dialed' });
    if (call.machine !== undefined && paced.phase !== 'over') this.#machine(paced, now);
    if (paced.phase === 'ringing' && call.answeredAt !== undefined && !isUnjudged(call)) {
      paced.unsettled = { rangMs: now - paced.since };
      this.#enter(paced, 'waiting', now);
    }
    if (isLive(call)) this.#settle(paced, now);
    if (paced.phase === 'waiting' && call.abandoned) {
      this.#enter(paced, 'over', now, { type: 'abandoned' });
      this.#count(call.campaign, { abandoned: 1 });
    }
    if ((paced.phase === 'waiting' || paced.phase === 'promised') && call.bridgedAt !== undefined) {
      const { unsettled } = paced;
      if (unsettled) paced.unsettled = { ...unsettled, waitedMs: now - paced.since };
      this.#enter(paced, 'talking', now, unsettled ? undefined : { type: 'connected' });
      if (isLive(call)) this.#settle(paced, now);
    }
    // An agent may be lost before the bridge, and the callee waits again.
    if (paced.phase === 'waiting' && call.agent !== undefined) paced.phase = 'promised';
    else if (paced.phase === 'promised' && call.agent === undefined) paced.phase = 'waiting';
    // Each agent has a talk of their own: the first one's is over when the customer leaves them.
    if (paced.phase === 'talking' && isBetweenAgents(call))
      this.#enter(paced, 'handed-on', now, found ? undefined : { type: 'talk-ended' });
    else if (paced.phase === 'handed-on' && call.phase === 'talking' && call.agent !== undefined)
      this.#enter(paced, 'talking', now);
    if (call.phase !== 'ended') return;
    this.#calls.delete(call.id);
    if (paced.phase === 'ringing') this.#tell(paced, now, { type: 'failed', reason: outcomeOf(call) });
    else if (paced.phase === 'talking') this.#tell(paced, now, { type: 'talk-ended' });
    else if (paced.phase !== 'over' && paced.phase !== 'handed-on')
      this.#tell(paced, now, { type: 'failed', reason: 'CALLEE_HUNGUP' });
  }

  /** A machine is no live answer, though an agent may have had it for a moment: it spends, earns and teaches nothing else. */
  #machine(paced: Paced, now: number): void {
    const rangMs = paced.unsettled?.rangMs ?? now - paced.since;
    this.#observe(paced, { type: 'failed', reason: 'MACHINE', at: now, durationMs: rangMs });
    paced.unsettled = undefined;
    paced.phase = 'over';
  }

  /** It is known that a person answered. */
  #settle(paced: Paced, now: number): void {
    const { unsettled } = paced;
    if (!unsettled) return;
    paced.unsettled = undefined;
    this.#observe(paced, { type: 'answered', at: now, durationMs: unsettled.rangMs });
    this.#count(paced.campaign, { answered: 1 });
    if (unsettled.waitedMs !== undefined)
      this.#observe(paced, { type: 'connected', at: now, durationMs: unsettled.waitedMs });
  }

  /** An agent changed their state. */
  followAgent(before: AgentPresence, after: AgentPresence): void {
    if (before.state === after.state) return;
    const now = this.#options.business.monotonic();
    const since = this.#agents.get(after.id) ?? now;
    this.#agents.set(after.id, now);
    const campaign = voiceOf(before)?.campaign;
    if (before.state === 'wrap-up' && campaign !== undefined)
      this.#campaigns.get(campaign)?.pacer.observe({ type: 'wrap-ended', at: now, durationMs: now - since });
  }

  /**
   * How many calls a campaign wants now; 0 within {@link decisionMs} of the last decision.
   * @param ready agents who are ready and this campaign's to use
   */
  wanted(campaign: EdgeCampaign, ready: number, freeChannels: number): number {
    const own = this.#campaigns.get(campaign.id);
    const { business, zone } = this.#options;
    const now = business.monotonic();
    if (!own || now - own.decidedAt < decisionMs) return 0;
    own.decidedAt = now;
    const snapshot = this.#snapshot(campaign.id, ready, freeChannels, own.drops.at(business.now(), zone()));
    const { dial, outlook } =
      campaign.mode === 'power' ? powerDecision(campaign, snapshot, own.pacer) : own.pacer.decide(snapshot);
    if (dial > 0) this.#count(campaign.id, { expected: outlook.expectedDrops });
    own.seen = { ready, freeChannels, dialed: dial, outlook };
    return dial;
  }

  /**
   * Takes note of how a campaign stands that asks no pacer now.
   * @param ready agents who are ready and this campaign's to use
   * @param dialed calls that were begun
   */
  see({ id, mode, maxAbandonRate }: EdgeCampaign, ready: number, freeChannels: number, dialed: number): void {
    const own = this.#campaigns.get(id);
    if (!own) return;
    const because = unpaced[mode];
    const { business, zone } = this.#options;
    const { answered, abandoned } = own.drops.at(business.now(), zone());
    const unspent = maxAbandonRate * answered - abandoned;
    const nothing = { answerShare: 0, risk: 0, allowedRisk: 0, unspent, expectedDrops: 0 };
    // A pacer's last word stays beside what has changed since.
    const outlook = because === undefined ? own.seen?.outlook : { because, ...nothing };
    own.seen = { ready, freeChannels, dialed, outlook: outlook ?? { because: 'nobody', ...nothing } };
  }

  /** How a campaign stands; undefined before it was first looked at. */
  view(campaign: string): PacingView | undefined {
    const own = this.#campaigns.get(campaign);
    if (!own?.seen) return undefined;
    const { business, zone } = this.#options;
    const calls = [...this.#calls.values()].filter((call) => call.campaign === campaign);
    return {
      ...own.seen,
      ringing: calls.filter(({ phase }) => phase === 'begun' || phase === 'ringing').length,
      waiting: calls.filter(({ phase }) => phase === 'waiting').length,
      ...own.drops.at(business.now(), zone()),
    };
  }

  /** What a call that is begun now is owed to; undefined before the campaign was looked at. */
  paceOf({ id, mode }: Pick<EdgeCampaign, 'id' | 'mode'>): AttemptPace | undefined {
    const view = this.view(id);
    if (!view) return undefined;
    const { because, risk, allowedRisk, answerShare } = view.outlook;
    const chances = {
      risk: thousandths(risk),
      allowed: thousandths(allowedRisk),
      share: thousandths(answerShare),
    };
    const { ready, ringing } = view;
    return { mode, because, ready, ringing, ...(because === 'risk' && chances) };
  }

  #snapshot(campaign: string, ready: number, freeChannels: number, budget: DropCounts): PacerSnapshot {
    const now = this.#options.business.monotonic();
    const own = [...this.#calls.values()].filter((call) => call.campaign === campaign);
    const working = this.#options.agents().filter((agent) => voiceOf(agent)?.campaign === campaign);
    const since = ({ id }: AgentPresence): Since => ({ since: this.#agents.get(id) ?? now });
    return {
      now,
      agents: {
        ready,
        talking: working.filter(({ state }) => state !== 'wrap-up').map(since),
        wrapUp: working.filter(({ state }) => state === 'wrap-up').map(since),
      },
      ringing: own.filter(isRinging),
      waiting: own.filter(({ phase }) => phase === 'waiting'),
      freeChannels,
      budget,
    };
  }

  #enter(
    call: Paced,
    phase: Paced['phase'],
    at: number,
    event?: { type: 'dialed' | 'connected' | 'abandoned' | 'talk-ended' },
  ): void {
    if (event) this.#tell(call, at, event);
    call.phase = phase;
    call.since = at;
  }

  #tell(call: Paced, at: number, what: Pick<PacerEvent, 'type'> & { reason?: string }): void {
    this.#observe(call, { ...what, at, durationMs: at - call.since } as PacerEvent);
  }

  #observe({ campaign }: Paced, event: PacerEvent): void {
    this.#campaigns.get(campaign)?.pacer.observe(event);
  }

  #count(campaign: string, more: Partial<DropCounts>): void {
    const { business, zone } = this.#options;
    this.#campaigns.get(campaign)?.drops.count(business.now(), zone(), more);
  }
}

function thousandths(share: number): number {
  return Math.round(share * 1000) / 1000;
}

/** Whether it is not known yet if a call will need an agent of those who are ready. */
function isRinging({ phase, reserved }: Paced): boolean {
  return !reserved && (phase === 'begun' || phase === 'ringing');
}

/** Whether it is not known yet who answered, and waited for. */
function isUnjudged({ machines, phase, flow, flowLeftAt }: Call): boolean {
  // Whoever hears a flow waits for nobody until they ask for an agent.
  if (flow !== undefined && flowLeftAt === undefined) return true;
  return phase === 'judging' || (phase === 'answered' && machines?.how === 'hold');
}

/** Whether a customer has left an agent and is with no other one yet: parked, in line, in a survey, or with somebody who is no agent. */
function isBetweenAgents({ partedAt, phase, agent }: Call): boolean {
  return partedAt !== undefined && phase !== 'ended' && (phase !== 'talking' || agent === undefined);
}

/** Whether it is settled that a person answered: nobody listens, the verdict is there, or it cannot come any more. */
function isLive({ machines, machine, person, abandoned, phase }: Call): boolean {
  return machine === undefined && (!machines || person === true || abandoned === true || phase === 'ended');
}

/** A fixed number of calls for each ready agent; one while the drops that the cap allows are spent. */
function powerDecision(
  { callsPerAgent, maxAbandonRate }: EdgeCampaign,
  snapshot: PacerSnapshot,
  pacer: Pacer,
): { readonly dial: number; readonly outlook: PacerOutlook } {
  const { agents, ringing, waiting, freeChannels, budget } = snapshot;
  const each = maxAbandonRate * budget.answered - budget.abandoned < 1 ? 1 : callsPerAgent;
  const wanted = Math.floor(each * agents.ready) - ringing.length - waiting.length;
  const dial = Math.max(0, Math.min(freeChannels, wanted));
  return { dial, outlook: pacer.weigh(snapshot, dial) };
}
