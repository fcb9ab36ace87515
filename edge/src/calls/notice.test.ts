import { expect, test } from 'vitest';
import { outboundCall, type Call } from './call.ts';
import { nextCall } from './call-machine.ts';

const answered: Call = {
  ...outboundCall({
    id: 'c',
    conversation: 'v',
    customer: '+861',
    callerId: '1',
    line: 'x',
    campaign: 'k',
    lead: 'l',
    attempt: 'a',
    at: 0,
    recordTo: 'f',
    notice: 'This call is recorded.',
    agent: { id: 'li', leg: 'agent-leg' },
  }),
  phase: 'bridging',
  answeredAt: 10,
};

test('the notice is said when the two are together, and not again once it was heard', () => {
  const { state, effects } = nextCall(answered, { type: 'bridged', at: 20 });
  expect(effects.map((effect) => effect.do)).toEqual(['confirm-bridge', 'say-notice']);
  const heard = nextCall(state, { type: 'noticed', at: 21 }).state;
  expect(heard.noticedAt).toBe(21);
  expect(nextCall(heard, { type: 'noticed', at: 30 }).state).toBe(heard);
  const again = nextCall({ ...heard, phase: 'bridging' }, { type: 'bridged', at: 40 });
  expect(again.effects.map((effect) => effect.do)).toEqual(['confirm-bridge']);
});

test('without a notice nothing is said', () => {
  const { notice: _none, ...silent } = answered;
  expect(nextCall(silent, { type: 'bridged', at: 20 }).effects).toHaveLength(1);
});
