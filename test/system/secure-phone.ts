import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { eventually } from '../support/eventually.ts';

const suite = 'AES_CM_128_HMAC_SHA1_80';

export interface SecurePhoneOptions {
  readonly extension: string;
  readonly password: string;
  readonly domain: string;
  readonly port: number;
  /** PEM of the authority that the phone trusts. */
  readonly ca: string;
}

/** A message as it came. */
interface Message {
  readonly start: string;
  readonly head: string;
  readonly body: string;
}

const header = (message: Message, name: string): string =>
  new RegExp(`^${name}: (.*)$`, 'im').exec(message.head)?.[1]?.trim() ?? '';

/** A desk phone that signals by TLS (RFC 5630) and speaks SRTP (RFC 3711, keys by RFC 4568), as far as one call goes. */
export class SecurePhone {
  readonly #options: SecurePhoneOptions;
  readonly #socket: TLSSocket;
  readonly #rtp: Socket;
  readonly #messages: Message[] = [];
  readonly #key = randomBytes(30);
  /** Packets that came in. */
  readonly packets: Buffer[] = [];
  #rest = '';
  #sequence = 0;

  private constructor(options: SecurePhoneOptions, socket: TLSSocket, rtp: Socket) {
    this.#options = options;
    this.#socket = socket;
    this.#rtp = rtp;
    rtp.on('message', (packet) => this.packets.push(packet));
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#read(text));
  }

  /** @throws when the certificate is not the authority's, or not for this host */
  static async open(options: SecurePhoneOptions): Promise<SecurePhone> {
    const socket = connect({ host: '127.0.0.1', port: options.port, ca: options.ca });
    await once(socket, 'secureConnect');
    const rtp = createSocket('udp4');
    rtp.bind(0, '127.0.0.1');
    await once(rtp, 'listening');
    return new SecurePhone(options, socket, rtp);
  }

