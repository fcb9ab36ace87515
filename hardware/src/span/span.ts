import type { Clock } from '@branchline/shared';
import type { FreeTdm } from './freetdm/commands.ts';
import type { LineRates } from './rates.ts';
import type { SpanSource } from './dahdi/span-source.ts';

/** E1: 32 timeslots of which 31 are channels, PRI signalling in 16. T1: 24 channels, signalling in 24. */
export type SpanKind = 'e1' | 't1';

/**
 * What DAHDI says of a line. `red`: nothing usable is received; `yellow`: the far end does not receive us; `blue`: all ones,
 * equipment before us failed; `recovering`: over, but not for long enough yet; `los`, `lfa`, `lmfa`: why it is red.
 */
export const spanAlarms = [
  'blue',
  'yellow',
  'red',
  'loop',
  'recovering',
  'not-open',
  'los',
  'lfa',
  'lmfa',
] as const;
export type SpanAlarm = (typeof spanAlarms)[number];

/** Why a span takes no calls. */
export type SpanFault =
  | 'driver-missing'
  | 'span-missing'
  | 'garbage'
  | 'no-signal'
  | 'remote-alarm'
  | 'upstream-failed'
  | 'looped'
  | 'not-open'
  | 'recovering'
  | 'd-channel-down'
  | 'freetdm-silent'
  | 'freetdm-unknown-span';

/** What a span is, in the words of the person on duty. */
export type SpanCondition =
  | { readonly phase: 'waiting' | 'in-service' | 'in-call'; readonly reason: string }
  | {
      readonly phase: 'absent' | 'failed' | 'alarmed' | 'signalling-down';
      readonly fault: SpanFault;
      readonly reason: string;
    };

/** What is wrong although calls can be made. */
export interface SpanWarning {
  readonly warning: 'timing-wrong' | 'line-noise' | 'host-busy' | 'line-config' | 'bad-channels';
  readonly reason: string;
  readonly advice: string;
}

export type TimeslotState = 'framing' | 'signalling' | 'idle' | 'busy' | 'alarmed' | 'out-of-service';

export interface Timeslot {
  /** As the line counts them: 0–31 (E1), 1–24 (T1). */
  readonly slot: number;
  readonly state: TimeslotState;
  /** Number of the channel among those of all spans of the box; absent for framing and while the span is not known. */
  readonly channel?: number;
  /** The call on it, as FreeTDM tells it. */
  readonly call?: { readonly from: string; readonly to: string; readonly session: string };
}

/** One alarm that lasted longer than the debounce. Times in ms since the epoch. */
export interface AlarmEntry {
  /** All that were seen while it lasted, without `recovering`. */
  readonly alarms: readonly SpanAlarm[];
  readonly openedAt: number;
  /** Absent while it lasts. */
  readonly clearedAt?: number;
}

/** Errors since the driver was loaded. */
export interface LineCounters {
  /** Violations of the line code. */
  readonly bpv: number;
  readonly crc4: number;
  /** CRC errors that the far end reports. */
  readonly ebit: number;
  readonly fas: number;
  /** A problem of this machine, not of the line. */
  readonly irqMisses: number;
  readonly timingSlips: number;
}

/** What the driver says of the line itself. */
export interface SpanLine {
  /** The driver's name, e.g. `TE2/0/1`. */
  readonly device: string;
  readonly description: string;
  /** It drives the timing of all spans. */
  readonly master: boolean;
  /** Its clock is the one taken, i.e. of the carrier. */
  readonly clockSource: boolean;
  /** Framing, coding and CRC in no certain order, e.g. `CCS`, `HDB3`, `CRC4`. */
  readonly config: readonly string[];
  readonly alarms: readonly SpanAlarm[];
  readonly counters: LineCounters;
}

/** A span as others see it. */
export interface SpanSnapshot {
  /** The name in `freetdm.conf`; also what is dialed over. */
  readonly name: string;
  /** DAHDI's number, from 1. */
  readonly number: number;
  readonly kind: SpanKind;
  readonly condition: SpanCondition;
  readonly warnings: readonly SpanWarning[];
  /** Absent while the driver does not show the span. */
  readonly line?: SpanLine;
  readonly rates: LineRates;
  /** The D-channel, as FreeTDM tells it. */
  readonly signalling: 'up' | 'down' | 'unknown';
  /** 32 for an E1, 24 for a T1. */
  readonly timeslots: readonly Timeslot[];
  /** Newest last. */
  readonly history: readonly AlarmEntry[];
  /** Alarms shorter than the debounce, since the start. */
  readonly briefAlarms: number;
}

export interface SpanListener {
  /** Condition, warnings, alarms or timeslots are other ones. Counters and rates alone are no change. */
  changed(span: SpanSnapshot): void;
  /** An alarm was opened, or the last one cleared (`clearedAt`). */
  alarm(span: string, entry: AlarmEntry): void;
}

/** One span that ought to be there. */
export interface SpanOptions {
  /** The name in `freetdm.conf`: letters, digits, `_` and `-`, not digits alone. */
  readonly name: string;
  /** DAHDI's number, from 1. */
  readonly number: number;
  readonly kind: SpanKind;
  /** What was ordered, e.g. `['ccs', 'hdb3', 'crc4']`; another one on the line is warned of. */
  readonly config?: readonly string[];
}

export interface SpanMonitorOptions {
  readonly spans: readonly SpanOptions[];
  readonly source: SpanSource;
  /** FreeTDM over the event socket. Without it nothing is known of signalling and calls, and alarms alone decide. */
  readonly ftdm?: FreeTdm;
  readonly clock: Clock;
  readonly listener: SpanListener;
  /** Pause between two looks at the files, ms. Default 1000. */
  readonly lookEveryMs?: number;
  /** Pause between two questions to FreeTDM, ms. Default 5000: a D-channel that goes down raises no event. */
  readonly askEveryMs?: number;
  /** An alarm shorter than this is counted and raises no fault, ms. Default 2500. */
  readonly debounceMs?: number;
}

/** Watches the spans of one box. */
export interface SpanWatch {
  readonly spans: readonly SpanSnapshot[];
  start(): void;
  stop(): void;
  /** Every `TRAP` event of the event socket; what is not about a span is ignored. */
  trap(headers: Readonly<Record<string, unknown>>): void;
}
