import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { virtualCustomer, type VirtualCustomer } from './customer.ts';
import {
  newLesson,
  nextLesson,
  readyMs,
  saidBy,
  talkedMs,
  type Lesson,
  type LessonInput,
  type LessonPlan,
} from './lesson.ts';

const second = 1000;
const customer: VirtualCustomer = {
  name: 'Wu Jun',
  number: '+12025550100',
  direction: 'outbound',
  lines: [
    { atMs: 1 * second, says: 'hello' },
    { atMs: 5 * second, says: 'busy' },
  ],
  hangsUpAtMs: 10 * second,
  patienceMs: 60 * second,
};
const plan = (who = customer): LessonPlan => ({
  wrapUpMs: 15 * second,
  nextCall: (taken, at) => ({
    id: `call-${taken}`,
    customer: who,
    startedAt: at,
    heldMs: 0,
    muted: false,
    recording: 'on',
  }),
});
const after = (inputs: readonly LessonInput[], from = newLesson(0)): Lesson =>
  inputs.reduce((lesson, input) => nextLesson(lesson, input, plan()), from);
const talking = after([
  { type: 'login', at: 0 },
  { type: 'time', at: readyMs },
]);
const t0 = readyMs;

describe('a lesson', () => {
  it.each<[from: Lesson['state'], to: Lesson['state'], Lesson, LessonInput]>([
    ['ready', 'ready', after([{ type: 'login', at: 0 }]), { type: 'time', at: readyMs - 1 }],
    ['ready', 'talking', after([{ type: 'login', at: 0 }]), { type: 'time', at: readyMs }],
    ['talking', 'held', talking, { type: 'hold', at: t0 + 2 * second }],
    ['talking', 'talking', talking, { type: 'time', at: t0 + 9 * second }],
    ['talking', 'wrap-up', talking, { type: 'time', at: t0 + 10 * second }],
    ['talking', 'wrap-up', talking, { type: 'hangup', at: t0 + second }],
    ['talking', 'talking', talking, { type: 'break', reason: 'lunch', at: t0 }],
    ['talking', 'talking', talking, { type: 'login', at: t0 }],
    ['talking', 'offline', talking, { type: 'logout', at: t0 }],
    ['offline', 'offline', newLesson(0), { type: 'time', at: 1e9 }],
    ['offline', 'offline', newLesson(0), { type: 'break', reason: 'rest', at: 5 }],
  ])('of somebody %s is %s', (from, to, lesson, input) => {
    expect(lesson.state).toBe(from);
    expect(nextLesson(lesson, input, plan()).state).toBe(to);
  });

  it('lets the customer speak on only while the line is not on hold, and hang up when it is too long', () => {
    const held = nextLesson(talking, { type: 'hold', at: t0 + 2 * second }, plan());
    expect(saidBy(held.call!, t0 + 50 * second)).toEqual(['hello']);
    const back = nextLesson(held, { type: 'resume', at: t0 + 32 * second }, plan());
    expect(talkedMs(back.call!, t0 + 34 * second)).toBe(4 * second);
    expect(saidBy(back.call!, t0 + 35 * second)).toEqual(['hello', 'busy']);
    expect(nextLesson(back, { type: 'time', at: t0 + 39 * second }, plan()).state).toBe('talking');
    expect(nextLesson(held, { type: 'time', at: t0 + 62 * second }, plan()).state).toBe('wrap-up');
  });

  it('goes on break after the call, when one was asked for', () => {
    const asked = nextLesson(talking, { type: 'break', reason: 'lunch', at: t0 }, plan());
    const ended = nextLesson(asked, { type: 'hangup', at: t0 + second }, plan());
    expect(nextLesson(ended, { type: 'time', at: t0 + 16 * second }, plan())).toMatchObject({
      state: 'break',
      reason: 'lunch',
    });
  });

  it('never has a call without a talk or the work after it, nor a talk without a call, and no clock runs back', () => {
    const kinds = [
      'time',
      'login',
      'logout',
      'ready',
      'hangup',
      'hold',
      'resume',
      'mute',
      'unmute',
      'pause-recording',
      'resume-recording',
    ] as const;
    const step = fc.tuple(fc.constantFrom(...kinds, 'break' as const), fc.integer({ min: 0, max: 120_000 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 0, max: 1e6 }), (steps, seed) => {
        const own = plan(virtualCustomer(seed));
        let lesson = newLesson(0);
        let at = 0;
        for (const [type, ms] of steps) {
          at += ms;
          const input = type === 'break' ? { type, reason: 'rest', at } : { type, at };
          const next = nextLesson(lesson, input, own);
          expect(next.since).toBeGreaterThanOrEqual(lesson.since);
          expect(next.taken - lesson.taken).toBeLessThanOrEqual(1);
          lesson = next;
          const { state, call } = lesson;
          const busy = state === 'talking' || state === 'held' || state === 'wrap-up';
          expect(call !== undefined).toBe(busy);
          if (!call) continue;
          expect(call.heldSince !== undefined).toBe(state === 'held');
          expect(call.endedAt !== undefined).toBe(state === 'wrap-up');
          expect(talkedMs(call, at)).toBeGreaterThanOrEqual(0);
          const said = saidBy(call, at);
          expect(said).toEqual(call.customer.lines.slice(0, said.length).map(({ says }) => says));
        }
      }),
    );
  });
});

describe('a virtual customer', () => {
  it('is the same for the same seed, speaks in order and never after hanging up', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const one = virtualCustomer(seed);
        expect(virtualCustomer(seed)).toEqual(one);
        const times = one.lines.map(({ atMs }) => atMs);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(new Set(one.lines.map(({ says }) => says)).size).toBe(one.lines.length);
        if (one.hangsUpAtMs !== undefined) expect(one.hangsUpAtMs).toBeGreaterThan(times.at(-1)!);
        expect(one.number).toMatch(/^\+120255501\d\d$/);
      }),
    );
  });

  it('differs from call to call', () => {
    const kinds = Array.from({ length: 40 }, (_, i) => virtualCustomer(i).lines.at(-1)!.says);
    expect(new Set(kinds).size).toBe(5);
  });
});
