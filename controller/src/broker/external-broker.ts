import mqtt, { type MqttClient } from 'mqtt';
import {
  BranchlineError,
  channels,
  controllerSubscriptions,
  controllerTopic,
  decodePayload,
  encodePayload,
  parseTopic,
  topicOf,
  type ControllerState,
  type EdgeState,
  type Payload,
  type RandomSource,
} from '@branchline/shared';
import type { BusStats, DownChannel, FleetBus, InboundHandler, UpChannel } from './fleet-bus.ts';
import { InboundDesk, type InboundOptions } from './inbound.ts';

export interface ExternalBrokerOptions extends InboundOptions {
  /** `mqtt://…` or `mqtts://…` */
  readonly url: string;
  /** PEM; for a broker that asks for certificates. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** The Will: what the broker says when this process vanishes. */
  readonly will: ControllerState;
  readonly random: RandomSource;
  /** Tells this process from other controllers at the same broker. */
  readonly instance: string;
  /** Somebody said that the controller is gone: the Will of another one. */
  readonly belied: () => void;
}

/** How long a publish may wait for the broker's acknowledgement, ms. */
const publishDeadlineMs = 10_000;

/**
 * A broker that runs elsewhere (Mosquitto, EMQX …), with its ACL generated from the same contract. Who is connected is
 * learned from the edges' own births and wills; ending a session is that broker's business.
 */
export class ExternalBroker implements FleetBus {
  readonly #options: ExternalBrokerOptions;
  readonly #client: MqttClient;
  readonly #inbound: InboundDesk;
  readonly #online = new Set<string>();
  readonly #ready: (() => void)[] = [];
  #failures = 0;
  #sent = 0;

  private constructor(options: ExternalBrokerOptions) {
    this.#options = options;
    this.#inbound = new InboundDesk(options);
    this.#client = mqtt.connect(options.url, {
      clientId: `controller-${options.instance}`,
      manualConnect: true,
      protocolVersion: 4,
      clean: true,
      queueQoSZero: false,
      resubscribe: false,
      reconnectPeriod: 1000,
      connectTimeout: 10_000,
      ...options.tls,
      will: {
        topic: controllerTopic,
        payload: Buffer.from(encodePayload('controller', controllerTopic, options.will)),
        qos: 1,
        retain: true,
      },
    });
    this.#client.on('error', (error) =>
      options.log.warn({ problem: error.message }, this.#unreachable(error.message).message),
    );
    this.#client.on('close', () => {
      // Full jitter, 1 s to 30 s, so that a restarted broker is not met by everybody at once.
      this.#failures++;
      const ceiling = Math.min(30_000, 1000 * 2 ** Math.min(this.#failures, 6));
      this.#client.options.reconnectPeriod = Math.max(1000, Math.round(options.random.next() * ceiling));
    });
    this.#client.on('connect', () => void this.#subscribe());
    this.#client.on('message', (topic, bytes) => {
      if (topic === controllerTopic) return this.#hearController(bytes);
      this.#notePresence(topic, bytes);
      this.#inbound.accept(topic, bytes);
    });
  }

  /** The client, not yet connected: handlers are attached first, so that no message finds nobody. */
  static create(options: ExternalBrokerOptions): ExternalBroker {
    return new ExternalBroker(options);
  }

  /** Connects in the background; the controller works whether or not the broker is there. */
  listen(): Promise<void> {
    this.#client.connect();
    return Promise.resolve();
  }

  async publish<C extends DownChannel>(channel: C, edge: string, payload: Payload<C>): Promise<void> {
    const topic = topicOf(channel, edge);
    const { qos, retain } = channels[channel];
    await this.#send(topic, encodePayload(channel, topic, payload), qos, retain);
  }

  async announce(state: ControllerState): Promise<void> {
    await this.#send(controllerTopic, encodePayload('controller', controllerTopic, state), 1, true);
  }

  on<C extends UpChannel>(channel: C, handler: InboundHandler<C>): void {
    this.#inbound.on(channel, handler);
  }

  onReady(handler: () => void): void {
    this.#ready.push(handler);
  }

  kick(): boolean {
    return false;
  }

  connected(edge: string): boolean {
    return this.#client.connected && this.#online.has(edge);
  }

  /** Whether the broker itself answers. */
  get reachable(): boolean {
    return this.#client.connected;
  }

  stats(): BusStats {
    return {
      connected: this.#online.size,
      received: this.#inbound.received,
      sent: this.#sent,
      violations: this.#inbound.violations,
      overflowed: this.#inbound.overflowed,
      queued: this.#inbound.queued,
      drained: 0,
      refused: 0,
      quarantined: 0,
    };
  }

  async close(): Promise<void> {
    // A forced end: a graceful one waits without limit for messages in flight.
    await new Promise<void>((resolve) => this.#client.end(true, {}, () => resolve()));
    await this.#inbound.close();
  }

  async recall(): Promise<void> {
    // A subscription that is made again has its retained messages sent again (MQTT 3.1.1, 3.8.4).
    if (this.#client.connected) await this.#subscribe();
  }

  async #subscribe(): Promise<void> {
    try {
      const topics = [...controllerSubscriptions(), controllerTopic];
      const granted = await this.#client.subscribeAsync(topics, { qos: 1 });
      const refused = granted.filter((grant) => grant.qos > 2);
      if (refused.length > 0) {
        this.#options.log.error(
          { topics: refused.map((grant) => grant.topic).join(', ') },
          'the broker refuses subscriptions: install the generated ACL file',
        );
      }
      this.#failures = 0;
      for (const handler of this.#ready) handler();
    } catch (error) {
      this.#options.log.warn({ err: error }, 'subscribing failed; it is tried again after the reconnect');
    }
  }

  #notePresence(topic: string, bytes: Uint8Array): void {
    const parsed = parseTopic(topic);
    if (parsed?.channel !== 'state' || !parsed.edge) return;
    try {
      const state = JSON.parse(Buffer.from(bytes).toString()) as Partial<EdgeState>;
      if (state.status === 'online') this.#online.add(parsed.edge);
      else this.#online.delete(parsed.edge);
    } catch {
      // Garbage is counted where the message is decoded by its schema.
    }
  }

  #hearController(bytes: Uint8Array): void {
    try {
      if (!decodePayload('controller', controllerTopic, bytes).online) this.#options.belied();
    } catch (error) {
      this.#options.log.warn({ err: error }, 'somebody spoke in the name of the controller');
    }
  }

  #unreachable(problem: string): BranchlineError {
    return new BranchlineError('BL_BROKER_UNREACHABLE', {
      address: new URL(this.#options.url).host,
      problem,
    });
  }

  async #send(topic: string, payload: string, qos: 0 | 1, retain: boolean): Promise<void> {
    if (!this.#client.connected) throw this.#unreachable('not connected');
    this.#sent++;
    await new Promise<void>((resolve, reject) => {
      const timer = this.#options.clock.schedule(publishDeadlineMs, () =>
        reject(this.#unreachable(`no acknowledgement of ${topic} within ${publishDeadlineMs} ms`)),
      );
      this.#client.publish(topic, payload, { qos, retain }, (error) => {
        timer.cancel();
        if (error) reject(this.#unreachable(error.message));
        else resolve();
      });
    });
  }
}
