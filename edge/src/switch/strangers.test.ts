import fc from 'fast-check';
import { expect, test } from 'vitest';
import { silentLog, type Log } from '@branchline/shared/node';
import { readEvent, readLogLine } from './events.ts';
import { Strangers, type Stranger } from './strangers.ts';

function listen() {
  const lines: { address: string; sinceLast: number }[] = [];
  const log = { ...silentLog, warn: (facts: (typeof lines)[number]) => lines.push(facts) } as unknown as Log;
  return { lines, strangers: new Strangers(log) };
}
const from = (address: string): Stranger => ({
  what: 'registration',
  address,
  extension: '1001',
  userAgent: 'friendly-scanner',
});

test('a flood from one address is one line a minute, which says how many there were', () => {
  const { lines, strangers } = listen();
  for (let i = 0; i < 1000; i++) strangers.turnedAway(from('203.0.113.9'), i * 100);
  expect(lines).toMatchObject([
    { address: '203.0.113.9', sinceLast: 0 },
    { address: '203.0.113.9', sinceLast: 599 },
  ]);
  expect(strangers.counts).toEqual({ registration: 1000, call: 0, line: 0, site: 0 });
});

test('whatever comes is counted, and the log stays small however many addresses there are', () => {
  const stranger = fc.record({
    what: fc.constantFrom('registration' as const, 'call' as const, 'line' as const),
    address: fc.integer({ min: 0, max: 2000 }).map(String),
    extension: fc.string(),
    userAgent: fc.string(),
  });
  fc.assert(
    fc.property(fc.array(stranger, { maxLength: 3000 }), (all) => {
      const { lines, strangers } = listen();
      for (const each of all) strangers.turnedAway(each, 0);
      const { registration, call, line } = strangers.counts;
      expect(registration + call + line).toBe(all.length);
      expect(lines.length).toBeLessThanOrEqual(Math.min(201, new Set(all.map((each) => each.address)).size));
    }),
    { numRuns: 30 },
  );
});

test('FreeSWITCH tells of wrong passwords by an event, of addresses of no carrier by its log alone', () => {
  const failure = {
    'Event-Name': 'CUSTOM',
    'Event-Subclass': 'sofia::register_failure',
    'Event-Date-Timestamp': '1795745440000000',
    'to-user': '1001',
    'network-ip': '203.0.113.9',
    'user-agent': 'friendly-scanner',
    'registration-type': 'INVITE',
  };
  expect(readEvent(failure)).toEqual({
    type: 'turned-away',
    at: 1_795_745_440_000,
    stranger: { what: 'call', address: '203.0.113.9', extension: '1001', userAgent: 'friendly-scanner' },
  });
  expect(readEvent({ ...failure, 'registration-type': 'REGISTER' })).toMatchObject({
    stranger: { what: 'registration' },
  });
  const line =
    '2026-11-27 01:54:42.035716 0.00% [WARNING] sofia.c:10679 IP 203.0.113.9 Rejected by acl "carriers"\n';
  expect(readLogLine(line, 5)).toEqual({
    type: 'turned-away',
    at: 5,
    stranger: { what: 'line', address: '203.0.113.9', extension: '', userAgent: '' },
  });
  expect(readLogLine(line.replace('carriers', 'sites'), 5)).toMatchObject({ stranger: { what: 'site' } });
  expect(
    readLogLine("[WARNING] sofia_reg.c:1842 SIP auth challenge (REGISTER) on sofia profile 'internal'", 5),
  ).toBe(undefined);
});
