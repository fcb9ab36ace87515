import { BranchlineError, type Timer } from '@branchline/shared';
import { historyOf } from './alarm-history.ts';
import { ftdmCommands, spanName, type FreeTdm } from './freetdm/commands.ts';
import { readFtdmDump, readFtdmSignalling } from './freetdm/replies.ts';
import { readTrap } from './freetdm/trap.ts';
import { ratesOf } from './rates.ts';
import { conditionOf, nextSpan, unseenSpan, type SpanInput, type SpanState } from './span-machine.ts';
import type { SpanMonitorOptions, SpanOptions, SpanSnapshot, SpanWatch } from './span.ts';
import { timeslotsOf } from './timeslots.ts';
import { warningsOf } from './warnings.ts';

/** A trap comes once per channel: one look for all of them, ms. */
const gatherMs = 200;
/** Longest wait for an answer of FreeTDM, or for a file, ms. */
const deadlineMs = 10_000;

interface Watched {
  readonly options: SpanOptions;
  state: SpanState;
  /** What the listener was told last. */
  told: string;
}

/** Watches the spans of one box through the driver's files and FreeTDM. */
export class SpanMonitor implements SpanWatch {
  readonly #options: SpanMonitorOptions;
  readonly #watched: readonly Watched[];
  /** The turns of one start; another start has others. */
  #run: { timers: Timer[] } | undefined;
  #soon: Timer | undefined;
  #looking: Promise<void> | undefined;
  #asking: Promise<void> | undefined;

  /** @throws BranchlineError `BL_SPAN_ARGUMENT` for a span whose name cannot be one */
  constructor(options: SpanMonitorOptions) {
    this.#options = options;
    const state: SpanState = { ...unseenSpan, signalling: options.ftdm ? 'unasked' : 'nobody' };
    this.#watched = options.spans.map((span) => {
      spanName(span.name);
      return { options: span, state, told: '' };
    });
  }

  get spans(): readonly SpanSnapshot[] {
    return this.#watched.map(snapshotOf);
  }

  start(): void {
    if (this.#run) return;
    const run = (this.#run = { timers: [] });
    const { lookEveryMs = 1_000, askEveryMs = 5_000, ftdm } = this.#options;
    void this.#repeat(run, 0, () => this.#lookAtAll(), lookEveryMs);
    if (ftdm) void this.#repeat(run, 1, () => this.#askAll(), askEveryMs);
  }

  stop(): void {
    for (const timer of this.#run?.timers ?? []) timer.cancel();
    this.#run = undefined;
    this.#soon?.cancel();
    this.#soon = undefined;
  }

  trap(headers: Readonly<Record<string, unknown>>): void {
    const trap = readTrap(headers);
    if (!trap || !this.#run || this.#soon) return;
    if (!this.#watched.some(({ options }) => options.name === trap.span)) return;
    this.#soon = this.#options.clock.schedule(gatherMs, () => {
      this.#soon = undefined;
      void this.#lookAtAll();
      void this.#askAll();
    });
  }

  /** The next turn begins when this one is over. */
  async #repeat(
    run: { timers: Timer[] },
    place: number,
    turn: () => Promise<void>,
    everyMs: number,
  ): Promise<void> {
    await turn();
    if (this.#run !== run) return;
    run.timers[place] = this.#options.clock.schedule(
      everyMs,
      () => void this.#repeat(run, place, turn, everyMs),
    );
  }

  /** One at a time: slow files do not pile up looks, nor a slow FreeTDM questions. */
  #lookAtAll(): Promise<void> {
    return (this.#looking ??= Promise.all(this.#watched.map((span) => this.#look(span)))
      .then(() => undefined)
      .finally(() => (this.#looking = undefined)));
  }

  #askAll(): Promise<void> {
    return (this.#asking ??= this.#askEach().finally(() => (this.#asking = undefined)));
  }

  async #look(span: Watched): Promise<void> {
    const { source, clock } = this.#options;
    const look = await this.#within(source.look(span.options.number), 'the driver').catch(
      (error: BranchlineError) => ({ found: 'garbage', problem: error.message }) as const,
    );
    this.#input(span, { type: 'look', look, at: clock.now(), monotonic: clock.monotonic() });
  }

  async #askEach(): Promise<void> {
    const { ftdm } = this.#options;
    if (ftdm) for (const span of this.#watched) this.#input(span, await this.#ask(ftdm, span.options.name));
  }

  async #ask(ftdm: FreeTdm, name: string): Promise<SpanInput> {
    try {
      const ask = (command: string): Promise<string> => this.#within(ftdm.api(command), `"${command}"`);
      const signalling = readFtdmSignalling(await ask(ftdmCommands.signalling(name)));
      const channels = readFtdmDump(await ask(ftdmCommands.dump(name)));
      return { type: 'asked', signalling, channels };
    } catch (error) {
      return { type: isUnknownSpan(error) ? 'refused' : 'silent' };
    }
  }

  #within<T>(answer: Promise<T>, source: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = this.#options.clock.schedule(deadlineMs, () =>
        reject(new BranchlineError('BL_SPAN_TIMEOUT', { source, ms: deadlineMs })),
      );
      answer.then(resolve, reject).finally(() => timer.cancel());
    });
  }

  #input(span: Watched, input: SpanInput): void {
    if (!this.#run) return;
    const { listener, debounceMs = 2_500 } = this.#options;
    const { state, effects } = nextSpan(span.state, input, { kind: span.options.kind, debounceMs });
    span.state = state;
    for (const { tell } of effects) listener.alarm(span.options.name, tell);
    const snapshot = snapshotOf(span);
    const now = JSON.stringify(withoutNumbers(snapshot));
    if (now === span.told) return;
    span.told = now;
    listener.changed(snapshot);
  }
}

/** As opposed to `-ERR ftdm Command not found!` of a switch without FreeTDM. */
function isUnknownSpan(error: unknown): boolean {
  if (!(error instanceof BranchlineError) || error.code !== 'BL_SPAN_REFUSED') return false;
  return /^-ERR (?:invalid span|span .* not found)/.test(String(error.details['answer']));
}

function snapshotOf({ options, state }: Watched): SpanSnapshot {
  const timeslots = timeslotsOf(state, options.kind);
  return {
    name: options.name,
    number: options.number,
    kind: options.kind,
    condition: conditionOf(state, timeslots),
    warnings: warningsOf(state, timeslots, options),
    ...(state.reading && { line: state.reading.line }),
    rates: ratesOf(state.rates),
    signalling: signallingOf(state),
    timeslots,
    history: historyOf(state.alarms),
    briefAlarms: state.alarms.brief,
  };
}

function signallingOf({ signalling }: SpanState): SpanSnapshot['signalling'] {
  if (signalling === 'up') return 'up';
  return signalling === 'down' || signalling === 'suspended' ? 'down' : 'unknown';
}

function withoutNumbers({ rates: _rates, line, ...rest }: SpanSnapshot): object {
  const { counters: _counters, ...told } = line ?? {};
  return { ...rest, line: told };
}
