import { connect } from 'node:net';
import type { Socket } from 'node:net';

export type EslEvent = Readonly<Record<string, string>>;

/** One frame off the wire. */
export interface EslFrame {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A wait that was not fulfilled in time; says what was awaited. */
export class EslTimeout extends Error {
  override readonly name = 'EslTimeout';
}

/** Cuts a byte stream into frames. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  push(bytes: Buffer): EslFrame[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const frames: EslFrame[] = [];
    for (;;) {
      while (this.#rest[0] === 0x0a) this.#rest = this.#rest.subarray(1);
      const end = this.#rest.indexOf('\n\n');
      if (end < 0) return frames;
      const headers = Object.fromEntries(
        this.#rest
          .toString('utf8', 0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
      ) as Record<string, string>;
      const length = Number(headers['Content-Length'] ?? 0);
      if (this.#rest.length < end + 2 + length) return frames;
      frames.push({ headers, body: this.#rest.toString('utf8', end + 2, end + 2 + length) });
      this.#rest = this.#rest.subarray(end + 2 + length);
    }
  }
}

/** A plain client of the event socket for tests: FIFO replies, every event kept, waits with deadlines. */
export class EslClient {
  readonly events: EslEvent[] = [];
  readonly frames: EslFrame[] = [];
  closed = false;
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  #replies: ((frame: EslFrame) => void)[] = [];
  #watchers = new Set<() => void>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => {
      for (const frame of this.#reader.push(bytes)) this.#take(frame);
    });
    socket.on('close', () => {
      this.closed = true;
      this.#notify();
    });
    socket.on('error', () => undefined);
  }

  /** Connects without a word. */
  static async open(port: number, host = '127.0.0.1'): Promise<EslClient> {
    const socket = connect(port, host);
    const client = new EslClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  /** Connects, authenticates and subscribes to everything as JSON. */
  static async connect(port: number, password: string): Promise<EslClient> {
    const client = await EslClient.open(port);
    await client.until(() => client.frames.length > 0, 'the greeting');
    const accepted = await client.command(`auth ${password}`);
    if (accepted.headers['Reply-Text'] !== '+OK accepted')
      throw new Error(`refused: ${accepted.headers['Reply-Text']}`);
    await client.command('event json ALL');
    return client;
  }

  send(text: string): void {
    this.#socket.write(`${text}\n\n`);
  }

  /** Sends a command and waits for its reply frame. */
  command(text: string): Promise<EslFrame> {
    const reply = new Promise<EslFrame>((resolve) => this.#replies.push(resolve));
    this.send(text);
    return withDeadline(reply, 70_000, `the reply to "${text}"`);
  }

  /** The body of an api response. */
  async api(line: string): Promise<string> {
    return (await this.command(`api ${line}`)).body;
  }

  /** Runs a background job; the promise is its result. */
  async background(line: string): Promise<string> {
    const reply = await this.command(`bgapi ${line}`);
    const job = reply.headers['Job-UUID'];
    const done = await this.event(
      (event) => event['Event-Name'] === 'BACKGROUND_JOB' && event['Job-UUID'] === job,
      `the result of ${line}`,
      70_000,
    );
    return done['_body'] ?? '';
  }

  /** The first event that fits, past ones included. */
  async event(fits: (event: EslEvent) => boolean, what: string, ms = 15_000): Promise<EslEvent> {
    let found: EslEvent | undefined;
    await this.until(() => (found = this.events.find(fits)) !== undefined, what, ms);
    if (!found) throw new EslTimeout(what);
    return found;
  }

  /** The first event of a name on a channel. */
  on(uuid: string, name: string, ms = 15_000): Promise<EslEvent> {
    return this.event(
      (event) => event['Unique-ID'] === uuid && event['Event-Name'] === name,
      `${name} of ${uuid}`,
      ms,
    );
  }

  /** Names of a channel's events so far, those of interest only. */
  sequence(uuid: string, interest: readonly string[]): string[] {
    return this.events
      .filter((event) => event['Unique-ID'] === uuid && interest.includes(event['Event-Name'] ?? ''))
      .map((event) => event['Event-Name'] ?? '');
  }

  /** Waits for a condition that an arriving frame can make true. @throws EslTimeout */
  async until(condition: () => boolean, what: string, ms = 15_000): Promise<void> {
    if (condition()) return;
    let watcher = (): void => undefined;
    const fulfilled = new Promise<void>((resolve) => {
      watcher = (): void => {
        if (condition()) resolve();
      };
      this.#watchers.add(watcher);
    });
    try {
      await withDeadline(fulfilled, ms, what);
    } finally {
      this.#watchers.delete(watcher);
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  #take(frame: EslFrame): void {
    this.frames.push(frame);
    const type = frame.headers['Content-Type'];
    if (type === 'text/event-json') this.events.push(JSON.parse(frame.body) as EslEvent);
    else if (type === 'command/reply' || type === 'api/response') this.#replies.shift()?.(frame);
    this.#notify();
  }

  #notify(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

function withDeadline<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new EslTimeout(`waited ${ms} ms for ${what}`)), ms);
  });
  return Promise.race([promise, deadline]).finally(() => clearTimeout(timer));
}
