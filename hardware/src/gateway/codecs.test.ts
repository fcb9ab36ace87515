import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BranchlineError } from '@branchline/shared';
import { digestResponse, readChallenge } from './dinstar/digest.ts';
import * as replies from './dinstar/replies.ts';
import { readDatagram } from './goip/datagram.ts';
import { nextDialogue, newCommand, newMessage, type Dialogue } from './goip/dialogue.ts';
import { factsOfKeepAlive } from './goip/status.ts';

/** Anything, and things that begin as they should. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 5_000 }),
  fc
    .tuple(
      fc.constantFrom('req:1;id:a;', 'STATE:1;', 'RECEIVE:2;id:g;msg:', 'OK 1 ', 'USSD 99 ', 'req:', 'MSG '),
      fc.string({ unit: 'binary' }),
    )
    .map(([head, tail]) => new Uint8Array(Buffer.from(head + tail))),
);

test('no datagram does more than be refused by its code', () => {
  fc.assert(
    fc.property(bytes, (datagram) => {
      try {
        const read = readDatagram(datagram);
        if (read.type === 'keep-alive') factsOfKeepAlive(read.fields);
      } catch (error) {
        expect(error).toBeInstanceOf(BranchlineError);
        expect(error).toMatchObject({ code: 'BL_GATEWAY_GARBAGE' });
      }
    }),
    { numRuns: 500 },
  );
});

const readers: readonly ((reply: replies.DinstarReply) => unknown)[] = [
  replies.readPorts,
  replies.readIncoming,
  replies.readDeliveries,
  (reply) => replies.readResult(reply, 1),
  (reply) => replies.readUssd(reply, 0),
  (reply) => replies.portStatus(reply, 0),
];
const entry = fc.dictionary(
  fc.constantFrom(
    'port',
    'reg',
    'signal',
    'incoming_sms_id',
    'text',
    'status',
    'user_id',
    'status_code',
    'x',
  ),
  fc.jsonValue(),
);
const answers = fc.oneof(
  fc.string(),
  fc.json(),
  fc
    .record({
      error_code: fc.oneof(fc.integer(), fc.jsonValue()),
      info: fc.oneof(fc.array(entry), fc.array(fc.jsonValue()), fc.jsonValue()),
    })
    .map((value) => JSON.stringify(value)),
);

test('no answer does more than be refused by its code', () => {
  fc.assert(
    fc.property(answers, (text) => {
      try {
        const reply = replies.readReply(text);
        for (const read of readers) read(reply);
      } catch (error) {
        expect(error).toMatchObject({ code: 'BL_GATEWAY_GARBAGE' });
      }
    }),
    { numRuns: 500 },
  );
});

test('what is smuggled in behind a field does not replace it', () => {
  const read = readDatagram(Buffer.from('RECEIVE:1;id:g1;password:p;srcnum:1;id:g2;msg:x;id:g3;password:q'));
  expect(read).toMatchObject({ type: 'push', id: 'g1', password: 'p' });
  expect(read.type === 'push' && read.fields.get('msg')).toBe('x;id:g3;password:q');
});

test('a dialogue ends at most once, whatever is said and how often', () => {
  const reply = fc.record({
    verb: fc.constantFrom('PASSWORD', 'SEND', 'WAIT', 'OK', 'ERROR', 'DONE', 'USSD', 'USSDERROR', 'X'),
    rest: fc.constantFrom('', '1', '1 32', 'ERROR no', 'errorstatus:9'),
  });
  fc.assert(
    fc.property(fc.constantFrom(newMessage, newCommand('USSD')), fc.array(reply), (first, said) => {
      let state: Dialogue = first;
      let ends = 0;
      for (const each of said) {
        const step = nextDialogue(state, each);
        ends += step.effects.filter((effect) => effect.do === 'resolve' || effect.do === 'refuse').length;
        state = step.state;
      }
      expect(ends).toBeLessThanOrEqual(1);
    }),
  );
});

test('the digest is that of RFC 7616 3.9.1', () => {
  const nonce = '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v';
  const header = (algorithm: string): string =>
    `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="${nonce}", opaque="FQhe"`;
  const use = {
    user: 'Mufasa',
    password: 'Circle of Life',
    method: 'GET',
    path: '/dir/index.html',
    cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    count: 1,
  };
  const responses = ['MD5', 'SHA-256'].map((algorithm) => {
    const challenge = readChallenge(header(algorithm));
    return challenge?.scheme === 'digest' ? digestResponse(challenge.digest, use) : undefined;
  });
  expect(responses).toEqual([
    '8ca523f5e9506fed4657c9700eebdbec',
    '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
  ]);
  expect(readChallenge('Basic realm="x"')).toEqual({ scheme: 'basic' });
  expect(readChallenge('Bearer')).toBeUndefined();
});
