import type { CallRow, Clock, ClockTrust, IdSource, Outcome } from '@branchline/shared';
import { causeOfAnnouncement, causeOfSignal, problemOf, systemClock } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { Roster } from '../agents/index.ts';
import type { Listener, Recognised } from '../answer/index.ts';
import type { LinePool } from '../lines/index.ts';
import type { Ledger, NewRow } from '../store/index.ts';
import type { Switch, SwitchEvent } from '../switch/index.ts';
import { refuse } from '../refuse.ts';
import {
  agentMedia,
  contexts,
  conversationHeader,
  onSiteAnswer,
  siteMediaTimeoutMs,
  survival,
} from '../switch/configuration/index.ts';
import type { HandOverEffect } from './hand-overs.ts';
import type { Call, CallEffect, CallInput, SiteAgent } from './call.ts';
import { nextCall } from './call-machine.ts';
import { CallTimers } from './call-timers.ts';
import { callRow } from './call-row.ts';
import { takeDigits, type DigitPace } from './digit-pace.ts';
import { outcomeOf } from './outcome.ts';
import { shownNumber } from './shown-number.ts';

/** FreeSWITCH takes a quarter of a second for each digit: what is sent stays close behind what is keyed. */
const sentDigits = { burst: 64, perSecond: 4 };

/** What a campaign or a queue wants of its calls. */
export interface CallPolicy {
  readonly maxWaitMs: number;
  readonly wrapUpMs: number;
  /** A customer may be on hold for so long before the agent is reminded. */
  readonly holdMs: number;
  /** The agent's phone rings for each call. */
  readonly rings: boolean;
  /** Flow that follows a talk whose agent hangs up. */
  readonly survey?: string;
  /** How long an agent's phone may ring, seconds. */
  readonly ringSeconds: number;
  /** An agent whose phone rang in vain so often is put on break. */
  readonly noAnswerLimit: number;
}

/** What an agent does with the sound of a call. */
export type CallControl = 'hold' | 'resume' | 'mute' | 'unmute' | 'pause-recording' | 'resume-recording';

/** What the dialer makes of an ended call of an attempt. */
export interface AttemptEnd {
  /** Rows and attempt to be stored with the call's own. */
  readonly rows: readonly NewRow[];
  readonly attempt?: {
    readonly id: string;
    readonly lease: string;
    readonly lead: string;
    readonly number: string;
  };
  /** The agent stays promised: another try follows. */
  readonly continues: boolean;
  /** Runs when the ledger has stored all of it. */
  readonly stored: () => void;
}

export interface CallsOptions {
  readonly switch: Switch;
  readonly ledger: Pick<Ledger, 'closeCall' | 'saveCall'>;
  readonly roster: Roster;
  readonly listener: Pick<Listener, 'listen' | 'stop'>;
  /** Whether FreeSWITCH can hear what goes through it: a leg in a codec that it only passes on breaks when somebody listens. */
  readonly hears: () => boolean;
  readonly lines: LinePool;
  readonly business: Clock;
  readonly ids: IdSource;
  readonly clockTrust: () => ClockTrust;
  readonly log: Log;
  /** Business ms per real ms. */
  readonly speed: number;
  readonly domain: () => string;
  /** The operator of a number, where it is known. */
  readonly operatorOf: (number: string) => string | undefined;
  readonly policy: (call: Call) => CallPolicy;
  /** The sound of a notice. */
  readonly notice: (text: string) => string | undefined;
  /** A call of an attempt ended: the dialer says what that means. */
  readonly onAttemptEnd: (call: Call, row: Omit<CallRow, 'seq'>) => AttemptEnd;
  /** Extra state of the call that a restarted edge needs. */
  readonly context: (call: Call) => unknown;
  /** A call was bridged, closed or changed its phase: the live board follows. */
  readonly onChange?: (call: Call) => void;
  /** A customer goes from one to another. */
  readonly handOver: (call: Call, effect: HandOverEffect) => void;
  /** A call entered its flow, or is in it again after a restart. */
  readonly onFlow: (call: Call) => void;
  /** What became of a call. */
  readonly onOutcome?: (call: Call, outcome: Outcome) => void;
}

