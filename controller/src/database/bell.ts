import pg from 'pg';
import { problemOf, type Clock, type Timer } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';

export interface BellOptions {
  /** Connection string of the database that all controllers share. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** A notification. */
interface Carried {
  /** The process that rang. */
  readonly from: string;
  readonly ring: string;
  readonly detail?: unknown;
}

const channel = 'branchline';
/** PostgreSQL carries less than 8000 bytes a notification. */
const mostBytes = 7900;
const reconnectMs = 1000;
/** A listener that says nothing for so long is asked whether it is still there, ms. */
const probeMs = 10_000;

/**
 * Tells all controllers of a database that something has happened (LISTEN and NOTIFY), this one at once. A ring may be lost
 * while a connection is down, so the listener rings every bell without a detail when it is back: whoever hears a bell
 * without a detail looks at everything. Nothing rests on it but how soon work begins.
 * @typeParam Rings the bells, each with what it tells
 */
export class Bell<Rings extends Record<string, unknown>> {
  readonly #options: BellOptions;
  readonly #handlers = new Map<keyof Rings, ((detail: never) => unknown)[]>();
  readonly #self = crypto.randomUUID();
  #listener: pg.Client | undefined;
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: BellOptions) {
    this.#options = options;
  }

  /** @param heard is called with nothing when a ring may have been missed, or was too long to be carried; may be a promise */
  on<R extends keyof Rings>(ring: R, heard: (detail: Rings[R] | undefined) => unknown): void {
    const handlers = this.#handlers.get(ring) ?? [];
    handlers.push(heard);
    this.#handlers.set(ring, handlers);
  }

  /**
   * Rings here at once, and everywhere else as soon as the database has passed it on. Never throws.
   * @returns when those who heard it here are done
   */
  async ring<R extends keyof Rings & string>(ring: R, detail?: Rings[R]): Promise<void> {
    const heard = this.#hear(ring, detail);
    const bare: Carried = { from: this.#self, ring };
    const whole = JSON.stringify({ ...bare, detail });
    const carried = Buffer.byteLength(whole) <= mostBytes ? whole : JSON.stringify(bare);
    this.#listener?.query('select pg_notify($1, $2)', [channel, carried]).catch((error: unknown) => {
      this.#options.log.debug({ ring, problem: problemOf(error) }, 'a bell was not heard elsewhere');
    });
    await heard;
  }

  /** Begins to listen; never throws, and comes back by itself when the database does. */
  async listen(): Promise<void> {
    const { url, clock, log } = this.#options;
    const client = new pg.Client({
      connectionString: url,
      keepAlive: true,
      application_name: 'branchline bell',
    });
    client.on('notification', ({ payload }) => this.#notified(payload ?? ''));
    client.on('error', (error) => log.debug({ problem: error.message }, 'the bell lost its connection'));
    client.on('end', () => this.#again(client));
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
    } catch (error) {
      log.debug({ problem: problemOf(error) }, 'the bell cannot listen yet');
      await client.end().catch(() => undefined);
      this.#again(client);
      return;
    }
    if (this.#closed) return client.end();
    this.#listener = client;
    for (const ring of this.#handlers.keys()) void this.#hear(ring, undefined);
    const probe = (): void => {
      this.#timer = clock.schedule(probeMs, () => {
        if (this.#listener !== client) return;
        client.query('select 1').then(probe, () => client.end().catch(() => undefined));
      });
    };
    probe();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    const listener = this.#listener;
    this.#listener = undefined;
    await listener?.end().catch(() => undefined);
  }

  #again(client: pg.Client): void {
    if (this.#listener === client) this.#listener = undefined;
    else if (this.#listener) return;
    if (this.#closed) return;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.schedule(reconnectMs, () => void this.listen());
  }

  #notified(text: string): void {
    let message: Partial<Carried> | null;
    try {
      message = JSON.parse(text) as typeof message;
    } catch {
      return;
    }
    // Others may notify on this channel too; only known bells are heard.
    if (typeof message?.ring !== 'string' || message.from === this.#self) return;
    void this.#hear(message.ring, message.detail as Rings[string] | undefined);
  }

  async #hear<R extends keyof Rings>(ring: R, detail: Rings[R] | undefined): Promise<void> {
    for (const heard of this.#handlers.get(ring) ?? []) {
      try {
        await (heard as (detail: Rings[R] | undefined) => unknown)(detail);
      } catch (error) {
        this.#options.log.warn({ ring, problem: problemOf(error) }, 'what a bell asks for is done later');
      }
    }
  }
}
