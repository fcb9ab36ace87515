import { BranchlineError } from '@branchline/shared';

/** A SIP message (RFC 3261), as far as a line of our own FreeSWITCH needs it. */
export interface SipMessage {
  readonly start:
    | { readonly method: string; readonly uri: string }
    | { readonly status: number; readonly reason: string };
  /** In their order; names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** Nothing that FreeSWITCH sends comes near it, bytes. */
const largest = 32_768;

const refuse = (problem: string): never => {
  throw new BranchlineError('BL_SIP_MESSAGE', { problem });
};

/** Cuts what comes over a TCP connection into messages. @throws BranchlineError `BL_SIP_MESSAGE` from `push` */
export class SipReader {
  #rest: Buffer = Buffer.alloc(0);

  push(bytes: Uint8Array): SipMessage[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const messages: SipMessage[] = [];
    for (;;) {
      // Line ends between messages keep the connection open (RFC 5626 3.5.1).
      while (this.#rest[0] === 13 || this.#rest[0] === 10) this.#rest = this.#rest.subarray(1);
      const end = this.#rest.indexOf('\r\n\r\n');
      if (end < 0) return this.#rest.length > largest ? refuse('its header does not end') : messages;
      const message = readHead(this.#rest.toString('utf8', 0, end));
      const length = Number(headerOf(message, 'content-length') ?? '0');
      if (!Number.isInteger(length) || length < 0 || length > largest) refuse('no length of its body');
      if (this.#rest.length < end + 4 + length) return messages;
      messages.push({ ...message, body: this.#rest.toString('utf8', end + 4, end + 4 + length) });
      this.#rest = this.#rest.subarray(end + 4 + length);
    }
  }
}

/** Short names of RFC 3261 7.3.3 that could be used towards us. */
const longNames: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  l: 'content-length',
  c: 'content-type',
};

function readHead(text: string): SipMessage {
  const [first = '', ...lines] = text.split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    if (colon < 1) refuse(`"${line.slice(0, 60)}" is no header`);
    const name = line.slice(0, colon).trim().toLowerCase();
    return [longNames[name] ?? name, line.slice(colon + 1).trim()];
  });
  const request = /^([A-Z]+) (\S+) SIP\/2\.0$/.exec(first);
  const response = /^SIP\/2\.0 ([1-6]\d\d)(?: (.*))?$/.exec(first);
  if (request) return { start: { method: request[1]!, uri: request[2]! }, headers, body: '' };
  if (response)
    return { start: { status: Number(response[1]), reason: response[2] ?? '' }, headers, body: '' };
  return refuse(`"${first.slice(0, 60)}" begins no message`);
}

/** The first header of a name. @param name in lower case */
export function headerOf(message: SipMessage, name: string): string | undefined {
  return message.headers.find(([own]) => own === name)?.[1];
}

/** A header that must be there. @throws BranchlineError `BL_SIP_MESSAGE` */
export function needed(message: SipMessage, name: string): string {
  return headerOf(message, name) ?? refuse(`${name} is missing`);
}

/** `user` and `host` of the first URI in a header or on a request line. */
export function uriOf(text: string): { readonly user: string; readonly host: string } {
  const found = /sips?:(?:([^@;>]*)@)?([^;>?:\s]+)/i.exec(text);
  return { user: decoded(found?.[1] ?? ''), host: found?.[2] ?? '' };
}

function decoded(user: string): string {
  try {
    return decodeURIComponent(user);
  } catch {
    return refuse(`"${user.slice(0, 60)}" is no user`);
  }
}

/** The tag of a `From` or `To`. */
export function tagOf(address: string): string | undefined {
  return /;\s*tag=([^;\s]+)/i.exec(address)?.[1];
}

/** The key in an INFO of FreeSWITCH (`application/dtmf-relay`, or a body of nothing else); undefined when there is none. */
export function keyIn(message: SipMessage): string | undefined {
  const kind = headerOf(message, 'content-type')?.toLowerCase() ?? '';
  const found = kind.startsWith('application/dtmf-relay')
    ? /^Signal\s*=\s*([0-9A-D*#])\s*$/im.exec(message.body)
    : kind.startsWith('application/dtmf')
      ? /^\s*([0-9A-D*#])\s*$/i.exec(message.body)
      : null;
  return found?.[1]?.toUpperCase();
}

export function renderMessage({ start, headers, body }: SipMessage): string {
  const first =
    'method' in start ? `${start.method} ${start.uri} SIP/2.0` : `SIP/2.0 ${start.status} ${start.reason}`;
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  const length = Buffer.byteLength(body);
  const kind = length > 0 ? ['content-type: application/sdp'] : [];
  return [first, ...lines, ...kind, `content-length: ${length}`, '', body].join('\r\n');
}

/** An answer to a request: what identifies it is copied. @param tag ours, when the request carries none of ours yet */
export function answerTo(
  request: SipMessage,
  status: number,
  reason: string,
  tag: string,
  more: SipMessage['headers'] = [],
  body = '',
): SipMessage {
  const copied = request.headers.filter(([name]) =>
    ['via', 'record-route', 'from', 'call-id', 'cseq'].includes(name),
  );
  const to = needed(request, 'to');
  const answered = tagOf(to) === undefined && status > 100 ? `${to};tag=${tag}` : to;
  return { start: { status, reason }, headers: [...copied, ['to', answered], ...more], body };
}