/** Of so many calls that are over the legs are known. */
const rememberedLegs = 1000;
const waitingTone = 'tone_stream://%(1000,4000,450);loops=30';

/** Phases that a restarted edge must know of. */
const kept: ReadonlySet<Call['phase']> = new Set(['answered', 'talking', 'parting', 'parked', 'machine']);

/** All live calls: feeds events to the call machine and does what it says. Nothing here waits for the ledger. */
export class Calls {
  readonly #options: CallsOptions;
  readonly #calls = new Map<string, Call>();
  /** What is left of the digits that may be sent on a call. */
  readonly #digits = new Map<string, DigitPace>();
  /** Legs → calls: the customer's, the agent's, and phones being rung. */
  readonly #legs = new Map<string, string>();
  readonly #over = new Set<string>();
  readonly #timers: CallTimers;

  constructor(options: CallsOptions) {
    this.#options = options;
    const { business, policy } = options;
    this.#timers = new CallTimers({ business, policy, input: (call, input) => this.input(call, input) });
  }

  all(): readonly Call[] {
    return [...this.#calls.values()];
  }

  get(id: string): Call | undefined {
    return this.#calls.get(id);
  }

  byLeg(leg: string): Call | undefined {
    return this.#calls.get(this.#legs.get(leg) ?? '');
  }

  /** The call whose customer has this leg. */
  byCustomerLeg(leg: string): Call | undefined {
    const call = this.byLeg(leg);
    return call?.leg === leg ? call : undefined;
  }

  /** Takes a new or restored call; its line's channel is counted. */
  add(call: Call): void {
    this.#calls.set(call.id, call);
    this.#legs.set(call.leg, call.id);
    this.#share(call.agentLeg, call);
    this.#options.lines.hold(call.id, call.line, call.direction, call.startedAt);
    this.#timers.limit(call);
    this.#timers.hold(call);
    this.#options.onChange?.(call);
  }

  /** Whether a leg is a customer's whose call is over: FreeSWITCH lists it for a moment longer. */
  isOver(leg: string): boolean {
    return this.#over.has(leg);
  }

  /** A leg that will be there is this call's. */
  expectLeg(leg: string, call: string): void {
    this.#legs.set(leg, call);
  }

  /** Events of FreeSWITCH that belong to a call. Gives whether one was found. */
  onEvent(event: SwitchEvent): boolean {
    if (!('leg' in event)) return false;
    const call = this.byLeg(event.leg);
    if (!call) return false;
    const { leg, at } = event;
    const own = leg === call.leg;
    switch (event.type) {
      case 'ringing':
      case 'early':
      case 'answered':
        if (own) this.input(call.id, { type: event.type, at });
        return true;
      case 'parked':
        if (own)
          this.input(call.id, {
            type: 'parked',
            at,
            ...(event.marks.verdict !== undefined && { verdict: event.marks.verdict }),
          });
        else if (leg !== call.agentLeg) this.input(call.id, { type: 'agent-leg', leg, at });
        return true;
      case 'bridged': {
        const { survey } = this.#options.policy(call);
        this.input(call.id, { type: 'bridged', at, ...(survey !== undefined && { survey }) });
        return true;
      }
      case 'unbridged':
      case 'held':
      case 'unheld':
        this.input(call.id, { type: event.type, at });
        return true;
      case 'recorded':
        // What is only listened to is recorded, too.
        if (event.file === call.recordTo) this.input(call.id, { type: 'recorded', ms: event.ms, at });
        return true;
      case 'hungup':
        if (own || leg === call.agentLeg || leg === call.consult?.leg)
          this.input(call.id, { type: 'hungup', leg, end: event.end, at });
        else this.#agentLegEnded(leg, at);
        if (!own) this.#legs.delete(leg);
        return true;
      case 'destroyed':
        return true;
      case 'dtmf':
        return false;
    }
  }

  /** An originate that made no channel. Gives whether it was one of ours. */
  onFailed(leg: string, cause: string): boolean {
    const at = this.#options.business.now();
    const call = this.byCustomerLeg(leg);
    if (!call) return this.#agentLegEnded(leg, at);
    this.input(call.id, { type: 'failed', cause, at });
    return true;
  }

  #agentLegEnded(leg: string, at: number): boolean {
    const id = this.#legs.get(leg);
    if (id === undefined) return false;
    this.#legs.delete(leg);
    this.input(id, { type: 'agent-failed', at });
    return true;
  }

