import { randomInteger, seededRandom } from '@branchline/shared';
import type { Garbage } from './switch-impostor.ts';

/** Bytes without any sense; the same seed gives the same ones. */
export function randomBytes(seed: number, count: number): Buffer {
  const random = seededRandom(seed);
  return Buffer.from(Array.from({ length: count }, () => randomInteger(random, 0, 255)));
}

const frame = (body: string, length: string | number = Buffer.byteLength(body)): Buffer =>
  Buffer.from(`Content-Length: ${length}\nContent-Type: text/event-json\n\n${body}`);

const leg = '6b7f0c52-0000-4000-8000-000000000001';
const event = (name: string, more: object = {}): Buffer =>
  frame(JSON.stringify({ 'Event-Name': name, 'Unique-ID': leg, 'Event-Date-Timestamp': '1', ...more }));

const inbound = { variable_bl_role: 'customer', variable_bl_wants: 'inbound' };

/** Everything between noise and almost an event. */
export const switchGarbage: readonly Garbage[] = [
  { name: 'noise instead of a greeting', when: 'greeting', bytes: randomBytes(1, 5000) },
  { name: 'another protocol', when: 'greeting', bytes: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') },
  { name: 'noise', when: 'event', bytes: randomBytes(2, 100_000) },
  {
    name: 'noise with ends of blocks',
    when: 'event',
    bytes: Buffer.concat([randomBytes(3, 300), Buffer.from('\n\n\n\n'), randomBytes(4, 300)]),
  },
  { name: 'a bare percent sign', when: 'event', bytes: Buffer.from('Content-Type: %\nReply-Text: %zz\n\n') },
  { name: 'a negative length', when: 'event', bytes: frame('{}', -5) },
  { name: 'a length beyond all memory', when: 'event', bytes: frame('{}', '99999999999999999999') },
  { name: 'a length that is no number', when: 'event', bytes: frame('{}', 'many') },
  {
    name: 'a greeting in the middle',
    when: 'event',
    bytes: Buffer.from('Content-Type: auth/request\n\n'.repeat(3)),
  },
  {
    name: 'answers nobody asked for',
    when: 'event',
    bytes: Buffer.from('Content-Type: command/reply\nReply-Text: -ERR\n\n'.repeat(50)),
  },
  {
    name: 'a rude rejection',
    when: 'event',
    bytes: Buffer.from('Content-Type: text/rude-rejection\nContent-Length: 0\n\n'),
  },
  { name: 'an endless header', when: 'event', bytes: Buffer.alloc(2 << 20, 'x') },
  ...['null', '[]', '7', '"x"', '{', '', '{"Event-Name":{}}', '[[[[[[]]]]]]'].map((body): Garbage => ({
    name: `an event that is ${body || 'empty'}`,
    when: 'event',
    bytes: frame(body),
  })),
  {
    name: 'events of every kind about channels nobody knows',
    when: 'event',
    bytes: Buffer.concat(
      [
        'CHANNEL_PROGRESS',
        'CHANNEL_ANSWER',
        'CHANNEL_BRIDGE',
        'CHANNEL_UNBRIDGE',
        'CHANNEL_HANGUP_COMPLETE',
        'CHANNEL_DESTROY',
        'DTMF',
        'RECORD_STOP',
        'BACKGROUND_JOB',
        'HEARTBEAT',
        'CUSTOM',
        'NO_SUCH_EVENT',
      ].map((name) => event(name)),
    ),
  },
  {
    name: 'callers without a time, a number or a sense',
    when: 'event',
    bytes: Buffer.concat(
      [
        { 'Event-Date-Timestamp': 'never', 'Caller-Channel-Created-Time': '-7' },
        { 'Unique-ID': 'x'.repeat(5000), 'Caller-Channel-Created-Time': '1e300' },
        { 'Unique-ID': "'; DROP TABLE call; --", 'Caller-Caller-ID-Number': '\u0000\u0001'.repeat(500) },
        { 'Unique-ID': ['a', 'b'], variable_bl_digits: '9'.repeat(10_000), variable_bl_line: '../../etc' },
        { 'Unique-ID': 'a\r\nb\n\nauth x', 'Caller-Caller-ID-Number': 'a\r\nb' },
      ].map((more) => event('CHANNEL_PARK', { ...inbound, ...more })),
    ),
  },
  ...[
    '',
    'null',
    '{"row_count":2,"rows":[null,7]}',
    '{"rows":"x"}',
    '-ERR no reply',
    'a,b,c\n1',
    '<xml',
    randomBytes(5, 4000).toString('latin1'),
  ].map((body): Garbage => ({
    name: `answers like ${JSON.stringify(body.slice(0, 30))}`,
    when: 'api',
    bytes: Buffer.from(body, 'latin1'),
  })),
];

/** What somebody says who reached the event socket's port and does not know the password. */
export const strangersWords: readonly Buffer[] = [
  randomBytes(6, 20_000),
  Buffer.from('\n\n\n\n'),
  Buffer.from('auth wrong\n\n'),
  Buffer.from('auth\n\napi hupall\n\n'),
  Buffer.from('api hupall NORMAL_CLEARING\n\n'),
  Buffer.from(`auth ${'x'.repeat(100_000)}\n\n`),
  Buffer.from('GET / HTTP/1.1\r\nHost: switch\r\n\r\n'),
  Buffer.from('sendmsg x\nContent-Length: -1\n\n'),
  Buffer.from('sendmsg x\nContent-Length: 999999999999\n\nabc'),
  Buffer.from(''),
];

/** What somebody says who knows the password and nothing else. */
export const insidersWords: readonly string[] = [
  'api',
  'api \u0001\u0002',
  'api no_such_command',
  'api originate',
  'api originate {a=b}{{{]][[ &park()',
  'api uuid_kill not-a-uuid',
  'api sched_api +x y',
  'bgapi',
  'bgapi originate ;;;\nJob-UUID: not an id',
  'event json NO_SUCH_EVENT',
  'event',
  'filter',
  'sendmsg not-a-uuid\ncall-command: execute',
  'sendevent',
  'nixevent X',
  'divert_events maybe',
  'myevents not-a-uuid',
  'log 99',
  randomBytes(7, 200)
    .toString('latin1')
    .replaceAll(/[\r\n]/g, ' '),
];
