import { readFileSync } from 'node:fs';
import mqtt, { type MqttClient } from 'mqtt';
import {
  channels,
  contractVersion,
  decodePayload,
  encodePayload,
  parseTopic,
  problemOf,
  subscriptionsOf,
  topicOf,
  type Clock,
  type EdgeState,
  type IdSource,
  type Payload,
  type RandomSource,
} from '@branchline/shared';
import type { Log } from '@branchline/shared/node';

export interface LinkOptions {
  readonly edge: string;
  /** `mqtts://host:port`, or `mqtt://` to a broker on loopback in tests. */
  readonly url: string;
  readonly tls:
    | { readonly caFile: string; readonly certificateFile: string; readonly keyFile: string }
    | undefined;
  readonly business: Clock;
  readonly real: Clock;
  readonly random: RandomSource;
  readonly ids: IdSource;
  readonly log: Log;
  readonly birth: () => Pick<EdgeState, 'clock' | 'firmware' | 'recipient'>;
  /** Back-off, real ms (defaults 1000 and 300000), with full jitter. */
  readonly backOff?: { readonly firstMs: number; readonly longestMs: number };
}

/** What arrives from the controller. */
export type DownChannel =
  | 'ack'
  | 'lease'
  | 'revoke'
  | 'desired'
  | 'command'
  | 'answer'
  | 'guest'
  | 'controller';
type Handlers = { [C in DownChannel]?: (payload: Payload<C>, fresh: boolean) => void };
type UpChannel = 'inventory' | 'live' | 'out' | 'reported' | 'result' | 'ask';

/** Longest wait for one connection attempt, real ms: mqtt.js never settles when TLS 1.3 refuses the certificate. */
const connectDeadlineMs = 15_000;

/** The edge's MQTT session with the controller: birth and will, validated messages both ways, reconnect with full jitter. */
export class UplinkLink {
  readonly #options: LinkOptions;
  readonly #handlers: Handlers = {};
  readonly #onUp: ((session: string) => void)[] = [];
  #client: MqttClient | undefined;
  #session = '';
  #up = false;
  #attempt = 0;
  #stopped = false;
  #timers: { cancel(): void }[] = [];

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get up(): boolean {
    return this.#up;
  }

  get session(): string {
    return this.#session;
  }

  /** `fresh` is false for what the broker had kept from before. */
  on<C extends DownChannel>(channel: C, handler: (payload: Payload<C>, fresh: boolean) => void): void {
    this.#handlers[channel] = handler as Handlers[C];
  }

  /** Called after each birth. */
  onUp(handler: (session: string) => void): void {
    this.#onUp.push(handler);
  }

  start(): void {
    this.#stopped = false;
    this.#connect();
  }

