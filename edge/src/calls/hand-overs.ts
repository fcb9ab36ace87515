import {
  problemOf,
  type Clock,
  type ClockTrust,
  maskNumber,
  type IdSource,
  type StreamRow,
  type TransferTarget,
} from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import { isAvailable, isEngaged, voiceOf, type AgentPresence, type Roster } from '../agents/index.ts';
import type { NewRow } from '../store/index.ts';
import type { Switch } from '../switch/index.ts';
import { afterBridge, agentMedia, contexts, handOver, survival } from '../switch/configuration/index.ts';
import { told, type Actor } from './actor.ts';
import type { Call, CallEffect, Consulted, Destination } from './call.ts';
import { refuse } from '../refuse.ts';
import type { Calls } from './calls.ts';
import { shownNumber } from './shown-number.ts';

export interface HandOversOptions {
  readonly switch: Switch;
  readonly calls: () => Calls;
  readonly roster: Roster;
  readonly business: Clock;
  readonly ids: IdSource;
  readonly clockTrust: () => ClockTrust;
  readonly log: Log;
  readonly domain: () => string;
  /** Phones of the branch. */
  readonly isPhone: (extension: string) => boolean;
  readonly isQueue: (id: string) => boolean;
  /** Whether an agent may hand customers to numbers outside. */
  readonly mayOutside: (agent: string) => boolean;
  /** Calls somebody outside for the customer of a call. @throws BranchlineError `BL_DESK_REFUSED` */
  readonly callOutside: (of: Call, number: string) => Call;
  /** Moves somebody who waits into another queue. Gives false when they have left. */
  readonly move: (call: string, queue: string) => boolean;
  /** Stores a fact; never waited for. */
  readonly tell: (row: NewRow) => void;
}

/** What hand-overs do about a call. */
export type HandOverEffect = Extract<
  CallEffect,
  {
    do:
      | 'part'
      | 'music'
      | 'offer'
      | 'await-pick-up'
      | 'keep-legs'
      | 'keep-customer'
      | 'ring-consulted'
      | 'bridge-agent'
      | 'join'
      | 'dismiss'
      | 'restore-sound';
  }
>;

type Transferred = Omit<
  Extract<StreamRow<'event'>, { type: 'transferred' }>,
  'seq' | 'at' | 'clock' | 'id' | 'type' | 'call' | 'by' | 'here'
> & { readonly by: Actor };

/** A parked customer goes back to who parked them after so long, business ms. */
const parkedMs = 120_000;

/** FreeSWITCH takes a customer to the fallback group by itself after so long, seconds: longer than anybody is parked or consulted. */
const guardSeconds = 900;

/** How long the phone of a second person rings, seconds. */
const consultSeconds = 30;

const music = 'tone_stream://%(1000,4000,450);loops=-1';

/** Customers who are handed from one to another: transfers, consultations, talks of three, parking. */
export class HandOvers {
  readonly #options: HandOversOptions;
  readonly #timers = new Map<string, { cancel(): void }>();
  /** Call → the call to somebody outside who is to have its customer. */
  readonly #outside = new Map<string, string>();

  constructor(options: HandOversOptions) {
    this.#options = options;
  }

  /** Customers who are parked. */
  parked(): readonly Call[] {
    return this.#options
      .calls()
      .all()
      .filter(({ phase }) => phase === 'parked');
  }

  /**
   * Hands a customer who talks, waits or is parked to somebody else.
   * @param by who wants it: an agent, or a person at the center
   * @throws BranchlineError `BL_DESK_REFUSED` when there is nobody to hand them to
   */
  transfer(id: string, target: TransferTarget, by: Actor): void {
    const call = this.#call(id);
    const next = this.#destination(target);
    if (call.phase === 'waiting') this.#fromQueue(call, next);
    else if (call.phase === 'talking' || call.phase === 'parked')
      this.#input(call, { type: 'transfer', next });
    else refuse('nobody can take this call now');
    const how = call.phase !== 'talking' ? 'picked-up' : call.agent === by ? 'blind' : 'taken-over';
    this.#tell(call, { how, to: named(next), by });
  }

