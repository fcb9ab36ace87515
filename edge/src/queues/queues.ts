import {
  inboundQueue,
  isInsideWindow,
  mostShownWaiting,
  problemOf,
  type Clock,
  type ClockTrust,
  type Desired,
  type IdSource,
  type LiveQueue,
  type Queue,
  type QueueExit,
  type Timer,
} from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import { isAvailable, isLoggedIn, type Roster } from '../agents/index.ts';
import { waitsSince, type Call, type Calls, type SiteAgent } from '../calls/index.ts';
import type { CallBacks, Promised } from '../dialer/index.ts';
import type { NewRow, QueueDay } from '../store/index.ts';
import type { Switch } from '../switch/index.ts';
import { ConnectRate } from './connect-rate.ts';
import { QueueDays } from './queue-days.ts';
import { match, mayServe, urgency, type MatchAgent, type MatchQueue, type Waiting } from './matcher.ts';
import {
  expectedWait,
  mayOffer,
  nextDue,
  nextPlace,
  sitesPassedOver,
  waysOut,
  waysOutOfClosed,
  type Place,
  type PlaceEffect,
  type PlaceInput,
} from './place.ts';
import { calleePriority, matchCampaign, matchQueue, queuesOf, servedBy, type Served } from './served.ts';
import { Vips } from './vips.ts';
import { announcement, waitingSound } from './waiting-sound.ts';

/** A caller for whom an agent of another site is asked. */
export interface SoughtAway {
  readonly conversation: string;
  /** The queue there. */
  readonly queue: string;
  /** The number that was called. */
  readonly callerId: string;
  /** Since when the caller is in line. */
  readonly since: number;
  /** Sites that are not asked. */
  readonly except: readonly string[];
}

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

/** What became of those who waited in a queue since an instant, business ms. */
/** What is kept of a promise: the place without what chance of the moment has brought. */
type KeptPromise = Promised & Pick<Place, 'enteredAt' | 'inLineSince' | 'priority'>;

/** A caller of another site who is nobody's after so long goes back: whoever was idle here is not any more, ms. */
const guestWaitMs = 1000;

const unused = { idleSince: 0, free: { voice: 0, message: 0 } } as const;

/** Who is connected sooner did not wait for an agent, ms. */
const idleWaitMs = 1000;

/** Calls that are made for one who asked to be called back, and the pause between them, ms. */
const mostCallBacks = 2;
const callBackAgainMs = 300_000;

/** So many customers' agents of last time are remembered. */
export const rememberedCustomers = 10_000;

/**
 * Everybody who waits for an agent, callers in queues and callees of campaigns: carries out what the matcher decides, tells
 * each step, and lets nobody wait longer than their queue says. What is known of a caller's place stands on the call itself,
 * so that a restarted edge goes on with it.
 */
export class Queues {
  readonly #options: QueuesOptions;
  readonly #startedAt: number;
  /** What became of those who waited is known since then. */
  readonly #places = new Map<string, Place>();
  /** Those who are called back, by their place. */
  readonly #promises = new Map<string, Promised>();
  readonly #timers = new Map<string, Timer>();
  readonly #rates = new Map<string, ConnectRate>();
  readonly #days = new QueueDays();
  /** Customer → who talked to them last. */
  readonly #lastAgents = new Map<string, string>();
  /** Callers for whom other sites are asked, with the ways that they have when nobody is found there. */
  readonly #sought = new Map<string, readonly QueueExit[]>();
  readonly #served = new Map<string, Served>();
  readonly #lines = new Map<string, MatchQueue>();
  #queues = new Map<string, Queue>();
  #vips = new Vips();
  #zone = 'UTC';
  #turn = 0;
  #working = false;
  #again = false;

  constructor(options: QueuesOptions) {
    this.#options = options;
    this.#startedAt = options.business.now();
  }

