import { randomInteger } from '@branchline/shared';
import type { Clock, RandomSource, Timer } from '@branchline/shared';
import type { PhoneCall, VirtualPhone } from '../switch/phone.ts';
import type { Conversation } from './population.ts';

export type AgentMode = 'nailed' | 'ring';
export type AgentState = 'out' | 'logging-in' | 'ready' | 'talking' | 'wrap-up' | 'break';

export interface AgentHabits {
  /** Ms after which a failed or refused log-in is tried again. Default 10–20 s. */
  readonly retryMs: readonly [low: number, high: number];
  /** Ms a ringing phone is left ringing. Default 1–4 s. */
  readonly pickUpMs: readonly [low: number, high: number];
  /** Ms between the end of a conversation and its disposition. Default 3–20 s. */
  readonly wrapUpMs: readonly [low: number, high: number];
  /** Share of calls after which the agent takes a break. Default 0.03. */
  readonly breakShare: number;
  /** Ms of a break. Default 60–300 s. */
  readonly breakMs: readonly [low: number, high: number];
  /** Whether what was heard during a log-in call means that nobody can log in now. */
  readonly refuses: (heard: readonly string[]) => boolean;
}

export const usualHabits: AgentHabits = {
  retryMs: [10_000, 20_000],
  pickUpMs: [1000, 4000],
  wrapUpMs: [3000, 20_000],
  breakShare: 0.03,
  breakMs: [60_000, 300_000],
  // A word in the prompt's name, or a tone below 400 Hz: the sound of "no".
  refuses: (heard) =>
    heard.some((what) =>
      /unavailable|offline|survival|sorry|refused|failed|try.?later|,[1-3]\d\d\)/i.test(what),
    ),
};

/** How long an agent waits for the end of a conversation before pressing the keys again, ms. */
const pressAgainMs = 10_000;

export interface AgentOptions {
  readonly extension: string;
  readonly mode: AgentMode;
  readonly phone: VirtualPhone;
  /** Business time. */
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly habits: AgentHabits;
  /** How the conversation with the customer on a channel goes. */
  readonly conversationOf: (channel: string) => Conversation;
}

/** One person at a desk phone, with the phone as the only means: dials feature codes, talks, keys dispositions. */
export class VirtualAgent {
  readonly extension: string;
  readonly mode: AgentMode;
  state: AgentState = 'out';
  conversations = 0;
  dispositions = 0;
  logins = 0;
  readonly #options: AgentOptions;
  #timer: Timer | undefined;
  #heard: string[] = [];
  /** What the call in progress is for, when the agent placed it. */
  #errand: 'log-in' | 'code' | undefined;
  #talked = false;
  /** A break was asked for and is not over. */
  #resting = false;
  #working = false;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.extension = options.extension;
    this.mode = options.mode;
    const { phone } = options;
    phone.on('registered', () => this.#comeIn());
    phone.on('unregistered', () => this.#become('out'));
    phone.on('ringing', () => this.#timer?.cancel());
    phone.on('answered', (call) => this.#answered(call));
    phone.on('heard', (_call, what) => this.#heard.push(what));
    phone.on('bridged', (call, other) => this.#bridged(call, other));
    phone.on('unbridged', (call) => this.#unbridged(call));
    phone.on('hungup', (call) => this.#hungUp(call));
  }

  /** Begins the shift: the phone registers and the agent logs in. */
  start(): void {
    this.#working = true;
    const [low, high] = this.#options.habits.pickUpMs;
    this.#options.phone.policy = { kind: 'answer', afterMs: this.#between(low, high) };
    // A phone that is registered already does not say so again.
    if (this.#options.phone.registered) this.#comeIn();
    else this.#options.phone.register();
  }

  /** Ends the shift at once: handset down, phone unplugged. */
  stop(): void {
    this.#working = false;
    this.#timer?.cancel();
    this.#options.phone.hangUp();
    this.#options.phone.unregister();
  }

  #between(low: number, high: number): number {
    return randomInteger(this.#options.random, low, high);
  }

  #after(range: readonly [number, number], action: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.schedule(this.#between(...range), () => {
      if (this.#working) action();
    });
  }

  #become(state: AgentState): void {
    this.state = state;
    if (state === 'out') this.#timer?.cancel();
  }

  #comeIn(): void {
    if (this.#working) this.#after([500, 3000], () => this.#logIn());
  }

  #logIn(): void {
    if (!this.#place('*11', 'log-in')) return this.#retry();
    this.state = 'logging-in';
  }

  #retry(): void {
    this.state = 'out';
    this.#after(this.#options.habits.retryMs, () => this.#logIn());
  }

  /** Dials a feature code; false when that is not possible right now. */
  #place(code: string, errand: 'log-in' | 'code'): boolean {
    const { phone } = this.#options;
    if (!phone.registered || phone.call) return false;
    try {
      this.#heard = [];
      this.#errand = errand;
      phone.dial(code);
      return true;
    } catch {
      this.#errand = undefined;
      return false;
    }
  }

  #answered(call: PhoneCall): void {
    if (call.direction === 'in') {
      // Called back by the branch: on a nailed leg that is being at work again.
      if (this.mode === 'nailed' && this.state !== 'break') this.state = 'ready';
      return;
    }
    if (this.mode === 'nailed' && this.#errand === 'log-in') {
      this.logins++;
      this.state = 'ready';
      return;
    }
    // The confirmation has been heard after a while; the switch may well be faster.
    this.#hangUpSoon(call, 4000);
  }

  #hangUpSoon(call: PhoneCall, ms: number): void {
    this.#options.clock.schedule(ms, () => {
      if (this.#options.phone.call === call && call.bridgedTo === undefined) this.#options.phone.hangUp();
    });
  }

