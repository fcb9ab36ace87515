import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { problemOf } from '@branchline/shared';
import { SipLeg, type LegTransport } from './sip-leg.ts';
import {
  answerTo,
  headerOf,
  needed,
  renderMessage,
  SipReader,
  tagOf,
  type SipMessage,
} from './sip-message.ts';

export interface SipEndpointOptions {
  /** Port on 127.0.0.1 that FreeSWITCH's gateways point to; 0 takes a free one. */
  readonly port: number;
  /** FreeSWITCH's carrier profile; it answers from this address as well. */
  readonly switch: { readonly host: string; readonly port: number };
  /** FreeSWITCH calls out over a line. */
  readonly onCall: (leg: SipLeg) => void;
  readonly random: () => string;
  readonly warn: (problem: string) => void;
}

/**
 * The far end of FreeSWITCH's gateways to modems: SIP (RFC 3261) over TCP on this machine, so that a modem's call is a customer
 * leg like any other. TCP needs no retransmissions, and a closed connection tells that the other side is gone.
 */
export class SipEndpoint {
  readonly #options: SipEndpointOptions;
  readonly #legs = new Map<string, SipLeg>();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #outgoing: Socket | undefined;

  constructor(options: SipEndpointOptions) {
    this.#options = options;
  }

  get port(): number {
    return (this.#server?.address() as AddressInfo | null)?.port ?? 0;
  }

  /** @throws when the port is taken */
  async start(): Promise<void> {
    const server = (this.#server = createServer((socket) => this.#attach(socket)));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#options.port, '127.0.0.1', resolve);
    });
  }

  /** Ends all calls and lets go of the port. */
  async stop(): Promise<void> {
    for (const leg of this.#legs.values()) leg.end({ status: 503, reason: 'Stopped', q850: 38 });
    for (const socket of this.#sockets) socket.end();
    await new Promise<void>((resolve) => (this.#server ? this.#server.close(() => resolve()) : resolve()));
  }

  /** Calls FreeSWITCH: somebody rings a modem. */
  call(line: string, from: string, to: string, sdp: string): SipLeg {
    const { host, port } = this.#options.switch;
    const leg = SipLeg.outgoing({ line, from, to, host, port, sdp }, this.#transport());
    this.#keep(leg);
    leg.invite();
    return leg;
  }

  #keep(leg: SipLeg): void {
    this.#legs.set(leg.id, leg);
    leg.once('over', () => this.#legs.delete(leg.id));
  }

  #transport(socket?: Socket): LegTransport {
    return {
      send: (message) => this.#send(message, socket),
      token: this.#options.random,
      contact: () => `<sip:modem@127.0.0.1:${this.port};transport=tcp>`,
      via: () => `SIP/2.0/TCP 127.0.0.1:${this.port}`,
    };
  }

  #send(message: SipMessage, preferred?: Socket): void {
    const socket = preferred?.writable ? preferred : this.#towardsSwitch();
    socket.write(renderMessage(message));
  }

  #towardsSwitch(): Socket {
    if (this.#outgoing?.writable) return this.#outgoing;
    const { host, port } = this.#options.switch;
    this.#outgoing = connect({ host, port, localAddress: '127.0.0.1' });
    this.#attach(this.#outgoing);
    return this.#outgoing;
  }

  #attach(socket: Socket): void {
    const reader = new SipReader();
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      try {
        for (const message of reader.push(bytes)) this.#take(message, socket);
      } catch (error) {
        this.#options.warn(problemOf(error));
        socket.destroy();
      }
    });
    socket.on('error', (error) => this.#options.warn(problemOf(error)));
    socket.on('close', () => {
      this.#sockets.delete(socket);
      // What was asked over it will not be answered any more.
      for (const leg of this.#legs.values()) leg.connectionLost(socket === this.#outgoing);
    });
  }

  #take(message: SipMessage, socket: Socket): void {
    const { start } = message;
    const leg = this.#legs.get(needed(message, 'call-id'));
    if ('status' in start) return leg?.onResponse(message, start.status);
    const reply = (status: number, reason: string): void => {
      if (start.method !== 'ACK')
        this.#send(answerTo(message, status, reason, this.#options.random()), socket);
    };
    if (leg) return leg.onRequest(message, start.method);
    if (start.method === 'OPTIONS') return reply(200, 'OK');
    if (start.method !== 'INVITE' || tagOf(needed(message, 'to')) !== undefined)
      return reply(481, 'Call Does Not Exist');
    if (headerOf(message, 'require') !== undefined) return reply(420, 'Bad Extension');
    const called = SipLeg.incoming(message, start.uri, this.#transport(socket));
    this.#keep(called);
    called.trying();
    this.#options.onCall(called);
  }
}
