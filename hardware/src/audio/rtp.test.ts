import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromALaw, toALaw } from './g711.ts';
import { readRtp, renderRtp } from './rtp.ts';

const samples = (length: number): Int16Array => fromALaw(Uint8Array.from({ length }, (_, i) => i & 0xff));

test('a packet is read as it was rendered, with its counters in their ranges', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 400 }), (sequence, timestamp, length) => {
      const packet = readRtp(renderRtp({ sequence, timestamp, samples: samples(length) }, 7));
      expect(packet).toEqual({
        sequence: sequence & 0xffff,
        timestamp: timestamp >>> 0,
        samples: samples(length),
      });
    }),
  );
});

test('extension, sources and padding of RFC 3550 5.1 are no sound', () => {
  const sound = new Uint8Array(160);
  toALaw(samples(160), sound, 0);
  const bytes = Uint8Array.of(
    0x80 | 0x20 | 0x10 | 1,
    8,
    0,
    5,
    0,
    0,
    0,
    9,
    1,
    2,
    3,
    4,
    9,
    9,
    9,
    9,
    0xbe,
    0xde,
    0,
    1,
    1,
    1,
    1,
    1,
    ...sound,
    0,
    0,
    3,
  );
  expect(readRtp(bytes)).toEqual({ sequence: 5, timestamp: 9, samples: samples(160) });
});

test('nothing that comes from a network is believed: keys, comfort noise, scraps and noise are no sound', () => {
  const good = renderRtp({ sequence: 1, timestamp: 1, samples: samples(160) }, 7);
  const withByte = (at: number, value: number): Uint8Array => good.with(at, value);
  expect([withByte(1, 101), withByte(1, 13), withByte(0, 0), good.subarray(0, 11)].map(readRtp)).toEqual(
    Array(4).fill(undefined),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const packet = readRtp(bytes);
      expect(packet === undefined || packet.samples.length <= bytes.length).toBe(true);
    }),
  );
});
