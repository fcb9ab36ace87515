import { randomExponential, randomInteger, randomLogNormal, seededRandom } from '@branchline/shared';
import type { Clock, RandomSource, Timer } from '@branchline/shared';
import type { Answerer, Invitation, Party, PartyLink } from '../switch/party.ts';
import { CallRefused } from '../switch/inbound.ts';
import type { InboundCaller } from '../switch/inbound.ts';
import type { VirtualSwitch } from '../switch/virtual-switch.ts';

/** How a number behaves whenever it is called. */
export type Temperament = 'live' | 'machine' | 'no-answer' | 'busy' | 'dead' | 'powered-off' | 'rejects';

export interface PopulationOptions {
  readonly seed: number;
  /** Business time: ringing, talking, patience. */
  readonly clock: Clock;
  /** Shares of temperaments; need not add up to 1. Default 35 % live, 8 machine, 30 no answer, 12 busy, 10 dead, 3 off, 2 rejects. */
  readonly rates?: Partial<Readonly<Record<Temperament, number>>>;
  /** Seconds a live number rings before it is answered. Default 5–20. */
  readonly ringSeconds?: readonly [low: number, high: number];
  /** Median of the log-normal talk time, seconds. Default 60. */
  readonly talkMedianSeconds?: number;
  /** Share of conversations the customer ends. Default 0.5. */
  readonly customerEnds?: number;
  /** Share of calls whose ringing comes with audio (183 instead of 180). Default 0.15. */
  readonly earlyMedia?: number;
  /** Seconds a person who picked up waits for a voice. Default 6–15. */
  readonly patienceSeconds?: readonly [low: number, high: number];
  /** Seconds a caller waits in a queue. Default 60–240. */
  readonly queuePatienceSeconds?: readonly [low: number, high: number];
}

/** How one conversation will go. */
export interface Conversation {
  readonly ms: number;
  readonly endedBy: 'customer' | 'agent';
}

/** What the population lived through: the truth a report of the branch can be held against. */
export interface PopulationCounts {
  /** Calls received, by number. */
  readonly dialed: Map<string, number>;
  answered: number;
  /** Picked up and never connected to anybody. */
  abandoned: number;
  conversations: number;
  inbound: number;
  inboundConnected: number;
  /** Inbound calls the switch took no session for. */
  inboundRefused: number;
}

const defaultRates: Readonly<Record<Temperament, number>> = {
  live: 0.35,
  machine: 0.08,
  'no-answer': 0.3,
  busy: 0.12,
  dead: 0.1,
  'powered-off': 0.03,
  rejects: 0.02,
};

/** Everybody outside the branch: who is behind each number, and who calls in. The same seed gives the same people. */
export class Population {
  readonly counts: PopulationCounts = {
    dialed: new Map(),
    answered: 0,
    abandoned: 0,
    conversations: 0,
    inbound: 0,
    inboundConnected: 0,
    inboundRefused: 0,
  };
  readonly #options: PopulationOptions;
  readonly #clock: Clock;
  readonly #talks = new Map<string, Conversation>();
  readonly #arrivals = new Set<Timer>();

  constructor(options: PopulationOptions) {
    this.#options = options;
    this.#clock = options.clock;
  }

  /** The far end of every gateway: give it to the switch as its carrier. */
  readonly answer: Answerer = (invitation, link) => this.#called(invitation, link);

  temperamentOf(number: string): Temperament {
    const rates = { ...defaultRates, ...this.#options.rates };
    const names = Object.keys(rates) as Temperament[];
    const total = names.reduce((sum, name) => sum + rates[name], 0);
    let point = this.#source(number).next() * total;
    for (const name of names) {
      point -= rates[name];
      if (point < 0) return name;
    }
    return 'no-answer';
  }

  /** How the conversation with the customer on this channel goes; decided once. */
  conversationOf(channel: string): Conversation {
    let conversation = this.#talks.get(channel);
    if (!conversation) {
      const random = this.#source(channel);
      const median = this.#options.talkMedianSeconds ?? 60;
      conversation = {
        ms: Math.round(1000 * Math.max(2, randomLogNormal(random, median, 0.8))),
        endedBy: random.next() < (this.#options.customerEnds ?? 0.5) ? 'customer' : 'agent',
      };
      this.#talks.set(channel, conversation);
    }
    return conversation;
  }

  /** Lets customers call in, `perHour` of business time on average. Returns how to stop that. */
  callIn(owner: VirtualSwitch, lines: { gateway: string; did: string; perHour: number }): () => void {
    const random = this.#source(`inbound ${lines.gateway} ${lines.did}`);
    let stopped = false;
    let timer: Timer | undefined;
    const next = (): void => {
      timer = this.#clock.schedule(randomExponential(random, 3_600_000 / lines.perHour), () => {
        if (timer) this.#arrivals.delete(timer);
        if (stopped) return;
        this.#arrive(owner, lines, random);
        next();
      });
      this.#arrivals.add(timer);
    };
    if (lines.perHour > 0) next();
    return () => {
      stopped = true;
      timer?.cancel();
    };
  }

  /** No further arrivals. */
  stop(): void {
    for (const timer of this.#arrivals) timer.cancel();
    this.#arrivals.clear();
  }

  #source(key: string): RandomSource {
    return seededRandom(hash(`${this.#options.seed}/${key}`));
  }