  /**
   * Hands a customer who talks to a number outside: the customer is parked while it rings, and comes back when nobody answers.
   * @throws BranchlineError `BL_DESK_REFUSED`
   */
  transferOutside(id: string, number: string, by: string): void {
    const call = this.#talking(id);
    if (call.consult) refuse('somebody is asked already');
    const party = this.#callOutside(call, number, by);
    this.#tell(call, { how: 'blind', to: outsider(party.customer), by });
    this.#input(call, { type: 'transfer', next: { to: 'outside', number: party.customer } });
  }

  /** Asks somebody outside while the customer waits. @throws BranchlineError `BL_DESK_REFUSED` */
  consultOutside(id: string, number: string, by: string): void {
    const call = this.#talking(id);
    if (call.consult) refuse('somebody is asked already');
    if (call.held) refuse('the customer is on hold');
    const party = this.#callOutside(call, number, by);
    this.#input(call, { type: 'consult', with: { extension: party.customer, outside: true } });
  }

  #callOutside(call: Call, number: string, by: string): Call {
    const { mayOutside, callOutside } = this.#options;
    if (!mayOutside(by)) refuse('handing customers to numbers outside is not allowed to you');
    const party = callOutside(call, number);
    this.#outside.set(call.id, party.id);
    return party;
  }

  /** Who waits keeps the place in line while moving on. */
  #fromQueue(call: Call, next: Destination): void {
    const { move } = this.#options;
    if (next.to === 'agent') return this.#offer(call, next.agent);
    if (next.to !== 'queue' || next.queue === undefined) refuse('who waits goes to a queue or to an agent');
    else if (!move(call.id, next.queue)) refuse('the caller has left the queue');
  }

  /** Parks a customer until somebody takes them. @throws BranchlineError `BL_DESK_REFUSED` */
  park(id: string, by: string): void {
    const call = this.#talking(id);
    this.#tell(call, { how: 'parked', by });
    this.#input(call, { type: 'transfer', next: { to: 'park' } });
  }

  /** Takes back the customer whom an agent has parked, out of the work after the call if need be. Gives whether there is one. */
  takeBack(by: string): boolean {
    const own = this.parked().findLast(({ backTo, next }) => backTo === by && next === undefined);
    if (!own) return false;
    this.#tell(own, { how: 'picked-up', to: `agent ${by}`, by });
    this.#input(own, { type: 'recall' });
    return true;
  }

  /** Asks for a second person while the customer waits. @throws BranchlineError `BL_DESK_REFUSED` */
  consult(id: string, extension: string): void {
    const call = this.#talking(id);
    if (call.consult) refuse('somebody is asked already');
    if (call.held) refuse('the customer is on hold');
    const { roster, isPhone } = this.#options;
    const agent = roster.byExtension(extension);
    if (agent?.id === call.agent) refuse('that is you');
    if (agent && agent.state !== 'offline') checkFree(agent);
    else if (!isPhone(extension)) refuse(`there is no phone ${extension}`);
    const asked: Consulted = {
      extension,
      ...(agent && agent.state !== 'offline' && { agent: agent.id }),
    };
    this.#input(call, { type: 'consult', with: asked });
  }

  /** What the agent wants of a consultation. @throws BranchlineError `BL_DESK_REFUSED` */
  decide(id: string, what: 'consult-over' | 'three-way' | 'complete', by: string): void {
    const call = this.#talking(id);
    if (!call.consult) refuse('nobody is asked');
    if (what === 'three-way' && call.consult.state !== 'private') refuse('the other one is not there yet');
    const { agent, extension, outside } = call.consult;
    const phone = outside ? outsider(extension) : `phone ${extension}`;
    const to = agent === undefined ? phone : `agent ${agent}`;
    if (what === 'three-way') this.#tell(call, { how: 'three-way', to, by });
    if (what === 'complete') this.#tell(call, { how: 'attended', to, by });
    this.#input(call, { type: what });
  }

  /** Carries out what the call machine wants. */
  perform(call: Call, effect: HandOverEffect): void {
    const { switch: fs, business, roster } = this.#options;
    switch (effect.do) {
      case 'part':
        return this.#order(call, 'part', fs.transfer(call.leg, survival.handOver, contexts.survival));
      case 'music':
        this.#forget(call.id);
        return this.#order(
          call,
          'music',
          fs
            .guard(call.leg, guardSeconds, survival.fallback, contexts.survival)
            // Who was taken at once hears no music.
            .then(() => (this.#isAlone(call.id) ? fs.play(call.leg, music) : undefined)),
        );
      case 'await-pick-up':
        this.#timers.set(
          call.id,
          business.schedule(parkedMs, () => this.#input(call, { type: 'recall' })),
        );
        return;
      case 'offer':
        return this.#offer(call, effect.agent);
      case 'keep-customer':
        return this.#keepCustomer(call, effect.on);
      case 'keep-legs': {
        this.#keepCustomer(call, effect.on || call.survey !== undefined);
        const { agentLeg } = call;
        if (agentLeg === undefined || roster.byLeg(agentLeg)) return;
        return this.#order(
          call,
          'keep the leg',
          fs.setVariables(agentLeg, {
            park_after_bridge: effect.on ? 'true' : '',
            hangup_after_bridge: String(!effect.on),
          }),
        );
      }
      case 'ring-consulted':
        return this.#ring(call, effect);
      case 'bridge-agent':
        return this.#order(call, 'consult', fs.bridge(call.agentLeg!, effect.to));
      case 'join':
        // The agent's leg is what they share: so the customer's recording has all three.
        return this.#order(call, 'three-way', this.#join(call, effect.leg));
      case 'dismiss':
        // Somebody outside has a call of their own.
        if (this.#options.calls().byCustomerLeg(effect.leg)) return;
        if (roster.byLeg(effect.leg)) return this.#order(call, 'free the leg', fs.park(effect.leg));
        return this.#order(call, 'hang up', fs.hangup(effect.leg));
      case 'restore-sound':
        this.#order(call, 'end the hold', fs.hold(effect.leg, false));
        return this.#order(call, 'end the mute', fs.mute(effect.leg, false));
    }
  }

  /** A call has changed: it is parked no longer, or somebody outside is wanted no longer, is there, or is gone. */
  follow(call: Call): void {
    const { calls } = this.#options;
    if (call.phase !== 'parked') this.#forget(call.id);
    if (call.outsideOf === undefined) {
      const party = calls().get(this.#outside.get(call.id) ?? '');
      if (party) this.#meetOutside(call, party);
      else if (isForOutside(call)) this.#input(call, { type: 'recall' });
      return;
    }
    const of = calls().get(call.outsideOf);
    if (call.phase === 'ended') {
      this.#outside.delete(call.outsideOf);
      if (of) this.#outsiderGone(of, call);
    } else if (of) {
      this.#outside.set(of.id, call.id);
      if (call.phase === 'bridging') this.#meetOutside(of, call);
    }
  }

  /** Whether a customer is parked, and nobody is being bridged to them. */
  #isAlone(id: string): boolean {
    const call = this.#options.calls().get(id);
    return call?.phase === 'parked' || (call?.phase === 'talking' && call.consult?.state === 'private');
  }

  /** Brings a customer and somebody outside together as soon as both are there; whom nobody wants any more is let go. */
  #meetOutside(of: Call, party: Call): void {
    const { calls, business, switch: fs } = this.#options;
    const [at, { leg }] = [business.now(), party];
    if (!wants(of, party)) return calls().input(party.id, { type: 'end', by: 'system', at });
    if (party.phase !== 'bridging' && party.phase !== 'talking') return;
    const together = of.phase === 'talking' && (of.agentLeg === leg || of.consult?.state === 'private');
    if (together) return calls().input(party.id, { type: 'bridged', at });
    if (of.consult?.state === 'ringing') return calls().input(of.id, { type: 'agent-leg', leg, at });
    if (of.phase === 'parked') return this.#input(of, { type: 'transfer', next: { to: 'leg', leg } });
    // From now on it ends with the talk, also without us.
    if (of.phase === 'bridging')
      this.#order(
        of,
        'leave the customer to somebody outside',
        fs.setVariables(leg, { park_after_bridge: '', hangup_after_bridge: 'true' }),
      );
  }

  /** Somebody outside did not answer, or has hung up. */
  #outsiderGone(of: Call, { leg, end }: Call): void {
    const { calls, business } = this.#options;
    const at = business.now();
    if (of.agentLeg === leg || of.consult?.leg === leg) {
      const gone = end ?? { cause: 'NORMAL_CLEARING', q850: 0, sipStatus: 0, disposition: '' };
      return calls().input(of.id, { type: 'hungup', leg, end: gone, at });
    }
    if (of.consult?.outside) calls().input(of.id, { type: 'agent-failed', at });
    else if (isForOutside(of)) this.#input(of, { type: 'recall' });
  }

  async #join(call: Call, leg: string): Promise<void> {
    const { switch: fs, roster } = this.#options;
    await fs.eavesdrop(leg, call.agentLeg!, 'barge', roster.byLeg(leg) === undefined ? 'hangup' : 'park');
  }

  #keepCustomer(call: Call, on: boolean): void {
    const { switch: fs } = this.#options;
    this.#order(
      call,
      'keep the customer',
      fs.setVariables(call.leg, { transfer_after_bridge: on ? handOver : afterBridge }),
    );
  }

  #offer(call: Call, agent: string): void {
    const { roster, calls, business } = this.#options;
    const at = business.now();
    // Who gave them away gets them back out of the work after it.
    if (roster.get(agent)?.state === 'wrap-up') roster.input(agent, { type: 'wrap-up-done', at });
    const { id, campaign } = call;
    const reserve = { type: 'reserve', call: id, at, ...(campaign !== undefined && { campaign }) } as const;
    const presence = roster.input(agent, reserve);
    if (presence?.state !== 'reserved' || voiceOf(presence)?.call !== id)
      return calls().input(id, { type: 'recall', at });
    const { leg } = presence;
    calls().input(id, { type: 'agent', agent, at, ...(leg !== undefined && { leg }) });
  }

  #ring(call: Call, { extension, agent, outside }: Consulted): void {
    // Somebody outside is being called already.
    if (outside) return;
    const { switch: fs, roster, business, ids, calls, domain } = this.#options;
    const at = business.now();
    const { id, campaign } = call;
    if (agent !== undefined) {
      const presence = roster.input(agent, {
        type: 'reserve',
        call: id,
        at,
        ...(campaign !== undefined && { campaign }),
      });
      if (presence?.state !== 'reserved' || voiceOf(presence)?.call !== id)
        return calls().input(id, { type: 'consult-over', at });
      const { leg } = presence;
      if (leg !== undefined) return calls().input(id, { type: 'agent-leg', leg, at });
      roster.input(agent, { type: 'ring', at });
    }
    const leg = ids();
    calls().expectLeg(leg, id);
    fs.originate({
      leg,
      to: { extension, domain: domain() },
      variables: {
        bl_role: 'agent',
        bl_call: id,
        bl_extension: extension,
        park_after_bridge: true,
        hangup_after_bridge: false,
        ...agentMedia,
      },
      callerId: shownNumber(call.customer, agent === undefined ? undefined : roster.definition(agent)),
      timeoutSeconds: consultSeconds,
    }).catch(() => calls().input(id, { type: 'agent-failed', at: business.now() }));
  }

  #destination(target: TransferTarget): Destination {
    const { roster, isPhone, isQueue } = this.#options;
    if ('queue' in target) {
      if (!isQueue(target.queue)) refuse(`there is no queue ${target.queue}`);
      return { to: 'queue', queue: target.queue };
    }
    if ('agent' in target) return this.#toAgent(target.agent);
    const agent = roster.byExtension(target.phone);
    if (agent && agent.state !== 'offline') return this.#toAgent(agent.id);
    if (!isPhone(target.phone) && isQueue(target.phone)) return { to: 'queue', queue: target.phone };
    if (!isPhone(target.phone)) refuse(`there is no phone ${target.phone}`);
    return { to: 'phones', phones: [target.phone] };
  }

  #toAgent(id: string): Destination {
    const agent = this.#options.roster.get(id);
    if (!agent) return refuse(`there is no agent ${id}`);
    checkFree(agent);
    return { to: 'agent', agent: id };
  }

  #call(id: string): Call {
    return this.#options.calls().get(id) ?? refuse('the call is over');
  }

  #talking(id: string): Call {
    const call = this.#call(id);
    return call.phase === 'talking' && call.agentLeg !== undefined
      ? call
      : refuse('nobody talks on this call');
  }

  #input(
    { id }: Call,
    input:
      | { type: 'transfer'; next: Destination }
      | { type: 'consult'; with: Consulted }
      | { type: 'recall' | 'consult-over' | 'three-way' | 'complete' },
  ): void {
    this.#forget(id);
    this.#options.calls().input(id, { ...input, at: this.#options.business.now() });
  }

  #forget(id: string): void {
    this.#timers.get(id)?.cancel();
    this.#timers.delete(id);
  }

  #tell({ id, agent }: Call, { by, ...fact }: Omit<Transferred, 'from'>): void {
    const { business, clockTrust, ids, tell } = this.#options;
    const head = { at: business.now(), clock: clockTrust(), id: ids() };
    const from = agent === undefined ? {} : { from: agent };
    const row = { ...head, type: 'transferred' as const, call: id, ...from, ...fact, ...told(by) };
    tell({ stream: 'event', row });
  }

  #order(call: Call, what: string, action: Promise<void>): void {
    action.catch((error: unknown) =>
      this.#options.log.warn(
        { call: call.id, what, problem: problemOf(error) },
        'a customer could not be handed over as intended',
      ),
    );
  }
}

