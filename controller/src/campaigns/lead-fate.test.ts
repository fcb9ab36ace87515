import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  defaultCampaign,
  isInsideWindow,
  Outcome,
  ownCallbackMs,
  type AttemptRow,
  type GateRule,
} from '@branchline/shared';
import {
  afterAttempt,
  afterDisposition,
  afterSilence,
  dueColumns,
  type FateSettings,
  type LeadBefore,
} from './lead-fate.ts';

const noon = Date.parse('2026-05-12T04:00:00Z');
const hour = 3_600_000;
const zones = ['Asia/Shanghai'];
const settings: FateSettings = { ...defaultCampaign };
const lead = (numbers = ['+8613900000001'], attempts = 0): LeadBefore => ({
  attempts,
  numbers: numbers.map((number) => ({ number, zones })),
  dueAt: noon - hour,
});
const attempt = (more: Partial<AttemptRow>): AttemptRow => ({
  seq: 1,
  at: noon,
  clock: 'trusted',
  id: 'a',
  campaign: 'c',
  lead: 'l',
  lease: 'x',
  number: '+8613900000001',
  ordinal: 1,
  dueAt: noon,
  startedAt: noon,
  endedAt: noon,
  outcome: 'NO_ANSWER',
  deadNumbers: [],
  tries: [],
  ...more,
});
const refused = (rule: GateRule, more: Partial<AttemptRow> = {}) =>
  attempt({ outcome: 'REFUSED', refusal: { rule, reason: rule }, ...more });

test('an outcome with a rule is due again after its delay, one without closes the lead, an answer finishes it', () => {
  expect(afterAttempt(lead(), attempt({ outcome: 'BUSY' }), settings)).toMatchObject({
    state: 'open',
    attempts: 1,
    dueAt: noon + 600_000,
  });
  expect(afterAttempt(lead(), attempt({ outcome: 'BARRED' }), settings)).toMatchObject({
    state: 'exhausted',
    attempts: 1,
    reason: 'outcome BARRED',
  });
  for (const outcome of ['ANSWERED', 'PLAYED'] as const)
    expect(afterAttempt(lead(), attempt({ outcome }), settings)).toMatchObject({
      state: 'finished',
      attempts: 1,
      reason: 'answered',
    });
});

test('a retry that would fall outside the window waits for its opening', () => {
  const late = noon + 7.5 * hour;
  const fate = afterAttempt(lead(), attempt({ outcome: 'NO_ANSWER', endedAt: late }), settings);
  expect(fate.dueAt).toBe(Date.parse('2026-05-13T01:00:00Z'));
});

test('the one shared cap ends all retries', () => {
  expect(afterAttempt(lead(undefined, 3), attempt({ outcome: 'BUSY' }), settings)).toMatchObject({
    state: 'exhausted',
    attempts: 4,
    reason: 'attempts cap',
  });
  expect(afterAttempt(lead(undefined, 2), attempt({ outcome: 'BUSY' }), settings).state).toBe('open');
});

test('dead numbers are never tried again; the next number goes first; without any the lead is closed', () => {
  const two = lead(['+8613900000001', '+8613900000002', '+8613900000003']);
  const gone = afterAttempt(two, attempt({ outcome: 'INVALID_NUMBER' }), settings);
  expect(gone).toMatchObject({ state: 'open', attempts: 1 });
  expect(gone.numbers.map((entry) => entry.number)).toEqual(['+8613900000002', '+8613900000003']);
  const busy = afterAttempt(
    two,
    attempt({ outcome: 'BUSY', number: '+8613900000002', deadNumbers: ['+8613900000001'] }),
    settings,
  );
  expect(busy.numbers.map((entry) => entry.number)).toEqual(['+8613900000003', '+8613900000002']);
  expect(afterAttempt(lead(), attempt({ outcome: 'INVALID_NUMBER' }), settings)).toMatchObject({
    state: 'exhausted',
    reason: 'no number left',
  });
});