  /** Takes over the queues and agents of a desired document. Whoever waits in a queue that is gone moves to the general one. */
  configure(desired: Pick<Desired, 'queues' | 'agents' | 'campaigns' | 'site' | 'vips'>): void {
    const queues = queuesOf(desired);
    this.#queues = new Map(queues.map((queue) => [queue.id, queue]));
    this.#zone = desired.site.zone;
    this.#vips = new Vips(desired.vips, desired.site.region);
    this.#lines.clear();
    for (const queue of queues) this.#lines.set(queue.id, matchQueue(queue));
    for (const campaign of desired.campaigns) this.#lines.set(campaign.id, matchCampaign(campaign));
    this.#served.clear();
    for (const agent of desired.agents) this.#served.set(agent.id, servedBy(agent, queues));
    for (const place of this.#places.values())
      if (!this.#lines.has(place.queue)) this.#move(place.call, inboundQueue.id);
    this.work();
  }

  /**
   * What the ledger remembers: promises (a call back that was under way says by itself what came of it), and who talked with whom.
   * @param talks latest first
   */
  restore(
    kept: readonly { readonly data: string }[],
    talks: readonly { readonly customer: string; readonly agent: string }[] = [],
  ): void {
    for (const { customer, agent } of talks.toReversed()) this.#rememberAgent(customer, agent);
    for (const { data } of kept) {
      const { enteredAt, inLineSince, priority, ...promised } = JSON.parse(data) as KeptPromise;
      const { id, conversation, queue } = promised;
      this.#promises.set(id, promised);
      const place = { call: id, conversation, queue, enteredAt, inLineSince, priority };
      this.#places.set(id, { ...fresh, ...place, announcedAt: enteredAt, callBackAt: enteredAt });
    }
  }

  /** A key of a caller: who waits may ask to be called back in turn. Gives whether it meant something. */
  onDigit(leg: string, digit: string): boolean {
    const { business, callBacks, calls } = this.#options;
    const call = calls.byCustomerLeg(leg);
    const place = call && this.#places.get(call.id);
    if (!place || place.phase !== 'waiting' || this.#queues.get(place.queue)?.callBackKey !== digit)
      return false;
    if (!callBacks.isReachable(call.customer)) return false;
    const { id, conversation, customer, callerId: did } = call;
    const askedAt = business.now();
    this.#promises.set(id, { id, conversation, queue: place.queue, customer, did, askedAt, calls: 0 });
    this.#input(place, { type: 'promise' });
    this.#keepPromise(id);
    this.#stopTimer(id);
    calls.input(id, { type: 'wait-over', instead: 'call-back', at: askedAt });
    return true;
  }

  /** A queue in force. */
  queue(id: string): Queue | undefined {
    return this.#queues.get(id);
  }

  /** A call is new, changed its phase, or has ended. */
  follow({ id }: Pick<Call, 'id'>): void {
    // What was done about an earlier change may have changed it again.
    const call = this.#options.calls.get(id);
    const place = this.#places.get(id);
    // Who asked for it on this call has hung up; the call back follows by its own.
    if (place?.callBackAt !== undefined) return;
    if (call?.phase === 'talking' && call.agent !== undefined) this.#rememberAgent(call.customer, call.agent);
    if (call?.phase === 'waiting' && !place) this.#enter(call);
    else if (place) this.#followPlace(place, call);
    if (call?.phase === 'waiting') this.work();
  }

  #followPlace(place: Place, call: Call | undefined): void {
    this.#input(place, whatBecame(call, this.#options.business.now()));
    const now = this.#places.get(place.call);
    if (now?.phase !== 'waiting' || place.phase !== 'offered') return;
    // Nobody took it: a guest is told where they wait, others go the ways that are left.
    if (now.from !== undefined) return this.#sendBack(now);
    const ways = this.#sought.get(place.call);
    this.#sought.delete(place.call);
    if (place.site !== undefined && ways) this.#takeWay(now, ways);
  }

  /** A call back has changed its phase, or has ended. */
  followBack({ agent, customer, phase, promise = '' }: Call): void {
    const place = this.#places.get(promise);
    const promised = this.#promises.get(promise);
    if (!place || !promised) return;
    if (phase === 'talking') {
      if (agent !== undefined) this.#rememberAgent(customer, agent);
      return this.#endPromise(place, { type: 'connected' });
    }
    if (phase !== 'ended') return;
    const made = { ...promised, calls: promised.calls + 1 };
    this.#promises.set(promise, made);
    if (made.calls >= mostCallBacks) return this.#endPromise(place, { type: 'gone', why: 'not reached' });
    this.#input(place, { type: 'postponed', until: this.#options.business.now() + callBackAgainMs });
    this.#keepPromise(promise);
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
    for (const { call } of this.#places.values()) this.follow({ id: call });
    for (const place of this.#places.values())
      if (place.callBackAt !== undefined && place.phase === 'offered' && !this.#isCalled(place.call))
        this.#input(place, { type: 'postponed', until: place.callBackAt });
  }

  /** How the queues stand, for the live board. */
  live(): Record<string, LiveQueue> {
    const agents = this.#agents();
    const places = [...this.#places.values()];
    return Object.fromEntries(
      [...this.#queues.keys()].map((id) => {
        const own = places.filter(({ queue }) => queue === id).toSorted((a, b) => a.enteredAt - b.enteredAt);
        const line = this.#lines.get(id)!;
        return [
          id,
          {
            waiting: own.length,
            ready: agents.filter((agent) => agent.free.voice > 0 && mayServe(agent, line)).length,
            ...(own[0] && {
              since: own[0].enteredAt,
              calls: Object.fromEntries(
                own
                  .filter(({ callBackAt }) => callBackAt === undefined)
                  .slice(0, mostShownWaiting)
                  .map(({ call, enteredAt }) => [call, enteredAt]),
              ),
            }),
          },
        ];
      }),
    );
  }

  #match(): void {
    const { business, calls, promised, roster } = this.#options;
    const now = business.now();
    const waiting = [...this.#places.values()]
      .filter(({ phase }) => phase === 'waiting')
      .filter(
        ({ call, callBackAt }) => callBackAt === undefined || (callBackAt <= now && !this.#isCalled(call)),
      )
      .map((place) => this.#waitingOf(place));
    if (waiting.length === 0) return;
    const { matches, turn } = match({
      now,
      waiting,
      queues: this.#lines,
      agents: this.#agents(),
      promised: promised(),
      turn: this.#turn,
    });
    this.#turn = turn;
    for (const { waiting: id, agent } of matches) {
      if (this.#promises.has(id)) {
        this.#callBack(id, agent);
        continue;
      }
      const call = calls.get(id);
      if (call?.phase !== 'waiting' || !mayOffer(this.#places.get(id)!, agent, now)) continue;
      const { campaign } = call;
      const input = {
        type: 'reserve',
        call: id,
        at: now,
        ...(campaign !== undefined && { campaign }),
      } as const;
      const presence = roster.input(agent, input);
      if (presence?.state !== 'reserved') continue;
      const { leg } = presence;
      calls.input(id, { type: 'agent', agent, at: now, ...(leg !== undefined && { leg }) });
    }
  }

  #callBack(id: string, agent: string): void {
    const place = this.#places.get(id)!;
    const placed = this.#options.callBacks.place(this.#promises.get(id)!, agent);
    if ('call' in placed) this.#input(place, { type: 'offered', agent });
    else if (placed.until === undefined) this.#endPromise(place, { type: 'gone', why: placed.not });
    else this.#input(place, { type: 'postponed', until: placed.until });
  }

  /** Whether a call back for a promise is under way. */
  #isCalled(promise: string): boolean {
    return this.#options.calls.all().some((call) => call.promise === promise);
  }

  #keepPromise(id: string): void {
    const { enteredAt, inLineSince, priority } = this.#places.get(id)!;
    const kept: KeptPromise = { ...this.#promises.get(id)!, enteredAt, inLineSince, priority };
    this.#options.savePromise(id, JSON.stringify(kept));
  }

  #endPromise(place: Place, input: PlaceInput): void {
    this.#input(place, input);
    this.#promises.delete(place.call);
    this.#options.savePromise(place.call);
  }

  #agents(): readonly MatchAgent[] {
    return this.#options.roster.all().flatMap((presence) => {
      const served = this.#served.get(presence.id);
      if (!served || !isLoggedIn(presence) || presence.state === 'break') return [];
      const { id, since } = presence;
      return [
        { ...served, id, idleSince: since, free: { voice: isAvailable(presence) ? 1 : 0, message: 0 } },
      ];
    });
  }

  #waitingOf({ call, queue, inLineSince, priority, passedOver }: Place): Waiting {
    const { customer = '' } = this.#promises.get(call) ?? this.#options.calls.get(call) ?? {};
    const lastAgent = this.#lastAgents.get(customer);
    return {
      id: call,
      channel: 'voice',
      queue,
      since: inLineSince,
      priority,
      passedOver,
      ...(lastAgent !== undefined && { lastAgent }),
    };
  }

  #enter(call: Call): void {
    const at = this.#options.business.now();
    // Once it has talked, a callee waits as callers do.
    if (call.campaign !== undefined && call.bridgedAt === undefined) {
      this.#places.set(call.id, newPlace(call, call.campaign, waitsSince(call) ?? at, calleePriority));
      return;
    }
    const queue = this.#queues.get(call.queue ?? inboundQueue.id) ?? this.#queues.get(inboundQueue.id)!;
    if (call.queue !== queue.id || call.queuedAt === undefined)
      return this.#options.calls.input(call.id, { type: 'queue', queue: queue.id, at });
    if (call.guestOf !== undefined && call.answeredAt === undefined)
      return this.#host(call, queue, call.guestOf);
    const place = newPlace(
      call,
      queue.id,
      call.queuedAt,
      queue.priority + (call.priority ?? 0) + this.vipOf(call.customer),
    );
    const resumed = call.queuedAt < this.#startedAt;
    // Whose phone rings already makes the line no longer.
    const ahead = [...this.#places.values()].filter(
      (other) => other.queue === queue.id && other.phase === 'waiting',
    ).length;
    this.#places.set(call.id, place);
    if (!resumed) {
      this.#tell(place, { step: 'entered', position: ahead + 1 });
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
    const place = { ...newPlace(call, queue.id, since, queue.priority), from };
    this.#places.set(call.id, place);
    if (this.#isClosed(queue)) return this.#sendBack(place);
    const giveUp = (): void => {
      const now = this.#places.get(call.id);
      if (now?.phase === 'waiting') this.#sendBack(now);
    };
    this.#timers.set(call.id, this.#options.business.schedule(guestWaitMs, giveUp));
  }

  #sendBack(place: Place): void {
    this.#input(place, { type: 'gone' });
    const at = this.#options.business.now();
    this.#options.calls.input(place.call, { type: 'wait-over', instead: 'back', at });
  }

  /** Outside its hours, or nobody who serves it is logged in. */
  #isClosed({ id, open }: Queue): boolean {
    const { business, roster } = this.#options;
    if (open && !isInsideWindow(open, business.now(), [this.#zone])) return true;
    const line = this.#lines.get(id)!;
    return !roster.all().some((agent) => {
      const served = this.#served.get(agent.id);
      return served && isLoggedIn(agent) && mayServe({ ...served, ...unused, id: agent.id }, line);
    });
  }

  /** Takes the first way that is open. Gives whether the caller has left; while another site is asked they stay. */
  #takeWay(place: Place, ways: readonly QueueExit[]): boolean {
    for (const [i, exit] of ways.entries()) {
      if (exit.to !== 'site') {
        if (this.#leave(place, exit)) return true;
      } else if (this.#seek(place, exit.queue ?? place.queue, ways.slice(i + 1))) return false;
    }
    return false;
  }

  /**
   * Asks for an agent of another site. Gives false when there is nobody to ask.
   * @param others the ways when nobody is found, or nobody there takes it
   */
  #seek(place: Place, queue: string, others: readonly QueueExit[]): boolean {
    const { business, calls, seekAway } = this.#options;
    const call = calls.get(place.call);
    // Nobody is sent on to a third site.
    if (!call || call.guestOf !== undefined) return false;
    if (this.#sought.has(call.id)) return true;
    const found = seekAway({
      conversation: call.conversation,
      queue,
      callerId: call.callerId,
      since: place.inLineSince,
      except: sitesPassedOver(place, business.now()),
    });
    if (!found) return false;
    this.#sought.set(call.id, others);
    void found.then((to) => this.#onFound(call.id, to));
    return true;
  }

  #onFound(id: string, to: SiteAgent | undefined): void {
    const place = this.#places.get(id);
    const others = this.#sought.get(id) ?? [];
    // Taken by somebody here meanwhile: the ticket lapses.
    if (place?.phase === 'waiting' && to)
      return this.#options.calls.input(id, { type: 'site', to, at: this.#options.business.now() });
    this.#sought.delete(id);
    if (place?.phase === 'waiting') this.#takeWay(place, others);
  }

  /** Takes a way out of this box's own. Gives false when it is not open: the caller stays. */
  #leave(place: Place, exit: Exclude<QueueExit, { to: 'site' }>): boolean {
    const { business, calls } = this.#options;
    const call = calls.get(place.call);
    if (call?.phase !== 'waiting') return false;
    if (exit.to === 'queue') {
      const target = this.#queues.get(exit.queue);
      const before = [...(call.queuesBefore ?? []), place.queue];
      if (!target || before.includes(target.id) || this.#isClosed(target)) return false;
    }
    this.#input(place, { type: 'leave', exit: exit.to === 'queue' ? queueWord(exit.queue) : exit.to });
    if (exit.to === 'queue') this.#move(call.id, exit.queue);
    else calls.input(call.id, { type: 'wait-over', instead: exit.to, at: business.now() });
    return true;
  }

  /** Moves somebody who waits into another queue, whatever the first one says. Gives false when they wait no longer. */
  moveTo(id: string, queue: string): boolean {
    const place = this.#places.get(id);
    if (place?.phase !== 'waiting' || place.callBackAt !== undefined || !this.#queues.has(queue))
      return false;
    this.#input(place, { type: 'leave', exit: queueWord(queue) });
    this.#move(id, queue);
    return true;
  }

  /** A day's counts go on where they were. @param midnight when it began, business ms */
  restoreDay(midnight: number, days: readonly QueueDay[]): void {
    this.#days.restore(midnight, days);
  }

  /** What became of those who waited there today and yesterday, as far as the ledger of this box has it. */
  days(queue: string): ReturnType<QueueDays['of']> {
    return this.#days.of(queue, this.#options.business.now(), this.#zone);
  }

  /** How far a customer goes before others; 0: nobody special. */
  vipOf(customer: string): number {
    return this.#vips.levelOf(customer);
  }

  /** Who waits in a queue, longest first. */
  waitingIn(queue: string): readonly Place[] {
    return [...this.#places.values()]
      .filter((place) => place.queue === queue && place.callBackAt === undefined)
      .toSorted((a, b) => a.enteredAt - b.enteredAt);
  }

  #move(call: string, queue: string): void {
    this.#forget(call);
    this.#options.calls.input(call, { type: 'queue', queue, at: this.#options.business.now() });
  }

  /** What time brings: ways out, announcements. */
  #onDue(id: string): void {
    const { business, calls } = this.#options;
    const place = this.#places.get(id);
    const queue = place && this.#queues.get(place.queue);
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

  #announce(call: Call, place: Place, queue: Queue, now: number): void {
    const position = this.#positionOf(place, now);
    const wait = expectedWait(position, this.#rates.get(queue.id)?.everyMs);
    this.#input(place, { type: 'announced', position, at: now });
    this.#play(call, queue, announcement(position, wait));
  }

  /** Place in line, 1 for who is next of the queue. */
  #positionOf(place: Place, now: number): number {
    const line = this.#lines.get(place.queue)!;
    const own = urgency(this.#waitingOf(place), line, now);
    const ahead = [...this.#places.values()].filter(
      (other) =>
        other.queue === place.queue && other !== place && urgency(this.#waitingOf(other), line, now) > own,
    );
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

  #schedule(place: Place, queue: Queue): void {
    const { business } = this.#options;
    this.#timers.get(place.call)?.cancel();
    const inMs = nextDue(queue, place, business.now());
    this.#timers.set(
      place.call,
      business.schedule(inMs, () => this.#onDue(place.call)),
    );
  }

  #input(place: Place, input: PlaceInput): void {
    const { state, effects } = nextPlace(place, input);
    if (state === place) return;
    if (state.phase === 'left') this.#forget(place.call);
    else this.#places.set(place.call, state);
    for (const effect of effects) {
      if (effect.step === 'connected') {
        const now = this.#options.business.now();
        this.#rateOf(place.queue).connected(now, now - place.enteredAt > idleWaitMs);
      }
      this.#tell(place, effect);
    }
  }

  /** Callees of campaigns are told by their calls. */
  #tell({ call, conversation, queue, enteredAt, from }: Place, { step, ...more }: PlaceEffect): void {
    const { business, clockTrust, ids, tell } = this.#options;
    const line = this.#lines.get(queue);
    if (line?.side !== 'inbound') return;
    const at = business.now();
    const head = { at, clock: clockTrust(), id: ids() };
    const waitedMs = Math.max(0, Math.round(at - enteredAt));
    if (step === 'connected' || step === 'abandoned')
      this.#days.count(queue, step, waitedMs <= line.targetMs, at, this.#zone);
    const peer = from === undefined ? {} : { peer: from };
    const fact = { call, conversation, queue, step, waitedMs, targetMs: line.targetMs, ...peer, ...more };
    tell({ stream: 'event', row: { ...head, type: 'queue', ...fact } });
  }

  #forget(call: string): void {
    this.#places.delete(call);
    this.#sought.delete(call);
    this.#stopTimer(call);
  }

  #stopTimer(call: string): void {
    this.#timers.get(call)?.cancel();
    this.#timers.delete(call);
  }

  #rateOf(queue: string): ConnectRate {
    let rate = this.#rates.get(queue);
    if (!rate) this.#rates.set(queue, (rate = new ConnectRate()));
    return rate;
  }

  #rememberAgent(customer: string, agent: string): void {
    if (customer === '') return;
    this.#lastAgents.delete(customer);
    this.#lastAgents.set(customer, agent);
    if (this.#lastAgents.size > rememberedCustomers)
      this.#lastAgents.delete(this.#lastAgents.keys().next().value!);
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

const fresh = {
  phase: 'waiting',
  passedOver: new Set<string>(),
  sitesTried: new Map<string, number>(),
} as const;

function queueWord(queue: string): string {
  return `queue ${queue}`;
}

function newPlace(call: Call, queue: string, enteredAt: number, priority: number): Place {
  return {
    call: call.id,
    conversation: call.conversation,
    queue,
    inLineSince: call.inLineSince ?? enteredAt,
    enteredAt,
    priority,
    ...fresh,
    announcedAt: enteredAt,
  };
}
