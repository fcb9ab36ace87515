import { expect, test } from 'vitest';
import { readRange } from './artifact-shelf.ts';

test.each([
  [undefined, undefined],
  ['bytes=0-', { start: 0, end: 99 }],
  ['bytes=10-19', { start: 10, end: 19 }],
  ['bytes=90-500', { start: 90, end: 99 }],
  ['bytes=-5', { start: 95, end: 99 }],
  ['bytes=-500', { start: 0, end: 99 }],
  ['bytes=100-', 'unfit'],
  ['bytes=20-10', 'unfit'],
  ['bytes=-0', 'unfit'],
  // Several ranges and other units may be ignored (RFC 9110, 14.2).
  ['bytes=0-1,5-6', undefined],
  ['lines=1-2', undefined],
  ['bytes=-', undefined],
])('the range %s of 100 bytes is %j', (header, range) => {
  expect(readRange(header, 100)).toEqual(range);
});
