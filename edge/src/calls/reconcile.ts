import { derivedId, problemOf, type Clock, type ClockTrust, type IdSource } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import { voiceOf, type Roster } from '../agents/index.ts';
import type { Ledger } from '../store/index.ts';
import type { CdrSpool, Channel, SpooledLeg, Switch } from '../switch/index.ts';
import type { Call } from './call.ts';
import { callRow } from './call-row.ts';
import { outcomeOf } from './outcome.ts';
import type { Calls } from './calls.ts';

export interface ReconcileOptions {
  readonly switch: Switch;
  readonly spool: CdrSpool;
  readonly calls: Calls;
  readonly roster: Roster;
  readonly ledger: Pick<Ledger, 'closeCall'>;
  readonly business: Clock;
  readonly ids: IdSource;
  readonly clockTrust: () => ClockTrust;
  readonly log: Log;
  readonly speed: number;
  /** An inbound caller is parked and nobody has taken the call yet. */
  readonly onInbound: (leg: string, channel: Channel) => void;
  /** Which legs FreeSWITCH has; `channels` where more was asked than their ids. */
  readonly onLegs: (alive: ReadonlySet<string>, channels?: readonly Channel[]) => void;
  /** Whether a leg is somebody's who listens to a call. */
  readonly isMonitor: (leg: string) => boolean;
  /** A phone that dialed a feature code is parked and was not served. */
  readonly onFeature: (channel: Channel) => void;
}

/**
 * Makes the edge's picture agree with FreeSWITCH's after a crash, a lost link or lost events: the spool tells of legs that
 * ended, `show channels` of those that live; what is in neither twice in a row is lost.
 */
export class Reconciler {
  readonly #options: ReconcileOptions;
  /** Calls and agent legs that the last audit did not find. */
  #missing = new Set<string>();
  #running: Promise<void> | undefined;

  constructor(options: ReconcileOptions) {
    this.#options = options;
  }

  /** One pass; passes never overlap. @param everythingGone FreeSWITCH was restarted, so no old call can be alive */
  run(everythingGone = false): Promise<void> {
    this.#running ??= this.#pass(everythingGone)
      .catch((error: unknown) =>
        this.#options.log.warn(
          { problem: problemOf(error) },
          'the channel audit could not be finished and will be repeated',
        ),
      )
      .finally(() => (this.#running = undefined));
    return this.#running;
  }

  /**
   * Between the passes, every second: whoever talks or waits on a leg that FreeSWITCH no longer has is let go, so that no agent and
   * no caller is stuck for longer than two looks. What is being dialed is left to the passes: its leg may not be there yet.
   */
  look(): Promise<void> {
    if (this.#running || !this.#options.switch.up) return Promise.resolve();
    this.#running = this.#look()
      .catch((error: unknown) =>
        this.#options.log.debug({ problem: problemOf(error) }, 'the legs could not be looked at'),
      )
      .finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #look(): Promise<void> {
    const { calls, roster, switch: fs } = this.#options;
    if (calls.all().length === 0 && roster.all().every(({ state }) => state === 'offline')) return;
    const alive = await fs.legs();
    this.#options.onLegs(alive);
    const gone = calls.all().some(({ leg, phase }) => phase !== 'dialing' && !alive.has(leg));
    // How it ended may be on disk already.
    if (gone) await this.mergeSpool();
    this.#findMissing(alive, false, ({ phase }) => phase !== 'dialing');
  }

  async #pass(everythingGone: boolean): Promise<void> {
    await this.mergeSpool();
    if (!this.#options.switch.up) return;
    const channels = await this.#options.switch.channels();
    const alive = new Set(channels.map(({ leg }) => leg));
    this.#options.onLegs(alive, channels);
    this.#adopt(channels);
    this.#findMissing(alive, everythingGone);
  }

  /** Digests every ended leg on disk. */
  async mergeSpool(): Promise<number> {
    return this.#options.spool.merge((leg) => this.#digest(leg));
  }

  async #digest(leg: SpooledLeg): Promise<void> {
    const { calls, roster } = this.#options;
    const call = calls.byCustomerLeg(leg.leg);
    if (call) {
      if (leg.answeredAt !== undefined) calls.input(call.id, { type: 'answered', at: leg.answeredAt });
      if (leg.bridgedAt !== undefined && call.bridgedAt === undefined)
        calls.input(call.id, { type: 'bridged', at: leg.bridgedAt });
      if (leg.recordedMs > 0) calls.input(call.id, { type: 'recorded', ms: leg.recordedMs, at: leg.endedAt });
      calls.input(call.id, { type: 'hungup', leg: leg.leg, end: leg.end, at: leg.endedAt });
      return;
    }
    roster.legEnded(leg.leg, leg.end.cause, leg.endedAt);
    if (leg.marks.role === 'customer' && leg.marks.wants === 'inbound') await this.#recordAlone(leg);
  }

  /** A call that FreeSWITCH served without us becomes a record, too. Known ones are already closed and stay as they are. */
  async #recordAlone(leg: SpooledLeg): Promise<void> {
    const { ledger, business, ids, clockTrust, speed } = this.#options;
    const call: Call = {
      id: derivedId(leg.startedAt, leg.leg),
      leg: leg.leg,
      conversation: ids(),
      direction: 'inbound',
      phase: 'ended',
      customer: leg.callerNumber,
      callerId: leg.marks.digits ?? leg.dialed,
      line: leg.marks.line ?? 'unknown',
      startedAt: leg.startedAt,
      ...(leg.answeredAt !== undefined && { answeredAt: leg.answeredAt }),
      ...(leg.bridgedAt !== undefined && { bridgedAt: leg.bridgedAt }),
      endedAt: leg.endedAt,
      endedBy: leg.end.disposition === 'recv_bye' ? 'customer' : 'unknown',
      end: leg.end,
      legs: [
        {
          id: leg.leg,
          role: 'customer',
          startedAt: leg.startedAt,
          endedAt: leg.endedAt,
          cause: leg.end.cause,
        },
      ],
      segments: [{ kind: 'fallback', from: leg.startedAt, to: leg.endedAt }],
      evidence: 'spool',
    };
    const row = callRow(call, clockTrust(), business.now(), speed);
    await ledger.closeCall({
      id: call.id,
      startedAt: call.startedAt,
      data: JSON.stringify({ call }),
      endedAt: leg.endedAt,
      outcome: outcomeOf(call),
      rows: [row],
    });
  }