function checkFree(agent: AgentPresence): void {
  if (isAvailable(agent)) return;
  if (agent.state === 'ready' && isEngaged(agent)) refuse('the colleague is in another call');
  refuse(
    agent.state === 'ready' ? 'the phone of the colleague has no line' : `the colleague is ${agent.state}`,
  );
}

function named(next: Destination): string {
  switch (next.to) {
    case 'queue':
      return `queue ${next.queue ?? ''}`;
    case 'agent':
      return `agent ${next.agent}`;
    case 'phones':
      return `phone ${next.phones.join(' ')}`;
    case 'outside':
      return outsider(next.number);
    case 'park':
    case 'flow':
    case 'leg':
      return next.to;
  }
}

/** Somebody outside, as events name them: their number stands in the record of their own call. */
function outsider(number: string): string {
  return `number ${maskNumber(number)}`;
}

/** Whether a customer hears music until somebody outside answers. */
function isForOutside({ phase, next }: Call): boolean {
  return phase === 'parked' && next?.to === 'outside';
}

function wants(of: Call, { leg }: Call): boolean {
  if (of.phase === 'ended') return false;
  if (of.agentLeg === leg || of.consult?.outside) return true;
  return (of.phase === 'parting' || of.phase === 'parked') && of.next !== undefined && isMeant(of.next, leg);
}

function isMeant(next: Destination, leg: string): boolean {
  return next.to === 'outside' || (next.to === 'leg' && next.leg === leg);
}
