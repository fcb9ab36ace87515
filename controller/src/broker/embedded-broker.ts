import { createServer, type Server, type PeerCertificate, type TLSSocket } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { Aedes, type AuthenticateError, type Client, type PublishPacket } from 'aedes';
import {
  BranchlineError,
  channels,
  controllerTopic,
  encodePayload,
  mayPublish,
  maySubscribe,
  problemOf,
  topicOf,
  type ControllerState,
  type Payload,
} from '@branchline/shared';
import type { BusStats, DownChannel, FleetBus, InboundHandler, UpChannel } from './fleet-bus.ts';
import { ForbiddenTopics } from './forbidden-topics.ts';
import { InboundDesk, type InboundOptions } from './inbound.ts';

/** Certificates the listener shows and checks; PEM. */
export interface TlsMaterial {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly crl: string;
}

export interface EmbeddedBrokerOptions extends InboundOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly tls: TlsMaterial;
  /**
   * Whether a certificate is in force for an edge. Asked at CONNECT because a resumed TLS session does not look at the
   * revocation list again.
   */
  readonly inForce: (edge: string, serial: string) => boolean;
}

/** A subscriber that does not drain within this time, ms, is dropped: until then it holds up everybody's delivery. */
const drainTimeoutMs = 1500;

/** MQTT connect return code 5, not authorised. */
const notAuthorised = 5;

const swallowed = 'quarantine';

/** The broker inside the controller: aedes behind mutual TLS 1.3, with the contract's ACL. */
export class EmbeddedBroker implements FleetBus {
  readonly #options: EmbeddedBrokerOptions;
  readonly #aedes: Aedes;
  readonly #server: Server;
  readonly #inbound: InboundDesk;
  readonly #forbidden = new ForbiddenTopics();
  readonly #clients = new Map<string, Client>();
  readonly #ready: (() => void)[] = [];
  #sent = 0;
  #drained = 0;
  #refused = 0;

