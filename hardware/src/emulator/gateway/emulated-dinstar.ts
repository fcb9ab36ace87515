import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { digestResponse, type DigestChallenge } from '../../gateway/dinstar/digest.ts';
import { DinstarApi } from './dinstar-api.ts';
import type { GatewayChannel } from './gateway-channel.ts';

export interface EmulatedDinstarOptions {
  readonly ports: readonly GatewayChannel[];
  readonly user: string;
  readonly password: string;
  readonly auth: 'digest' | 'basic';
}

const longestBody = 100_000;

/** A Dinstar on a loopback port: its API behind a login. */
export class EmulatedDinstar {
  /** Standing faults: every login refused; requests never answered; so many further answers are noise. */
  readonly faults = { loginLost: false, hung: false, garbage: 0 };
  password: string;
  readonly ports: readonly GatewayChannel[];
  readonly #options: EmulatedDinstarOptions;
  readonly #api: DinstarApi;
  readonly #server: Server;
  readonly #challenge: DigestChallenge = {
    realm: 'Web Server',
    nonce: randomBytes(16).toString('hex'),
    algorithm: 'MD5',
    qop: 'auth',
  };

  constructor(options: EmulatedDinstarOptions) {
    this.#options = options;
    this.password = options.password;
    this.ports = options.ports;
    this.#api = new DinstarApi(options.ports);
    this.#server = createServer(
      (request, response) => void this.#serve(request, response).catch(() => response.destroy()),
    );
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  start(port = 0): Promise<void> {
    for (const channel of this.ports) channel.start();
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
  }

  stop(): Promise<void> {
    for (const channel of this.ports) channel.stop();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    const body = await bodyOf(request).catch(() => undefined);
    if (this.faults.hung || body === undefined) return;
    if (!this.#isLoggedIn(request)) {
      response.writeHead(401, { 'www-authenticate': this.#asks() }).end();
      return;
    }
    if (this.faults.garbage > 0) {
      this.faults.garbage--;
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>\u0000 upgrading');
      return;
    }
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://dinstar');
    const answer = this.#api.answer({ path: pathname, query: searchParams, body });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  #asks(): string {
    const { realm, nonce } = this.#challenge;
    return this.#options.auth === 'basic'
      ? `Basic realm="${realm}"`
      : `Digest realm="${realm}", nonce="${nonce}", qop="auth", algorithm=MD5`;
  }

  #isLoggedIn({ headers, method = '', url = '' }: IncomingMessage): boolean {
    const { user, auth } = this.#options;
    const given = headers.authorization ?? '';
    if (this.faults.loginLost) return false;
    if (auth === 'basic')
      return given === `Basic ${Buffer.from(`${user}:${this.password}`).toString('base64')}`;
    const value = (name: string): string => new RegExp(`\\b${name}="?([^",]+)`).exec(given)?.[1] ?? '';
    const use = { user, password: this.password, method, path: url };
    const expected = digestResponse(this.#challenge, {
      ...use,
      cnonce: value('cnonce'),
      count: Number.parseInt(value('nc'), 16),
    });
    return value('username') === user && value('response') === expected;
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const bytes of request.setEncoding('utf8')) {
    text += bytes;
    if (text.length > longestBody) throw new RangeError('the body is too long');
  }
  return text === '' ? {} : JSON.parse(text);
}
