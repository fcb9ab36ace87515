import {
  inboundQueue,
  mostShownWaiting,
  problemOf,
  type AgentChoice,
  type Clock,
  type ClockTrust,
  type Desired,
  type IdSource,
  type LiveQueue,
  type Queue,
  type QueueExit,
} from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { Roster } from '../agents/index.ts';
import { waitsSince, type Call, type Calls, type SiteAgent } from '../calls/index.ts';
import type { CallBacks } from '../dialer/index.ts';
import type { NewRow, QueueDay } from '../store/index.ts';
import type { Switch } from '../switch/index.ts';
import { LastAgents } from './last-agents.ts';
import { match, mayServe, urgency, type Waiting } from './matcher.ts';
import { OtherSites, type SoughtAway } from './other-sites.ts';
import {
  freshPlace,
  mayOffer,
  nextDue,
  waysOut,
  waysOutOfClosed,
  type Place,
  type PlaceInput,
} from './place.ts';
import { Places } from './places.ts';
import { Promises } from './promises.ts';
import type { QueueDays } from './queue-days.ts';
import { QueueRules } from './rules.ts';
import { calleePriority } from './served.ts';
import { announcement, waitingSound } from './waiting-sound.ts';

export interface QueuesOptions {
  readonly calls: Calls;
  readonly roster: Roster;
  readonly switch: Pick<Switch, 'play' | 'stopPlaying'>;
  readonly business: Clock;
  readonly ids: IdSource;
  readonly clockTrust: () => ClockTrust;
  readonly log: Log;
  /** The files of a prompt. */
  readonly filesOf: (prompt: string) => readonly string[];
  /** Campaign → agents that its calls under way will need. */
  readonly promised: () => ReadonlyMap<string, number>;
  /** Finds an agent of another site, or nobody, within a second or two; undefined when there is nobody to ask. */
  readonly seekAway: (sought: SoughtAway) => Promise<SiteAgent | undefined> | undefined;
  readonly callBacks: Pick<CallBacks, 'isReachable' | 'place'>;
  /** Stores a fact; never waited for. */
  readonly tell: (row: NewRow) => void;
  /** Stores a promise of a call back, or that it is over; never waited for. */
  readonly savePromise: (id: string, data?: string) => void;
}

/** A caller of another site who is nobody's after so long goes back: whoever was idle here is not any more, ms. */
const guestWaitMs = 1000;

/**
 * Everybody who waits for an agent, callers in queues and callees of campaigns: carries out what the matcher decides, tells
 * each step, and lets nobody wait longer than their queue says. What is known of a caller's place stands on the call itself,
 * so that a restarted edge goes on with it.
 */
export class Queues {
  readonly #options: QueuesOptions;
  readonly #startedAt: number;
  readonly #rules = new QueueRules();
  readonly #places: Places;
  readonly #promises: Promises;
  readonly #otherSites: OtherSites;
  readonly #lastAgents = new LastAgents();
  #turn = 0;
  #working = false;
  #again = false;

