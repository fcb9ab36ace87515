import { goTo, type Step } from '@branchline/shared';
import { nextAlarms, noAlarms, type AlarmEffect, type AlarmState } from './alarm-history.ts';
import type { SpanLook, SpanReading } from './dahdi/span-source.ts';
import type { FtdmChannel, FtdmSignalling } from './freetdm/replies.ts';
import { nextRates, noSamples, type RateState } from './rates.ts';
import type { SpanAlarm, SpanCondition, SpanFault, SpanKind, Timeslot } from './span.ts';
import { spanShapes } from './span-shape.ts';

/** All facts about one span; its condition follows from them (`conditionOf`). */
export interface SpanState {
  readonly driver: 'unseen' | Exclude<SpanLook['found'], 'reading'> | 'seen';
  /** Why there is no reading. */
  readonly problem: string;
  /** Unreadable looks in a row; the last reading stays for some. */
  readonly garbage: number;
  readonly reading?: SpanReading;
  readonly alarms: AlarmState;
  readonly rates: RateState;
  /** `nobody`: there is no FreeTDM to ask, and the line alone decides; `unasked`: it has not answered yet. */
  readonly signalling: 'nobody' | 'unasked' | 'silent' | 'unknown-span' | FtdmSignalling;
  /** Answers missed in a row. */
  readonly silence: number;
  /** FreeTDM says down until it is told otherwise: so many times it was believed to be starting. */
  readonly starting: number;
  readonly channels: readonly FtdmChannel[];
}

export const unseenSpan: SpanState = {
  driver: 'unseen',
  problem: '',
  garbage: 0,
  alarms: noAlarms,
  rates: noSamples,
  signalling: 'nobody',
  silence: 0,
  starting: 0,
  channels: [],
};

export type SpanInput =
  | {
      readonly type: 'look';
      readonly look: SpanLook;
      /** ms since the epoch. */
      readonly at: number;
      /** Of the clock that never goes back, ms. */
      readonly monotonic: number;
    }
  | {
      readonly type: 'asked';
      readonly signalling: FtdmSignalling;
      readonly channels: readonly FtdmChannel[];
    }
  | { readonly type: 'refused' }
  /** No answer, or one that cannot be read. */
  | { readonly type: 'silent' };

export interface SpanRules {
  readonly kind: SpanKind;
  readonly debounceMs: number;
}

/** So much in a row is no accident of one file or answer. */
const patience = 3;

export function nextSpan(state: SpanState, input: SpanInput, rules: SpanRules): Step<SpanState, AlarmEffect> {
  switch (input.type) {
    case 'look':
      return looked(state, input, rules);
    case 'asked': {
      const { signalling, channels } = input;
      const starting = signalling === 'down' ? Math.min(state.starting + 1, patience) : patience;
      return goTo({ ...state, signalling, channels, silence: 0, starting });
    }
    case 'refused':
      return goTo({ ...state, signalling: 'unknown-span', channels: [], silence: 0, starting: 0 });
    case 'silent': {
      const silence = Math.min(state.silence + 1, patience);
      if (silence < patience) return goTo({ ...state, silence });
      return goTo({ ...state, silence, signalling: 'silent', channels: [], starting: 0 });
    }
  }
}

function looked(
  state: SpanState,
  input: Extract<SpanInput, { type: 'look' }>,
  { kind, debounceMs }: SpanRules,
): Step<SpanState, AlarmEffect> {
  const look = whole(input.look, kind);
  if (look.found === 'reading') {
    const { reading } = look;
    const { line } = reading;
    const alarms = nextAlarms(state.alarms, { ...input, alarms: line.alarms }, debounceMs);
    const rates = nextRates(state.rates, input.monotonic, line.counters, line.alarms.length > 0);
    return {
      state: { ...state, driver: 'seen', problem: '', garbage: 0, reading, alarms: alarms.state, rates },
      effects: alarms.effects,
    };
  }
  const garbage = look.found === 'garbage' ? Math.min(state.garbage + 1, patience) : 0;
  if (look.found === 'garbage' && garbage < patience) return goTo({ ...state, garbage });
  const { reading: _gone, ...rest } = state;
  // Whether the line is alarmed is not known any more: an alarm that was told of ends here.
  const alarms = nextAlarms(state.alarms, { ...input, alarms: [] }, debounceMs);
  return {
    state: {
      ...rest,
      driver: look.found,
      problem: look.problem,
      garbage,
      alarms: alarms.state,
      rates: noSamples,
    },
    effects: alarms.effects,
  };
}

