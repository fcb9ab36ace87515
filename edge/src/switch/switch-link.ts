import { EventEmitter } from 'node:events';
import { BranchlineError, problemOf, type Clock, type RandomSource } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import { EventSocket, type EventSocketAddress, type RawEvent } from './event-socket.ts';
import { readEvent, readLogLine, subscription, type SwitchEvent } from './events.ts';

export interface SwitchLinkOptions {
  readonly address: () => EventSocketAddress;
  readonly real: Clock;
  readonly random: RandomSource;
  readonly log: Log;
  /** Longest wait for a reply, real ms (100–60000, default 5000). */
  readonly replyTimeoutMs?: number;
  /** Back-off between connection attempts, real ms (defaults 500 and 10000). */
  readonly backOff?: { readonly firstMs: number; readonly longestMs: number };
  /** No event for this long means that the link is dead although TCP does not say so, real ms (default 65000: three heartbeats). */
  readonly silenceMs?: number;
}

interface LinkEvents {
  /** Connected and subscribed; `coreId` changes when FreeSWITCH was restarted. */
  up: [coreId: string];
  down: [reason: Error];
  event: [event: SwitchEvent];
}

/**
 * The lasting link to FreeSWITCH: one connection for events, one for commands, both rebuilt with back-off when either is
 * lost. After `up` the receiver audits the channels, because events between two connections are gone.
 */
export class SwitchLink extends EventEmitter<LinkEvents> {
  readonly #options: SwitchLinkOptions;
  #events: EventSocket | undefined;
  #commands: EventSocket | undefined;
  #attempt = 0;
  #stopped = false;
  #up = false;
  #retryPending = false;
  #retry: { cancel(): void } | undefined;
  #silence: { cancel(): void } | undefined;

  constructor(options: SwitchLinkOptions) {
    super();
    this.#options = options;
  }

  get up(): boolean {
    return this.#up;
  }

  start(): void {
    this.#stopped = false;
    void this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#retry?.cancel();
    this.#silence?.cancel();
    this.#events?.close();
    this.#commands?.close();
  }

  /** Drops both connections and builds them anew, e.g. after the password changed. */
  reconnect(): void {
    this.#events?.close();
    this.#commands?.close();
  }

  /** @throws BranchlineError `BL_SWITCH_DISCONNECTED` while the link is down */
  api(command: string): Promise<string> {
    return this.#socket(command).api(command);
  }

  /** Starts a background job under an id of ours. @throws BranchlineError `BL_SWITCH_REFUSED` when it was not accepted */
  async bgapi(command: string, job: string): Promise<void> {
    const reply = await this.#socket(command).bgapi(command, job);
    if (!reply.startsWith('+OK'))
      throw new BranchlineError('BL_SWITCH_REFUSED', { command: command.slice(0, 80), reply });
  }

  #socket(command: string): EventSocket {
    if (!this.#commands || this.#commands.closed)
      throw new BranchlineError('BL_SWITCH_DISCONNECTED', { command: command.slice(0, 80) });
    return this.#commands;
  }

  async #connect(): Promise<void> {
    const common = {
      ...this.#options.address(),
      replyTimeoutMs: this.#options.replyTimeoutMs ?? 5000,
      onClose: (reason: Error) => this.#lost(reason),
    };
    try {
      this.#events = await EventSocket.open({
        ...common,
        onEvent: (event) => this.#onEvent(event),
        onLog: (line) => this.#tell(readLogLine(line, this.#options.real.now())),
      });
      this.#commands = await EventSocket.open(common);
      const reply = await this.#events.command(`event json ${subscription}`);
      if (!reply.startsWith('+OK'))
        throw new BranchlineError('BL_SWITCH_REFUSED', { command: 'event json', reply });
      await this.#events.command('log warning');
      const coreId = (await this.#commands.api('global_getvar core_uuid')).trim();
      this.#attempt = 0;
      this.#up = true;
      this.#watchSilence();
      this.emit('up', coreId);
    } catch (error) {
      this.#lost(error as Error);
    }
  }

  #onEvent(raw: RawEvent): void {
    this.#watchSilence();
    this.#tell(readEvent(raw));
  }

  #tell(event: SwitchEvent | undefined): void {
    if (!event) return;
    try {
      this.emit('event', event);
    } catch (error) {
      // One event that a handler cannot digest must not cost the connection.
      this.#options.log.error(
        { event: event.type, problem: problemOf(error) },
        'an event of FreeSWITCH could not be handled',
      );
    }
  }

  #watchSilence(): void {
    this.#silence?.cancel();
    this.#silence = this.#options.real.schedule(this.#options.silenceMs ?? 65_000, () => this.reconnect());
  }

  #lost(reason: Error): void {
    const wasUp = this.#up;
    this.#up = false;
    this.#silence?.cancel();
    const sockets = [this.#events, this.#commands];
    this.#events = this.#commands = undefined;
    for (const socket of sockets) socket?.close();
    if (wasUp) this.emit('down', reason);
    // Both sockets report their end, and so does a failed attempt: one retry is enough.
    if (this.#stopped || this.#retryPending) return;
    const { firstMs, longestMs } = this.#options.backOff ?? { firstMs: 500, longestMs: 10_000 };
    const wait =
      Math.min(longestMs, firstMs * 2 ** this.#attempt++) * (0.5 + this.#options.random.next() / 2);
    if (this.#attempt === 1 || this.#attempt % 10 === 0)
      this.#options.log.warn({ problem: reason.message }, 'no link to FreeSWITCH, trying again');
    this.#retryPending = true;
    this.#retry = this.#options.real.schedule(wait, () => {
      this.#retryPending = false;
      void this.#connect();
    });
  }
}
