import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packBody, unpackBody } from './body.ts';

it('a packed body is the same text again, and its size is that of the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const packed = packBody(text);
      expect(unpackBody(packed.body).toString()).toBe(text);
      expect(packed.size).toBe(Buffer.byteLength(text));
    }),
  );
});

it('a damaged body is an error, not other records', () => {
  const { body } = packBody('{"a":1}\n'.repeat(100));
  expect(() => unpackBody(body.subarray(0, -3))).toThrow(/ZSTD|zstd|unexpected end/i);
});