  #bridged(call: PhoneCall, other: string): void {
    this.#timer?.cancel();
    this.#talked = true;
    this.conversations++;
    this.state = 'talking';
    const conversation = this.#options.conversationOf(other);
    if (conversation.endedBy === 'customer') return;
    this.#timer = this.#options.clock.schedule(conversation.ms, () => this.#endConversation(call));
  }

  #endConversation(call: PhoneCall): void {
    const { phone, clock } = this.#options;
    if (phone.call !== call || this.state !== 'talking') return;
    if (this.mode === 'ring') return phone.hangUp();
    phone.sendDtmf('**');
    // Still connected: nobody heard the keys, so they are pressed again.
    this.#timer = clock.schedule(pressAgainMs, () => this.#endConversation(call));
  }

  #unbridged(call: PhoneCall): void {
    if (!this.#talked) return;
    if (this.mode === 'ring') {
      // Nobody there any more: the handset goes down unless somebody comes back soon.
      this.#hangUpSoon(call, 5000);
      return;
    }
    // When the handset went down as well, `hungup` follows at once and takes over.
    if (this.#options.phone.call !== call) return;
    this.#wrapUp();
  }

  #wrapUp(): void {
    this.#talked = false;
    this.state = 'wrap-up';
    this.#after(this.#options.habits.wrapUpMs, () => this.#dispose());
  }

  #dispose(): void {
    const digit = String(this.#between(1, 5));
    this.dispositions++;
    this.state = this.#resting ? 'break' : 'ready';
    if (this.mode === 'nailed') this.#options.phone.sendDtmf(digit);
    else if (!this.#place(`*16${digit}`, 'code')) this.dispositions--;
    // A call came between the wish for a break and the break: it begins now.
    if (this.#resting) return this.#after(this.#options.habits.breakMs, () => this.#comeBack());
    if (this.#options.random.next() < this.#options.habits.breakShare)
      this.#after([8000, 15_000], () => this.#break());
  }

  #break(): void {
    if (this.state !== 'ready' || !this.#code(`*13${this.#between(1, 3)}`)) return;
    this.state = 'break';
    this.#resting = true;
    this.#after(this.#options.habits.breakMs, () => this.#comeBack());
  }

  #comeBack(): void {
    if (this.state !== 'break') return;
    if (this.#code('*14')) {
      this.state = 'ready';
      this.#resting = false;
    } else this.#after(this.#options.habits.retryMs, () => this.#comeBack());
  }

  /** A feature code by what the hand holds: keyed on the nailed leg, dialed otherwise. */
  #code(code: string): boolean {
    const { phone } = this.#options;
    if (this.mode === 'nailed' && phone.call?.state === 'up') {
      phone.sendDtmf(code);
      return true;
    }
    return this.#place(code, 'code');
  }

  #hungUp(call: PhoneCall): void {
    const errand = call.direction === 'out' ? this.#errand : undefined;
    this.#errand = undefined;
    if (!this.#working || !this.#options.phone.registered) return;
    if (errand === 'log-in') return this.#loginOver();
    if (errand === 'code') return;
    if (this.mode === 'nailed') return this.#retry();
    if (this.#talked) this.#wrapUp();
  }

  #loginOver(): void {
    const refused = this.state === 'logging-in' && this.#heard.length === 0;
    // A nailed agent whose leg ended is out, however it ended; a ring agent is in unless it was told otherwise.
    if (this.mode === 'nailed' || refused || this.#options.habits.refuses(this.#heard)) return this.#retry();
    this.logins++;
    this.state = 'ready';
  }
}
