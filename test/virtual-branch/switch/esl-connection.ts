import type { Socket } from 'node:net';
import type { SwitchCore } from './core.ts';
import { CommandReader } from './esl-reader.ts';
import type { ClientCommand } from './esl-reader.ts';
import { answerCommand } from './esl-commands.ts';
import type { SwitchEvent } from './event.ts';
import { Subscription } from './subscription.ts';

const goodbye = 'Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n';
const authenticationMs = 25_000;
const lostLimit = 500;

/** One client of the event socket: commands in order, replies and events interleaved, whole frames. */
export class EslConnection {
  readonly core: SwitchCore;
  readonly subscription = new Subscription();
  authenticated = false;
  logging = false;
  readonly #socket: Socket;
  readonly #reader = new CommandReader();
  readonly #commands: ClientCommand[] = [];
  readonly #deadline: { cancel(): void };
  #busy = false;
  #closing = false;
  #out: Buffer[] = [];
  #flushing = false;
  /** Frames handed to the socket that the client has not read yet. */
  #unread = 0;
  #lost = 0;

  constructor(core: SwitchCore, socket: Socket) {
    this.core = core;
    this.#socket = socket;
    this.#deadline = core.options.real.schedule(authenticationMs, () => {
      if (!this.authenticated) this.disconnect();
    });
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('error', () => this.destroy());
    socket.on('close', () => this.destroy());
    this.write('Content-Type: auth/request\n\n');
  }

  readonly wants = (name: string, subclass: string | undefined): boolean =>
    this.authenticated && !this.#closing && this.subscription.wants(name, subclass);

  /** Queues an event; a listener that does not read loses events, and after too many of them its connection. */
  readonly deliver = (event: SwitchEvent): void => {
    if (!this.subscription.passes(event)) return;
    if (this.#unread >= this.core.options.faults.listenerQueue) {
      if (++this.#lost > lostLimit) this.destroy();
      return;
    }
    this.writeBytes(event.frame(this.subscription.format));
  };

  /** `command/reply`, with more headers below the text. */
  reply(text: string, more: readonly (readonly [string, string])[] = []): void {
    const lines = more.map(([name, value]) => `${name}: ${value}\n`).join('');
    this.write(`Content-Type: command/reply\nReply-Text: ${text}\n${lines}\n`);
  }

  /** `api/response` with the raw result. */
  respond(body: string): void {
    this.write(`Content-Type: api/response\nContent-Length: ${Buffer.byteLength(body)}\n\n${body}`);
  }

  /** Says goodbye and closes once everything is out. */
  disconnect(body = goodbye): void {
    if (this.#closing) return;
    this.write(`Content-Type: text/disconnect-notice\nContent-Length: ${Buffer.byteLength(body)}\n\n${body}`);
    this.#closing = true;
    this.#flush();
    this.#socket.end();
  }

  destroy(): void {
    this.#closing = true;
    this.#deadline.cancel();
    this.core.sinks.delete(this);
    this.#socket.destroy();
  }

  write(text: string): void {
    this.writeBytes(Buffer.from(text));
  }

  writeBytes(frame: Buffer): void {
    if (this.#closing) return;
    this.#out.push(frame);
    this.#unread++;
    if (this.#flushing) return;
    this.#flushing = true;
    const { coalesceMs } = this.core.options.faults;
    if (coalesceMs > 0) this.core.options.real.schedule(coalesceMs, () => this.#flush());
    else setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    const count = this.#out.length;
    if (count === 0 || this.#socket.destroyed || !this.#socket.writable) return;
    const bytes = count === 1 ? (this.#out[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#out);
    this.#out = [];
    const read = (): void => void (this.#unread -= count);
    const { chunkBytes } = this.core.options.faults;
    if (chunkBytes <= 0) {
      this.#socket.write(bytes, read);
      return;
    }
    this.#socket.setNoDelay(true);
    for (let at = 0; at < bytes.length; at += chunkBytes)
      this.#socket.write(bytes.subarray(at, at + chunkBytes));
    this.#socket.write('', read);
  }

  #receive(bytes: Buffer): void {
    if (this.core.options.faults.mute) return;
    try {
      this.#commands.push(...this.#reader.push(bytes));
    } catch {
      this.destroy();
      return;
    }
    void this.#work();
  }

  /** One command at a time: an `api` that takes a minute keeps the next one waiting. */
  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (;;) {
      const command = this.#closing || this.core.dead ? undefined : this.#commands.shift();
      if (!command) break;
      const pending = answerCommand(this, command);
      if (pending) await pending;
    }
    this.#busy = false;
  }
}
