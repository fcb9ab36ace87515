import { expect, test } from 'vitest';
import { ManualClock, readPhoneNumber, type DncScope } from '@branchline/shared';
import { emptyDesired } from '../switch/configuration/index.ts';
import type { Promised } from './call-backs.ts';
import { Gatekeeper } from './gatekeeper.ts';

const noon = Date.parse('2026-11-18T04:00:00Z');
const promised: Promised = {
  id: 'c',
  conversation: 'v',
  queue: 'inbound',
  customer: '13700000002',
  did: '02088888888',
  askedAt: noon - 60_000,
  calls: 0,
};

function ask(change: Partial<Promised> = {}, at = noon, listed: readonly DncScope[] | 'unknown' = []) {
  const keeper = new Gatekeeper({
    business: new ManualClock(at),
    clockTrust: () => 'trusted',
    campaign: () => undefined,
    listed: () => (listed === 'unknown' ? undefined : listed),
    saysNotice: () => true,
  });
  const site = { id: 's', name: 'S', zone: 'Asia/Shanghai', region: 'CN' };
  keeper.configure({ ...emptyDesired('edge-1'), site, emergencyNumbers: ['110'] });
  const asked = { ...promised, ...change };
  const decision = keeper.askBack(readPhoneNumber(asked.customer, 'CN'), asked);
  return decision.verdict === 'allow' ? 'allow' : decision.rule;
}

test('who asked for it is called back, as often as is allowed, by a clock and lists that are known', () => {
  expect(ask()).toBe('allow');
  expect(ask({ calls: 1 })).toBe('allow');
  expect(ask({ calls: 2 })).toBe('attempts-cap');
  expect(ask({}, noon, 'unknown')).toBe('do-not-call');
  expect(ask({}, noon, ['all'])).toBe('do-not-call');
});

test('a number in a region without rules, or one whose callee pays, is not called back', () => {
  expect(ask({ customer: '+8501912345678' })).not.toBe('allow');
  expect(ask({ customer: '+33891701234' })).toBe('premium-number');
});
