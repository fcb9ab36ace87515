import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Vips } from './vips.ts';

const vips = new Vips([{ number: '+8613800138000', level: 7 }], 'CN');

test.each([
  ['+8613800138000', 7],
  ['13800138000', 7],
  ['8613800138000', 7],
  ['013800138000', 7],
  ['+8613800138001', 0],
  ['', 0],
  ['anonymous', 0],
])('a caller who shows %s has %i points', (number, points) => {
  expect(vips.levelOf(number)).toBe(points);
});

test('no number makes it fail, and nobody is special where nobody is listed', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), (number) => {
      expect([0, 7]).toContain(vips.levelOf(number));
      expect(new Vips().levelOf(number)).toBe(0);
    }),
  );
});
