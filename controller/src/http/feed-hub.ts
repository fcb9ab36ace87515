import type { ServerResponse } from 'node:http';
import { makeMergePatch, type Clock, type Grant, type Timer } from '@branchline/shared';
import { scopeFor, type Action, type Principal, type Scope } from '../people/index.ts';

/** Bytes that may wait for one reader, some times the first overview of a thousand branches; a slower one is disconnected and comes back by itself (EventSource). */
const mostWaiting = 8 * 1024 * 1024;
const heartbeatMs = 15_000;
/** Readers at a time. */
const mostReaders = 500;

/** Something for the live feed. */
export interface FeedEvent {
  readonly event: 'campaign' | 'import';
  /** What a reader must be allowed to read. */
  readonly action: Action;
  /** Makes the payload for a scope; undefined when it is not for that scope. */
  readonly payload: (scope: Scope) => unknown;
}

/** A document for the live feed, of which readers are told the whole once and then what has changed. */
export interface FeedDocument<T> {
  readonly event: 'overview';
  /** What a reader must be allowed to read. */
  readonly action: Action;
  /** What else it shows to those who may read that, too. */
  readonly also: Action;
  /** Makes the document for where a reader has both. */
  readonly payload: (scope: Scope, also: Scope) => Promise<T>;
  /** The payload as a JSON object whose changes can be told (RFC 7396). */
  readonly keyed: (payload: T) => unknown;
}

/** Who holds a credential now; undefined: nobody any more. */
type WhoNow = () => Promise<Principal | undefined>;

interface Reader {
  readonly response: ServerResponse;
  readonly principal: Principal;
  readonly whoNow: WhoNow;
  /** Scopes of the document that it was told whole. */
  follows?: string;
}

/** Readers who are told the same. */
interface Group {
  readonly key: string;
  readonly scope: Scope;
  readonly further: Scope;
  readonly readers: Reader[];
}

/** Live feed by Server-Sent Events (WHATWG HTML, 9.2), each reader within its own scope. */
export class FeedHub {
  readonly #clock: Clock;
  readonly #readers = new Set<Reader>();
  readonly #timers = new Map<Reader, Timer>();
  /** What readers of a scope were told last. */
  readonly #told = new Map<string, unknown>();
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
  attach(response: ServerResponse, principal: Principal, whoNow: WhoNow): void {
    const reader: Reader = { response, principal, whoNow };
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
          void this.#beat(reader, beat);
        }),
      );
    };
    beat();
  }

  /**
   * Asks who its readers are by now. Whoever may see something else than before is let go and comes back with what is left.
   * @param user whose change it is; absent: anybody's
   */
  async recheck(user?: string): Promise<void> {
    const concerned = [...this.#readers].filter(
      ({ principal }) => user === undefined || principal.user?.id === user,
    );
    await Promise.all(concerned.map((reader) => this.#check(reader)));
  }

  /** Sends to everybody who may read it; each scope's payload is made once. */
  async send({ event, action, payload }: FeedEvent): Promise<void> {
    for (const { scope, readers } of this.#byScope(action)) {
      const data = await payload(scope);
      if (data === undefined) continue;
      const text = JSON.stringify(data);
      for (const reader of readers) this.#write(reader, event, text);
    }
  }

  /**
   * Sends a document to everybody who may read it: whole (`event`) to whoever has none of its scope yet, and to all others what
   * has changed (`event-changes`), be it nothing, so that they know that it is still so.
   */
  async sendDocument<T>({ event, action, also, payload, keyed }: FeedDocument<T>): Promise<void> {
    const groups = this.#byScope(action, also);
    for (const { key, scope, further, readers } of groups) {
      const data = await payload(scope, further);
      const after = keyed(data);
      const changes = JSON.stringify(makeMergePatch(this.#told.get(key), after) ?? {});
      this.#told.set(key, after);
      const whole = readers.every(({ follows }) => follows === key) ? '' : JSON.stringify(data);
      for (const reader of readers) {
        if (reader.follows === key) this.#write(reader, `${event}-changes`, changes);
        else this.#write(reader, event, whole);
        reader.follows = key;
      }
    }
    // A scope that nobody follows any more is told whole to the next who does.
    const kept = new Set(groups.map(({ key }) => key));
    for (const key of this.#told.keys()) if (!kept.has(key)) this.#told.delete(key);
  }

  close(): void {
    for (const reader of this.#readers) this.#drop(reader);
  }

  /** Keeps the connection warm; a session that has ended must not go on listening. */
  async #beat(reader: Reader, again: () => void): Promise<void> {
    await this.#check(reader);
    if (!this.#readers.has(reader)) return;
    this.#put(reader, ': still here\n\n');
    again();
  }

  /** Lets a reader go who is nobody any more, or may see something else. */
  async #check(reader: Reader): Promise<void> {
    const { principal, whoNow } = reader;
    // While the database is away nobody can be asked; the reader stays.
    const now = await whoNow().catch(() => principal);
    if (!now || grantsKey(now.grants) !== grantsKey(principal.grants)) this.#drop(reader);
  }

  /** Readers who may see anything, by what they may see; `further` is where they may do something else, too. */
  #byScope(action: Action, also = action): Group[] {
    const groups = new Map<string, Group>();
    for (const reader of this.#readers) {
      const scope = scopeFor(reader.principal, action);
      if (scope !== 'all' && scope.length === 0) continue;
      const further = scopeFor(reader.principal, also);
      const key = `${scopeKey(scope)} ${scopeKey(further)}`;
      const group = groups.get(key);
      if (group) group.readers.push(reader);
      else groups.set(key, { key, scope, further, readers: [reader] });
    }
    return [...groups.values()];
  }

  #write(reader: Reader, event: string, data: string): void {
    this.#put(reader, `id: ${++this.#id}\nevent: ${event}\ndata: ${data}\n\n`);
  }

  #put(reader: Reader, text: string): void {
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

function scopeKey(scope: Scope): string {
  return scope === 'all' ? '*' : scope.toSorted().join(',');
}

function grantsKey(grants: readonly Grant[]): string {
  return grants
    .map(({ role, site = '*' }) => `${role}@${site}`)
    .toSorted()
    .join(' ');
}
