import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BranchlineError } from '@branchline/shared';
import { assemble, emptyAssembly, type Assembly } from './assembly.ts';
import { septets } from './gsm7.ts';
import {
  deliverPdus,
  deliveryOf,
  readIncoming,
  readSubmit,
  reportPdu,
  submitPdus,
  type Deliver,
} from './pdu.ts';

const at = Date.UTC(2026, 10, 21, 2, 20, 30);
const time = { at, zoneMinutes: 480 };

test.each([
  ['hellohello', '+8613800138000', '0011000D91683108108300F00000AA0AE8329BFD4697D9EC37', 24],
  ['hello', '13800138000', '0011000B813108108300F00000AA05E8329BFD06', 19],
  ['你好,测试', '+8613800138000', '0011000D91683108108300F00008AA0A4F60597D002C6D4B8BD5', 25],
])('"%s" to %s becomes the PDU of the reference', (text, to, pdu, octets) => {
  expect(submitPdus(to, text)).toEqual([{ pdu, octets }]);
});

test('the reference part of a long message is read with its place', () => {
  const pdu = '0051000B813108108300F00008AA14050003A702016D4B8BD577ED4FE17B2C4E006BB5';
  expect(readSubmit(pdu)).toMatchObject({
    to: '13800138000',
    text: '测试短信第一段',
    part: { reference: 0xa7, total: 2, number: 1 },
  });
});

test.each([
  ['0891683108200005F0040D91683109109300F00008621112010203230460A8597D', '+8613900139000', '您好'],
  [
    '0891683108200005F00405A10180F6000862111201020323148BDD8D394F59989D00350030002E003000305143',
    '10086',
    '话费余额50.00元',
  ],
])('a message of the reference is read: %s', (pdu, from, text) => {
  expect(readIncoming(pdu)).toMatchObject({ type: 'deliver', from, text, serviceCentre: '+8613800200500' });
});

test('a delivery report of the reference is read', () => {
  expect(
    readIncoming('0891683108200005F0061C0D91683108108300F0621112010203236211120102432300'),
  ).toMatchObject({
    type: 'status-report',
    reference: 0x1c,
    to: '+8613800138000',
    status: 0,
  });
  expect([0x00, 0x1f, 0x20, 0x3f, 0x40, 0x60, 0x7f].map(deliveryOf)).toEqual([
    'delivered',
    'delivered',
    'trying',
    'trying',
    'failed',
    'failed',
    'failed',
  ]);
});

const gsmChar = fc.constantFrom(
  ...Array.from({ length: 0x2100 }, (_, code) => String.fromCodePoint(code)).filter((char) => septets(char)),
);
const anyChar = fc.oneof(
  fc.string({ unit: 'grapheme-composite', minLength: 1, maxLength: 1 }),
  fc.constantFrom('余', '😀', 'é', '€'),
);
const text = fc.oneof(
  fc.array(gsmChar, { minLength: 1, maxLength: 500 }).map((chars) => chars.join('')),
  fc.array(anyChar, { minLength: 1, maxLength: 300 }).map((chars) => chars.join('')),
);
const number = fc.stringMatching(/^\+?[1-9]\d{4,14}$/);

test('whatever is submitted is read back by the network, in parts that fit', () => {
  fc.assert(
    fc.property(number, text, fc.boolean(), (to, body, report) => {
      const parts = submitPdus(to, body, { report, reference: 7 });
      const read = parts.map(({ pdu }) => readSubmit(pdu));
      expect(read.map((part) => part.text).join('')).toBe(body);
      expect(read.every((part) => part.to === to && part.report === report)).toBe(true);
      expect(parts.every(({ pdu, octets }) => octets === pdu.length / 2 - 1 && octets <= 175)).toBe(true);
    }),
  );
});

test('a long message is put together whatever the order and however often its parts come', () => {
  const shuffled = text.chain((body) => {
    const pdus = deliverPdus({ from: '+8613900139000', text: body, time }, 3);
    return fc.tuple(
      fc.constant(body),
      fc.shuffledSubarray([...pdus, ...pdus], { minLength: pdus.length * 2 }),
    );
  });
  fc.assert(
    fc.property(shuffled, ([body, pdus]) => {
      let assembly: Assembly = emptyAssembly;
      const whole: Deliver[] = [];
      const seen = new Set<string>();
      for (const { pdu } of pdus) {
        // A second copy of a finished message would be a new one; copies come while it is incomplete.
        if (whole.length > 0) break;
        seen.add(pdu);
        const step = assemble(assembly, readIncoming(pdu) as Deliver, at);
        assembly = step.assembly;
        whole.push(...step.messages);
      }
      expect(whole.map((message) => message.text)).toEqual([body]);
      expect(whole[0]).toMatchObject({ from: '+8613900139000', time });
    }),
  );
});

test('a message whose parts stay away is given up after two days and shows the gap', () => {
  const long = '长'.repeat(150);
  const [first, second, third] = deliverPdus({ from: '10086', text: long, time });
  const one = assemble(emptyAssembly, readIncoming(first!.pdu) as Deliver, at);
  const two = assemble(one.assembly, readIncoming(third!.pdu) as Deliver, at + 1_000);
  expect(two.messages).toEqual([]);
  const late = assemble(two.assembly, readIncoming(second!.pdu) as Deliver, at + 48 * 3_600_000);
  expect(late.messages.map((message) => message.text)).toEqual([`${'长'.repeat(67)}…${'长'.repeat(16)}`]);
});

test('time stamps keep their instant and zone', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(2000, 0, 3), max: Date.UTC(2099, 11, 28) }),
      fc.integer({ min: -48, max: 56 }),
      (instant, quarters) => {
        const stamp = { at: Math.floor(instant / 1000) * 1000, zoneMinutes: quarters * 15 };
        const { pdu } = reportPdu({ reference: 1, to: '10086', time: stamp, doneTime: stamp, status: 0x46 });
        expect(readIncoming(pdu)).toMatchObject({ time: stamp, doneTime: stamp, status: 0x46 });
      },
    ),
  );
});

test('a named sender is read', () => {
  const [only] = deliverPdus({ from: 'BANK ONE', text: 'Code 4711', time });
  expect(readIncoming(only!.pdu)).toMatchObject({ from: 'BANK ONE', text: 'Code 4711' });
});

test('octets that are no message are refused with their own error and never anything else', () => {
  const hex = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((octets) => Buffer.from(octets).toString('hex')),
    fc.string(),
    fc
      .tuple(fc.nat(70), fc.uint8Array({ maxLength: 5 }))
      .map(
        ([at, octets]) =>
          '0891683108200005F00405A10180F6000862111201020323148BDD8D394F59989D00350030002E003000305143'.slice(
            0,
            at,
          ) + Buffer.from(octets).toString('hex'),
      ),
  );
  fc.assert(
    fc.property(hex, (pdu) => {
      for (const read of [readIncoming, readSubmit]) {
        try {
          read(pdu);
        } catch (error) {
          expect(error).toBeInstanceOf(BranchlineError);
          expect((error as BranchlineError).code).toBe('BL_SMS_PDU');
        }
      }
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['', 'empty'],
  ['x'.repeat(256 * 153), 'parts'],
])('a text that cannot be sent is refused', (body) => {
  expect(() => submitPdus('10086', body)).toThrow(/cannot be sent/);
  expect(() => submitPdus('ATD110', 'hello')).toThrow(/not a number/);
});
