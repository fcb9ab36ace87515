import { pick, randomInteger, seededRandom, type RandomSource, type Timer } from '@branchline/shared';
import {
  alarmBits,
  noErrors,
  spanShapes,
  type LineCounters,
  type SpanAlarm,
  type SpanKind,
} from '../../span/index.ts';
import type { CallSide, World } from '../world/index.ts';
import { SpanChannel } from './span-channel.ts';

export interface EmulatedSpanOptions {
  /** For the control channel: `s1`. */
  readonly id: string;
  /** DAHDI's number, from 1. */
  readonly number: number;
  /** In `freetdm.conf`. */
  readonly name: string;
  readonly kind: SpanKind;
  /** DAHDI's number of the first channel. */
  readonly firstChannel: number;
  readonly world: World;
  readonly seed: number;
}

export interface SpanEvents {
  /** The files or the replies would be others. */
  changed(): void;
  /** A `TRAP` event, as header and value. */
  trap(headers: readonly (readonly [string, string])[]): void;
}

/** What a failing line shows. */
export type LineFault = Extract<SpanAlarm, 'red' | 'yellow' | 'blue' | 'loop'>;

/** FreeTDM's own bits. Those of DAHDI are taken for them: a real red (8) is called blue. */
const freetdmWords: readonly (readonly [number, string])[] = [
  [1, 'red'],
  [2, 'yellow'],
  [4, 'rai'],
  [8, 'blue'],
  [16, 'ais'],
  [0x40000000, 'general'],
];

const trunkNumber = '02088880000';
/** Q.850 of a dial that is refused. */
const causes = { trunkDown: 38, congestion: 34, glare: 44 } as const;
/** Of a call that the line took with it. */
const lostCauses = [27, 38, 41] as const;

/** One E1 or T1 with PRI, seen from its card: alarms, counters, D-channel, calls on B-channels. */
export class EmulatedSpan {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly kind: SpanKind;
  readonly firstChannel: number;
  readonly bearers: readonly SpanChannel[];
  events: SpanEvents | undefined;
  alarms: ReadonlySet<SpanAlarm> = new Set();
  counters: LineCounters = noErrors;
  /** What is seen of the D-channel; it has neither an event nor an alarm. */
  dChannelUp = false;
  /** The next dials of this channel are refused (glare, or a dead channel). */
  badSlot: number | undefined;
  /** The carrier gives no channel. */
  congested = false;
  readonly #world: World;
  readonly #random: RandomSource;
  readonly #timers = new Set<Timer>();
  #coming: Timer | undefined;
  #noise: Timer | undefined;
  #slips: Timer | undefined;
  /** The carrier does not speak on the D-channel. */
  #mute = false;

  constructor(options: EmulatedSpanOptions) {
    const { id, number, name, kind, firstChannel, world, seed } = options;
    [this.id, this.number, this.name, this.kind, this.firstChannel] = [id, number, name, kind, firstChannel];
    [this.#world, this.#random] = [world, seededRandom(seed)];
    const { channels, signallingSlot } = spanShapes[kind];
    this.bearers = Array.from({ length: channels }, (_, i) => i + 1)
      .filter((slot) => slot !== signallingSlot)
      .map((slot) => new SpanChannel(slot));
  }

  get isHealthy(): boolean {
    return this.alarms.size === 0;
  }

  start(): void {
    this.#speakSoon();
  }

  stop(): void {
    for (const channel of this.bearers) channel.call?.hangUp();
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  // The line.

  /** The cable is pulled (`red`), or what else goes wrong; the D-channel follows in 2–3 s and takes the calls with it. */
  fail(alarm: LineFault): void {
    this.#alarm(alarm === 'red' ? ['red', 'los'] : [alarm]);
    this.#next(2_000, 3_000, () => this.#silence());
  }

  /** The cause is gone: the line recovers for 3–5 s, then the D-channel comes up. */
  recover(): void {
    if (this.isHealthy) return;
    this.#alarm(['recovering']);
    this.#next(3_000, 5_000, () => {
      this.#alarm([]);
      this.#speakSoon();
    });
  }

