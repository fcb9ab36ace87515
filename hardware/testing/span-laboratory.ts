import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from '@branchline/shared';
import { SpanBox, World, type EmulatedSpan } from '../src/emulator/index.ts';
import {
  fileSpanSource,
  SpanMonitor,
  type AlarmEntry,
  type SpanFiles,
  type SpanKind,
  type SpanMonitorOptions,
  type SpanSnapshot,
} from '../src/index.ts';
import { pass, passUntil } from './virtual-time.ts';

export function spanFixture(name: string): string {
  return readFileSync(join(import.meta.dirname, '../fixtures/span', name), 'utf8');
}

/** An emulated box under a monitor, in virtual time and without files on disk. */
export class SpanLaboratory {
  readonly clock = new ManualClock(Date.UTC(2026, 0, 5, 2));
  readonly world = new World({ clock: this.clock, seed: 1 });
  readonly box: SpanBox;
  readonly monitor: SpanMonitor;
  /** What the listener was told. */
  readonly changes: SpanSnapshot[] = [];
  readonly alarms: [span: string, entry: AlarmEntry][] = [];

  readonly #files: SpanFiles = {
    read: (path) => {
      const text = this.box.files().get(path);
      if (text === undefined) return Promise.reject(Object.assign(new Error(path), { code: 'ENOENT' }));
      return Promise.resolve(text);
    },
    isThere: (path) =>
      Promise.resolve([...this.box.files().keys()].some((key) => key.startsWith(`${path}/`))),
  };

  readonly source = fileSpanSource({
    proc: 'proc/dahdi',
    sys: 'sys/bus/dahdi_spans/devices',
    files: this.#files,
  });

  constructor(kinds: readonly SpanKind[] = ['e1'], more: Partial<SpanMonitorOptions> = {}) {
    this.box = SpanBox.of(this.world, kinds, 1);
    this.monitor = new SpanMonitor({
      clock: this.clock,
      spans: this.box.spans.map(({ name, number, kind }) => ({ name, number, kind })),
      source: this.source,
      ftdm: this.box,
      listener: {
        changed: (span) => void this.changes.push(span),
        alarm: (span, entry) => void this.alarms.push([span, entry]),
      },
      ...more,
    });
    this.box.onTrap((headers) => this.monitor.trap(Object.fromEntries(headers)));
    this.box.start();
    this.monitor.start();
  }

  get emulated(): EmulatedSpan {
    return this.box.spans[0]!;
  }

  get span(): SpanSnapshot {
    return this.monitor.spans[0]!;
  }

  /** The phase, or the fault. */
  get condition(): string {
    return conditionWord(this.span);
  }

  states(): string[] {
    return this.span.timeslots.map(({ state }) => state);
  }

  pass(ms: number): Promise<void> {
    return pass(this.clock, ms, 100);
  }

  async until(condition: string, ms = 60_000): Promise<void> {
    await passUntil(this.clock, condition, () => this.condition === condition, ms);
  }

  stop(): void {
    this.monitor.stop();
    this.box.stop();
    this.world.stop();
  }
}

export function conditionWord({ condition }: SpanSnapshot): string {
  return 'fault' in condition ? condition.fault : condition.phase;
}
