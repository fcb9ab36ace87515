import { expect, test } from 'vitest';
import { ratesOf } from './figures.ts';

const none = {
  attempts: 0,
  answered: 0,
  live: 0,
  abandoned: 0,
  offered: 0,
  taken: 0,
  takenInTime: 0,
  handled: 0,
  talkMs: 0,
  wrapUpMs: 0,
};

test('a day without calls has no rates', () => {
  expect(ratesOf(none)).toEqual({
    answerRate: undefined,
    abandonRate: undefined,
    serviceLevel: undefined,
    handlingMs: undefined,
  });
});

test('the handling time is talk and the work after it, the abandon rate is of all who were to have an agent', () => {
  const day = { ...none, attempts: 100, answered: 40, live: 30, abandoned: 1, offered: 8, takenInTime: 6 };
  expect(ratesOf({ ...day, handled: 10, talkMs: 600_000, wrapUpMs: 150_000 })).toEqual({
    answerRate: 0.4,
    abandonRate: 1 / 30,
    serviceLevel: 0.75,
    handlingMs: 75_000,
  });
});
