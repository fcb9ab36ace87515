import { expect, test } from 'vitest';
import { instantOf, localText, theirZone } from './times.ts';

const at = Date.parse('2026-12-01T02:30:00Z');

test('a time is written and read by the clock of a zone', () => {
  expect(localText(at, 'America/New_York')).toBe('2026-11-30T21:30');
  expect(instantOf('2026-11-30T21:30', 'America/New_York')).toBe(at);
  expect(instantOf(localText(at))).toBe(at);
  expect(instantOf('')).toBeNaN();
  // The night in which the clocks go back: the offset is that of the time that is named.
  expect(new Date(instantOf('2026-11-01T08:00', 'America/New_York')).toISOString()).toBe(
    '2026-11-01T13:00:00.000Z',
  );
});

test('the customer’s clock is spoken of where it is known and another one', () => {
  const here = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  expect(theirZone(['Asia/Kathmandu'], at)).toBe('Asia/Kathmandu');
  expect(theirZone(['Asia/Kathmandu', 'Asia/Shanghai'], at)).toBeUndefined();
  expect(theirZone([here], at)).toBeUndefined();
  expect(theirZone([], at)).toBeUndefined();
});
