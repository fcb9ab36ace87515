import { expect, it } from 'vitest';
import { idSource, systemClock, type Ask } from '@branchline/shared';
import { Questions } from './questions.ts';

const question = { kind: 'number-check', number: '+8613800138000' } as const;
const allowed = { kind: 'number-check', allowed: true } as const;

function setUp(linked = true) {
  const sent: Ask[] = [];
  const send = (ask: Ask): boolean => (linked ? sent.push(ask) > 0 : false);
  return { sent, questions: new Questions({ ids: idSource(), real: systemClock, send }) };
}

it('each question gets its own answer, whatever the order', async () => {
  const { sent, questions } = setUp();
  const [first, second] = [questions.ask(question, 1000), questions.ask(question, 1000)];
  questions.onAnswer({ id: sent[1]!.id, answer: { ...allowed, allowed: false } });
  questions.onAnswer({ id: sent[0]!.id, answer: allowed });
  expect(await first).toEqual(allowed);
  expect(await second).toEqual({ ...allowed, allowed: false });
});

it('an answer that comes too late, twice, or to nobody is nothing', async () => {
  const { sent, questions } = setUp();
  expect(await questions.ask(question, 5)).toBeUndefined();
  questions.onAnswer({ id: sent[0]!.id, answer: allowed });
  questions.onAnswer({ id: idSource()(), answer: allowed });
});

it('nobody is asked while the center cannot be reached', () => {
  expect(setUp(false).questions.ask(question, 1000)).toBeUndefined();
});