  private constructor(options: EmbeddedBrokerOptions) {
    this.#options = options;
    this.#inbound = new InboundDesk(options);
    this.#aedes = new Aedes({
      drainTimeout: drainTimeoutMs,
      maxClientsIdLength: 64,
      connectTimeout: 10_000,
      keepaliveLimit: 600,
      preConnect: (_client, packet, callback) => {
        // A persistent session would queue here without bound while the edge is away; the outbox makes it needless.
        const fit = packet.protocolVersion === 4 && packet.clean === true;
        callback(fit ? null : new Error('only clean MQTT 3.1.1 sessions are served'), fit);
      },
      authenticate: (client, _username, _password, done) => this.#authenticate(client, done),
      authorizePublish: (client, packet, callback) => this.#authorizePublish(client, packet, callback),
      authorizeSubscribe: (client, subscription, callback) => {
        if (maySubscribe(client.id, subscription.topic)) return callback(null, subscription);
        this.#forbid(client.id, 'subscribe to', subscription.topic, new Uint8Array());
        // A null subscription is answered with 0x80 and leaves the session alive.
        return callback(null, null);
      },
    });
    this.#watch();
    this.#server = createServer(
      {
        ...options.tls,
        requestCert: true,
        rejectUnauthorized: true,
        minVersion: 'TLSv1.3',
        handshakeTimeout: 10_000,
      },
      (socket) => this.#aedes.handle(socket),
    );
    this.#server.on('tlsClientError', (error) => {
      this.#refused++;
      options.log.debug({ problem: error.message }, 'a TLS client of the broker was refused');
    });
  }

  /** The broker, not yet listening: handlers are attached first, so that no message finds nobody. */
  static async create(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
    const broker = new EmbeddedBroker(options);
    await broker.#aedes.listen();
    return broker;
  }

  /** Resolves once it takes connections. @throws the system's error when the port is taken */
  async listen(): Promise<void> {
    const { host, port, log } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        this.#server.on('error', (error) => log.error({ err: error }, 'the MQTT listener failed'));
        resolve();
      });
    });
    for (const handler of this.#ready) handler();
  }

  get reachable(): boolean {
    return this.#server.listening;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Puts new certificates and a new revocation list in force for the next handshakes. */
  renew(tls: TlsMaterial): void {
    this.#server.setSecureContext({ ...tls, minVersion: 'TLSv1.3' });
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
    // Retained messages live in this process, so it is ready exactly once: when it begins to listen.
    this.#ready.push(handler);
  }

  recall(): Promise<void> {
    // Whatever it keeps, this process has heard.
    return Promise.resolve();
  }

  kick(edge: string): boolean {
    this.#forbidden.forget(edge);
    const client = this.#clients.get(edge);
    client?.close();
    return client !== undefined;
  }

  connected(edge: string): boolean {
    return this.#clients.has(edge);
  }

  stats(): BusStats {
    return {
      connected: this.#clients.size,
      received: this.#inbound.received,
      sent: this.#sent,
      violations: this.#inbound.violations,
      overflowed: this.#inbound.overflowed,
      queued: this.#inbound.queued,
      drained: this.#drained,
      refused: this.#refused,
      quarantined: this.#forbidden.quarantined,
    };
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
    await closed;
    await this.#inbound.close();
  }

  #send(topic: string, payload: string, qos: 0 | 1, retain: boolean): Promise<void> {
    this.#sent++;
    const packet: PublishPacket = { cmd: 'publish', topic, payload, qos, retain, dup: false };
    return new Promise((resolve, reject) => {
      this.#aedes.publish(packet, (error) => (error ? reject(error) : resolve()));
    });
  }

  #authenticate(
    client: Client,
    done: (error: AuthenticateError | null, success: boolean | null) => void,
  ): void {
    // Whoever sends nonsense right behind its CONNECT is gone by now: Node gives null then, which its types do not say.
    const certificate = (client.conn as TLSSocket).getPeerCertificate() as PeerCertificate | null;
    const name: unknown = certificate?.subject?.CN;
    const fits = name === client.id && name !== 'controller';
    if (certificate && fits && this.#options.inForce(client.id, certificate.serialNumber))
      return done(null, true);
    this.#refused++;
    const problem = fits ? 'its certificate is not in force' : `its certificate says ${String(name)}`;
    this.#options.log.warn({ edge: client.id, problem }, 'an edge was refused at the broker');
    return done(Object.assign(new Error(problem), { returnCode: notAuthorised }), false);
  }

  #authorizePublish(
    client: Client | null,
    packet: PublishPacket,
    callback: (error?: Error | null) => void,
  ): void {
    if (!client || mayPublish(client.id, packet.topic)) return callback(null);
    const { topic } = packet;
    this.#forbid(client.id, 'publish to', topic, bytesOf(packet));
    if (this.#forbidden.judge(client.id, topic) === 'refuse') {
      return callback(
        new BranchlineError('BL_BROKER_FORBIDDEN', { edge: client.id, action: 'publish to', topic }),
      );
    }
    packet.topic = swallowed;
    packet.retain = false;
    packet.payload = '';
    return callback(null);
  }

  #forbid(edge: string, action: string, topic: string, bytes: Uint8Array): void {
    this.#inbound.violation(
      edge,
      topic,
      new BranchlineError('BL_BROKER_FORBIDDEN', { edge, action, topic: topic.slice(0, 200) }),
      bytes,
    );
  }

  #watch(): void {
    const { log } = this.#options;
    this.#aedes.on('publish', (packet, client) => {
      // Our own messages and the broker's $SYS ones come without a client.
      if (client && packet.topic !== swallowed) this.#inbound.accept(packet.topic, bytesOf(packet));
    });
    this.#aedes.on('client', (client) => this.#clients.set(client.id, client));
    this.#aedes.on('clientDisconnect', (client) => {
      // A take-over disconnects the old client after the new one has registered.
      if (this.#clients.get(client.id) === client) this.#clients.delete(client.id);
    });
    this.#aedes.on('clientError', (client, error) => {
      if (error.message === 'drain timeout') {
        this.#drained++;
        log.warn({ edge: client.id }, 'an edge did not read its messages in time and was disconnected');
      } else log.debug({ edge: client.id, problem: error.message }, 'a session ended with an error');
    });
    this.#aedes.on('connectionError', (_client, error) => {
      this.#refused++;
      log.debug({ problem: error.message }, 'a connection ended before its session began');
    });
    // Unlisted in the types, but emitted; without a listener it would end the process.
    (this.#aedes as NodeJS.EventEmitter).on('error', (error: unknown) =>
      log.error({ problem: problemOf(error) }, 'the embedded broker failed'),
    );
  }
}

function bytesOf(packet: { payload: string | Buffer }): Uint8Array {
  return typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
}
