import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromALaw, toALaw } from './g711.ts';

const sample = fc.integer({ min: -32_768, max: 32_767 });
const coded = (value: number): number => {
  const bytes = new Uint8Array(1);
  toALaw(Int16Array.of(value), bytes, 0);
  return bytes[0]!;
};

test('the codes of ITU-T G.711 for silence, the smallest step and the loudest sounds', () => {
  expect([0, -1, 8, 32_767, -32_768].map(coded)).toEqual([0xd5, 0x55, 0xd5, 0xaa, 0x2a]);
  expect([...fromALaw(Uint8Array.of(0xd5, 0x55, 0xaa, 0x2a))]).toEqual([8, -8, 32_256, -32_256]);
});

test('what comes back is as near as the segment allows, with the same sign', () => {
  fc.assert(
    fc.property(sample, (value) => {
      const [back] = fromALaw(Uint8Array.of(coded(value)));
      expect(Math.abs(back! - value)).toBeLessThanOrEqual(
        Math.max(16, Math.abs(value) / 31 + 1, 512 * Number(Math.abs(value) > 32_000)),
      );
      expect(Math.sign(back!)).toBe(value >= 0 ? 1 : -1);
    }),
  );
});

test('every code is the code of its own sample', () => {
  const codes = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect([...fromALaw(codes)].map(coded)).toEqual([...codes]);
});