  /** Registers; gives the status of the last answer. */
  async register(): Promise<string> {
    const { domain } = this.#options;
    const call = randomBytes(8).toString('hex');
    return (await this.#ask('REGISTER', `sip:${domain}`, call, domain)).start;
  }

  /** Dials; gives the answer to the call. @param formats payload types in the phone's order */
  async dial(number: string, formats: string): Promise<Message> {
    const { domain } = this.#options;
    const call = randomBytes(8).toString('hex');
    return this.#ask('INVITE', `sip:${number}@${domain}`, call, domain, this.#sdp(formats));
  }

  /** Answers the call that comes; gives its offer. */
  async answer(): Promise<Message> {
    const invite = await this.#next(({ start }) => start.startsWith('INVITE'));
    const body = this.#sdp('8');
    const same = ['Via', 'From', 'Call-ID', 'CSeq'].map((name) => `${name}: ${header(invite, name)}`);
    this.#send([
      'SIP/2.0 200 OK',
      ...same,
      `To: ${header(invite, 'To')};tag=${randomBytes(4).toString('hex')}`,
      `Contact: ${this.#contact()}`,
      'Content-Type: application/sdp',
      `Content-Length: ${body.length}`,
      '',
      body,
    ]);
    await this.#next(({ start }) => start.startsWith('ACK'));
    return invite;
  }

  close(): void {
    this.#socket.destroy();
    this.#rtp.close();
  }

  #contact(): string {
    const { port } = this.#socket.address() as AddressInfo;
    return `<sip:${this.#options.extension}@127.0.0.1:${port};transport=tls>`;
  }

  #sdp(formats: string): string {
    const { port } = this.#rtp.address();
    return [
      'v=0',
      'o=phone 1 1 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio ${port} RTP/SAVP ${formats}`,
      `a=crypto:1 ${suite} inline:${this.#key.toString('base64')}`,
      '',
    ].join('\r\n');
  }

  /** Sends a request, and again with the answer to the challenge. */
  async #ask(method: string, uri: string, call: string, domain: string, body = ''): Promise<Message> {
    const { extension } = this.#options;
    let proof = '';
    for (;;) {
      const sequence = ++this.#sequence;
      const branch = `z9hG4bK${randomBytes(8).toString('hex')}`;
      const common = [
        `Via: SIP/2.0/TLS 127.0.0.1;branch=${branch}`,
        'Max-Forwards: 70',
        `From: <sip:${extension}@${domain}>;tag=${call.slice(0, 6)}`,
        `Call-ID: ${call}`,
      ];
      const to = method === 'REGISTER' ? `sip:${extension}@${domain}` : uri;
      this.#send([
        `${method} ${uri} SIP/2.0`,
        ...common,
        `To: <${to}>`,
        `CSeq: ${sequence} ${method}`,
        `Contact: ${this.#contact()}`,
        ...(proof ? [proof] : []),
        ...(body ? ['Content-Type: application/sdp'] : []),
        `Content-Length: ${body.length}`,
        '',
        body,
      ]);
      const answer = await this.#next(
        (each) => /^SIP\/2\.0 [2-6]/.test(each.start) && header(each, 'CSeq') === `${sequence} ${method}`,
      );
      if (method === 'INVITE')
        this.#send([
          `ACK ${uri} SIP/2.0`,
          ...common,
          `To: ${header(answer, 'To')}`,
          `CSeq: ${sequence} ACK`,
          'Content-Length: 0',
          '',
          '',
        ]);
      const challenge = /^(WWW|Proxy)-Authenticate: Digest (.*)$/im.exec(answer.head);
      if (!challenge || proof) return answer;
      const name = challenge[1] === 'WWW' ? 'Authorization' : 'Proxy-Authorization';
      proof = `${name}: ${this.#proof(method, uri, challenge[2]!)}`;
    }
  }

  /** RFC 2617. */
  #proof(method: string, uri: string, challenge: string): string {
    const { extension, password, domain } = this.#options;
    const nonce = /nonce="([^"]+)"/.exec(challenge)?.[1] ?? '';
    const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
    const own = md5(`${extension}:${domain}:${password}`);
    const response = md5(`${own}:${nonce}:00000001:abc:auth:${md5(`${method}:${uri}`)}`);
    return `Digest username="${extension}", realm="${domain}", nonce="${nonce}", uri="${uri}", response="${response}", qop=auth, nc=00000001, cnonce="abc", algorithm=MD5`;
  }

  #send(lines: readonly string[]): void {
    this.#socket.write(lines.join('\r\n'));
  }

  #read(text: string): void {
    this.#rest += text;
    for (;;) {
      const end = this.#rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = this.#rest.slice(0, end).replaceAll('\r', '');
      const length = Number(/^content-length:\s*(\d+)/im.exec(head)?.[1] ?? 0);
      if (this.#rest.length < end + 4 + length) return;
      const body = this.#rest.slice(end + 4, end + 4 + length);
      this.#rest = this.#rest.slice(end + 4 + length);
      this.#messages.push({ start: head.split('\n')[0]!, head, body });
    }
  }

  #next(wanted: (message: Message) => boolean): Promise<Message> {
    return eventually('a SIP message for the phone', () => {
      const found = this.#messages.findIndex(wanted);
      return found < 0 ? undefined : this.#messages.splice(found, 1)[0];
    });
  }
}

/**
 * Whether a packet was protected with the key of an offer: its tag is recomputed (RFC 3711 4.2, 4.3; no rollover yet).
 * @param sdp with `a=crypto`
 */
export function isProtected(packet: Buffer, sdp: string): boolean {
  const inline = new RegExp(`${suite} inline:([A-Za-z0-9+/=]+)`).exec(sdp)?.[1];
  if (inline === undefined) return false;
  const master = Buffer.from(inline, 'base64');
  const iv = Buffer.concat([master.subarray(16, 30), Buffer.alloc(2)]);
  // Label 1: the key for authentication.
  iv[7]! ^= 1;
  const key = createCipheriv('aes-128-ctr', master.subarray(0, 16), iv).update(Buffer.alloc(20));
  const signed = Buffer.concat([packet.subarray(0, -10), Buffer.alloc(4)]);
  const tag = createHmac('sha1', key).update(signed).digest().subarray(0, 10);
  return tag.equals(packet.subarray(-10));
}
