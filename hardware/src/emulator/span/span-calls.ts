import { randomInteger, type RandomSource } from '@branchline/shared';
import type { CallSide, World } from '../world/index.ts';
import type { Agenda } from './agenda.ts';
import { SpanChannel } from './span-channel.ts';

const trunkNumber = '02088880000';
/** Q.850 of a dial that is refused. */
const causes = { congestion: 34, glare: 44 } as const;

/** Who places a call, and is told how it goes. */
export interface SpanCaller {
  readonly from: string;
  /** Uuid of the leg in FreeSWITCH. */
  readonly session: string;
  readonly side: CallSide;
}

export interface SpanCallsOptions {
  /** Timeslots of the B-channels. */
  readonly slots: readonly number[];
  readonly world: World;
  readonly random: RandomSource;
  readonly agenda: Agenda;
  readonly changed: () => void;
}

/** The B-channels of an emulated span and the calls on them. */
export class SpanCalls {
  readonly channels: readonly SpanChannel[];
  readonly #options: SpanCallsOptions;
  #badSlot: number | undefined;
  /** The carrier gives no channel. */
  #congested = false;

  constructor(options: SpanCallsOptions) {
    this.#options = options;
    this.channels = options.slots.map((slot) => new SpanChannel(slot));
  }

  /** @returns the channel, or the Q.850 cause of the refusal */
  dial(number: string, order: readonly SpanChannel[], caller?: SpanCaller): SpanChannel | number {
    const { world, random, agenda } = this.#options;
    if (order.length === 1 && order[0]!.slot === this.#badSlot) return causes.glare;
    const channel = this.#congested ? undefined : order.find(({ isFree }) => isFree);
    if (!channel) return causes.congestion;
    channel.side = caller?.side;
    this.#seize(channel, caller?.from ?? trunkNumber, number, 'DIALING', caller?.session);
    agenda.later(randomInteger(random, 50, 300), () => {
      if (channel.state === 'DIALING') this.#enter(channel, 'PROCEED');
    });
    const side: CallSide = {
      alerting: () => {
        this.#enter(channel, 'RINGING');
        caller?.side.alerting();
      },
      answered: () => {
        this.#enter(channel, 'UP');
        caller?.side.answered();
      },
      released: (cause) => this.#end(channel, cause),
    };
    channel.call = world.dial({ msisdn: trunkNumber, balance: Infinity }, number, side);
    return channel;
  }

  /** The carrier takes the lowest free channel. Answered after 3 s, over after `talkMs` more. */
  callIn(from: string, talkMs: number): SpanChannel | undefined {
    const { agenda } = this.#options;
    const channel = this.channels.find(({ isFree }) => isFree);
    if (!channel) return undefined;
    this.#seize(channel, from, trunkNumber, 'RING');
    const timers = [
      agenda.later(3_000, () => this.#enter(channel, 'UP')),
      agenda.later(3_000 + talkMs, () => this.#end(channel, 16)),
    ];
    channel.call = { hangUp: () => timers.forEach((timer) => timer.cancel()) };
    return channel;
  }

  hangUp(channel: SpanChannel, cause = 16): void {
    channel.call?.hangUp();
    this.#end(channel, cause);
  }

  /** @param cause Q.850 */
  hangUpAll(cause: number): void {
    for (const channel of this.channels) if (channel.session !== '') this.hangUp(channel, cause);
  }

  suspend(channels: readonly SpanChannel[], suspended: boolean): void {
    for (const channel of channels) channel.suspended = suspended;
    this.#options.changed();
  }

  setBadSlot(slot: number | undefined): void {
    const at = (wanted: number | undefined): SpanChannel[] =>
      this.channels.filter((channel) => channel.slot === wanted);
    this.suspend(at(this.#badSlot), false);
    this.#badSlot = slot;
    this.suspend(at(slot), true);
  }

  setAllBusy(on: boolean): void {
    this.#congested = on;
    for (const channel of this.channels) {
      if (on && channel.isFree) channel.enter('UP');
      else if (!on && channel.state === 'UP' && channel.session === '') channel.enter('DOWN');
    }
    this.#options.changed();
  }

  restart(): void {
    this.hangUpAll(41);
    for (const channel of this.channels) this.#enter(channel, 'RESTART');
    this.#options.agenda.later(1_000, () => {
      for (const channel of this.channels) if (channel.state === 'RESTART') this.#enter(channel, 'DOWN');
    });
  }

  #seize(channel: SpanChannel, from: string, to: string, state: string, session = this.#uuid()): void {
    [channel.from, channel.to, channel.cause, channel.session] = [from, to, 'NONE', session];
    this.#enter(channel, state);
  }

  #uuid(): string {
    const { random } = this.#options;
    const hex = (digits: number): string =>
      Array.from({ length: digits }, () => randomInteger(random, 0, 15).toString(16)).join('');
    return [8, 4, 4, 4, 12].map(hex).join('-');
  }

  #end(channel: SpanChannel, cause: number): void {
    const { side } = channel;
    [channel.call, channel.side] = [undefined, undefined];
    [channel.from, channel.to, channel.session, channel.cause] = ['', '', '', String(cause)];
    this.#enter(channel, 'DOWN');
    side?.released(cause);
  }

  #enter(channel: SpanChannel, state: string): void {
    channel.enter(state);
    this.#options.changed();
  }
}