test.each(['campaign-stopped', 'lease-expired', 'clock-untrusted'] as const)(
  'a refusal by %s says nothing about the lead: it is open as before',
  (rule) => {
    expect(afterAttempt(lead(), refused(rule), settings)).toMatchObject({
      state: 'open',
      attempts: 0,
      dueAt: noon - hour,
    });
  },
);

test.each([
  'do-not-call',
  'emergency-number',
  'short-number',
  'premium-number',
  'invalid-number',
  'attempts-cap',
] as const)('a refusal by %s closes a lead without another number and counts no attempt', (rule) => {
  expect(afterAttempt(lead(), refused(rule), settings)).toMatchObject({
    state: 'exhausted',
    attempts: 0,
    reason: rule,
  });
});

test.each(['consent', 'manual-only', 'region-unknown'] as const)(
  'a refusal by %s at a branch leaves the lead open with all its numbers: settings and rules may have changed',
  (rule) => {
    const two = lead(['+8613900000001', '+8613900000002']);
    expect(afterAttempt(two, refused(rule), settings)).toMatchObject({
      state: 'open',
      attempts: 0,
      numbers: two.numbers,
      dueAt: noon + hour / 4,
    });
  },
);

test('a number that may not be called leaves the lead its other numbers', () => {
  const fate = afterAttempt(lead(['+8613900000001', '+8613900000002']), refused('do-not-call'), settings);
  expect(fate).toMatchObject({ state: 'open', attempts: 0, numbers: [{ number: '+8613900000002' }] });
});

test.each(['calling-window', 'not-due'] as const)(
  'a refusal by %s waits for the next hour at which it may be called',
  (rule) => {
    const night = Date.parse('2026-05-12T14:00:00Z');
    const fate = afterAttempt(lead(), refused(rule, { endedAt: night }), settings);
    expect(fate).toMatchObject({ state: 'open', attempts: 0, dueAt: Date.parse('2026-05-13T01:00:00Z') });
  },
);

test('whatever happened, an open lead has a number, attempts below the cap, and is due inside its window', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Outcome.enum),
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: 0, max: 14 * 24 * 60 }),
      fc.subarray(['+8613900000001', '+8613900000002']),
      fc.constantFrom<GateRule>('calling-window', 'not-due', 'do-not-call', 'attempts-cap'),
      (outcome, attempts, minutes, deadNumbers, rule) => {
        const endedAt = noon + minutes * 60_000;
        const before = lead(['+8613900000001', '+8613900000002'], attempts);
        const row = attempt({
          outcome,
          endedAt,
          deadNumbers,
          ...(outcome === 'REFUSED' && { refusal: { rule, reason: rule } }),
        });
        const fate = afterAttempt(before, row, settings);
        expect(fate.attempts).toBe(outcome === 'REFUSED' ? attempts : attempts + 1);
        if (fate.state !== 'open') return;
        expect(fate.numbers.length).toBeGreaterThan(0);
        expect(outcome === 'REFUSED' || fate.attempts < settings.attemptsCap).toBe(true);
        expect(isInsideWindow(settings.window, fate.dueAt, fate.numbers[0]?.zones ?? [])).toBe(true);
        expect(fate.dueAt).toBeGreaterThanOrEqual(Math.min(endedAt, before.dueAt));
      },
    ),
    { numRuns: 400 },
  );
});

test('a report of an attempt that was counted by assumption adds nothing', () => {
  expect(afterAttempt(lead(undefined, 1), attempt({ outcome: 'BUSY' }), settings, true).attempts).toBe(1);
});

test('silence counts one attempt and closes at the cap', () => {
  expect(afterSilence(lead(), noon, settings)).toMatchObject({
    state: 'open',
    attempts: 1,
    dueAt: noon + hour,
  });
  expect(afterSilence(lead(undefined, 3), noon, settings)).toMatchObject({ state: 'exhausted', attempts: 4 });
});

