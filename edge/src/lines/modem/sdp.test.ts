import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeSound, soundTarget } from './sdp.ts';

const offer = (address = '127.0.0.1', media = 'm=audio 28288 RTP/AVP 8 101 13'): string =>
  [
    'v=0',
    'o=FreeSWITCH 1 2 IN IP4 127.0.0.1',
    's=FreeSWITCH',
    `c=IN IP4 ${address}`,
    't=0 0',
    media,
    '',
  ].join('\r\n');
const here = ['127.0.0.1', '10.0.0.5'];

test('the port of FreeSWITCH’s sound is taken from its offer', () => {
  expect([offer(), offer('10.0.0.5')].map((sdp) => soundTarget(sdp, here))).toEqual([
    { host: '127.0.0.1', port: 28_288 },
    { host: '10.0.0.5', port: 28_288 },
  ]);
});

test('sound from another machine, without G.711 A-law or on no port is refused', () => {
  const refused = [
    offer('10.0.0.6'),
    offer('127.0.0.1', 'm=audio 28288 RTP/AVP 0 18'),
    offer('127.0.0.1', 'm=audio 0 RTP/AVP 8'),
    offer('127.0.0.1', 'm=audio 70000 RTP/AVP 8'),
    offer('127.0.0.1', 'm=video 28288 RTP/AVP 8'),
    '',
  ];
  expect(refused.map((sdp) => soundTarget(sdp, here))).toEqual(Array(refused.length).fill(undefined));
  fc.assert(
    fc.property(fc.string(), (sdp) => {
      expect(soundTarget(sdp, here)).toBeUndefined();
    }),
  );
});

test('our own description is understood', () => {
  expect(soundTarget(describeSound(4_000, 1), here)).toEqual({ host: '127.0.0.1', port: 4_000 });
});
