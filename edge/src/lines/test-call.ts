import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BranchlineError, isEmergencyNumber, problemOf, type Clock, type IdSource } from '@branchline/shared';
import { levelOfTone, readWav } from '@branchline/hardware';
import type { TestCallResult } from '../door/status.ts';
import { judgeEnd } from '../calls/outcome.ts';
import type { Ledger } from '../store/index.ts';
import type { Switch, SwitchEvent } from '../switch/index.ts';
import type { LinePool } from './line-pool.ts';

export interface TestCallOptions {
  readonly switch: Switch;
  readonly lines: LinePool;
  readonly ledger: Pick<Ledger, 'saveUsage'>;
  /** FreeSWITCH's time. */
  readonly business: Clock;
  readonly ids: IdSource;
  /** Where the sound is kept until it was measured; FreeSWITCH writes there. */
  readonly folder: string;
  readonly emergencyNumbers: () => readonly string[];
  /** ISO 3166-1 alpha-2, of the site. */
  readonly region: () => string;
}

/** The tone of transmission tests (ITU-T O.9, ANSI T1.207): 1004 Hz, so that no sample repeats at 8 kHz. */
const toneHz = 1004;
const ringSeconds = 40;
const listenMs = 4_000;
/** Longest wait for an event after it was ordered, ms. */
const orderMs = 5_000;
/** So much of the sound must be our tone; speech has less than a third in one frequency. */
const heardShare = 0.5;
/** Below this it is the noise of an idle line. */
const silentDb = -55;
/** FreeSWITCH ends the call by itself when we do not. */
const deadMan = 'sched_hangup +20 NORMAL_CLEARING';

/**
 * Calls a number over one line, plays our tone and measures what comes back. It always hangs up. The call counts against the limits
 * of the line, and nothing else in the edge takes notice of it: its leg has no role and no call.
 * @throws BranchlineError `BL_API_NOT_FOUND`, `BL_API_INVALID` for an emergency number, or what FreeSWITCH answered
 */
export async function testCall(
  options: TestCallOptions,
  line: string,
  number: string,
): Promise<TestCallResult> {
  const { switch: fs, lines, ledger, business, ids } = options;
  const head = { line, number };
  const state = lines.get(line);
  if (!state) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'line', id: line });
  if (isEmergencyNumber(number, options.emergencyNumbers(), options.region()))
    throw new BranchlineError('BL_API_INVALID', { place: 'number', problem: `${number} is for emergencies` });
  const id = ids();
  const refusal = lines.reserveOn(id, line);
  if (refusal !== undefined) return { ...head, outcome: 'refused', reason: refusal };
  const leg = new WatchedLeg(fs, id, business);
  const startedAt = business.now();
  try {
    await fs.originate({
      leg: id,
      to: lines.target(state.line, number),
      variables: { bl_role: 'test', bl_line: line, RECORD_STEREO: true },
      callerId: state.line.callerIds[0]!,
      timeoutSeconds: ringSeconds,
      onAnswer: deadMan,
    });
    const parked = await leg.until('parked', (ringSeconds + 5) * 1000);
    const times = { ...leg.ms('ringing', 'ringingMs'), ...leg.ms('answered', 'answeredMs') };
    if (!parked) return { ...head, ...times, outcome: 'not-answered', reason: leg.cause };
    const { levelDb, soundDb, share } = await echo(options, leg);
    const heard = share >= heardShare;
    const reason = heard
      ? 'our tone came back'
      : `it was answered, and ${soundDb > silentDb ? 'something else was' : 'nothing of our tone was'} heard`;
    return { ...head, ...times, outcome: heard ? 'heard' : 'silent', reason, levelDb };
  } catch (error) {
    if (error instanceof BranchlineError && error.code === 'BL_SWITCH_REFUSED')
      return { ...head, outcome: 'refused', reason: problemOf(error).slice(0, 200) };
    throw error;
  } finally {
    if (!leg.over) await fs.hangup(id).catch(() => undefined);
    leg.leave();
    const answeredAt = leg.answeredAt;
    const usage = lines.release(id, {
      startedAt,
      ...(answeredAt !== undefined && { answeredAt }),
      endedAt: business.now(),
      outcome: answeredAt === undefined ? leg.outcome : 'ANSWERED',
    });
    if (usage) await ledger.saveUsage(usage);
  }
}