test('a final disposition and an opt-out finish the lead; "call again" takes an answered one back until the cap', () => {
  const answered = { ...lead(undefined, 1), finishedByAnswer: true, open: false };
  expect(afterDisposition(answered, { code: 'interested', at: noon }, settings)).toMatchObject({
    state: 'finished',
    reason: 'interested',
  });
  expect(afterDisposition(answered, { code: 'do-not-call', at: noon }, settings)).toMatchObject({
    state: 'finished',
  });
  expect(afterDisposition(answered, { code: 'call-again', at: noon }, settings)).toMatchObject({
    state: 'open',
    dueAt: noon + 24 * hour,
  });
  expect(
    afterDisposition({ ...answered, attempts: 4 }, { code: 'call-again', at: noon }, settings),
  ).toMatchObject({
    state: 'exhausted',
  });
  expect(
    afterDisposition({ ...answered, finishedByAnswer: false }, { code: 'call-again', at: noon }, settings),
  ).toBeUndefined();
  expect(afterDisposition(answered, { code: 'no-such-code', at: noon }, settings)).toBeUndefined();
});

test('who promised to call may move that or take it back; others change nothing about an open lead', () => {
  const open = { ...lead(undefined, 1), finishedByAnswer: false, open: true };
  const again = { code: 'call-again', at: noon };
  expect(afterDisposition(open, again, settings)).toBeUndefined();
  const back = afterDisposition({ ...open, promised: true }, again, settings);
  expect(back).toMatchObject({ state: 'open', dueAt: noon + 24 * hour });
  expect(back).not.toHaveProperty('callback');
});

const own = { callback_edge: 'hangzhou-1', callback_agent: 'li' };

test('a promise to call again is kept at its time, or when the window next opens; an ending disposition promises nothing', () => {
  const answered = { ...lead(undefined, 1), finishedByAnswer: true, open: false };
  const promise = (code: string, callbackAt: number, before = answered) =>
    afterDisposition(before, { code, at: noon, callbackAt, callback: own }, settings);
  expect(promise('call-again', noon + hour)).toMatchObject({
    state: 'open',
    dueAt: noon + hour,
    callback: own,
  });
  // 22:00 there; the window opens at 9:00.
  expect(promise('call-again', noon + 10 * hour)).toMatchObject({ dueAt: noon + 21 * hour, callback: own });
  expect(promise('interested', noon + hour)).toMatchObject({ state: 'finished' });
  expect(promise('interested', noon + hour)).not.toHaveProperty('callback');
  // A second thought about the time.
  const open = { ...answered, finishedByAnswer: false, open: true };
  expect(promise('call-again', noon + 2 * hour, open)).toMatchObject({ dueAt: noon + 2 * hour });
  expect(promise('call-again', noon + hour, { ...answered, attempts: 4 })).toMatchObject({
    state: 'exhausted',
  });
});

test('whatever happens to a lead, a promise stands as long as it is open and the person was not reached', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Outcome.enum),
      fc.integer({ min: 0, max: 5 }),
      fc.option(fc.constantFrom(own, { callback_edge: null, callback_agent: null }), { nil: undefined }),
      (outcome, attempts, callback) => {
        const row = outcome === 'REFUSED' ? refused('calling-window') : attempt({ outcome });
        const fate = afterAttempt({ ...lead(undefined, attempts), callback }, row, settings);
        const stands = fate.state === 'open' && outcome !== 'ANSWERED' ? callback : undefined;
        expect(fate.callback).toEqual(stands);
        const { due_at, callback_at, callback_agent } = dueColumns(fate);
        expect(callback_at).toBe(stands ? fate.dueAt : null);
        expect(due_at - fate.dueAt).toBe(callback_agent === null ? 0 : ownCallbackMs);
      },
    ),
  );
});
