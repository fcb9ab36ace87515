import { expect, test } from 'vitest';
import { systemClock } from '@branchline/shared';
import { offlineAgent, type AgentInput } from '../agents/agent.ts';
import { isAvailable, nextAgent } from '../agents/agent-machine.ts';
import type { Marks, SwitchEvent } from '../switch/index.ts';
import { PhoneLegs } from './phone-legs.ts';

/** Two agents who are ready: the phone of 1001 rings for each call, 1002 stands on one long call. */
const begin = () => {
  const login = { type: 'login', at: 1 } as const;
  const agents = new Map([
    ['1001', nextAgent(offlineAgent('1001', '1001', 'ring', 0), login).state],
    ['1002', nextAgent(offlineAgent('1002', '1002', 'nailed', 0), { ...login, leg: 'long' }).state],
  ]);
  const legs = new PhoneLegs({
    roster: {
      all: () => [...agents.values()],
      input(id: string, input: AgentInput) {
        agents.set(id, nextAgent(agents.get(id)!, input).state);
        return agents.get(id);
      },
    },
    business: systemClock,
  });
  const hear = (type: 'ringing' | 'answered' | 'destroyed', leg: string, marks: Marks) =>
    legs.follow({ type, leg, marks, at: 0 } satisfies SwitchEvent);
  const free = () => [...agents.values()].filter((agent) => isAvailable(agent)).map(({ id }) => id);
  return { agents, legs, hear, free };
};

test('a phone that talks with a colleague is offered nothing until it has hung up; one long call is none of its own', () => {
  const { hear, free } = begin();
  hear('answered', 'long', { extension: '1002', wants: 'nailed' });
  hear('ringing', 'a', { extension: '1002' });
  hear('ringing', 'b', { extension: '1001' });
  expect(free()).toEqual(['1002']);
  hear('answered', 'b', { extension: '1001' });
  hear('destroyed', 'b', { extension: '1001' });
  expect(free()).toEqual(['1001', '1002']);
});

test('a feature code is no call: it may ask for one', () => {
  const { hear, free } = begin();
  hear('answered', 'f', { extension: '1001', wants: 'next', role: 'agent' });
  expect(free()).toContain('1001');
});

test('the audit finds calls that events told nothing of, and lets go of those that are gone', () => {
  const { legs, free } = begin();
  legs.audit(new Set(['a']), [{ leg: 'a', marks: { extension: '1001' } }]);
  expect(free()).toEqual(['1002']);
  legs.audit(new Set(['a']));
  expect(free()).toEqual(['1002']);
  // One that FreeSWITCH does not list may be new.
  legs.audit(new Set());
  expect(free()).toEqual(['1002']);
  legs.audit(new Set());
  expect(free()).toEqual(['1001', '1002']);
});

test('whoever talks with a colleague while a customer is to ring is not put on break for it', () => {
  const { agents, hear } = begin();
  const say = (input: AgentInput) => agents.set('1001', nextAgent(agents.get('1001')!, input).state);
  const offer = () => {
    say({ type: 'reserve', call: 'c', at: 2 });
    say({ type: 'ring', at: 2 });
    say({ type: 'release', how: 'failed', wrapUpMs: 0, at: 3 });
  };
  say({ type: 'reserve', call: 'c', at: 2 });
  hear('answered', 'a', { extension: '1001' });
  say({ type: 'release', how: 'failed', wrapUpMs: 0, at: 3 });
  expect(agents.get('1001')).toMatchObject({ state: 'ready', onPhone: true });
  hear('destroyed', 'a', { extension: '1001' });
  offer();
  expect(agents.get('1001')).toMatchObject({ state: 'break', reason: 'did not answer' });
});