/** Plays, records, and measures what the far end sent. */
async function echo({ switch: fs, folder }: TestCallOptions, leg: WatchedLeg) {
  const file = join(folder, `${leg.id}.wav`);
  await mkdir(folder, { recursive: true });
  try {
    await fs.play(leg.id, `tone_stream://%(${listenMs + 1000},0,${toneHz})`);
    await fs.startRecording(leg.id, file);
    await leg.until('hungup', listenMs);
    if (!leg.over) await fs.stopRecording(leg.id, file);
    await leg.until('recorded', orderMs);
    const sound = readWav(await readFile(file));
    return levelOfTone(sound?.channels[0] ?? new Int16Array(0), toneHz, sound?.rate);
  } finally {
    await rm(file, { force: true });
  }
}

/** What FreeSWITCH tells of one leg. */
class WatchedLeg {
  readonly id: string;
  readonly #switch: Switch;
  readonly #clock: Clock;
  readonly #startedMs: number;
  /** Kinds of events that came, with their times since the start, ms. */
  readonly #seen = new Map<SwitchEvent['type'], number>();
  readonly #waiting = new Set<() => void>();
  #end: { readonly cause: string; readonly outcome: ReturnType<typeof judgeEnd>['outcome'] } | undefined;
  answeredAt: number | undefined;

  constructor(fs: Switch, id: string, clock: Clock) {
    this.id = id;
    this.#switch = fs;
    this.#clock = clock;
    this.#startedMs = clock.monotonic();
    fs.on('event', this.#onEvent);
    fs.on('failed', this.#onFailed);
  }

  /** It has ended, or never came to be. */
  get over(): boolean {
    return this.#end !== undefined;
  }

  get cause(): string {
    return this.#end?.cause ?? 'nobody answered in time';
  }

  get outcome() {
    return this.#end?.outcome ?? 'ERROR';
  }

  ms<Name extends string>(type: SwitchEvent['type'], name: Name): { [name in Name]?: number } {
    const at = this.#seen.get(type);
    return at === undefined ? {} : ({ [name]: Math.round(at) } as { [name in Name]: number });
  }

  /** Waits for an event, for the end or for the deadline. @returns whether it came */
  async until(type: SwitchEvent['type'], deadlineMs: number): Promise<boolean> {
    const deadline = this.#clock.monotonic() + deadlineMs;
    const done = (): boolean =>
      this.#seen.has(type) || (this.over && type !== 'recorded') || this.#clock.monotonic() >= deadline;
    while (!done())
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          timer.cancel();
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = this.#clock.schedule(Math.max(0, deadline - this.#clock.monotonic()), wake);
        this.#waiting.add(wake);
      });
    return this.#seen.has(type);
  }

  leave(): void {
    this.#switch.off('event', this.#onEvent);
    this.#switch.off('failed', this.#onFailed);
  }

  readonly #onEvent = (event: SwitchEvent): void => {
    if (!('leg' in event) || event.leg !== this.id) return;
    const type = event.type === 'early' ? 'ringing' : event.type;
    if (!this.#seen.has(type)) this.#seen.set(type, this.#clock.monotonic() - this.#startedMs);
    if (event.type === 'answered') this.answeredAt = event.at;
    if (event.type === 'hungup')
      this.#end ??= { cause: event.end.cause, outcome: judgeEnd(event.end).outcome };
    for (const wake of this.#waiting) wake();
  };

  readonly #onFailed = (leg: string, cause: string): void => {
    if (leg !== this.id) return;
    const end = { cause, q850: 0, sipStatus: 0, disposition: '' };
    this.#end ??= { cause, outcome: judgeEnd(end).outcome };
    for (const wake of this.#waiting) wake();
  };
}