  setNoise(on: boolean): void {
    this.#noise = this.#standing(this.#noise, on, 1_000, 1_000, () => {
      const { bpv, crc4, ebit } = this.counters;
      const more = randomInteger(this.#random, 1, 6);
      this.counters = { ...this.counters, crc4: crc4 + more, ebit: ebit + 1, bpv: bpv + 2 * more };
    });
  }

  /** Both sides run by clocks of their own. */
  setWrongTiming(on: boolean): void {
    this.#slips = this.#standing(this.#slips, on, 3_000, 6_000, () => {
      this.counters = { ...this.counters, timingSlips: this.counters.timingSlips + 1 };
    });
  }

  /** The D-channel goes or comes while the line stays well. */
  setDChannel(up: boolean): void {
    this.#mute = !up;
    if (!up) this.#silence();
    else if (this.isHealthy) this.#speakSoon();
  }

  /** The carrier blocks a channel; dialing it is refused as glare would be. */
  setBadSlot(slot: number | undefined): void {
    const at = (wanted: number | undefined): SpanChannel[] =>
      this.bearers.filter((channel) => channel.slot === wanted);
    this.suspend(at(this.badSlot), false);
    this.badSlot = slot;
    this.suspend(at(slot), true);
  }

  /** Takes B-channels out of service, or back. */
  suspend(channels: readonly SpanChannel[], suspended: boolean): void {
    for (const channel of channels) channel.suspended = suspended;
    this.events?.changed();
  }

  /** All B-channels in use by others. */
  setAllBusy(on: boolean): void {
    this.congested = on;
    for (const channel of this.bearers) {
      if (on && channel.isFree) channel.enter('UP');
      else if (!on && channel.state === 'UP' && channel.session === '') channel.enter('DOWN');
    }
    this.events?.changed();
  }

  /** Q.931 RESTART of all channels: calls are dropped. */
  restart(): void {
    this.#clear(41);
    for (const channel of this.bearers) channel.enter('RESTART');
    this.events?.changed();
    this.#later(1_000, () => {
      for (const channel of this.bearers) if (channel.state === 'RESTART') channel.enter('DOWN');
      this.events?.changed();
    });
  }

  // Calls.

  /** @param order channels in the order in which they are tried; @returns the channel, or the Q.850 cause of the refusal */
  dial(number: string, order: readonly SpanChannel[] = this.bearers.toReversed()): SpanChannel | number {
    const [wanted] = order;
    if (!this.dChannelUp) return causes.trunkDown;
    if (order.length === 1 && wanted?.slot === this.badSlot) return causes.glare;
    const channel = this.congested ? undefined : order.find(({ isFree }) => isFree);
    if (!channel) return causes.congestion;
    this.#seize(channel, trunkNumber, number, 'DIALING');
    this.#later(randomInteger(this.#random, 50, 300), () => this.#step(channel, 'PROCEED', 'DIALING'));
    const side: CallSide = {
      alerting: () => this.#step(channel, 'RINGING'),
      answered: () => this.#step(channel, 'UP'),
      released: (cause) => this.#end(channel, cause),
    };
    channel.call = this.#world.dial({ msisdn: trunkNumber, balance: Infinity }, number, side);
    return channel;
  }

  /** Somebody calls the branch; the carrier takes the lowest free channel. Answered after 3 s, over after `talkMs`. */
  callIn(from: string, talkMs = 60_000): SpanChannel | undefined {
    const channel = this.dChannelUp ? this.bearers.find(({ isFree }) => isFree) : undefined;
    if (!channel) return undefined;
    this.#seize(channel, from, trunkNumber, 'RING');
    const timers = [
      this.#later(3_000, () => this.#step(channel, 'UP')),
      this.#later(3_000 + talkMs, () => this.#end(channel, 16)),
    ];
    channel.call = { answer: () => undefined, hangUp: () => timers.forEach((timer) => timer.cancel()) };
    return channel;
  }

  hangUp(channel: SpanChannel): void {
    channel.call?.hangUp();
    this.#end(channel, 16);
  }

  /** The driver is loaded anew: its counters begin at nothing. */
  reset(): void {
    this.counters = noErrors;
    this.#clear(41);
    this.dChannelUp = false;
    if (this.isHealthy) this.#speakSoon();
    this.events?.changed();
  }

  #seize(channel: SpanChannel, from: string, to: string, state: string): void {
    [channel.from, channel.to, channel.cause] = [from, to, 'NONE'];
    const hex = (digits: number): string =>
      Array.from({ length: digits }, () => randomInteger(this.#random, 0, 15).toString(16)).join('');
    channel.session = [8, 4, 4, 4, 12].map(hex).join('-');
    this.#step(channel, state);
  }

  /** @param only of this state; in any other it is too late */
  #step(channel: SpanChannel, state: string, only = channel.state): void {
    if (channel.state !== only) return;
    channel.enter(state);
    this.events?.changed();
  }

  #end(channel: SpanChannel, cause: number): void {
    channel.call = undefined;
    [channel.from, channel.to, channel.session, channel.cause] = ['', '', '', String(cause)];
    if (channel.state !== 'DOWN') this.#step(channel, 'DOWN');
  }

  #clear(cause: number): void {
    for (const channel of this.bearers.filter(({ session }) => session !== '')) {
      channel.call?.hangUp();
      this.#end(channel, cause);
    }
  }

  #silence(): void {
    this.dChannelUp = false;
    this.#clear(pick(this.#random, lostCauses));
    this.events?.changed();
  }

  #speakSoon(): void {
    this.#next(1_000, 2_000, () => {
      if (this.#mute) return;
      this.dChannelUp = true;
      this.events?.changed();
    });
  }

  #alarm(alarms: readonly SpanAlarm[]): void {
    this.alarms = new Set(alarms);
    this.events?.changed();
    const bits = alarms.reduce((sum, alarm) => sum | alarmBits[alarm], 0);
    const words = freetdmWords.filter(([bit]) => (bits & bit) !== 0);
    const { channels } = spanShapes[this.kind];
    for (let slot = 1; slot <= channels; slot++)
      this.events?.trap([
        ['condition', bits === 0 ? 'ftdm-alarm-clear' : 'ftdm-alarm-trap'],
        ['span-name', this.name],
        ['span-number', String(this.number)],
        ['chan-number', String(slot)],
        ...words.map(([, word]) => ['alarm', word] as const),
      ]);
  }

  /** Something that happens again and again while it is on. */
  #standing(
    before: Timer | undefined,
    on: boolean,
    fewMs: number,
    manyMs: number,
    act: () => void,
  ): Timer | undefined {
    before?.cancel();
    if (!on) return undefined;
    let timer: Timer;
    const again = (): void => {
      timer = this.#later(randomInteger(this.#random, fewMs, manyMs), () => {
        act();
        this.events?.changed();
        again();
      });
    };
    again();
    return { cancel: () => timer.cancel() };
  }

  /** What comes next with the line; at most one thing. */
  #next(lowMs: number, highMs: number, action: () => void): void {
    this.#coming?.cancel();
    this.#coming = this.#later(randomInteger(this.#random, lowMs, highMs), action);
  }

  /** Runs later unless the span stops before. */
  #later(ms: number, action: () => void): Timer {
    const timer = this.#world.clock.schedule(ms, () => {
      this.#timers.delete(timer);
      action();
    });
    this.#timers.add(timer);
    return {
      cancel: () => {
        timer.cancel();
        this.#timers.delete(timer);
      },
    };
  }
}
