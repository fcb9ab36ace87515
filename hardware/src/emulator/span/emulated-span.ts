import { pick, randomInteger, seededRandom, type RandomSource, type Timer } from '@branchline/shared';
import {
  alarmBits,
  noErrors,
  spanShapes,
  type LineCounters,
  type SpanAlarm,
  type SpanKind,
} from '../../span/index.ts';
import type { World } from '../world/index.ts';
import { Agenda } from './agenda.ts';
import { SpanCalls, type SpanCaller } from './span-calls.ts';
import type { SpanChannel } from './span-channel.ts';

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

/** Q.850 of a dial without a D-channel, and of one that finds no channel. */
const [trunkDown, congestion] = [38, 34];
/** Of a call that the line took with it. */
const lostCauses = [27, 38, 41] as const;

/** One E1 or T1 with PRI, seen from its card: alarms, counters, D-channel, calls on B-channels. */
export class EmulatedSpan {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly kind: SpanKind;
  readonly firstChannel: number;
  /** The B-channels. */
  readonly calls: SpanCalls;
  events: SpanEvents | undefined;
  alarms: ReadonlySet<SpanAlarm> = new Set();
  counters: LineCounters = noErrors;
  /** What is seen of the D-channel; it has neither an event nor an alarm. */
  dChannelUp = false;

  readonly #random: RandomSource;
  readonly #agenda: Agenda;
  #coming: Timer | undefined;
  #noise: Timer | undefined;
  #slips: Timer | undefined;
  /** The carrier does not speak on the D-channel. */
  #mute = false;

  constructor(options: EmulatedSpanOptions) {
    const { id, number, name, kind, firstChannel, world, seed } = options;
    [this.id, this.number, this.name, this.kind, this.firstChannel] = [id, number, name, kind, firstChannel];
    this.#random = seededRandom(seed);
    this.#agenda = new Agenda(world.clock);
    const { channels, signallingSlot } = spanShapes[kind];
    this.calls = new SpanCalls({
      slots: Array.from({ length: channels }, (_, i) => i + 1).filter((slot) => slot !== signallingSlot),
      world,
      random: this.#random,
      agenda: this.#agenda,
      changed: () => this.events?.changed(),
    });
  }

  get isHealthy(): boolean {
    return this.alarms.size === 0;
  }

  start(): void {
    this.#speakSoon();
  }

  stop(): void {
    for (const channel of this.calls.channels) channel.call?.hangUp();
    this.#agenda.stop();
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
    this.#noise?.cancel();
    if (!on) return;
    this.#noise = this.#agenda.repeat(
      () => 1_000,
      () => {
        const { bpv, crc4, ebit } = this.counters;
        const more = randomInteger(this.#random, 1, 6);
        this.#count({ crc4: crc4 + more, ebit: ebit + 1, bpv: bpv + 2 * more });
      },
    );
  }

  /** Both sides run by clocks of their own: a slip every few seconds. */
  setWrongTiming(on: boolean): void {
    this.#slips?.cancel();
    if (!on) return;
    this.#slips = this.#agenda.repeat(
      () => randomInteger(this.#random, 3_000, 6_000),
      () => this.#count({ timingSlips: this.counters.timingSlips + 1 }),
    );
  }

  /** The D-channel goes or comes while the line stays well. */
  setDChannel(up: boolean): void {
    this.#mute = !up;
    if (!up) this.#silence();
    else if (this.isHealthy) this.#speakSoon();
  }

  // Calls.

  /** @param order channels in the order in which they are tried; @returns the channel, or the Q.850 cause of the refusal */
  dial(
    number: string,
    order: readonly SpanChannel[] = this.calls.channels.toReversed(),
    caller?: SpanCaller,
  ): SpanChannel | number {
    // The D-channel outlives the alarm by seconds; FreeTDM opens no channel in alarm.
    if (!this.isHealthy) return congestion;
    return this.dChannelUp ? this.calls.dial(number, order, caller) : trunkDown;
  }

  /** Somebody calls the branch. */
  callIn(from: string, talkMs = 60_000): SpanChannel | undefined {
    return this.dChannelUp ? this.calls.callIn(from, talkMs) : undefined;
  }

  /** The driver is loaded anew: its counters begin at nothing. */
  reset(): void {
    this.counters = noErrors;
    this.calls.hangUpAll(41);
    this.dChannelUp = false;
    if (this.isHealthy) this.#speakSoon();
    this.events?.changed();
  }

  #count(counters: Partial<LineCounters>): void {
    this.counters = { ...this.counters, ...counters };
    this.events?.changed();
  }

  #silence(): void {
    this.dChannelUp = false;
    this.calls.hangUpAll(pick(this.#random, lostCauses));
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

  /** What comes next with the line; at most one thing. */
  #next(lowMs: number, highMs: number, action: () => void): void {
    this.#coming?.cancel();
    this.#coming = this.#agenda.later(randomInteger(this.#random, lowMs, highMs), action);
  }
}
