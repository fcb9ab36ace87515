import { EmulatedSpan } from './emulated-span.ts';
import { renderProcSpan, renderScan, renderSysfs } from './files.ts';
import { answerFtdm } from './ftdm-console.ts';
import { Hunting, type SeizedChannel, type SpanDial } from './hunting.ts';
import { spanShapes, type FreeTdm, type SpanKind } from '../../span/index.ts';
import type { World } from '../world/index.ts';

/** A `TRAP` event as header and value; `alarm` may come more than once. */
export type TrapHeaders = readonly (readonly [string, string])[];

/** What a switch has of the spans of its box: commands, calls and `TRAP` events. */
export interface SpanSwitch extends FreeTdm {
  /** @returns the channel, or the Q.850 cause of the refusal */
  dial(dial: SpanDial): Promise<SeizedChannel | number>;
  /** Calls back with each `TRAP` event. Returns how to stop that. */
  onTrap(listener: (headers: TrapHeaders) => void): () => void;
}

/** A reload of the driver takes so long, ms. */
const reloadMs = 2_000;
/** Q.850 of a dial without a driver: no channel can be opened. */
const noDriver = 34;

/** All spans of one box with their driver and the FreeTDM above them. */
export class SpanBox implements SpanSwitch {
  readonly spans: readonly EmulatedSpan[];
  /** Standing faults. */
  readonly faults = {
    /** FreeTDM does not answer. */
    mute: false,
    /** Files end in the middle. */
    halved: false,
  };
  readonly #world: World;
  readonly #hunting: Hunting;
  readonly #changed = new Set<() => void>();
  readonly #trapped = new Set<(headers: TrapHeaders) => void>();
  #driver = true;

  constructor(world: World, spans: readonly EmulatedSpan[]) {
    this.#world = world;
    this.spans = spans;
    this.#hunting = new Hunting(spans);
    for (const span of spans)
      span.events = {
        changed: () => this.#tell(),
        trap: (headers) => this.#trapped.forEach((listener) => listener(headers)),
      };
  }

  /** A box whose spans are named and numbered one after the other: `e1_1`, `e1_2`. */
  static of(world: World, kinds: readonly SpanKind[], seed: number): SpanBox {
    let firstChannel = 1;
    const spans = kinds.map((kind, i) => {
      const number = i + 1;
      const span = new EmulatedSpan({
        id: `s${number}`,
        number,
        name: `${kind}_${number}`,
        kind,
        firstChannel,
        world,
        seed: seed + i,
      });
      firstChannel += spanShapes[kind].channels;
      return span;
    });
    return new SpanBox(world, spans);
  }

  start(): void {
    for (const span of this.spans) span.start();
  }

  stop(): void {
    for (const span of this.spans) span.stop();
  }

  api(command: string): Promise<string> {
    return this.faults.mute ? new Promise(() => undefined) : Promise.resolve(answerFtdm(this.spans, command));
  }

  dial(dial: SpanDial): Promise<SeizedChannel | number> {
    return Promise.resolve(this.#driver ? this.#hunting.dial(dial) : noDriver);
  }

  /** Calls back when the files would be others. Returns how to stop that. */
  onChange(listener: () => void): () => void {
    this.#changed.add(listener);
    return () => this.#changed.delete(listener);
  }

  onTrap(listener: (headers: TrapHeaders) => void): () => void {
    this.#trapped.add(listener);
    return () => this.#trapped.delete(listener);
  }

  setHalved(on: boolean): void {
    this.faults.halved = on;
    this.#tell();
  }

  /** Without a driver there are neither files nor spans. */
  setDriver(loaded: boolean): void {
    if (loaded && !this.#driver) for (const span of this.spans) span.reset();
    this.#driver = loaded;
    this.#tell();
  }

  reload(): void {
    this.setDriver(false);
    this.#world.clock.schedule(reloadMs, () => this.setDriver(true));
  }

  /** Every file, by its path below the box's directory. */
  files(): ReadonlyMap<string, string> {
    const files = new Map<string, string>();
    if (!this.#driver) {
      files.set('dahdi_scan', 'Unable to open /dev/dahdi/ctl: No such file or directory\n');
      return files;
    }
    files.set('dahdi_scan', renderScan(this.spans));
    for (const span of this.spans) {
      const text = renderProcSpan(span);
      files.set(`proc/dahdi/${span.number}`, this.faults.halved ? text.slice(0, text.length / 2) : text);
      for (const [name, value] of Object.entries(renderSysfs(span)))
        files.set(`sys/bus/dahdi_spans/devices/span-${span.number}/${name}`, `${value}\n`);
    }
    return files;
  }

  #tell(): void {
    for (const listener of this.#changed) listener();
  }
}
