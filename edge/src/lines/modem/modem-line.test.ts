import { beforeEach, expect, test } from 'vitest';
import { BranchlineError } from '@branchline/shared';
import type { CallEnd, CallEvent, ModemCall, SoundListener } from '@branchline/hardware';
import { ModemLine } from './modem-line.ts';
import { describeSound } from './sdp.ts';
import { SipLeg, type LegTransport } from './sip-leg.ts';
import { headerOf, type SipMessage } from './sip-message.ts';

let sent: SipMessage[];
let said: string[];
let sounds: SoundListener[];
/** What opening the sound does. */
let opening: () => Promise<void>;
let dialing: () => void;
let line: ModemLine;

beforeEach(() => {
  [sent, said, sounds] = [[], [], []];
  opening = async () => undefined;
  dialing = () => undefined;
  line = new ModemLine({
    id: 'modem-1',
    modem: {
      dial: (number) => {
        dialing();
        said.push(`dial ${number}`);
      },
      answer: () => said.push('answer'),
      hangUp: () => said.push('hang up'),
      tone: async (key) => {
        said.push(`key ${key}`);
        if (key === '9') throw new Error('ERROR');
      },
    },
    openSound: async (_call, listener) => {
      await opening();
      sounds.push(listener);
      return {
        port: 4_000,
        connect: ({ port }) => said.push(`sound ${port}`),
        close: () => said.push('sound closed'),
      };
    },
    callSwitch: (from, sdp) => {
      const call = { line: 'modem-1', from, to: '138', host: '127.0.0.1', port: 5080, sdp };
      const leg = SipLeg.outgoing(call, transport);
      leg.invite();
      return leg;
    },
    switchAddresses: ['127.0.0.1'],
    warn: () => undefined,
    onSound: (works) => said.push(works ? 'sound works' : 'no sound'),
  });
});

const transport: LegTransport = {
  send: (message) => void sent.push(message),
  token: () => 'token',
  contact: () => '<sip:us>',
  via: () => 'SIP/2.0/TCP us',
};

/** What went to FreeSWITCH: statuses and methods, with the cause where one is given. */
const told = (): string[] =>
  sent.map((message) => {
    const { start } = message;
    const reason = headerOf(message, 'reason')?.replace('Q.850;cause=', ' ') ?? '';
    return `${'status' in start ? start.status : start.method}${reason}`;
  });

function legFrom(sdp = describeSound(9_000, 1)): SipLeg {
  const headers: SipMessage['headers'] = [
    ['from', '<sip:020@modem-1>;tag=fs'],
    ['to', '<sip:139@us>'],
    ['call-id', 'one'],
    ['cseq', '1 INVITE'],
  ];
  const uri = 'sip:13900139000@us';
  return SipLeg.incoming({ start: { method: 'INVITE', uri }, headers, body: sdp }, uri, transport);
}

const requestOf = (method: string): SipMessage => ({
  start: { method, uri: 'sip:us' },
  headers: [
    ['from', '<sip:020@modem-1>;tag=fs'],
    ['to', '<sip:139@us>'],
    ['call-id', 'one'],
    ['cseq', `1 ${method}`],
  ],
  body: '',
});

const call: ModemCall = { direction: 'out', number: '13900139000', startedAt: 0 };
const event = (what: 'alerting' | 'incoming'): CallEvent => ({ what, call });
const answered: CallEvent = { what: 'answered', call, supervision: 'reliable' };
const ended = (
  change: { outcome?: CallEnd['outcome']; evidence?: Partial<CallEnd['evidence']> } = {},
): CallEvent => ({
  what: 'ended',
  call,
  end: {
    outcome: 'ANSWERED',
    confidence: 1,
    ...change,
    evidence: { alerted: true, answered: true, afterMs: 1, ...change.evidence },
  },
});

test('a call goes out, rings with sound, is answered, and ends with the far side', async () => {
  await line.takeLeg(legFrom());
  line.onModem(event('alerting'));
  line.onModem(answered);
  line.onModem(ended());
  expect(said).toEqual(['sound works', 'sound 9000', 'dial 13900139000', 'sound closed']);
  expect(told()).toEqual(['183', '200', 'BYE 16']);
});

