import { BranchlineError, type Clock, type Timer } from '@branchline/shared';
import type { Port, PortOpener } from '../port/index.ts';
import { attention, type AtCommand } from './commands.ts';
import { LineReader } from './line-reader.ts';
import { AtRefusal } from './refusal.ts';
import { readFinal, type AtFinal } from './result.ts';

/** Why a channel lost step with its modem. */
export type AtTrouble = 'hung' | 'garbage';

export interface AtChannelOptions {
  readonly clock: Clock;
  /** Lines nobody asked for, in order. `payload` is the PDU line of `+CMT` and `+CDS`. */
  unsolicited(line: string, payload?: string): void;
  /** A command was not answered, or bytes came that no modem sends: the channel finds back into step or closes. */
  trouble(kind: AtTrouble): void;
  recovered(): void;
  /** Once, with `BL_PORT_CLOSED`, `BL_AT_HUNG` or `BL_AT_GARBAGE`. */
  closed(reason: BranchlineError): void;
}

interface Task {
  readonly command: AtCommand;
  readonly lines: string[];
  resolve(lines: readonly string[]): void;
  reject(error: BranchlineError): void;
}

/** Noise that no flaky contact explains, bytes since a command was answered last. */
const garbageLimit = 64;
const resyncTries = 5;
/** Silence after an answer that shows it was not a late one, ms. */
const settleMs = 250;

