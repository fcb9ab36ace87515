import { expect, test } from 'vitest';
import type { Disposition } from '@branchline/shared';
import { callbackOf, callbackProblem } from './callback.ts';

const noon = Date.parse('2026-11-18T04:00:00Z');
const hour = 3_600_000;
const again: Disposition = { code: 'call-again', label: 'Call again', key: '3', final: false, optout: false };
const keyed: Disposition = { ...again, callback: { delaySeconds: 3600, for: 'own' } };

test('a key promises what its disposition says; a time that was said goes before it', () => {
  expect(callbackOf(again, {}, noon)).toEqual({});
  expect(callbackOf(keyed, {}, noon)).toEqual({ callbackAt: noon + hour, callbackFor: 'own' });
  expect(callbackOf(again, { callbackAt: noon + 5 }, noon)).toEqual({
    callbackAt: noon + 5,
    callbackFor: 'anyone',
  });
  expect(callbackOf(keyed, { callbackAt: noon + 5 }, noon)).toEqual({
    callbackAt: noon + 5,
    callbackFor: 'own',
  });
  expect(callbackOf(keyed, { callbackFor: 'anyone' }, noon)).toEqual({
    callbackAt: noon + hour,
    callbackFor: 'anyone',
  });
});

test.each([
  [again, noon - 1, /over/],
  [again, noon + 91 * 24 * hour, /90 days/],
  [{ ...again, final: true }, noon + hour, /ends the lead/],
  [{ ...again, optout: true }, noon + hour, /ends the lead/],
])('a callback that cannot be kept is not promised (%#)', (disposition, callbackAt, problem) => {
  expect(callbackProblem(disposition, { callbackAt }, noon)).toMatch(problem);
});

test('a callback between now and 90 days can be promised, and so can none', () => {
  expect(callbackProblem(again, { callbackAt: noon }, noon)).toBeUndefined();
  expect(callbackProblem(again, { callbackAt: noon + 90 * 24 * hour }, noon)).toBeUndefined();
  expect(callbackProblem({ final: true, optout: false }, {}, noon)).toBeUndefined();
});
