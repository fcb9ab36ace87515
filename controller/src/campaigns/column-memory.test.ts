import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signatureOf } from './column-memory.ts';

const header = fc.array(fc.string({ maxLength: 8 }), { minLength: 1, maxLength: 6 });

test('the signature is of the headings and their order; blanks and case do not matter', () => {
  fc.assert(
    fc.property(header, (names) => {
      expect(signatureOf(names.map((name) => ` ${name.toLowerCase()} `))).toBe(
        signatureOf(names.map((name) => name.toLowerCase())),
      );
      expect(signatureOf([...names, 'more'])).not.toBe(signatureOf(names));
    }),
  );
  expect(signatureOf(['Phone', 'Name'])).toBe(signatureOf(['phone', 'NAME']));
  expect(signatureOf(['phone', 'name'])).not.toBe(signatureOf(['name', 'phone']));
  expect(signatureOf(['a,b'])).not.toBe(signatureOf(['a', 'b']));
});
