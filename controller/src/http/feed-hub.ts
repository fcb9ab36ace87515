import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '@branchline/shared';
import { scopeFor, type Action, type Principal, type Scope } from '../people/index.ts';

/** Bytes that may wait for one reader; a slower one is disconnected and comes back by itself (EventSource). */
const mostWaiting = 1024 * 1024;
const heartbeatMs = 15_000;
/** Readers at a time. */
const mostReaders = 500;

/** Something for the live feed. */
export interface FeedEvent {
  readonly event: 'overview' | 'campaign' | 'import';
  /** What a reader must be allowed to read. */
  readonly action: Action;
  /** Makes the payload for a scope; undefined when it is not for that scope. */
  readonly payload: (scope: Scope) => unknown;
}

interface Reader {
  readonly response: ServerResponse;
  readonly principal: Principal;
}

/** Live feed by Server-Sent Events (WHATWG HTML, 9.2), each reader within its own scope. */
export class FeedHub {
  readonly #clock: Clock;
  readonly #readers = new Set<Reader>();
  readonly #timers = new Map<Reader, Timer>();
  #id = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#readers.size;
  }

  get full(): boolean {
    return this.#readers.size >= mostReaders;
  }

  /** Takes over a response and keeps it open. */
  attach(response: ServerResponse, principal: Principal, stillSignedIn: () => Promise<boolean>): void {
    const reader: Reader = { response, principal };
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Proxies that gather answers would make it anything but live.
      'x-accel-buffering': 'no',
    });
    response.write('retry: 2000\n\n');
    this.#readers.add(reader);
    response.on('close', () => this.#drop(reader));
    response.on('error', () => this.#drop(reader));
    const beat = (): void => {
      this.#timers.set(
        reader,
        this.#clock.schedule(heartbeatMs, () => {
          void this.#beat(reader, stillSignedIn, beat);
        }),
      );
    };
    beat();
  }

  /** Sends to everybody who may read it; each scope's payload is made once. */
  async send({ event, action, payload }: FeedEvent): Promise<void> {
    const made = new Map<string, Promise<string | undefined>>();
    const id = ++this.#id;
    for (const reader of this.#readers) {
      const scope = scopeFor(reader.principal, action);
      if (scope !== 'all' && scope.length === 0) continue;
      const key = scope === 'all' ? '*' : scope.toSorted().join(',');
      let text = made.get(key);
      if (!text) {
        text = Promise.resolve(payload(scope)).then((data) =>
          data === undefined ? undefined : JSON.stringify(data),
        );
        made.set(key, text);
      }
      const data = await text;
      if (data !== undefined) this.#write(reader, `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`);
    }
  }

  close(): void {
    for (const reader of this.#readers) this.#drop(reader);
  }

  /** Keeps the connection warm; a session that has ended must not go on listening. */
  async #beat(reader: Reader, stillSignedIn: () => Promise<boolean>, again: () => void): Promise<void> {
    // While the database is away nobody can be asked; the reader stays.
    const valid = await stillSignedIn().catch(() => true);
    if (!this.#readers.has(reader)) return;
    if (!valid) {
      this.#drop(reader);
      return;
    }
    this.#write(reader, ': still here\n\n');
    again();
  }

  #write(reader: Reader, text: string): void {
    if (!this.#readers.has(reader)) return;
    if (reader.response.writableLength > mostWaiting) this.#drop(reader);
    else reader.response.write(text);
  }

  #drop(reader: Reader): void {
    this.#timers.get(reader)?.cancel();
    this.#timers.delete(reader);
    if (this.#readers.delete(reader)) reader.response.end();
  }
}