  /** What lives: calls take up where they are, agents get their legs back, forgotten callers are served. */
  #adopt(channels: readonly Channel[]): void {
    const { calls, roster, business } = this.#options;
    const now = business.now();
    for (const channel of channels) {
      const call = calls.byCustomerLeg(channel.leg);
      if (call) this.#catchUp(call, channel, channels);
      else if (
        channel.marks.role === 'customer' &&
        channel.marks.wants === 'inbound' &&
        channel.peer === undefined &&
        !calls.isOver(channel.leg)
      )
        this.#options.onInbound(channel.leg, channel);
    }
    for (const channel of channels) {
      if (channel.marks.role !== 'agent' || calls.byCustomerLeg(channel.leg)) continue;
      const agent = roster.byExtension(channel.marks.extension ?? '');
      const nailed = channel.marks.wants === 'nailed' || channel.marks.wants === 'callback';
      // Of somebody who is offline it is hung up: they log in again.
      if (agent?.mode === 'nailed' && nailed && agent.leg === undefined) {
        roster.input(agent.id, { type: 'called-back', leg: channel.leg, at: now });
      } else if (channel.marks.wants !== undefined && !nailed && !roster.byLeg(channel.leg)) {
        this.#options.onFeature(channel);
      } else if (this.#isOrphan(channel)) {
        void this.#options.switch.hangup(channel.leg).catch(() => undefined);
      }
    }
  }

  /** A second person's or a listener's leg, asked for by an edge before this one. */
  #isOrphan({ leg, marks, answered }: Channel): boolean {
    const { calls, roster, isMonitor } = this.#options;
    if (marks.call === undefined || marks.wants !== undefined || !answered) return false;
    return !calls.byLeg(leg) && !roster.byLeg(leg) && !isMonitor(leg);
  }

  #catchUp(call: Call, channel: Channel, channels: readonly Channel[]): void {
    const { calls } = this.#options;
    if (channel.answered && call.answeredAt === undefined)
      calls.input(call.id, { type: 'answered', at: channel.answeredAt ?? channel.createdAt });
    if (channel.peer !== undefined && channels.some(({ leg }) => leg === channel.peer)) {
      if (call.phase !== 'talking')
        calls.input(call.id, { type: 'bridged', at: channel.bridgedAt ?? this.#options.business.now() });
    } else if (channel.answered && channel.marks.ended === undefined) {
      calls.input(call.id, { type: 'parked', at: this.#options.business.now() });
    }
  }

  #findMissing(
    alive: ReadonlySet<string>,
    everythingGone: boolean,
    concerns: (call: Call) => boolean = () => true,
  ): void {
    const { calls, roster, business } = this.#options;
    const at = business.now();
    const missing = new Set<string>();
    const gone = (id: string): boolean => {
      if (alive.has(id)) return false;
      missing.add(id);
      // An end that is being written to the spool right now deserves a second look.
      return everythingGone || this.#missing.has(id);
    };
    for (const call of calls.all())
      if (concerns(call) && gone(call.leg)) calls.input(call.id, { type: 'vanished', at });
    for (const agent of roster.all()) {
      if (agent.leg !== undefined && gone(agent.leg)) roster.input(agent.id, { type: 'leg-lost', at });
      else if (stuck(agent.state) && !isWith(agent.id, calls.get(voiceOf(agent)?.call ?? ''))) {
        const id = `agent ${agent.id} ${voiceOf(agent)?.call ?? ''}`;
        missing.add(id);
        if (everythingGone || this.#missing.has(id))
          roster.input(agent.id, { type: 'release', how: 'unused', wrapUpMs: 0, at });
      } else if (
        agent.mode === 'nailed' &&
        agent.leg === undefined &&
        (agent.state === 'ready' || agent.state === 'wrap-up')
      ) {
        const id = `leg of ${agent.id}`;
        missing.add(id);
        if (everythingGone || this.#missing.has(id)) roster.restoreLeg(agent.id);
      } else if (agent.state === 'wrap-up') {
        roster.wrapUpOver(agent.id, at);
      }
    }
    this.#missing = missing;
  }
}

/** Whether a call has this agent, as the first or as the second. */
function isWith(agent: string, call: Call | undefined): boolean {
  return call !== undefined && (call.agent === agent || call.consult?.agent === agent);
}

/** States that only a live call justifies. */
function stuck(state: string): boolean {
  return state === 'reserved' || state === 'ringing' || state === 'talking' || state === 'held';
}