/** One command at a time over one port; unsolicited lines at any moment. Thrown away when the port closes. */
export class AtChannel {
  readonly #options: AtChannelOptions;
  readonly #queue: Task[] = [];
  readonly #reader = new LineReader({
    line: (text) => this.#onLine(text),
    prompt: () => this.#sendBody(),
    noise: (bytes) => this.#onNoise(bytes),
  });
  #port: Port | undefined;
  #closed: BranchlineError | undefined;
  #task: Task | undefined;
  #timer: Timer | undefined;
  #noise = 0;
  /** The last `+CMGR`, `+CMGL` (answers) or `+CMT`, `+CDS` (unsolicited), whose PDU comes on the next line. */
  #header: { readonly line: string; readonly solicited: boolean } | undefined;
  #resync: { tries: number; answered: boolean; readonly kind: AtTrouble } | undefined;

  private constructor(options: AtChannelOptions) {
    this.#options = options;
  }

  /** @throws BranchlineError `BL_PORT_UNAVAILABLE` */
  static async open(opener: PortOpener, options: AtChannelOptions): Promise<AtChannel> {
    const channel = new AtChannel(options);
    channel.#port = await opener({
      data: (bytes) => channel.#reader.push(bytes),
      closed: (reason) => channel.#end(reason),
    });
    return channel;
  }

  /**
   * Gives the information lines of the answer; a PDU follows its header as a line of its own.
   * @param urgent goes before all that waits (not before what was sent)
   * @throws AtRefusal when the modem says no; BranchlineError `BL_AT_TIMEOUT`, `BL_AT_CLOSED`
   */
  execute(command: AtCommand, urgent = false): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      if (this.#closed)
        return reject(new BranchlineError('BL_AT_CLOSED', { command: command.shown }, this.#closed));
      const task: Task = { command, lines: [], resolve, reject };
      if (urgent) this.#queue.unshift(task);
      else this.#queue.push(task);
      this.#startNext();
    });
  }

  get closed(): boolean {
    return this.#closed !== undefined;
  }

  close(): void {
    this.#port?.close();
  }

  #startNext(): void {
    if (this.#task || this.#resync || this.#closed) return;
    const task = this.#queue.shift();
    if (!task) return;
    this.#task = task;
    this.#reader.awaitPrompt(task.command.body !== undefined);
    this.#timer = this.#options.clock.schedule(task.command.deadlineMs, () => this.#onDeadline(task));
    this.#write(`${task.command.text}\r`);
  }

  #write(text: string): void {
    this.#port?.write(Buffer.from(text, 'latin1'));
  }

  #sendBody(): void {
    if (this.#task?.command.body !== undefined) this.#write(`${this.#task.command.body}\x1A`);
  }

  #onLine(line: string): void {
    if (this.#task && (line === this.#task.command.text || line === this.#task.command.body)) return;
    if (this.#takePayload(line)) return;
    const final = readFinal(line);
    if (final && this.#takeFinal(final)) return;
    if (this.#task?.command.response?.test(line)) {
      this.#task.lines.push(line);
      if (/^\+CMG[RL]:/.test(line)) this.#header = { line, solicited: true };
    } else if (/^\+(CMT|CDS):/.test(line)) {
      this.#header = { line, solicited: false };
    } else if (!final || final.kind === 'call') {
      this.#options.unsolicited(line);
    }
  }

  #takePayload(line: string): boolean {
    const header = this.#header;
    if (!header || !/^[0-9A-F]{14,}$/i.test(line)) return false;
    this.#header = undefined;
    if (header.solicited) this.#task?.lines.push(line);
    else this.#options.unsolicited(header.line, line);
    return true;
  }

  /** Whether the result ended something of ours; a stray one is nobody's, except the words that end calls. */
  #takeFinal(final: AtFinal): boolean {
    if (this.#resync) {
      if (final.kind !== 'call') this.#onResyncAnswer();
      return final.kind !== 'call';
    }
    const task = this.#task;
    if (!task || (final.kind === 'call' && !task.command.endsByCallWord)) return false;
    this.#leaveTask();
    if (final.kind === 'ok') task.resolve(task.lines);
    else task.reject(new AtRefusal(task.command.shown, final));
    // Among so much noise that answer may have been a forged one: nothing is sent before the step is certain.
    if (this.#noise >= garbageLimit) this.#findStep('garbage');
    else this.#noise = 0;
    this.#startNext();
    return true;
  }

  #leaveTask(): void {
    this.#timer?.cancel();
    this.#task = undefined;
    this.#header = undefined;
    this.#reader.awaitPrompt(false);
  }

  #onDeadline(task: Task): void {
    const { shown, deadlineMs, body } = task.command;
    this.#leaveTask();
    // A modem that waits for a message body must not take our next command as the message.
    if (body !== undefined) this.#write('\x1B');
    this.#findStep(this.#noise > 0 ? 'garbage' : 'hung');
    task.reject(new BranchlineError('BL_AT_TIMEOUT', { command: shown, ms: deadlineMs }));
  }

  #onNoise(bytes: number): void {
    this.#noise += bytes;
    if (this.#noise >= garbageLimit && !this.#task && !this.#resync) this.#findStep('garbage');
  }

  #findStep(kind: AtTrouble): void {
    if (this.#closed) return;
    this.#resync = { tries: 0, answered: false, kind };
    this.#options.trouble(kind);
    this.#probe();
  }

  #probe(): void {
    const resync = this.#resync;
    if (!resync) return;
    if (resync.tries++ === resyncTries) {
      const code = resync.kind === 'hung' ? 'BL_AT_HUNG' : 'BL_AT_GARBAGE';
      this.#end(new BranchlineError(code, { tries: resyncTries }));
      return;
    }
    resync.answered = false;
    this.#timer = this.#options.clock.schedule(attention.deadlineMs, () => this.#probe());
    this.#write(`${attention.text}\r`);
  }

  /** The first answer may be a late one of an old command; only one that is followed by silence counts. */
  #onResyncAnswer(): void {
    const resync = this.#resync;
    if (!resync) return;
    this.#timer?.cancel();
    const first = !resync.answered;
    resync.answered = true;
    this.#timer = this.#options.clock.schedule(settleMs, () => (first ? this.#inStep() : this.#probe()));
  }

  #inStep(): void {
    this.#resync = undefined;
    this.#noise = 0;
    this.#options.recovered();
    this.#startNext();
  }

  #end(reason: BranchlineError): void {
    if (this.#closed) return;
    this.#closed = reason;
    this.#timer?.cancel();
    this.#resync = undefined;
    this.#port?.close();
    const waiting = [...(this.#task ? [this.#task] : []), ...this.#queue.splice(0)];
    this.#task = undefined;
    for (const task of waiting)
      task.reject(new BranchlineError('BL_AT_CLOSED', { command: task.command.shown }, reason));
    this.#options.closed(reason);
  }
}
