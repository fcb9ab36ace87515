import { expect, test } from 'vitest';
import { idSource, type KnownLead } from '@branchline/shared';
import { inboundCall, type Call, type CallInput } from '../calls/index.ts';
import { CallerQuestions } from './caller-questions.ts';

const ids = idSource();
const lead: KnownLead = { lead: ids(), campaign: ids(), attempts: 2, fields: { name: 'Wang' } };
const caller = (change: Partial<Call> = {}): Call => ({
  ...inboundCall({
    id: ids(),
    leg: ids(),
    conversation: ids(),
    customer: '13900000001',
    did: '02088888888',
    line: 'carrier-a',
    at: 1000,
    recordTo: '/tmp/a.wav',
  }),
  ...change,
});
const setUp = (answers: readonly (readonly KnownLead[] | 'away' | 'late')[]) => {
  const asked: string[] = [];
  let now: Call | undefined;
  const inputs: CallInput[] = [];
  const questions = new CallerQuestions({
    calls: () => ({ get: () => now, input: (_, input) => inputs.push(input) }),
    now: () => 2000,
    ask: (number) => {
      const answer = answers[asked.length];
      asked.push(number);
      if (answer === 'away') return undefined;
      return Promise.resolve(answer === 'late' ? undefined : answer);
    },
  });
  const follow = (call: Call): void => questions.follow((now = call));
  return { follow, asked, inputs };
};

test('who calls is asked for once, and kept with the call', async () => {
  const { follow, asked, inputs } = setUp([[lead]]);
  const call = caller();
  follow(call);
  follow({ ...call, phase: 'waiting' });
  await Promise.resolve();
  expect(inputs).toEqual([{ type: 'known', leads: [lead], at: 2000 }]);
  follow({ ...call, known: [lead], phase: 'talking', bridgedAt: 2000 });
  expect(asked).toEqual(['13900000001']);
});

test.each(['away', 'late'] as const)(
  'a center that is %s is asked once more when the two talk',
  async (how) => {
    const { follow, asked, inputs } = setUp([how, []]);
    const call = caller();
    follow(call);
    await Promise.resolve();
    expect(inputs).toEqual([]);
    for (let i = 0; i < 3; i++) follow({ ...call, phase: 'talking', bridgedAt: 2000 });
    await Promise.resolve();
    expect(asked).toHaveLength(2);
    expect(inputs).toEqual([{ type: 'known', leads: [], at: 2000 }]);
  },
);

test('a talk that begins before the answer waits for it, and asks again when there is none', async () => {
  const call = caller();
  const talking: Call = { ...call, phase: 'talking', bridgedAt: 2000 };
  for (const [first, count] of [
    [[lead], 1],
    ['late', 2],
  ] as const) {
    const { follow, asked } = setUp([first, []]);
    follow(call);
    follow(talking);
    expect(asked).toHaveLength(1);
    await Promise.resolve();
    expect(asked).toHaveLength(count);
  }
});

test.each<[string, Partial<Call>]>([
  ['whose number is withheld', { customer: '' }],
  ['whose number is a name', { customer: 'anonymous' }],
  ['whom the dialer has called', { attempt: ids() }],
  ['outside who is to take a customer', { outsideOf: ids() }],
])('nobody is asked for somebody %s', (_, change) => {
  const { follow, asked } = setUp([]);
  follow(caller(change));
  expect(asked).toEqual([]);
});
