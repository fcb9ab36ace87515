import fc from 'fast-check';
import { Secret, type TOTP, URI } from 'otpauth';
import { expect, test } from 'vitest';
import { newTotpSecret, stepOf, totpUri } from './totp.ts';

/** RFC 6238, appendix B, SHA-1; of its eight digits ours are the last six, because both are a remainder of the same number. */
const secret = Secret.fromLatin1('12345678901234567890').base32;

test.each([
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
])('the vector of RFC 6238 at %i s is accepted as its own step', (seconds, code) => {
  expect(stepOf(secret, code.slice(-6), seconds * 1000)).toBe(Math.floor(seconds / 30));
});

test('a code holds one step before and after its own, no longer', () => {
  const at = 1_111_111_111_000;
  const step = Math.floor(at / 30_000);
  expect([-60, -30, 0, 30, 60].map((late) => stepOf(secret, '050471', at + late * 1000))).toEqual([
    undefined,
    step,
    step,
    step,
    undefined,
  ]);
});

test('nothing but six digits is ever a code', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), (text) => {
      fc.pre(!/^\d{6}$/.test(text));
      expect(stepOf(secret, text, 59_000)).toBeUndefined();
    }),
  );
});

test('an app that reads the URI shows codes that are accepted', () => {
  const own = newTotpSecret();
  expect(Secret.fromBase32(own).bytes).toHaveLength(20);
  const uri = totpUri(own, 'li-si');
  expect(uri).toMatch(/^otpauth:\/\/totp\/Branchline:li-si\?/);
  const app = URI.parse(uri) as TOTP;
  expect(stepOf(own, app.generate({ timestamp: 90_000 }), 90_000)).toBe(3);
});
