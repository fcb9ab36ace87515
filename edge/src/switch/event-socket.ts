import { connect, type Socket } from 'node:net';
import { BranchlineError, problemOf, type ErrorCode } from '@branchline/shared';
import { FrameReader, type Frame } from './frame-reader.ts';

/** Where FreeSWITCH listens; loopback only. */
export interface EventSocketAddress {
  readonly host: string;
  readonly port: number;
  readonly password: string;
}

export interface EventSocketOptions extends EventSocketAddress {
  /** Longest wait for a reply, real ms (100–60000). After it the connection is dropped: later replies could not be matched. */
  readonly replyTimeoutMs: number;
  /** Receives events as flat objects of strings, in order. */
  readonly onEvent?: (event: RawEvent) => void;
  /** Receives lines of FreeSWITCH's log, as far as they were asked for. */
  readonly onLog?: (line: string) => void;
  /** Called once when the connection is gone, whatever the reason. */
  readonly onClose: (reason: Error) => void;
}

/** An event as FreeSWITCH serialises it: strings, arrays of strings for repeated headers, `_body`. */
export type RawEvent = Readonly<Record<string, string | readonly string[] | undefined>>;

interface Waiter {
  readonly command: string;
  readonly timer: NodeJS.Timeout;
  resolve(reply: string): void;
  reject(error: Error): void;
}

/**
 * One authenticated connection to `mod_event_socket`. Replies are matched by order alone, so there is one queue for all of
 * them and a late reply ends the connection. Never reconnects: a new one is made instead.
 */
export class EventSocket {
  readonly #options: EventSocketOptions;
  readonly #socket: Socket;
  readonly #waiters: Waiter[] = [];
  readonly #reader = new FrameReader((frame) => this.#onFrame(frame));
  #greeted: (() => void) | undefined;
  #closed: Error | undefined;

  private constructor(options: EventSocketOptions) {
    this.#options = options;
    this.#socket = connect({
      host: options.host,
      port: options.port,
      keepAlive: true,
      keepAliveInitialDelay: 10_000,
      noDelay: true,
    });
    this.#socket.on('data', (chunk) => this.#onData(chunk));
    this.#socket.on('error', (error) => this.#end('BL_SWITCH_UNREACHABLE', problemOf(error)));
    this.#socket.on('close', () => this.#end('BL_SWITCH_UNREACHABLE', 'the connection was closed'));
  }

  /** @throws BranchlineError `BL_SWITCH_UNREACHABLE`, `BL_SWITCH_AUTH`, `BL_SWITCH_ACL`, `BL_SWITCH_TIMEOUT` or `BL_SWITCH_FRAME` */
  static async open(options: EventSocketOptions): Promise<EventSocket> {
    const socket = new EventSocket(options);
    await socket.#greeting();
    const reply = await socket.#send(`auth ${argument('password', options.password)}`, 'auth');
    if (!reply.startsWith('+OK')) {
      socket.#end('BL_SWITCH_AUTH', 'wrong password');
      throw socket.#closed;
    }
    return socket;
  }

  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /** Sends `api <command>` and gives the body as it came. Blocks the connection until FreeSWITCH is done. */
  api(command: string): Promise<string> {
    return this.#send(`api ${argument('command', command)}`);
  }

  /** Sends `bgapi <command>` under a job id of ours; the result comes as BACKGROUND_JOB. */
  bgapi(command: string, job: string): Promise<string> {
    return this.#send(`bgapi ${argument('command', command)}\nJob-UUID: ${argument('job', job)}`);
  }

  /** Sends a plain command such as `event json …`; gives its Reply-Text. */
  command(command: string): Promise<string> {
    return this.#send(argument('command', command));
  }

  close(): void {
    this.#end('BL_SWITCH_DISCONNECTED', 'closed by the edge');
  }

  #greeting(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#end('BL_SWITCH_TIMEOUT', 'greeting'),
        this.#options.replyTimeoutMs,
      );
      this.#waiters.push({ command: 'greeting', timer, resolve: () => undefined, reject });
      this.#greeted = () => {
        clearTimeout(timer);
        this.#waiters.shift();
        resolve();
      };
    });
  }

  #send(text: string, shown = text.split('\n', 1)[0]!.slice(0, 200)): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#closed)
        return reject(new BranchlineError('BL_SWITCH_DISCONNECTED', { command: shown }, this.#closed));
      // The waiter is there before the bytes are: a reply can never arrive unawaited.
      const timer = setTimeout(() => this.#end('BL_SWITCH_TIMEOUT', shown), this.#options.replyTimeoutMs);
      this.#waiters.push({ command: shown, timer, resolve, reject });
      this.#socket.write(`${text}\n\n`);
    });
  }

  #onData(chunk: Buffer): void {
    if (this.#closed) return;
    try {
      this.#reader.push(chunk);
    } catch (error) {
      this.#end(
        'BL_SWITCH_FRAME',
        error instanceof BranchlineError ? String(error.details['problem']) : problemOf(error),
      );
    }
  }

  #onFrame(frame: Frame): void {
    if (this.#closed) return;
    switch (frame.type) {
      case 'text/event-json':
        this.#options.onEvent?.(JSON.parse(frame.body) as RawEvent);
        return;
      case 'log/data':
        this.#options.onLog?.(frame.body);
        return;
      case 'command/reply':
        this.#reply(String(frame.headers['Reply-Text'] ?? ''));
        return;
      case 'api/response':
        this.#reply(frame.body);
        return;
      case 'auth/request':
        this.#greeted?.();
        return;
      case 'text/rude-rejection':
        this.#end('BL_SWITCH_ACL', 'refused by its access list');
        return;
      case 'text/disconnect-notice':
        // A lingering notice is not the end; the socket's own close is.
        return;
      default:
        // Formats we never ask for.
        return;
    }
  }

  #reply(text: string): void {
    const waiter = this.#waiters.shift();
    if (!waiter) return;
    clearTimeout(waiter.timer);
    waiter.resolve(text);
  }

  #end(code: ErrorCode, problem: string): void {
    if (this.#closed) return;
    const address = `${this.#options.host}:${this.#options.port}`;
    const reason = new BranchlineError(code, {
      address,
      problem,
      command: problem,
      ms: this.#options.replyTimeoutMs,
    });
    this.#closed = reason;
    this.#socket.destroy();
    for (const waiter of this.#waiters.splice(0)) {
      clearTimeout(waiter.timer);
      const greeting = waiter.command === 'greeting' || waiter.command === 'auth';
      const late = code === 'BL_SWITCH_TIMEOUT' && waiter.command === problem;
      waiter.reject(
        greeting || late
          ? reason
          : new BranchlineError('BL_SWITCH_DISCONNECTED', { command: waiter.command }, reason),
      );
    }
    this.#options.onClose(reason);
  }
}

/** A text that may become part of a command line: a line end or NUL in it would be a command of its own. */
export function argument(name: string, value: string): string {
  if (/[\r\n\0]/.test(value))
    throw new BranchlineError('BL_SWITCH_ARGUMENT', { name, problem: 'it contains a line end or NUL' });
  return value;
}
