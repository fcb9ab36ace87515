import { expect, test } from 'vitest';
import { defaultCampaign, type AttemptRow } from '@branchline/shared';
import { applyResult, type WorkedLead } from './attempt-results.ts';

const noon = Date.parse('2026-05-12T04:00:00Z');
const lead: WorkedLead = {
  id: 'lead',
  campaign: 'campaign',
  state: 'leased',
  attempts: 1,
  numbers: [{ number: '+8613900000001', zones: ['Asia/Shanghai'] }],
  due_at: noon,
  callback_at: null,
  callback_edge: null,
  callback_agent: null,
  lease: 'lease',
  final_state: null,
  reason: null,
  refused_under: null,
  last_outcome: null,
  last_attempt_at: null,
  settings: { ...defaultCampaign, name: 'test' },
};
const result = (outcome: AttemptRow['outcome'], lease = 'lease'): AttemptRow => ({
  seq: 1,
  at: noon,
  clock: 'trusted',
  id: 'attempt',
  campaign: 'campaign',
  lead: 'lead',
  lease,
  number: '+8613900000001',
  ordinal: 2,
  dueAt: noon,
  startedAt: noon,
  endedAt: noon,
  outcome,
  deadNumbers: [],
  tries: [],
});

test('a result of the lease that holds the lead gives it back', () => {
  expect(applyResult(lead, result('BUSY'), false)).toMatchObject({
    lead: { state: 'open', lease: null, attempts: 2, last_outcome: 'BUSY' },
    callBack: false,
  });
});

test('what was decided about a lead while it was away stands, whatever the result', () => {
  const decided: WorkedLead = { ...lead, final_state: 'exhausted', reason: 'do-not-call' };
  expect(applyResult(decided, result('BUSY'), false).lead).toMatchObject({
    state: 'exhausted',
    reason: 'do-not-call',
    final_state: null,
    attempts: 2,
  });
});

test('a late result does not reopen a lead that is over', () => {
  const over: WorkedLead = { ...lead, state: 'finished', lease: null, reason: 'interested' };
  expect(applyResult(over, result('BUSY'), false).lead).toMatchObject({
    state: 'finished',
    reason: 'interested',
    attempts: 2,
  });
});

test('a late result decides about a lead that only settings had closed', () => {
  const held: WorkedLead = {
    ...lead,
    state: 'exhausted',
    lease: null,
    reason: 'consent',
    refused_under: 'terms',
  };
  expect(applyResult(held, result('ANSWERED'), false).lead).toMatchObject({
    state: 'finished',
    reason: 'answered',
    refused_under: null,
  });
});

test('a late result about a lead that was lent again is kept, and only one that ends it calls it back', () => {
  expect(applyResult(lead, result('BUSY', 'older'), false)).toMatchObject({
    lead: { state: 'leased', lease: 'lease', attempts: 2, final_state: null },
    callBack: false,
  });
  expect(applyResult(lead, result('ANSWERED', 'older'), false)).toMatchObject({
    lead: { state: 'leased', lease: 'lease', attempts: 2, final_state: 'finished', reason: 'answered' },
    callBack: true,
  });
});

test('a refusal called nobody', () => {
  const refused = { ...result('REFUSED'), refusal: { rule: 'lease-expired' as const, reason: 'late' } };
  expect(applyResult(lead, refused, false).lead).toMatchObject({ last_outcome: null, last_attempt_at: null });
  const called = { ...lead, last_outcome: 'BUSY' as const, last_attempt_at: 5 };
  expect(applyResult(called, refused, false).lead).toMatchObject({
    last_outcome: 'BUSY',
    last_attempt_at: 5,
  });
});

test('an attempt that was assumed counts once, and not at all when it turns out to have been refused', () => {
  expect(applyResult(lead, result('BUSY'), true).lead.attempts).toBe(1);
  const refused = { ...result('REFUSED'), refusal: { rule: 'lease-expired' as const, reason: 'late' } };
  expect(applyResult(lead, refused, true).lead.attempts).toBe(0);
  // That it spent the last attempt was as wrong.
  const { attemptsCap } = lead.settings;
  const spent = {
    ...lead,
    attempts: attemptsCap,
    state: 'exhausted',
    reason: 'attempts cap',
    lease: null,
  } as const;
  expect(applyResult(spent, refused, true).lead).toMatchObject({
    state: 'open',
    attempts: attemptsCap - 1,
    reason: null,
  });
  expect(applyResult({ ...spent, reason: 'sale' }, refused, true).lead).toMatchObject({
    state: 'exhausted',
    reason: 'sale',
  });
});
