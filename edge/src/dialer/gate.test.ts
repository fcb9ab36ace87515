import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GateRule } from '@branchline/shared';
import { gate, type GateAttempt, type GateSnapshot } from './gate.ts';

/** Wednesday noon in Shanghai. */
const noon = Date.parse('2026-11-18T04:00:00Z');
const attempt: GateAttempt = {
  number: '+8613912345678',
  zones: ['Asia/Shanghai'],
  attemptsMade: 0,
  dueAt: noon - 1,
  leaseExpiresAt: noon + 3_600_000,
};
const snapshot: GateSnapshot = {
  now: noon,
  clock: 'trusted',
  campaign: {
    status: 'running',
    attemptsCap: 4,
    window: { fromMinute: 540, toMinute: 1200, weekdays: [1, 2, 3, 4, 5] },
  },
  attemptsCap: 4,
  emergencyNumbers: ['110', '119', '120', '122'],
  facts: { region: 'CN', type: 'MOBILE', national: '13912345678' },
  doNotCall: false,
};

test('a lawful call is let out', () => expect(gate(attempt, snapshot)).toEqual({ verdict: 'allow' }));

test.each<[GateRule, Partial<GateAttempt>, Partial<GateSnapshot>]>([
  ['campaign-stopped', {}, { campaign: { ...snapshot.campaign!, status: 'paused' } }],
  ['campaign-stopped', {}, { campaign: undefined }],
  ['clock-untrusted', {}, { clock: 'untrusted' }],
  ['lease-expired', { leaseExpiresAt: noon }, {}],
  ['emergency-number', { number: '+86110' }, { facts: undefined }],
  ['emergency-number', { number: '+86119' }, { facts: { region: 'CN', type: undefined, national: '119' } }],
  ['short-number', { number: '+8612345' }, { facts: { region: 'CN', type: 'UNKNOWN', national: '12345' } }],
  ['invalid-number', { number: '+8613912345' }, { facts: undefined }],
  ['premium-number', {}, { facts: { region: 'CN', type: 'PREMIUM_RATE', national: '16812345678' } }],
  ['do-not-call', {}, { doNotCall: true }],
  ['attempts-cap', { attemptsMade: 4 }, {}],
  ['attempts-cap', { attemptsMade: 2 }, { attemptsCap: 2 }],
  ['not-due', { dueAt: noon + 1 }, {}],
  ['calling-window', {}, { now: Date.parse('2026-11-18T00:59:00Z') }],
  ['calling-window', {}, { now: Date.parse('2026-11-21T04:00:00Z'), campaign: snapshot.campaign }],
  [
    'calling-window',
    { zones: ['Asia/Shanghai', 'Asia/Urumqi'] },
    { now: Date.parse('2026-11-18T01:30:00Z') },
  ],
  ['calling-window', { zones: [] }, {}],
])('%s refuses (%o %o)', (rule, attemptChange, snapshotChange) => {
  const changed = { ...attempt, leaseExpiresAt: noon + 99 * 86_400_000, dueAt: 0, ...attemptChange };
  expect(gate(changed, { ...snapshot, ...snapshotChange })).toMatchObject({ verdict: 'refuse', rule });
});

test('holdover is still dialed, and the window is exact to the minute in the callee’s zone', () => {
  expect(gate(attempt, { ...snapshot, clock: 'holdover' }).verdict).toBe('allow');
  const at = (text: string) =>
    gate({ ...attempt, dueAt: 0, leaseExpiresAt: Infinity }, { ...snapshot, now: Date.parse(text) }).verdict;
  expect([
    at('2026-11-18T00:59:59Z'),
    at('2026-11-18T01:00:00Z'),
    at('2026-11-18T11:59:59Z'),
    at('2026-11-18T12:00:00Z'),
  ]).toEqual(['refuse', 'allow', 'allow', 'refuse']);
});

test('no combination lets a forbidden call out', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.constantFrom('trusted' as const, 'holdover' as const, 'untrusted' as const),
      fc.nat(8),
      fc.integer({ min: -50, max: 50 }),
      fc.integer({ min: -50, max: 50 }),
      (doNotCall, clock, attemptsMade, due, expiry) => {
        const decision = gate(
          { ...attempt, attemptsMade, dueAt: noon + due, leaseExpiresAt: noon + expiry },
          { ...snapshot, clock, doNotCall },
        );
        const lawful = !doNotCall && clock !== 'untrusted' && attemptsMade < 4 && due <= 0 && expiry > 0;
        expect(decision.verdict === 'allow').toBe(lawful);
      },
    ),
  );
});