  constructor(options: QueuesOptions) {
    this.#options = options;
    this.#startedAt = options.business.now();
    const places = (this.#places = new Places({
      ...options,
      rules: this.#rules,
      onForgotten: (call) => this.#otherSites.forget(call),
    }));
    this.#promises = new Promises({ ...options, places });
    this.#otherSites = new OtherSites({
      ...options,
      places,
      onNobody: (place, others) => void this.#takeWay(place, others),
    });
  }

  /** Takes over the queues and agents of a desired document. Whoever waits in a queue that is gone moves to the general one. */
  configure(desired: Pick<Desired, 'queues' | 'agents' | 'campaigns' | 'site' | 'vips'>): void {
    this.#rules.configure(desired);
    for (const { call, queue } of this.#places.all())
      if (!this.#rules.lines.has(queue)) this.#move(call, inboundQueue.id);
    this.work();
  }

  /**
   * What the ledger remembers: promises of a call back, and who talked with whom.
   * @param talks latest first
   */
  restore(
    kept: readonly { readonly data: string }[],
    talks: readonly { readonly customer: string; readonly agent: string }[] = [],
  ): void {
    for (const { customer, agent } of talks.toReversed()) this.#lastAgents.remember(customer, agent);
    this.#promises.restore(kept);
  }

  /** A day's counts go on where they were. @param midnight when it began, business ms */
  restoreDay(midnight: number, days: readonly QueueDay[]): void {
    this.#places.days.restore(midnight, days);
  }

  /** A key of a caller: who waits may ask to be called back in turn. Gives whether it meant something. */
  onDigit(leg: string, digit: string): boolean {
    const { business, callBacks, calls } = this.#options;
    const call = calls.byCustomerLeg(leg);
    const place = call && this.#places.get(call.id);
    if (place?.phase !== 'waiting' || this.queue(place.queue)?.callBackKey !== digit) return false;
    if (!callBacks.isReachable(call!.customer)) return false;
    this.#promises.make(place, call!);
    calls.input(place.call, { type: 'wait-over', instead: 'call-back', at: business.now() });
    return true;
  }

  /** A queue in force. */
  queue(id: string): Queue | undefined {
    return this.#rules.queues.get(id);
  }

  /** How far a customer goes before others; 0: nobody special. */
  vipOf(customer: string): number {
    return this.#rules.vipOf(customer);
  }

  /** Who waits in a queue, longest first. */
  waitingIn(queue: string): readonly Place[] {
    return this.#places.in(queue).filter(({ callBackAt }) => callBackAt === undefined);
  }

  /** What became of those who waited there today and yesterday, as far as the ledger of this box has it. */
  days(queue: string): ReturnType<QueueDays['of']> {
    return this.#places.days.of(queue, this.#options.business.now(), this.#rules.zone);
  }

  /** How the queues stand, for the live board. */
  live(): Record<string, LiveQueue> {
    const agents = this.#rules.atWork(this.#options.roster.all());
    return Object.fromEntries(
      [...this.#rules.queues.keys()].map((id) => {
        const line = this.#rules.lines.get(id)!;
        const own = this.#places.in(id);
        const shown = this.waitingIn(id).slice(0, mostShownWaiting);
        return [
          id,
          {
            waiting: own.length,
            ready: agents.filter((agent) => agent.free.voice > 0 && mayServe(agent, line)).length,
            ...(own[0] && {
              since: own[0].enteredAt,
              calls: Object.fromEntries(shown.map(({ call, enteredAt }) => [call, enteredAt])),
            }),
          },
        ];
      }),
    );
  }

  /** A call is new, changed its phase, or has ended. */
  follow({ id }: Pick<Call, 'id'>): void {
    // What was done about an earlier change may have changed it again.
    const call = this.#options.calls.get(id);
    const place = this.#places.get(id);
    // Who asked for it on this call has hung up; the call back follows by its own.
    if (place?.callBackAt !== undefined) return;
    if (call?.phase === 'talking' && call.agent !== undefined)
      this.#lastAgents.remember(call.customer, call.agent);
    if (call?.phase === 'waiting' && !place) this.#enter(call);
    else if (place) this.#followPlace(place, call);
    if (call?.phase === 'waiting') this.work();
  }

  /** A call back has changed its phase, or has ended. */
  followBack(call: Call): void {
    const { agent, customer, phase } = call;
    if (phase === 'talking' && agent !== undefined) this.#lastAgents.remember(customer, agent);
    this.#promises.follow(call);
  }

  #followPlace(place: Place, call: Call | undefined): void {
    this.#places.input(place, whatBecame(call, this.#options.business.now()));
    const now = this.#places.get(place.call);
    if (now?.phase !== 'waiting' || place.phase !== 'offered') return;
    // Nobody took it: a guest is told where they wait, others go the ways that are left.
    if (now.from !== undefined) this.#sendBack(now);
    else if (place.site !== undefined) this.#otherSites.onMissed(now);
    else this.#otherSites.forget(now.call);
  }

  /** Gives agents to whoever waits, as the matcher says. Cheap when there is nothing to do. */
  work(): void {
    this.#again = true;
    if (this.#working) return;
    this.#working = true;
    try {
      while (this.#again) {
        this.#again = false;
        this.#match();
      }
    } finally {
      this.#working = false;
    }
  }

  /** Makes the places agree with the calls: nobody who waits is forgotten, nobody who is gone is kept. */
  audit(): void {
    for (const call of this.#options.calls.all()) if (call.phase === 'waiting') this.follow(call);
    for (const { call } of this.#places.all()) this.follow({ id: call });
    this.#promises.audit();
  }

  #match(): void {
    const { business, promised, roster } = this.#options;
    const now = business.now();
    const waiting = this.#places
      .all()
      .filter((place) => place.phase === 'waiting' && this.#promises.isDue(place))
      .map((place) => this.#waitingOf(place));
    if (waiting.length === 0) return;
    const { matches, turn } = match({
      now,
      waiting,
      queues: this.#rules.lines,
      agents: this.#rules.atWork(roster.all()),
      promised: promised(),
      turn: this.#turn,
    });
    this.#turn = turn;
    for (const { waiting: id, agent, choice } of matches) {
      const place = this.#places.get(id);
      if (place?.callBackAt !== undefined) this.#promises.call(place, agent, choice);
      else if (place) this.#offer(place, agent, choice, now);
    }
  }

  #offer(place: Place, agent: string, choice: AgentChoice, at: number): void {
    const { calls, roster } = this.#options;
    const call = calls.get(place.call);
    if (call?.phase !== 'waiting' || !mayOffer(place, agent, at)) return;
    const { id, campaign } = call;
    const presence = roster.input(agent, {
      type: 'reserve',
      call: id,
      at,
      choice,
      ...(campaign !== undefined && { campaign }),
    });
    if (presence?.state !== 'reserved') return;
    const { leg } = presence;
    const servedAs = this.queue(place.queue)?.campaign;
    calls.input(id, {
      type: 'agent',
      agent,
      at,
      ...(leg !== undefined && { leg }),
      ...(servedAs !== undefined && { servedAs }),
    });
  }

  #waitingOf({ call, queue, inLineSince, priority, passedOver }: Place): Waiting {
    const { customer = '' } = this.#promises.get(call) ?? this.#options.calls.get(call) ?? {};
    const lastAgent = this.#lastAgents.of(customer);
    return {
      id: call,
      channel: 'voice',
      queue,
      since: inLineSince,
      priority,
      passedOver,
      vip: this.vipOf(customer) > 0,
      ...(lastAgent !== undefined && { lastAgent }),
    };
  }

  #enter(call: Call): void {
    const { business, calls } = this.#options;
    const at = business.now();
    // Once it has talked, a callee waits as callers do.
    if (call.campaign !== undefined && call.bridgedAt === undefined)
      return this.#places.set(placeOf(call, call.campaign, waitsSince(call) ?? at, calleePriority));
    const queue = this.#rules.queueOr(call.queue);
    if (call.queue !== queue.id || call.queuedAt === undefined)
      return calls.input(call.id, { type: 'queue', queue: queue.id, at });
    if (call.guestOf !== undefined && call.answeredAt === undefined)
      return this.#host(call, queue, call.guestOf);
    const priority = queue.priority + (call.priority ?? 0) + this.vipOf(call.customer);
    const place = placeOf(call, queue.id, call.queuedAt, priority);
    // Whose phone rings already makes the line no longer.
    const ahead = this.#places.in(queue.id).filter(({ phase }) => phase === 'waiting').length;
    this.#places.set(place);
    if (call.queuedAt >= this.#startedAt) {
      this.#places.tell(place, { step: 'entered', position: ahead + 1 });
      const ways = this.#isClosed(queue) ? waysOutOfClosed(queue) : waysOut(queue, 0, ahead);
      if (this.#takeWay(place, ways)) return;
    }
    this.#play(call, queue, []);
    this.#schedule(place, queue);
  }

  /**
   * A caller of another site, for an agent who is idle. The place counts from when they came into line there: who is taken here is judged here, by
   * the whole wait; who is not was never in line here.
   */
  #host(call: Call, queue: Queue, from: string): void {
    const since = call.inLineSince ?? this.#options.business.now();
    const place = { ...placeOf(call, queue.id, since, queue.priority + this.vipOf(call.customer)), from };
    this.#places.set(place);
    if (this.#isClosed(queue)) return this.#sendBack(place);
    this.#places.after(call.id, guestWaitMs, () => {
      const now = this.#places.get(call.id);
      if (now?.phase === 'waiting') this.#sendBack(now);
    });
  }

  #sendBack(place: Place): void {
    this.#places.input(place, { type: 'gone' });
    const at = this.#options.business.now();
    this.#options.calls.input(place.call, { type: 'wait-over', instead: 'back', at });
  }

  #isClosed(queue: Queue): boolean {
    const { business, roster } = this.#options;
    return this.#rules.isClosed(queue, roster.all(), business.now());
  }

  /** Takes the first way that is open. Gives whether the caller has left; while another site is asked they stay. */
  #takeWay(place: Place, ways: readonly QueueExit[]): boolean {
    for (const [i, exit] of ways.entries()) {
      if (exit.to !== 'site') {
        if (this.#leave(place, exit)) return true;
      } else if (this.#otherSites.seek(place, exit.queue ?? place.queue, ways.slice(i + 1))) return false;
    }
    return false;
  }

  /** Takes a way out of this box's own. Gives false when it is not open: the caller stays. */
  #leave(place: Place, exit: Exclude<QueueExit, { to: 'site' }>): boolean {
    const { business, calls } = this.#options;
    const call = calls.get(place.call);
    if (call?.phase !== 'waiting') return false;
    if (exit.to === 'queue') {
      const target = this.queue(exit.queue);
      const before = [...(call.queuesBefore ?? []), place.queue];
      if (!target || before.includes(target.id) || this.#isClosed(target)) return false;
    }
    this.#places.input(place, {
      type: 'leave',
      exit: exit.to === 'queue' ? queueWord(exit.queue) : exit.to,
    });
    if (exit.to === 'queue') this.#move(call.id, exit.queue);
    else calls.input(call.id, { type: 'wait-over', instead: exit.to, at: business.now() });
    return true;
  }

  /** Moves somebody who waits into another queue, whatever the first one says. Gives false when they wait no longer. */
  moveTo(id: string, queue: string): boolean {
    const place = this.#places.get(id);
    if (place?.phase !== 'waiting' || place.callBackAt !== undefined || !this.queue(queue)) return false;
    this.#places.input(place, { type: 'leave', exit: queueWord(queue) });
    this.#move(id, queue);
    return true;
  }

  #move(call: string, queue: string): void {
    this.#places.forget(call);
    this.#options.calls.input(call, { type: 'queue', queue, at: this.#options.business.now() });
  }

  /** What time brings: ways out, announcements. */
  #onDue(id: string): void {
    const { business, calls } = this.#options;
    const place = this.#places.get(id);
    const queue = place && this.queue(place.queue);
    const call = calls.get(id);
    if (!place || !queue || !call) return;
    const now = business.now();
    if (place.phase === 'waiting') {
      if (this.#takeWay(place, waysOut(queue, now - place.enteredAt))) return;
      const { announceSeconds } = queue;
      if (announceSeconds > 0 && now - place.announcedAt >= announceSeconds * 1000)
        this.#announce(call, place, queue, now);
    }
    this.#schedule(this.#places.get(id)!, queue);
  }

  #schedule(place: Place, queue: Queue): void {
    const inMs = nextDue(queue, place, this.#options.business.now());
    this.#places.after(place.call, inMs, () => this.#onDue(place.call));
  }

  #announce(call: Call, place: Place, queue: Queue, now: number): void {
    const position = this.#positionOf(place, now);
    const wait = this.#places.expectedWait(queue.id, position);
    this.#places.input(place, { type: 'announced', position, at: now });
    this.#play(call, queue, announcement(position, wait));
  }

  /** Place in line, 1 for who is next of the queue. */
  #positionOf(place: Place, now: number): number {
    const line = this.#rules.lines.get(place.queue)!;
    const own = urgency(this.#waitingOf(place), line, now);
    const ahead = this.#places
      .in(place.queue)
      .filter((other) => other !== place && urgency(this.#waitingOf(other), line, now) > own);
    return ahead.length + 1;
  }

  #play(call: Call, queue: Queue, announcement: readonly string[]): void {
    const { switch: fs, filesOf, log } = this.#options;
    const sound = waitingSound(queue.music, announcement, filesOf);
    const stopped = announcement.length > 0 ? fs.stopPlaying(call.leg) : Promise.resolve();
    stopped
      // Whoever found an agent at once hears no music.
      .then(() =>
        this.#options.calls.get(call.id)?.phase === 'waiting' ? fs.play(call.leg, sound) : undefined,
      )
      // The leg may be gone already; its own event tells the rest.
      .catch((error: unknown) =>
        log.debug({ call: call.id, problem: problemOf(error) }, 'music was not played to somebody who waits'),
      );
  }
}

/** What the state of a call means for its place. */
function whatBecame(call: Call | undefined, at: number): PlaceInput {
  if (call?.phase === 'waiting') return { type: 'missed', at };
  if (call?.phase === 'talking') return { type: 'connected' };
  const offered = call?.phase === 'ringing-agent' || call?.phase === 'bridging';
  if (offered && call.site !== undefined) return { type: 'offered-away', site: call.site };
  return offered && call.agent !== undefined ? { type: 'offered', agent: call.agent } : { type: 'gone' };
}

function queueWord(queue: string): string {
  return `queue ${queue}`;
}

function placeOf(call: Call, queue: string, enteredAt: number, priority: number): Place {
  const { id, conversation, inLineSince = enteredAt } = call;
  return { ...freshPlace({ call: id, conversation, queue, enteredAt, priority }), inLineSince };
}