  #later(seconds: number, action: () => void): Timer {
    return this.#clock.schedule(seconds * 1000, action);
  }

  #called(invitation: Invitation, link: PartyLink): Party {
    const number = invitation.to;
    const attempt = (this.counts.dialed.get(number) ?? 0) + 1;
    this.counts.dialed.set(number, attempt);
    const random = this.#source(`${number} call ${attempt}`);
    const customer = new Customer(this, this.#clock, link, invitation.channel, random, this.#options);
    this.#behave(this.temperamentOf(number), link, random, customer);
    return customer;
  }

  #behave(temperament: Temperament, link: PartyLink, random: RandomSource, customer: Customer): void {
    const between = (low: number, high: number): number => low + random.next() * (high - low);
    const [low, high] = this.#options.ringSeconds ?? [5, 20];
    const early = random.next() < (this.#options.earlyMedia ?? 0.15);
    const ringing = (): void => (early ? link.earlyMedia() : link.ring());
    switch (temperament) {
      case 'live':
        ringing();
        this.#later(between(low, high), () => customer.pickUp());
        return;
      case 'machine':
        ringing();
        this.#later(between(low, high), () => customer.pickUpAsMachine(between(15, 40)));
        return;
      case 'no-answer':
        ringing();
        this.#later(60, () => link.reject(480));
        return;
      case 'busy':
        this.#later(between(0.5, 3), () => link.reject(486));
        return;
      case 'dead':
        if (random.next() < 0.6) {
          link.earlyMedia();
          this.#later(between(5, 12), () => link.reject(404));
        } else this.#later(between(0.5, 2), () => link.reject(404));
        return;
      case 'powered-off':
        link.earlyMedia();
        this.#later(between(8, 15), () => link.reject(480));
        return;
      case 'rejects':
        ringing();
        this.#later(between(3, 8), () => link.reject(603));
        return;
    }
  }

  #arrive(owner: VirtualSwitch, lines: { gateway: string; did: string }, random: RandomSource): void {
    this.counts.inbound++;
    const callerId = `139${String(randomInteger(random, 0, 99_999_999)).padStart(8, '0')}`;
    let customer: Customer | undefined;
    const party: Party = {
      answered: () => customer?.answered(),
      bridged: () => {
        this.counts.inboundConnected++;
        customer?.bridged();
      },
      unbridged: () => customer?.unbridged(),
      released: () => customer?.released(),
    };
    try {
      const caller: InboundCaller = owner.inbound({
        gateway: lines.gateway,
        did: lines.did,
        callerId,
        party,
      });
      customer = new Customer(this, this.#clock, caller.link, caller.channel, random, this.#options, true);
      customer.waitInQueue();
    } catch (error) {
      // A switch that is down or full is a busy tone to the caller.
      if (!(error instanceof CallRefused) && owner.running) throw error;
      this.counts.inboundRefused++;
    }
  }
}

/** One person on the line: patience before somebody speaks, then as long as the conversation takes. */
class Customer implements Party {
  readonly #people: Population;
  readonly #clock: Clock;
  readonly #link: PartyLink;
  readonly #channel: string;
  readonly #random: RandomSource;
  readonly #options: PopulationOptions;
  readonly #calledIn: boolean;
  #timer: Timer | undefined;
  #up = false;
  #talked = false;
  #machine = false;

  constructor(
    people: Population,
    clock: Clock,
    link: PartyLink,
    channel: string,
    random: RandomSource,
    options: PopulationOptions,
    calledIn = false,
  ) {
    this.#people = people;
    this.#clock = clock;
    this.#link = link;
    this.#channel = channel;
    this.#random = random;
    this.#options = options;
    this.#calledIn = calledIn;
  }

  pickUp(): void {
    this.#link.answer();
  }

  pickUpAsMachine(seconds: number): void {
    this.#machine = true;
    this.#link.answer();
    if (this.#up) this.#hangUpAfter(seconds * 1000);
  }

  waitInQueue(): void {
    this.#wait(this.#options.queuePatienceSeconds ?? [60, 240]);
  }

  answered(): void {
    this.#up = true;
    if (this.#calledIn) return;
    this.#people.counts.answered++;
    if (!this.#machine) this.#wait(this.#options.patienceSeconds ?? [6, 15]);
  }

  bridged(): void {
    if (this.#machine) return;
    this.#timer?.cancel();
    if (!this.#talked) this.#people.counts.conversations++;
    this.#talked = true;
    const conversation = this.#people.conversationOf(this.#channel);
    if (conversation.endedBy === 'customer') this.#hangUpAfter(conversation.ms);
  }

  unbridged(): void {
    // On hold, being transferred, or left alone: nobody waits for ever.
    if (!this.#machine) this.#wait(this.#options.queuePatienceSeconds ?? [60, 240]);
  }

  released(): void {
    this.#timer?.cancel();
    if (this.#up && !this.#talked && !this.#machine && !this.#calledIn) this.#people.counts.abandoned++;
  }

  #wait([low, high]: readonly [number, number]): void {
    this.#hangUpAfter(1000 * (low + this.#random.next() * (high - low)));
  }

  #hangUpAfter(ms: number): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.schedule(ms, () => this.#link.hangUp());
  }
}

/** FNV-1a: spreads neighbouring numbers over all seeds. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
