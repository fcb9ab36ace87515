import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { BranchlineError, problemOf, type Clock, type Timer } from '@branchline/shared';
import type { BridgeNews, BridgeOrder } from './bridge-protocol.ts';
import type { SoundReport, SoundTarget } from './sound-path.ts';

export interface SoundBridgeOptions {
  readonly clock: Clock;
  readonly log: (problem: string) => void;
}

/** The sound of one call, in the bridge's hands. */
export interface CallSound {
  /** Port on 127.0.0.1 that takes FreeSWITCH's RTP. */
  readonly port: number;
  /** Lets sound through, both ways. */
  connect(target: SoundTarget): void;
  close(): void;
}

export interface SoundListener {
  /** `BL_SOUND_LOST` (the modem's end) or `BL_SOUND_BRIDGE` (the process); not after `close`. */
  lost(reason: BranchlineError): void;
  closed?(report: SoundReport): void;
}

interface OpenCall {
  readonly listener: SoundListener;
  readonly opened: (port: number) => void;
  readonly refused: (reason: BranchlineError) => void;
  /** Until it is open or refused. */
  deadline: Timer | undefined;
}

/** A port is open within this, or not at all, ms. */
const openMs = 5_000;
/** Pauses before the process is started again, ms; the last one stays. */
const pauses = [0, 1_000, 2_000, 5_000, 15_000];
/** A process that ran so long was sound, ms. */
const soundMs = 60_000;

/**
 * The process that moves the sound of modem calls. It is started with the first call and again after a crash, which ends the calls it
 * carried and nothing else.
 */
export class SoundBridge {
  readonly #options: SoundBridgeOptions;
  readonly #calls = new Map<string, OpenCall>();
  #child: ChildProcess | undefined;
  #startedAt = 0;
  #crashes = 0;
  #notBefore = 0;
  #stopped = false;

  constructor(options: SoundBridgeOptions) {
    this.#options = options;
  }

  /** The running process; for whoever measures or kills it. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Opens a modem's sound for a call.
   * @param call any name that is not in use
   * @param source a serial port (`/dev/…`) or ALSA's name of a card
   * @throws BranchlineError `BL_SOUND_REFUSED`, `BL_SOUND_BRIDGE`
   */
  async open(call: string, source: string, listener: SoundListener): Promise<CallSound> {
    if (this.#calls.has(call)) throw new RangeError(`${call} is open`);
    const child = this.#running();
    const port = await new Promise<number>((resolve, reject) => {
      const deadline = this.#options.clock.schedule(openMs, () => {
        this.#calls.delete(call);
        order(child, { do: 'close', call });
        reject(
          new BranchlineError('BL_SOUND_REFUSED', { problem: `${source} did not open in ${openMs} ms` }),
        );
      });
      this.#calls.set(call, { listener, opened: resolve, refused: reject, deadline });
      order(child, { do: 'open', call, source });
    });
    return {
      port,
      connect: (target) => order(child, { do: 'connect', call, target }),
      close: () => {
        const own = this.#calls.get(call);
        if (!own) return;
        if (!own.listener.closed) this.#calls.delete(call);
        order(child, { do: 'close', call });
      },
    };
  }

  /** Ends the process and with it all sound. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill();
    await gone;
  }

  #running(): ChildProcess {
    if (this.#child) return this.#child;
    const now = this.#options.clock.monotonic();
    if (this.#stopped || now < this.#notBefore)
      throw new BranchlineError('BL_SOUND_BRIDGE', {
        problem: this.#stopped ? 'it was stopped' : 'it crashed a moment ago',
      });
    const child = fork(join(import.meta.dirname, 'bridge-main.ts'), [], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
    });
    let said = '';
    child.stderr?.on('data', (bytes: Buffer) => (said = `${said}${bytes.toString('utf8')}`.slice(-2_000)));
    child.on('message', (news: BridgeNews) => this.#onNews(news));
    child.on('error', (error) => this.#onGone(child, problemOf(error)));
    child.on('exit', (code, signal) => this.#onGone(child, `${signal ?? `code ${code}`} ${said}`.trim()));
    this.#child = child;
    this.#startedAt = now;
    return child;
  }

  #onGone(child: ChildProcess, problem: string): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    const now = this.#options.clock.monotonic();
    this.#crashes = now - this.#startedAt >= soundMs ? 0 : this.#crashes;
    this.#notBefore = now + pauses[Math.min(this.#crashes, pauses.length - 1)]!;
    this.#crashes++;
    if (!this.#stopped) this.#options.log(problem);
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const { listener, refused, deadline } of calls) {
      const reason = new BranchlineError('BL_SOUND_BRIDGE', { problem });
      deadline?.cancel();
      if (deadline) refused(reason);
      else listener.lost(reason);
    }
  }

  #onNews(news: BridgeNews): void {
    const own = this.#calls.get(news.call);
    if (!own) return;
    switch (news.what) {
      case 'opened':
        own.deadline?.cancel();
        own.deadline = undefined;
        return own.opened(news.port);
      case 'refused':
        own.deadline?.cancel();
        this.#calls.delete(news.call);
        return own.refused(new BranchlineError('BL_SOUND_REFUSED', { problem: news.problem }));
      case 'lost':
        this.#calls.delete(news.call);
        return own.listener.lost(new BranchlineError('BL_SOUND_LOST', { problem: news.problem }));
      case 'closed':
        this.#calls.delete(news.call);
        return own.listener.closed?.(news.report);
    }
  }
}

/** What a process that has just ended is told is lost; its end tells of that. */
function order(child: ChildProcess, what: BridgeOrder): void {
  if (child.connected) child.send(what, () => undefined);
}
