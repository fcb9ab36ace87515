import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AgentState } from '@branchline/shared';
import { DayBook } from './day-book.ts';
import { fillScript } from './script.ts';

const zone = 'Asia/Shanghai';
const noon = Date.parse('2026-11-18T04:00:00Z');
const minute = 60_000;

test("a day is counted from the states that have ended, and only today's part of one that began yesterday", () => {
  const days = new DayBook();
  const midnight = Date.parse('2026-11-17T16:00:00Z');
  days.add('li', { from: 'break', to: 'ready', heldMs: 30 * minute, at: midnight + 10 * minute }, zone);
  days.add('li', { from: 'talking', to: 'held', heldMs: 2 * minute, at: noon }, zone);
  days.add('li', { from: 'held', to: 'wrap-up', heldMs: minute, at: noon }, zone);
  days.add('li', { from: 'wrap-up', to: 'ready', heldMs: minute, at: noon }, zone);
  expect(days.of('li', noon, zone)).toEqual({
    calls: 1,
    talkMs: 3 * minute,
    wrapUpMs: minute,
    readyMs: 0,
    breakMs: 10 * minute,
  });
  expect(days.of('wu', noon, zone).calls).toBe(0);
  expect(days.of('li', noon + 24 * 60 * minute, zone).calls).toBe(0);
  days.add('wu', { from: 'ready', to: 'break', heldMs: minute, at: noon + 24 * 60 * minute }, zone);
  expect(days.of('li', noon + 24 * 60 * minute, zone).calls).toBe(0);
});

test('no order of states counts more than the day has had', () => {
  const state = fc.constantFrom<AgentState>('ready', 'talking', 'wrap-up', 'break', 'offline', 'reserved');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(state, fc.integer({ min: 0, max: 3_600_000 })), { maxLength: 20 }),
      (steps) => {
        const days = new DayBook();
        const midnight = Date.parse('2026-11-17T16:00:00Z');
        let at = midnight + 1;
        for (const [from, heldMs] of steps) {
          at = Math.min(at + heldMs, midnight + 86_399_000);
          days.add('li', { from, to: 'ready', heldMs, at }, zone);
        }
        const { talkMs, wrapUpMs, readyMs, breakMs } = days.of('li', at, zone);
        expect(Math.min(talkMs, wrapUpMs, readyMs, breakMs)).toBeGreaterThanOrEqual(0);
        for (const ms of [talkMs, wrapUpMs, readyMs, breakMs])
          expect(ms).toBeLessThanOrEqual((at - midnight) * steps.length);
      },
    ),
  );
});

test('a script speaks of the customer; what is not known stays empty, and what is no variable stays as it is', () => {
  const values = { Name: '王芳', 'last order': '3 November', number: '+86 138' };
  expect(fillScript('您好,{{name}}! {{ Last Order }} · {{nothing}} · {single} · {{}}', values)).toBe(
    '您好,王芳! 3 November ·  · {single} · {{}}',
  );
  expect(fillScript('{{name}}', { name: '{{number}}', number: '1' })).toBe('{{number}}');
});