/** A span has all its channels or was not read to its end. */
function whole(look: SpanLook, kind: SpanKind): SpanLook {
  if (look.found !== 'reading') return look;
  const [is, ought] = [look.reading.channels.length, spanShapes[kind].channels];
  if (is === ought) return look;
  const problem = `${is} channels where an ${kind === 'e1' ? 'E1' : 'T1'} has ${ought}: check that the card is set to the same kind of line`;
  return { found: 'garbage', problem };
}

/** What the facts amount to. */
export function conditionOf(state: SpanState, timeslots: readonly Timeslot[]): SpanCondition {
  return (
    driverCondition(state) ??
    alarmCondition(state.alarms) ??
    signallingCondition(state) ??
    serviceCondition(timeslots)
  );
}

function driverCondition({ driver, problem }: SpanState): SpanCondition | undefined {
  switch (driver) {
    case 'seen':
      return undefined;
    case 'unseen':
      return { phase: 'waiting', reason: 'not looked at yet' };
    case 'driver-missing':
      return {
        phase: 'absent',
        fault: driver,
        reason: 'DAHDI is not loaded: check the card and "systemctl status dahdi"',
      };
    case 'span-missing':
      return {
        phase: 'absent',
        fault: driver,
        reason: 'the driver shows no such span: check the card and dahdi_hardware',
      };
    case 'garbage':
      return { phase: 'failed', fault: driver, reason: problem };
  }
}

/** The first that holds is the cause of the others. */
const alarmFaults: readonly (readonly [SpanAlarm, SpanFault, reason: string])[] = [
  ['not-open', 'not-open', 'the span is not started: check system.conf and run dahdi_cfg'],
  ['loop', 'looped', 'the span is looped back for maintenance: end the loop'],
  ['los', 'no-signal', 'no signal is received: check cable, plug and the power of the far end'],
  ['blue', 'upstream-failed', 'all ones are received: equipment of the carrier failed, call the carrier'],
  ['lmfa', 'no-signal', 'a signal without multiframes: CRC4 here and at the carrier differ'],
  ['lfa', 'no-signal', 'a signal without frames: check framing and coding against the carrier'],
  ['red', 'no-signal', 'no usable signal is received: check the cable, then CRC4 and framing'],
  ['yellow', 'remote-alarm', 'the far end does not receive us: check the sending pair of the cable'],
  ['recovering', 'recovering', 'the line is coming back'],
];

function alarmCondition({ current }: AlarmState): SpanCondition | undefined {
  if (!current?.raised) return undefined;
  const [, fault, reason] = alarmFaults.find(([alarm]) => current.latest.includes(alarm))!;
  return { phase: 'alarmed', fault, reason };
}

function signallingCondition({ signalling, starting }: SpanState): SpanCondition | undefined {
  switch (signalling) {
    case 'nobody':
    case 'up':
      return undefined;
    case 'unasked':
      return { phase: 'waiting', reason: 'FreeTDM has not answered yet' };
    case 'down':
      return starting < patience
        ? { phase: 'waiting', reason: 'the D-channel is coming up' }
        : {
            phase: 'signalling-down',
            fault: 'd-channel-down',
            reason:
              'the line is well, but the carrier does not speak on the D-channel: check its timeslot and the side, call the carrier',
          };
    case 'suspended':
      return { phase: 'signalling-down', fault: 'd-channel-down', reason: 'taken out of service' };
    case 'silent':
      return {
        phase: 'signalling-down',
        fault: 'freetdm-silent',
        reason: 'FreeTDM does not answer: check that FreeSWITCH runs and mod_freetdm is loaded',
      };
    case 'unknown-span':
      return {
        phase: 'signalling-down',
        fault: 'freetdm-unknown-span',
        reason: 'FreeTDM refuses to tell of this span: compare its name with freetdm.conf',
      };
  }
}

function serviceCondition(timeslots: readonly Timeslot[]): SpanCondition {
  const busy = timeslots.filter(({ state }) => state === 'busy').length;
  const free = timeslots.filter(({ state }) => state === 'idle').length;
  const reason = `${busy} in use, ${free} free`;
  return { phase: busy > 0 ? 'in-call' : 'in-service', reason };
}
