import { expect, test } from 'vitest';
import type { Disposition } from '@branchline/shared';
import { callbackOf, callbackProblem, keyedTime, promiseOf } from './callback.ts';

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

test('who is on no list is called again by whoever promised it', () => {
  const later = { callbackAt: noon + 5, callbackFor: 'anyone' as const };
  expect(callbackOf(again, later, noon, false)).toEqual({ ...later, callbackFor: 'own' });
  expect(callbackOf(again, {}, noon, false)).toEqual({});
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

test.each([
  ['', 'Asia/Shanghai', '2026-11-18T05:00:00Z'],
  ['1530', 'Asia/Shanghai', '2026-11-18T07:30:00Z'],
  ['1200', 'Asia/Shanghai', '2026-11-19T04:00:00Z'],
  ['0905', 'Asia/Shanghai', '2026-11-19T01:05:00Z'],
  ['2359', 'America/New_York', '2026-11-18T04:59:00Z'],
])('a phone keys %o in %s', (digits, zone, expected) => {
  expect(new Date(keyedTime(digits, noon, zone)!).toISOString()).toBe(expected.replace('Z', '.000Z'));
});

test('a phone keys a time on the day on which clocks change, and what is no time is none', () => {
  const evening = Date.parse('2026-10-31T23:00:00Z');
  expect(new Date(keyedTime('0900', evening, 'America/New_York')!).toISOString()).toBe(
    '2026-11-01T14:00:00.000Z',
  );
  for (const digits of ['2400', '0960', '9999']) expect(keyedTime(digits, noon, 'UTC')).toBeUndefined();
});

test('a phone promises with the disposition that is made for it, else with the first that ends nothing', () => {
  const final = { ...again, code: 'sold', final: true };
  expect(promiseOf([final, again, { ...keyed, code: 'later' }])?.code).toBe('later');
  expect(promiseOf([final, again])?.code).toBe('call-again');
  expect(promiseOf([final])).toBeUndefined();
});