  /** Something was recognised in the sound of a leg. */
  onRecognised(leg: string, recognised: Recognised): void {
    const call = this.byCustomerLeg(leg);
    if (!call) return;
    const at = this.#options.business.now();
    const { type } = recognised;
    this.#options.log.debug({ call: call.id, recognised }, 'heard on a call');
    if (type === 'beep') return this.input(call.id, { type: 'beeped', at });
    if (type === 'verdict') {
      const { who, confidence } = recognised;
      return this.input(call.id, { type: 'judged', who, confidence, at });
    }
    const judgement = type === 'tone' ? causeOfSignal(recognised.tone) : causeOfAnnouncement(recognised.says);
    if (judgement) this.input(call.id, { type: 'heard', judgement, at });
  }

  /** Feeds one input to a call's state machine and does what follows. */
  input(id: string, input: CallInput): void {
    const before = this.#calls.get(id);
    if (!before) return;
    const { state: call, effects } = nextCall(before, input);
    if (call === before && effects.length === 0) return;
    this.#calls.set(id, call);
    this.#followLegs(before, call);
    let agentKept = false;
    for (const effect of effects) {
      if (effect.do === 'close') agentKept = this.#close(call);
      else if (!(effect.do === 'release-agent' && agentKept)) this.#perform(call, effect, input.at);
    }
    if (call.held !== before.held) this.#timers.hold(call);
    if (call.phase === before.phase && call !== before && isControl(input)) {
      this.save(call);
      this.#options.onChange?.(call);
    }
    // What followed may have led further; what is stored is how it stands now.
    const latest = this.#calls.get(id);
    if (
      latest &&
      (call.queuedAt !== before.queuedAt || (call.phase !== before.phase && kept.has(call.phase)))
    )
      this.save(latest);
    // Of an ended one it was told before its agent was free.
    if (call.phase !== before.phase && call.phase !== 'ended') {
      this.#timers.limit(call);
      this.#options.onChange?.(call);
    }
  }

  /** A nailed-up agent's leg goes on without the call that was taken from them. */
  #followLegs(before: Call, call: Call): void {
    for (const leg of [before.agentLeg, before.consult?.leg])
      if (leg !== undefined && this.#legs.get(leg) === call.id) this.#legs.delete(leg);
    for (const leg of [call.agentLeg, call.consult?.leg]) this.#share(leg, call);
  }