  /** Says that the stop is intended and closes. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTimers();
    const client = this.#client;
    if (!client) return;
    if (this.#up) {
      await Promise.race([
        client
          .publishAsync(topicOf('state', this.#options.edge), this.#state('stopped'), {
            qos: 1,
            retain: true,
          })
          .catch(() => undefined),
        new Promise<void>((resolve) => this.#options.real.schedule(1000, resolve)),
      ]);
    }
    this.#up = false;
    client.end(true);
  }

  /**
   * Publishes when the session stands; gives false (and sends nothing) otherwise. QoS 1 messages are not kept for later:
   * what must arrive waits in the ledger.
   */
  send<C extends UpChannel>(channel: C, payload: Payload<C>, stream?: string): boolean {
    const client = this.#client;
    if (!this.#up || !client) return false;
    const topic = topicOf(channel, this.#options.edge, stream);
    let text: string;
    try {
      text = encodePayload(channel, topic, payload);
    } catch (error) {
      this.#options.log.error(
        { topic, problem: problemOf(error) },
        'a message was not sent because it does not fit the contract',
      );
      return false;
    }
    const { qos, retain } = channels[channel];
    client.publish(topic, text, { qos, retain }, (error) => {
      if (error) this.#options.log.debug({ topic, problem: error.message }, 'a message did not leave');
    });
    return true;
  }

  #state(status: EdgeState['status']): string {
    const topic = topicOf('state', this.#options.edge);
    return encodePayload('state', topic, {
      status,
      session: this.#session,
      at: this.#options.business.now(),
      contract: contractVersion,
      ...this.#options.birth(),
    });
  }

  #connect(): void {
    const { edge, url, tls, log, real } = this.#options;
    this.#session = this.#options.ids();
    let client: MqttClient;
    try {
      client = mqtt.connect(url, {
        clientId: edge,
        clean: true,
        keepalive: 20,
        // Reconnecting is ours: a new session has a new will.
        reconnectPeriod: 0,
        connectTimeout: connectDeadlineMs,
        queueQoSZero: false,
        resubscribe: false,
        will: {
          topic: topicOf('state', edge),
          payload: Buffer.from(this.#state('lost')),
          qos: 1,
          retain: true,
        },
        ...(tls && {
          ca: readFileSync(tls.caFile),
          cert: readFileSync(tls.certificateFile),
          key: readFileSync(tls.keyFile),
          minVersion: 'TLSv1.3' as const,
        }),
      });
    } catch (error) {
      log.error({ problem: problemOf(error) }, 'the certificate of this edge cannot be read; trying again');
      return this.#again();
    }
    this.#client = client;
    const deadline = real.schedule(connectDeadlineMs, () => client.end(true));
    this.#timers.push(deadline);
    client.on('error', (error) =>
      log.debug({ problem: error.message }, 'the link to the controller has a problem'),
    );
    client.on('message', (topic, bytes, { retain }) => this.#onMessage(topic, bytes, !retain));
    client.once('connect', () => {
      deadline.cancel();
      void this.#begin(client);
    });
    client.once('close', () => {
      deadline.cancel();
      if (this.#client !== client) return;
      if (this.#up) log.warn('the link to the controller is down; the branch goes on alone');
      this.#up = false;
      client.removeAllListeners('message');
      client.end(true);
      this.#again();
    });
  }

  async #begin(client: MqttClient): Promise<void> {
    const { edge, log } = this.#options;
    try {
      // Listening comes first: the controller answers a birth at once.
      await client.subscribeAsync([...subscriptionsOf(edge)], { qos: 1 });
      await client.publishAsync(topicOf('state', edge), this.#state('online'), { qos: 1, retain: true });
    } catch (error) {
      log.warn({ problem: problemOf(error) }, 'the session with the controller could not begin');
      client.end(true);
      return;
    }
    if (this.#client !== client || this.#stopped) return;
    this.#attempt = 0;
    this.#up = true;
    log.info('linked to the controller');
    for (const handler of this.#onUp) handler(this.#session);
  }

  #again(): void {
    if (this.#stopped) return;
    const { firstMs, longestMs } = this.#options.backOff ?? { firstMs: 1000, longestMs: 300_000 };
    const wait =
      this.#options.random.next() * Math.min(longestMs, firstMs * 2 ** this.#attempt++) + firstMs / 4;
    this.#cancelTimers();
    this.#timers.push(this.#options.real.schedule(wait, () => this.#connect()));
  }

  #cancelTimers(): void {
    for (const timer of this.#timers.splice(0)) timer.cancel();
  }

  #onMessage(topic: string, bytes: Uint8Array, fresh: boolean): void {
    const parsed = parseTopic(topic);
    try {
      if (!parsed || channels[parsed.channel].direction === 'up') return;
      const channel = parsed.channel as DownChannel;
      const payload = decodePayload(channel, topic, bytes);
      (this.#handlers[channel] as ((payload: unknown, fresh: boolean) => void) | undefined)?.(payload, fresh);
    } catch (error) {
      this.#options.log.error(
        { topic, problem: problemOf(error) },
        'a message of the controller was set aside',
      );
    }
  }
}
