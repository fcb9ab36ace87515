import { expect, test } from 'vitest';
import { sharedClock, zoneOffsetMinutes } from './zone-offset.ts';

test.each([
  ['Asia/Shanghai', '2026-11-18T20:00:00Z', 480],
  ['Asia/Kathmandu', '2026-11-18T20:00:00Z', 345],
  ['America/New_York', '2026-07-01T02:00:00Z', -240],
  ['America/New_York', '2026-12-01T02:00:00Z', -300],
  ['Pacific/Kiritimati', '2026-12-31T12:00:00Z', 840],
  ['UTC', '2026-12-31T23:59:00Z', 0],
])('%s at %s is %i minutes east', (zone, at, minutes) => {
  expect(zoneOffsetMinutes(zone, Date.parse(at))).toBe(minutes);
});

test('a time is meant by a clock that all zones share then', () => {
  const [winter, summer] = [Date.parse('2026-12-01T02:00:00Z'), Date.parse('2026-07-01T02:00:00Z')];
  expect(sharedClock(['Asia/Shanghai'], winter)).toBe('Asia/Shanghai');
  expect(sharedClock(['America/Denver', 'America/Phoenix'], winter)).toBe('America/Denver');
  expect(sharedClock(['America/Denver', 'America/Phoenix'], summer)).toBeUndefined();
  expect(sharedClock([], winter)).toBeUndefined();
});