test('FreeSWITCH ends it: the modem hangs up, and what the modem says after that goes nowhere', async () => {
  const leg = legFrom();
  await line.takeLeg(leg);
  line.onModem(answered);
  leg.onRequest(requestOf('BYE'), 'BYE');
  line.onModem(ended());
  expect(said.slice(-2)).toEqual(['sound closed', 'hang up']);
  expect(told()).toEqual(['200', '200']);
});

test('a call that FreeSWITCH gives up while the sound is being opened is never dialed', async () => {
  const leg = legFrom();
  let open: () => void = () => undefined;
  opening = () => new Promise((resolve) => (open = resolve));
  const taken = line.takeLeg(leg);
  leg.onRequest(requestOf('CANCEL'), 'CANCEL');
  open();
  await taken;
  expect(said).toEqual(['hang up', 'sound closed', 'sound works']);
  expect(told()).toEqual(['200', '487']);
});

test('without sound nothing is dialed, and the line says so', async () => {
  opening = () => Promise.reject(new BranchlineError('BL_SOUND_REFUSED', { problem: 'gone' }));
  await line.takeLeg(legFrom());
  expect(said).toEqual(['no sound', 'hang up']);
  expect(told()).toEqual(['502 38']);
});

test('a modem that cannot dial is a fault of the line', async () => {
  dialing = () => {
    throw new BranchlineError('BL_MODEM_STATE', { modem: 'modem-1', state: 'searching', action: 'dial' });
  };
  await line.takeLeg(legFrom());
  expect(told()).toEqual(['502 38']);
  expect(said).toContain('sound closed');
});

test('the sound of a talk is lost: both sides are ended, and the next call finds the line free', async () => {
  await line.takeLeg(legFrom());
  line.onModem(answered);
  sounds[0]!.lost(new BranchlineError('BL_SOUND_BRIDGE', { problem: 'SIGKILL' }));
  expect(told()).toEqual(['200', 'BYE 38']);
  expect(said.at(-1)).toBe('hang up');
  await line.takeLeg(legFrom());
  expect(said.at(-1)).toBe('dial 13900139000');
});

test('a second call is congestion; an offer that is not ours to take is refused', async () => {
  await line.takeLeg(legFrom());
  await line.takeLeg(legFrom());
  expect(told()).toEqual(['503 44']);
  line.stop();
  await line.takeLeg(legFrom('v=0'));
  expect(told().slice(1)).toEqual(['502 38', '488 88']);
});

test('somebody rings: FreeSWITCH is called first, and the modem answers when it does', async () => {
  line.onModem(event('incoming'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(told()).toEqual(['INVITE']);
  expect(said).toEqual(['sound works']);
  line.onModem(ended({ outcome: 'CANCELLED', evidence: { answered: false } }));
  expect(told()).toEqual(['INVITE', 'CANCEL']);
});

test('keys of an answered call are played to the far end; one that the modem refuses ends nothing', async () => {
  const info = (type: string, body: string): SipMessage => {
    const { headers, ...rest } = requestOf('INFO');
    return { ...rest, headers: [...headers, ['content-type', type]], body };
  };
  const leg = legFrom();
  const press = (type: string, body: string): void => leg.onRequest(info(type, body), 'INFO');
  const relay = (key: string): void => press('application/dtmf-relay', `Signal=${key}\r\nDuration=160\r\n`);
  await line.takeLeg(leg);
  relay('1');
  line.onModem(answered);
  for (const key of ['2', '9', '#', '*']) relay(key);
  press('application/dtmf', '7');
  press('application/media_control+xml', '<xml/>');
  press('application/dtmf-relay', 'Signal=12;AT+CFUN=0');
  expect(said.filter((each) => each.startsWith('key'))).toEqual([
    'key 2',
    'key 9',
    'key #',
    'key *',
    'key 7',
  ]);
  expect(told().filter((each) => each === '200')).toHaveLength(9);
  line.onModem(ended());
  expect(told().at(-1)).toBe('BYE 16');
});
