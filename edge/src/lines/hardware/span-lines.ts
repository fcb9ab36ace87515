import type { Clock, Line, LineFault, LineKind, SpanFacts } from '@branchline/shared';
import {
  fileSpanSource,
  SpanMonitor,
  type FreeTdm,
  type SpanFault,
  type SpanSnapshot,
  type TimeslotState,
} from '@branchline/hardware';
import type { LineDriver, LineTarget } from '../driver.ts';
import type { LineReport } from '../line-watch.ts';
import { deviceFacts, type DeviceListener } from './device.ts';

/** Where the driver shows its spans; other places in tests. */
export interface SpanPlaces {
  readonly proc?: string;
  readonly sys?: string;
}

export interface SpanLinesOptions {
  readonly clock: Clock;
  readonly places: SpanPlaces;
  /** Absent when nobody can be asked about signalling. */
  readonly ftdm?: FreeTdm;
  readonly listener: Pick<DeviceListener, 'report'>;
}

/** The spans of this box's E1/T1 cards, each of them a line over FreeTDM. */
export class SpanLines implements LineDriver {
  readonly kinds: ReadonlySet<LineKind> = new Set(['e1-card']);
  readonly #options: SpanLinesOptions;
  #settings = '[]';
  /** Names of spans → lines. */
  #lines: ReadonlyMap<string, string> = new Map();
  #monitor: SpanMonitor | undefined;

  constructor(options: SpanLinesOptions) {
    this.#options = options;
  }

  canDial({ span }: Line): boolean {
    return span !== undefined;
  }

  target({ span }: Line, number: string): LineTarget {
    if (!span) throw new RangeError('an E1 card without its span');
    // The carrier's switch knows no plus.
    return { span: span.name, hunt: span.hunt, number: number.replace(/^\+/, '') };
  }

  /** Takes over the spans of a desired document. @throws BranchlineError `BL_SPAN_ARGUMENT` */
  configure(lines: readonly Line[]): void {
    const spans = lines.flatMap(({ id, kind, span }) =>
      kind === 'e1-card' && span ? [{ id, ...span }] : [],
    );
    const settings = JSON.stringify(spans);
    if (settings === this.#settings) return;
    this.stop();
    this.#settings = settings;
    this.#lines = new Map(spans.map(({ id, name }) => [name, id]));
    if (spans.length === 0) return;
    const { clock, places, ftdm } = this.#options;
    this.#monitor = new SpanMonitor({
      clock,
      ...(ftdm && { ftdm }),
      source: fileSpanSource(places),
      spans: spans.map(({ name, number, type }) => ({ name, number, kind: type })),
      listener: { changed: (span) => this.#tell(span), alarm: () => undefined },
    });
    this.#monitor.start();
  }

  /** Counters and rates alone are no change of a span: they are told when somebody asks. */
  refresh(): void {
    for (const span of this.#monitor?.spans ?? []) this.#tell(span);
  }

  /** A `TRAP` event of FreeSWITCH. */
  trap(headers: Readonly<Record<string, unknown>>): void {
    this.#monitor?.trap(headers);
  }

  stop(): void {
    this.#monitor?.stop();
    this.#monitor = undefined;
    this.#settings = '[]';
  }

  #tell(span: SpanSnapshot): void {
    const line = this.#lines.get(span.name);
    if (line !== undefined) this.#options.listener.report(line, reportOf(span));
  }
}

const faults: Readonly<Record<SpanFault, LineFault>> = {
  'driver-missing': 'driver-missing',
  'span-missing': 'device-missing',
  garbage: 'garbage',
  'no-signal': 'no-carrier-signal',
  'remote-alarm': 'remote-alarm',
  'upstream-failed': 'upstream-alarm',
  looped: 'looped',
  'not-open': 'not-open',
  recovering: 'no-carrier-signal',
  'd-channel-down': 'd-channel-down',
  'freetdm-silent': 'hung',
  'freetdm-unknown-span': 'not-open',
};

const letters: Readonly<Record<TimeslotState, string>> = {
  framing: 'f',
  signalling: 's',
  idle: '-',
  busy: 'b',
  alarmed: 'a',
  'out-of-service': 'o',
};

function reportOf(snapshot: SpanSnapshot): LineReport {
  const { condition, warnings } = snapshot;
  const span = factsOf(snapshot);
  const device = deviceFacts({ model: snapshot.line?.description, driver: snapshot.line?.device });
  if ('fault' in condition)
    return {
      health: 'down',
      phase: condition.phase,
      reason: condition.reason,
      fault: faults[condition.fault],
      span,
      device,
    };
  const timing = warnings.find(({ warning }) => warning === 'timing-wrong');
  return {
    health: condition.phase === 'waiting' ? 'unknown' : 'up',
    phase: condition.phase,
    reason: warnings[0]?.reason ?? condition.reason,
    ...(timing && { fault: 'slips' as const }),
    span,
    device,
  };
}

function factsOf({ line, rates, signalling, timeslots, kind }: SpanSnapshot): SpanFacts {
  const counters = line?.counters;
  return {
    alarms: [...(line?.alarms ?? [])],
    dChannel: signalling,
    // A T1 counts from 1: its place 0 is the framing bit.
    timeslots: `${kind === 't1' ? 'f' : ''}${timeslots.map(({ state }) => letters[state]).join('')}`,
    counters: {
      bpv: counters?.bpv ?? 0,
      crc4: counters?.crc4 ?? 0,
      ebit: counters?.ebit ?? 0,
      fas: counters?.fas ?? 0,
      irq: counters?.irqMisses ?? 0,
      slips: counters?.timingSlips ?? 0,
    },
    slipsPerHour: Math.round(rates.slipsPerHour * 10) / 10,
  };
}