  /** A leg that a call has with it is that call's, unless it has a call of its own: somebody outside. */
  #share(leg: string | undefined, { id }: Call): void {
    if (leg !== undefined && this.byCustomerLeg(leg) === undefined) this.#legs.set(leg, id);
  }

  /**
   * What an agent does with the sound of a call; resolves when FreeSWITCH has taken it.
   * @throws BranchlineError `BL_DESK_REFUSED` when nobody talks, or nothing is recorded
   */
  async control(id: string, act: CallControl): Promise<void> {
    const call = this.#calls.get(id);
    const { switch: fs, business } = this.#options;
    if (call?.phase !== 'talking' || call.agentLeg === undefined) refuse('nobody talks on this call');
    switch (act) {
      case 'hold':
      case 'resume':
        return fs.hold(call.agentLeg, act === 'hold');
      case 'mute':
      case 'unmute': {
        const on = act === 'mute';
        await fs.mute(call.agentLeg, on);
        return this.input(id, { type: 'muted', on, at: business.now() });
      }
      case 'pause-recording':
      case 'resume-recording': {
        if (call.recordTo === undefined) refuse('this call is not recorded');
        const on = act === 'pause-recording';
        await fs.maskRecording(call.leg, call.recordTo, on);
        return this.input(id, { type: 'recording-paused', on, at: business.now() });
      }
    }
  }

  /**
   * Sends digits to the customer; resolves when FreeSWITCH has taken them. Which ones is kept nowhere.
   * @param digits 1–32 of `0-9*#`
   * @throws BranchlineError `BL_DESK_REFUSED` when the two do not hear each other, or it is too many digits for now
   */
  async sendDigits(id: string, digits: string): Promise<void> {
    const call = this.#calls.get(id);
    if (call?.phase !== 'talking') refuse('nobody talks on this call');
    if (call.held) refuse('the customer is on hold');
    if (call.consult && call.consult.state !== 'all') refuse('somebody is asked already');
    const pace = takeDigits(this.#digits.get(id), digits.length, systemClock.now(), sentDigits);
    if (!pace) refuse('so many digits cannot be sent at once');
    this.#digits.set(id, pace);
    await this.#options.switch.sendDigits(call.leg, digits);
  }

  /** Stores what is known of a live call; never waited for. */
  save(call: Call): void {
    const data = JSON.stringify({ call, context: this.#options.context(call) });
    this.#options.ledger
      .saveCall({ id: call.id, startedAt: call.startedAt, data })
      .catch((error: unknown) => this.#problem(call, 'save', error));
  }

  #perform(call: Call, effect: Exclude<CallEffect, { do: 'close' }>, at: number): void {
    const { switch: fs, roster, listener } = this.#options;
    switch (effect.do) {
      case 'take-over':
        void this.#takeOver(call, effect.leg);
        return;
      case 'answer':
        return this.#order(call, 'answer', fs.answer(call.leg));
      case 'record':
        return this.#order(call, 'record', fs.startRecording(call.leg, effect.file));
      case 'mask':
      case 'unmask':
        return this.#order(call, effect.do, fs.maskRecording(call.leg, effect.file, effect.do === 'mask'));
      case 'listen':
        return this.#options.hears() ? listener.listen(call.leg, effect.to) : undefined;
      case 'stop-listening':
        return listener.stop(call.leg);
      case 'await-judgement':
        return this.#timers.awaitJudgement(call);
      case 'ask-mod-amd':
        return this.#order(call, 'ask mod_amd', fs.transfer(call.leg, survival.judge, contexts.survival));
      case 'await-beep':
        this.#timers.stopWaiting(call);
        this.#stopRinging(call);
        return this.#order(
          call,
          'wait for the beep',
          fs.transfer(call.leg, survival.beep, contexts.survival),
        );
      case 'leave-message': {
        const extension = `${survival.machine}${effect.message}`;
        return this.#order(call, 'leave a message', fs.transfer(call.leg, extension, contexts.survival));
      }
      case 'run-flow':
        return this.#options.onFlow(call);
      case 'ring-phones': {
        const extension = `${survival.ring}${effect.phones.join('-')}`;
        return this.#order(call, 'ring phones', fs.transfer(call.leg, extension, contexts.survival));
      }
      case 'find-agent':
        this.#timers.wait(call);
        this.#options.onChange?.(call);
        return;
      case 'ring-agent':
        return this.#ringAgent(call, effect.agent, at);
      case 'ring-site':
        return this.#ringSite(call, effect.to);
      case 'bridge':
        fs.bridge(call.leg, effect.agentLeg).catch((error: unknown) => {
          this.#problem(call, 'bridge', error);
          this.input(call.id, { type: 'agent-failed', at: this.#options.business.now() });
        });
        return;
      case 'confirm-bridge':
        this.#timers.stopWaiting(call);
        roster.input(effect.agent, { type: 'talk', at });
        return;
      case 'stop-ringing':
        return this.#stopRinging(call);
      case 'part':
      case 'music':
      case 'offer':
      case 'await-pick-up':
      case 'keep-legs':
      case 'keep-customer':
      case 'ring-consulted':
      case 'bridge-agent':
      case 'join':
      case 'dismiss':
      case 'restore-sound':
        return this.#options.handOver(call, effect);
      case 'say-notice': {
        const sound = this.#options.notice(effect.text);
        if (sound === undefined)
          return this.#problem(call, 'notice', 'the notice of the recording has no sound');
        this.#order(call, 'notice', fs.playToBoth(call.leg, sound));
        return this.input(call.id, { type: 'noticed', at });
      }
      case 'agent-holds':
        roster.input(effect.agent, { type: effect.on ? 'hold' : 'unhold', at });
        return;
      case 'hangup':
        return this.#order(call, 'hang up', fs.hangup(effect.leg, effect.cause));
      case 'safe-harbour':
        return this.#order(call, 'message', fs.transfer(call.leg, survival.safeHarbour, contexts.survival));
      case 'fallback':
        return this.#order(call, 'fallback', fs.transfer(call.leg, survival.fallback, contexts.survival));
      case 'voicemail':
        return this.#order(call, 'voicemail', fs.transfer(call.leg, survival.voicemail, contexts.survival));
      case 'say-call-back':
        return this.#order(call, 'goodbye', fs.transfer(call.leg, survival.callBack, contexts.survival));
      case 'rest-agent':
        roster.input(effect.agent, { type: 'break', reason: 'left a customer on hold', at });
        return;
      case 'release-agent': {
        const { wrapUpMs, noAnswerLimit } = this.#options.policy(call);
        roster.input(effect.agent, { type: 'release', how: effect.how, wrapUpMs, noAnswerLimit, at });
        return;
      }
    }
  }

  /** The timer is set by FreeSWITCH in the moment of the answer; asked too early there is nothing to cancel yet. */
  async #takeOver(call: Call, leg = call.leg): Promise<void> {
    const { switch: fs, business } = this.#options;
    try {
      for (let tries = 0; tries < 5; tries++) {
        if ((await fs.cancelTimers(leg)) > 0) return;
        await new Promise<void>((resolve) => business.schedule(60 * this.#options.speed, resolve));
        if (!this.#calls.has(call.id)) return;
      }
    } catch (error) {
      this.#problem(call, 'take over', error);
    }
  }

  #ringAgent(call: Call, agent: string, at: number): void {
    const { switch: fs, roster, ids } = this.#options;
    const presence = roster.get(agent);
    if (!presence) return this.input(call.id, { type: 'agent-failed', at });
    const leg = ids();
    this.#legs.set(leg, call.id);
    this.#timers.wait(call);
    roster.input(agent, { type: 'ring', at });
    fs.originate({
      leg,
      to: { extension: presence.extension, domain: this.#options.domain() },
      variables: {
        bl_role: 'agent',
        bl_call: call.id,
        bl_extension: presence.extension,
        hangup_after_bridge: true,
        ...agentMedia,
      },
      callerId: shownNumber(call.customer, roster.definition(agent)),
      timeoutSeconds: this.#options.policy(call).ringSeconds,
    }).catch((error: unknown) => {
      this.#problem(call, 'ring agent', error);
      this.#agentLegEnded(leg, this.#options.business.now());
    });
    if (call.direction === 'outbound') this.#order(call, 'waiting tone', fs.play(call.leg, waitingTone));
  }

  /** Rings an agent of another site: that site's box answers when the agent does. */
  #ringSite(call: Call, { site, address, ticket }: SiteAgent): void {
    const { switch: fs, ids, log, policy } = this.#options;
    const leg = ids();
    this.#legs.set(leg, call.id);
    log.info({ call: call.id, site, address }, 'an agent of another site is asked for a caller who waits');
    fs.originate({
      leg,
      to: { site: address, ticket },
      variables: {
        bl_role: 'agent',
        bl_call: call.id,
        [`sip_h_${conversationHeader}`]: call.conversation,
        hangup_after_bridge: true,
        // A box that is gone says nothing any more.
        media_timeout: siteMediaTimeoutMs,
      },
      callerId: shownNumber(call.customer),
      timeoutSeconds: policy(call).ringSeconds,
      onAnswer: onSiteAnswer,
    }).catch((error: unknown) => {
      this.#problem(call, 'ring another site', error);
      this.#agentLegEnded(leg, this.#options.business.now());
    });
  }

  /** Phones that are still being rung for a customer who is gone. */
  #stopRinging(call: Call): void {
    for (const [leg, id] of this.#legs)
      if (id === call.id && leg !== call.agentLeg && leg !== call.leg && leg !== call.consult?.leg)
        this.#order(call, 'stop ringing', this.#options.switch.hangup(leg, 'ORIGINATOR_CANCEL'));
  }

  #close(call: Call): boolean {
    const { business, lines, clockTrust, speed } = this.#options;
    this.#timers.forget(call);
    this.#options.listener.stop(call.leg);
    this.#restoreSound(call);
    this.#calls.delete(call.id);
    this.#digits.delete(call.id);
    this.#over.add(call.leg);
    if (this.#over.size > rememberedLegs) this.#over.delete(this.#over.values().next().value!);
    this.#stopRinging(call);
    for (const [leg, id] of this.#legs) if (id === call.id) this.#legs.delete(leg);
    const operator = this.#options.operatorOf(call.customer);
    const row = callRow(call, clockTrust(), business.now(), speed, lines.get(call.line)?.line, operator);
    const usage = lines.release(call.id, row.row);
    this.#options.onOutcome?.(call, row.row.outcome);
    const end = call.attempt === undefined ? undefined : this.#options.onAttemptEnd(call, row.row);
    this.#options.ledger
      .closeCall({
        id: call.id,
        startedAt: call.startedAt,
        data: JSON.stringify({ call: { ...call, known: undefined } }),
        endedAt: row.row.endedAt,
        outcome: outcomeOf(call),
        ...(end?.attempt && { attempt: end.attempt }),
        usage,
        rows: [row, ...(end?.rows ?? [])],
      })
      .then(
        () => end?.stored(),
        // The open row stays in the ledger: the next start closes it from the spool.
        (error: unknown) => this.#problem(call, 'close', error),
      );
    this.#options.onChange?.(call);
    return end?.continues ?? false;
  }

  /** A nailed-up leg goes on without what was done for this customer. */
  #restoreSound(call: Call): void {
    const { switch: fs } = this.#options;
    if (call.agentLeg === undefined) return;
    if (call.held) this.#order(call, 'end the hold', fs.hold(call.agentLeg, false));
    if (call.muted) this.#order(call, 'end the mute', fs.mute(call.agentLeg, false));
  }

  #order(call: Call, what: string, action: Promise<void>): void {
    // The leg may be gone already; its own event tells the rest.
    action.catch((error: unknown) =>
      this.#options.log.debug(
        { call: call.id, what, problem: problemOf(error) },
        'an order for a leg was not taken',
      ),
    );
  }

  #problem(call: Call, what: string, error: unknown): void {
    this.#options.log.warn(
      { call: call.id, what, problem: problemOf(error) },
      'a call could not be served as intended',
    );
  }
}

/** Inputs that change a call within its phase and have to outlive a restart. */
function isControl({ type }: CallInput): boolean {
  return (
    type === 'noticed' ||
    type === 'known' ||
    type === 'message-left' ||
    type === 'held' ||
    type === 'unheld' ||
    type === 'held-long' ||
    type === 'muted' ||
    type === 'recording-paused' ||
    type === 'consult' ||
    type === 'consult-over' ||
    type === 'three-way' ||
    type === 'agent-leg' ||
    type === 'parked' ||
    type === 'hungup'
  );
}
