import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManualClock, type BranchlineError } from '@branchline/shared';
import { pass, settled } from '../../testing/virtual-time.ts';
import { memoryDevice } from '../port/index.ts';
import { AtChannel } from './at-channel.ts';
import * as at from './commands.ts';
import { AtRefusal } from './refusal.ts';

interface Bench {
  readonly clock: ManualClock;
  readonly channel: AtChannel;
  readonly heard: string[];
  readonly unsolicited: string[];
  /** Troubles, `recovered`, and the code of the closing. */
  readonly troubles: string[];
  readonly say: (text: string) => void;
}

async function bench(answer: (command: string) => string | undefined = () => undefined): Promise<Bench> {
  const clock = new ManualClock();
  const heard: string[] = [];
  const unsolicited: string[] = [];
  const troubles: string[] = [];
  const device = memoryDevice('m', (bytes) => {
    const text = Buffer.from(bytes).toString('latin1');
    heard.push(text);
    const reply = answer(text);
    if (reply !== undefined) say(reply);
  });
  const say = (text: string): void => device.send(Buffer.from(text, 'latin1'));
  const channel = await AtChannel.open(device.open, {
    clock,
    unsolicited: (line, payload) =>
      void unsolicited.push(payload === undefined ? line : `${line}/${payload}`),
    trouble: (kind) => void troubles.push(kind),
    recovered: () => void troubles.push('recovered'),
    closed: (reason: BranchlineError) => void troubles.push(reason.code),
  });
  return { clock, channel, heard, unsolicited, troubles, say };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'fulfilled',
    (error: BranchlineError) => error.code,
  );
}

test('one command at a time; the next goes out with the final result of the one before', async () => {
  const { channel, heard, say } = await bench();
  const first = channel.execute(at.signal);
  const second = channel.execute(at.operator);
  expect(heard).toEqual(['AT+CSQ\r']);
  say('\r\n+CSQ: 18,99\r\n\r\nOK\r\n');
  expect(await first).toEqual(['+CSQ: 18,99']);
  expect(heard).toEqual(['AT+CSQ\r', 'AT+COPS?\r']);
  say('\r\n+COPS: 0\r\n\r\nOK\r\n');
  expect(await second).toEqual(['+COPS: 0']);
});

test('a hang-up goes before everything that waits', async () => {
  const { channel, heard, say } = await bench();
  const waiting = [
    channel.execute(at.signal),
    channel.execute(at.operator),
    channel.execute(at.hangUp, true),
  ];
  for (let i = 0; i < 3; i++) {
    say('\r\nOK\r\n');
    await settled();
  }
  await Promise.all(waiting);
  expect(heard).toEqual(['AT+CSQ\r', 'AT+CHUP\r', 'AT+COPS?\r']);
});

test('unsolicited lines in the middle of an answer stay unsolicited', async () => {
  const { channel, say, unsolicited } = await bench();
  const answer = channel.execute(at.registration('CREG'));
  say(
    '\r\nAT+CREG?\r\r\n+CREG: 1,"CE00","00005449"\r\n\r\n^RSSI:18\r\n\r\n+CREG: 2,1,"8BE3","00002BAF",7\r\n\r\nRING\r\n\r\nOK\r\n',
  );
  expect(await answer).toEqual(['+CREG: 2,1,"8BE3","00002BAF",7']);
  expect(unsolicited).toEqual(['+CREG: 1,"CE00","00005449"', '^RSSI:18', 'RING']);
});

test('an answered call ends with a word that is no answer to a question about the signal', async () => {
  const { channel, say, unsolicited } = await bench();
  const answer = channel.execute(at.signal);
  say('\r\nNO CARRIER\r\n+CSQ: 9,99\r\nOK\r\n');
  expect(await answer).toEqual(['+CSQ: 9,99']);
  expect(unsolicited).toEqual(['NO CARRIER']);
  const dialed = channel.execute(at.dial('10086'));
  say('\r\nNO CARRIER\r\n');
  await expect(dialed).rejects.toMatchObject({ kind: 'call', callWord: 'NO CARRIER' });
});

test('a pushed message and its PDU are one, also within the answer to another command', async () => {
  const { channel, say, unsolicited } = await bench();
  const answer = channel.execute(at.readMessage(3));
  say('\r\n+CDS: 25\r\n0006AABBCCDDEE00\r\n+CMGR: 0,,24\r\n0891683108200005F0\r\n\r\nOK\r\n');
  expect(await answer).toEqual(['+CMGR: 0,,24', '0891683108200005F0']);
  expect(unsolicited).toEqual(['+CDS: 25/0006AABBCCDDEE00']);
});

