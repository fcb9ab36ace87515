import { createServer, connect, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SipEndpoint } from './sip-endpoint.ts';
import type { SipLeg } from './sip-leg.ts';
import {
  answerTo,
  headerOf,
  needed,
  renderMessage,
  SipReader,
  tagOf,
  type SipMessage,
} from './sip-message.ts';

/** FreeSWITCH's side of a connection, played by hand. */
class Peer {
  readonly seen: SipMessage[] = [];
  readonly #socket: Socket;
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    const reader = new SipReader();
    socket.on('data', (bytes: Buffer) => {
      this.seen.push(...reader.push(bytes));
      this.#wake();
    });
    socket.on('error', () => undefined);
  }

  send(message: SipMessage | string): void {
    this.#socket.write(typeof message === 'string' ? message : renderMessage(message));
  }

  close(): void {
    this.#socket.destroy();
  }

  /** The next message that fits; the test's own time limit is the deadline. */
  async next(first: number | string): Promise<SipMessage> {
    for (;;) {
      const at = this.seen.findIndex(({ start }) =>
        'status' in start ? start.status === first : start.method === first,
      );
      if (at >= 0) return this.seen.splice(at, 1)[0]!;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

const request = (method: string, more: Record<string, string> = {}, body = ''): SipMessage => ({
  start: { method, uri: 'sip:+8613900139000@127.0.0.1;transport=tcp' },
  headers: Object.entries({
    via: 'SIP/2.0/TCP 127.0.0.1:5080;branch=z9hG4bKa',
    from: '<sip:02088888888@modem-1>;tag=fs',
    to: '<sip:+8613900139000@127.0.0.1>',
    'call-id': 'call-1',
    cseq: `1 ${method}`,
    contact: '<sip:gw+modem-1@127.0.0.1:5080;transport=tcp>',
    ...more,
  }),
  body,
});

let warnings: string[];
let legs: SipLeg[];
let endpoint: SipEndpoint;
let server: Server;
let called: Promise<Peer>;
let peers: Peer[];

beforeEach(async () => {
  [warnings, legs, peers] = [[], [], []];
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  called = once(server, 'connection').then(([socket]) => keep(new Peer(socket as Socket)));
  let token = 0;
  endpoint = new SipEndpoint({
    port: 0,
    switch: { host: '127.0.0.1', port: (server.address() as { port: number }).port },
    onCall: (leg) => legs.push(leg),
    random: () => `t${++token}`,
    warn: (problem) => warnings.push(problem),
  });
  await endpoint.start();
});
afterEach(async () => {
  for (const peer of peers) peer.close();
  server.close();
  await endpoint.stop();
});

const keep = (peer: Peer): Peer => (peers.push(peer), peer);

async function dialIn(): Promise<{ fs: Peer; leg: SipLeg }> {
  const socket = connect(endpoint.port, '127.0.0.1');
  await once(socket, 'connect');
  const fs = keep(new Peer(socket));
  fs.send(request('INVITE', {}, 'offer'));
  await fs.next(100);
  return { fs, leg: legs[0]! };
}

test('a call of FreeSWITCH: ringing with sound, answer, and the modem’s end with its cause', async () => {
  const { fs, leg } = await dialIn();
  expect(leg).toMatchObject({ line: 'modem-1', number: '+8613900139000', offer: 'offer' });
  leg.ringing('ours');
  leg.answer('ours');
  const [early, ok] = [await fs.next(183), await fs.next(200)];
  expect([early.body, ok.body]).toEqual(['ours', 'ours']);
  expect(tagOf(needed(ok, 'to'))).toBe(tagOf(needed(early, 'to')));
  fs.send(request('ACK', { to: needed(ok, 'to') }));
  leg.end({ status: 500, reason: 'Ended', q850: 16 });
  const bye = await fs.next('BYE');
  expect([headerOf(bye, 'reason'), headerOf(bye, 'to'), headerOf(bye, 'from')]).toEqual([
    'Q.850;cause=16',
    '<sip:02088888888@modem-1>;tag=fs',
    needed(ok, 'to'),
  ]);
  fs.send(answerTo(bye, 200, 'OK', ''));
});

test('a call that is refused carries status and cause; nothing follows', async () => {
  const { fs, leg } = await dialIn();
  leg.end({ status: 486, reason: 'Busy Here', q850: 17 });
  leg.end({ status: 500, reason: 'Again', q850: 1 });
  leg.answer('too late');
  expect(headerOf(await fs.next(486), 'reason')).toBe('Q.850;cause=17');
  fs.send(request('OPTIONS', { 'call-id': 'other' }));
  await fs.next(200);
  expect(fs.seen).toEqual([]);
});

test.each([
  ['CANCEL', 487],
  ['BYE', 200],
])('FreeSWITCH’s %s ends the leg', async (method, status) => {
  const { fs, leg } = await dialIn();
  if (method === 'BYE') leg.answer('ours');
  const ended = once(leg, 'ended');
  fs.send(request(method));
  expect((await Promise.all([ended, fs.next(status)]))[1].start).toMatchObject({ status });
});

test('holding a call answers with the same sound', async () => {
  const { fs, leg } = await dialIn();
  leg.answer('ours');
  const to = needed(await fs.next(200), 'to');
  fs.send(request('INVITE', { to, cseq: '2 INVITE' }, 'hold'));
  expect((await fs.next(200)).body).toBe('ours');
});

test('a caller reaches FreeSWITCH over the gateway of the line; its answer and its BYE are understood', async () => {
  const leg = endpoint.call('modem-1', '13700137000', '13800100001', 'ours');
  const fs = await called;
  const invite = await fs.next('INVITE');
  expect(invite.start).toMatchObject({ uri: expect.stringMatching(/^sip:gw\+modem-1@127\.0\.0\.1:\d+;/) });
  expect(invite.body).toBe('ours');
  const answered = once(leg, 'answered');
  fs.send(answerTo(invite, 200, 'OK', 'fs', [['contact', '<sip:13800100001@127.0.0.1:5080>']], 'theirs'));
  expect(await answered).toEqual(['theirs']);
  const ack = await fs.next('ACK');
  expect(ack.start).toMatchObject({ uri: 'sip:13800100001@127.0.0.1:5080' });
  const ended = once(leg, 'ended');
  fs.send(request('BYE', { 'call-id': leg.id }));
  await Promise.all([ended, fs.next(200)]);
});

test('a caller who gives up at the moment of the answer leaves no call behind', async () => {
  const leg = endpoint.call('modem-1', '13700137000', '13800100001', 'ours');
  const fs = await called;
  const invite = await fs.next('INVITE');
  leg.end({ status: 487, reason: 'Gone', q850: 16 });
  await fs.next('CANCEL');
  fs.send(answerTo(invite, 200, 'OK', 'fs', [], 'theirs'));
  await fs.next('ACK');
  expect(headerOf(await fs.next('BYE'), 'reason')).toBe('Q.850;cause=16');
});

test('FreeSWITCH refuses a caller: it is acknowledged and told', async () => {
  const leg = endpoint.call('modem-1', '13700137000', '13800100001', 'ours');
  const fs = await called;
  const ended = once(leg, 'ended');
  fs.send(answerTo(await fs.next('INVITE'), 503, 'Busy', 'fs'));
  const [, ack] = await Promise.all([ended, fs.next('ACK')]);
  expect(tagOf(needed(ack, 'to'))).toBe('fs');
});

test('a FreeSWITCH that is not there ends the caller’s leg', async () => {
  server.close();
  const leg = endpoint.call('modem-1', '13700137000', '13800100001', 'ours');
  await once(leg, 'ended');
  expect(warnings[0]).toContain('ECONNREFUSED');
});

test('noise closes its connection with a warning; the others go on', async () => {
  const { fs, leg } = await dialIn();
  const noisy = connect(endpoint.port, '127.0.0.1');
  noisy.on('error', () => undefined);
  noisy.write('GET / HTTP/1.1\r\n\r\n');
  await once(noisy, 'close');
  expect(warnings).toEqual([expect.stringContaining('begins no message')]);
  leg.answer('ours');
  await fs.next(200);
});

test('what belongs to no call, or wants what nobody here has, is refused', async () => {
  const { fs } = await dialIn();
  fs.send(request('BYE', { 'call-id': 'unknown', to: '<sip:x@y>;tag=z' }));
  await fs.next(481);
  fs.send(request('INVITE', { 'call-id': 'new', require: '100rel' }));
  await fs.next(420);
  expect(legs.length).toBe(1);
});
