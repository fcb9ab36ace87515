import { expect, test } from 'vitest';
import { GateRule, type GateRefusal } from '@branchline/shared';
import { judgeLead, type JudgedNumber } from './lead-judgement.ts';

const now = 1_000_000;
const number = (decision: JudgedNumber['decision'], i = 1): JudgedNumber => ({
  entry: { number: `+861390000000${i}`, zones: ['Asia/Shanghai'] },
  calls: { calledAt: [] },
  listed: decision.verdict === 'refuse' && decision.rule === 'do-not-call' ? ['all'] : [],
  decision,
});
const refusal = (rule: GateRule, until?: number): GateRefusal => ({
  verdict: 'refuse',
  rule,
  reason: rule,
  ...(until !== undefined && { until }),
});

test('a lead goes out with the numbers that may be dialed, and waits for the last of them', () => {
  const [a, b, c] = [
    number({ verdict: 'allow', from: now }, 1),
    number(refusal('do-not-call'), 2),
    number({ verdict: 'allow', from: now + 60 }, 3),
  ];
  expect(judgeLead([a, b, c], now)).toEqual({ what: 'lend', numbers: [a, c], dueAt: now + 60 });
});

test('a lead without a number for now waits for the first that may be dialed later', () => {
  const numbers = [
    refusal('frequency-cap', now + 500),
    refusal('do-not-call'),
    refusal('calling-window', now + 300),
  ];
  expect(
    judgeLead(
      numbers.map((one) => number(one)),
      now,
    ),
  ).toEqual({ what: 'wait', until: now + 300 });
});

test('a lead that no rule will ever let out is closed with the first rule; one that waits for people is looked at again', () => {
  expect(judgeLead([number(refusal('premium-number')), number(refusal('do-not-call'))], now)).toEqual({
    what: 'close',
    reason: 'premium-number',
  });
  expect(judgeLead([number(refusal('caller-id'))], now)).toMatchObject({ what: 'wait' });
});

test.each(['consent', 'manual-only', 'region-unknown'] as const)(
  'a lead that other settings or rules could let out is held: refused by %s',
  (rule) => {
    expect(judgeLead([number(refusal('do-not-call')), number(refusal(rule))], now)).toEqual({
      what: 'hold',
      reason: rule,
    });
  },
);

test('a register is heeded by some campaigns only: a lead is held by it, unless the person asked somebody, too', () => {
  const listed = (...lists: JudgedNumber['listed']) => ({ ...number(refusal('do-not-call')), listed: lists });
  expect(judgeLead([listed('register')], now)).toEqual({ what: 'hold', reason: 'do-not-call' });
  expect(judgeLead([listed('register', 'campaign')], now)).toEqual({ what: 'close', reason: 'do-not-call' });
});

test.each(GateRule.enum)(
  'a refusal by %s is either final, or of settings, or says when the lead is looked at again',
  (rule) => {
    const judged = judgeLead([number(refusal(rule))], now);
    expect(
      judged.what === 'close' || judged.what === 'hold' || (judged.what === 'wait' && judged.until > now),
    ).toBe(true);
  },
);