test.each([
  ['+CME ERROR: 10', { kind: 'cme', errorCode: 10 }],
  ['+CME ERROR: SIM not inserted', { kind: 'cme', errorCode: 10 }],
  ['+CME ERROR: retry operation', { kind: 'cme' }],
  ['+CMS ERROR: 500', { kind: 'cms', errorCode: 500 }],
  ['ERROR', { kind: 'error' }],
  ['COMMAND NOT SUPPORT', { kind: 'error' }],
])('%s is a refusal of its kind', async (line, expected) => {
  const { channel, say } = await bench();
  const answer = channel.execute(at.simState);
  say(`\r\n${line}\r\n`);
  await expect(answer).rejects.toBeInstanceOf(AtRefusal);
  await expect(answer).rejects.toMatchObject(expected);
});

test('the body goes out at the prompt, however it is cut, and is not echoed into the answer', async () => {
  const { channel, heard, say } = await bench();
  const pdu = '0011000D91683108108300F00008AA0A4F60597D002C6D4B8BD5';
  const answer = channel.execute(at.sendMessage(25, pdu));
  say('AT+CMGS=25\r\r');
  say('\n');
  expect(heard).toHaveLength(1);
  say('>');
  say(' ');
  expect(heard[1]).toBe(`${pdu}\x1A`);
  say(`${pdu}\x1A\r\n+CMGS: 28\r\n\r\nOK\r\n`);
  expect(await answer).toEqual(['+CMGS: 28']);
});

test('a late answer is not taken for the next one', async () => {
  const { channel, clock, heard, say, troubles } = await bench();
  const late = channel.execute(at.signal);
  const next = channel.execute(at.operator);
  const refused = codeOf(late);
  await pass(clock, 5_000);
  expect(await refused).toBe('BL_AT_TIMEOUT');
  expect(troubles).toEqual(['hung']);
  // The old answer, then the one to the probe.
  say('\r\n+CSQ: 1,99\r\n\r\nOK\r\n');
  say('\r\nOK\r\n');
  await pass(clock, 300);
  expect(heard.filter((text) => text === 'AT\r')).toHaveLength(2);
  say('\r\nOK\r\n');
  await pass(clock, 300);
  expect(troubles).toEqual(['hung', 'recovered']);
  say('\r\n+COPS: 0\r\n\r\nOK\r\n');
  expect(await next).toEqual(['+COPS: 0']);
});

test('a modem that stays silent costs the port, and everybody who waits is told', async () => {
  const { channel, clock, troubles } = await bench();
  const waiting = Promise.allSettled([channel.execute(at.signal), channel.execute(at.operator)]);
  await pass(clock, 20_000);
  const codes = (await waiting).map((each) =>
    each.status === 'rejected' ? (each.reason as BranchlineError).code : 'fulfilled',
  );
  expect(codes).toEqual(['BL_AT_TIMEOUT', 'BL_AT_CLOSED']);
  expect(troubles).toEqual(['hung', 'BL_AT_HUNG']);
  await expect(channel.execute(at.signal)).rejects.toMatchObject({ code: 'BL_AT_CLOSED' });
});

test('a message that gets no prompt is cancelled before anything else is sent', async () => {
  const { channel, clock, heard } = await bench((command) => (command === 'AT\r' ? '\r\nOK\r\n' : undefined));
  const failed = codeOf(channel.execute(at.sendMessage(25, '00'.repeat(20))));
  await pass(clock, 61_000, 500);
  expect(await failed).toBe('BL_AT_TIMEOUT');
  expect(heard.slice(1)).toEqual(['\x1B', 'AT\r']);
});

test('garbage at any point is named, ends, and the next command is answered as it must be', async () => {
  const answers = (command: string): string | undefined =>
    command === 'AT+CSQ\r' ? '\r\n+CSQ: 18,99\r\n\r\nOK\r\n' : '\r\nOK\r\n';
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(3_000), fc.boolean()), {
        maxLength: 8,
      }),
      async (bursts) => {
        const { channel, clock, say, troubles } = await bench(answers);
        const asked: Promise<unknown>[] = [];
        for (const [bytes, waitMs, ask] of bursts) {
          say(Buffer.from(bytes).toString('latin1'));
          if (ask) asked.push(channel.execute(at.signal));
          await pass(clock, waitMs, 100);
        }
        await Promise.allSettled(asked);
        await pass(clock, 12_000, 100);
        // A result that the noise forged may have put us out of step; one command at most pays for that.
        await Promise.allSettled([channel.execute(at.signal), pass(clock, 12_000, 100)]);
        expect(await Promise.race([channel.execute(at.signal), pass(clock, 12_000, 100)])).toEqual([
          '+CSQ: 18,99',
        ]);
        const named = troubles.filter((each) => each !== 'recovered');
        expect(troubles).toHaveLength(named.length * 2);
      },
    ),
    { numRuns: 100 },
  );
});
