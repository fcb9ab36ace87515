import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BranchlineError } from '@branchline/shared';
import {
  answerTo,
  headerOf,
  renderMessage,
  SipReader,
  tagOf,
  uriOf,
  type SipMessage,
} from './sip-message.ts';

/** As FreeSWITCH 1.11.1 sends it to a gateway over TCP. */
const invite = [
  'INVITE sip:+8613900139000@127.0.0.1:5090;transport=tcp SIP/2.0',
  'Via: SIP/2.0/TCP 127.0.0.1:5080;branch=z9hG4bKBDF3DUHy4aFrD',
  'Max-Forwards: 70',
  'From: <sip:02088888888@modem-1>;tag=BDSQ8BX1tyBSp',
  'To: <sip:+8613900139000@127.0.0.1:5090;transport=tcp>',
  'Call-ID: dc1ecc3f-644f-1240-2abe-828428e11a17',
  'CSeq: 123299445 INVITE',
  'Contact: <sip:gw+modem-1@127.0.0.1:5080;transport=udp;gw=modem-1>',
  'Content-Type: application/sdp',
  'Content-Length: 5',
  '',
  'v=0\r\n',
].join('\r\n');

const read = (text: string): SipMessage[] => new SipReader().push(Buffer.from(text));

test('an INVITE of FreeSWITCH tells number, line and caller', () => {
  const [message] = read(invite);
  expect(message!.start).toEqual({
    method: 'INVITE',
    uri: 'sip:+8613900139000@127.0.0.1:5090;transport=tcp',
  });
  expect(uriOf('sip:+8613900139000@127.0.0.1:5090;transport=tcp').user).toBe('+8613900139000');
  expect(uriOf(headerOf(message!, 'from')!)).toEqual({ user: '02088888888', host: 'modem-1' });
  expect(tagOf(headerOf(message!, 'from')!)).toBe('BDSQ8BX1tyBSp');
  expect(message!.body).toBe('v=0\r\n');
});

test('messages are the same however the connection cuts them, with empty lines between them', () => {
  const bytes = Buffer.from(`${invite}\r\n\r\n${invite}`);
  const whole = [...read(invite), ...read(invite)];
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (sizes) => {
      const reader = new SipReader();
      const messages: SipMessage[] = [];
      for (let at = 0, i = 0; at < bytes.length;) {
        const size = sizes[i++ % sizes.length]!;
        messages.push(...reader.push(bytes.subarray(at, at + size)));
        at += size;
      }
      expect(messages).toEqual(whole);
    }),
  );
});

test('what is rendered is read back; the length counts bytes', () => {
  const message: SipMessage = {
    start: { status: 183, reason: 'Session Progress' },
    headers: [['call-id', 'x']],
    body: 's=中文\r\n',
  };
  const [back] = read(renderMessage(message));
  expect(back).toMatchObject({ start: message.start, body: message.body });
  expect(headerOf(back!, 'content-length')).toBe('10');
});

test('an answer copies what identifies the request, and tags it once', () => {
  const [request] = read(invite);
  const answer = answerTo(request!, 180, 'Ringing', 'mine');
  expect(headerOf(answer, 'via')).toBe(headerOf(request!, 'via'));
  expect(tagOf(headerOf(answer, 'to')!)).toBe('mine');
  const trying = answerTo(request!, 100, 'Trying', 'mine');
  expect(tagOf(headerOf(trying, 'to')!)).toBeUndefined();
});

test('whatever is no message is refused by name and breaks nothing else', () => {
  const refused = (text: string): unknown => {
    try {
      return read(text);
    } catch (error) {
      return error instanceof BranchlineError && error.code;
    }
  };
  const broken = [
    'HELLO\r\n\r\n',
    'INVITE sip:x SIP/2.0\r\nno colon\r\n\r\n',
    'SIP/2.0 200 OK\r\nContent-Length: -1\r\n\r\n',
    'SIP/2.0 200 OK\r\nContent-Length: 9999999\r\n\r\n',
    'x'.repeat(40_000),
  ];
  expect(broken.map(refused)).toEqual(Array(broken.length).fill('BL_SIP_MESSAGE'));
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const result = refused(`${text}\r\n\r\n`);
      expect(Array.isArray(result) || result === 'BL_SIP_MESSAGE').toBe(true);
    }),
  );
});
