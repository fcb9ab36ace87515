import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { systemClock } from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import { offlineAgent, type AgentInput } from '../agents/agent.ts';
import { isAvailable, nextAgent } from '../agents/agent-machine.ts';
import { PhonePresence } from './phone-presence.ts';

/** Three agents who are ready: 1001 at a phone of the plan, 1002 by the desk page, 9000 at a phone outside. */
const begin = () => {
  const agents = new Map(
    ['1001', '1002', '9000'].map((id) => [
      id,
      nextAgent(offlineAgent(id, id, 'ring', 0), { type: 'login', at: 1 }).state,
    ]),
  );
  const fs = {
    up: true,
    registered: ['1001', '1002'],
    asked: 0,
    registrations(): Promise<{ extension: string; userAgent: string }[]> {
      fs.asked++;
      return fs.registered.length === 0
        ? Promise.reject(new Error('no answer'))
        : Promise.resolve(fs.registered.map((extension) => ({ extension, userAgent: '' })));
    },
  };
  const presence = new PhonePresence({
    switch: fs,
    roster: {
      all: () => [...agents.values()],
      input(id: string, input: AgentInput) {
        const after = nextAgent(agents.get(id)!, input).state;
        agents.set(id, after);
        return after;
      },
    },
    business: systemClock,
    real: systemClock,
    isPhone: (extension) => extension !== '9000',
    isPage: (extension) => extension === '1002',
    log: silentLog,
  });
  const there = () => [...agents.values()].filter((agent) => isAvailable(agent)).map(({ id }) => id);
  const event = (type: 'registered' | 'unregistered', extension: string) =>
    presence.onEvent({ type, extension, at: 0, userAgent: '' });
  return { agents, fs, presence, there, event };
};

test('what cannot be asked takes nobody out of work; what was asked holds until something else is known', async () => {
  const { fs, presence, there } = begin();
  fs.up = false;
  await presence.ask();
  expect(there()).toEqual(['1001', '1002', '9000']);
  fs.up = true;
  const { registered } = fs;
  fs.registered = [];
  await presence.ask();
  expect(there()).toEqual(['1001', '1002', '9000']);
  fs.registered = registered.slice(1);
  await presence.ask();
  expect(there()).toEqual(['1002', '9000']);
  fs.registered = [];
  await presence.ask();
  expect(there()).toEqual(['1002', '9000']);
});

test('a phone that has gone is offered nothing and comes back by itself; one of two registrations is enough', async () => {
  const { fs, presence, there, event } = begin();
  await presence.ask();
  event('unregistered', '1001');
  event('unregistered', '1001');
  await pause(700);
  expect(fs.asked).toBe(2);
  expect(there()).toContain('1001');
  fs.registered = ['1002'];
  event('unregistered', '1001');
  await pause(700);
  expect(there()).toEqual(['1002', '9000']);
  event('registered', '1001');
  expect(there()).toEqual(['1001', '1002', '9000']);
});

test('who speaks by the desk page is there while it is open', async () => {
  const { presence, there } = begin();
  await presence.ask();
  presence.onPages(new Set());
  expect(there()).toEqual(['1001', '9000']);
  presence.onPages(new Set(['1002']));
  expect(there()).toEqual(['1001', '1002', '9000']);
});

test('an agent on one long call whose phone is not registered at two audits in a row is on break; one that never was is let be', async () => {
  const { agents, fs, presence } = begin();
  for (const id of ['1001', '1002'])
    agents.set(
      id,
      nextAgent(offlineAgent(id, id, 'nailed', 0), { type: 'login', leg: `leg ${id}`, at: 1 }).state,
    );
  const states = () => ['1001', '1002'].map((id) => agents.get(id)?.reason);
  fs.registered = ['1001'];
  await presence.audit();
  await presence.audit();
  expect(states()).toEqual(['logged in', 'logged in']);
  fs.registered = ['1003'];
  await presence.audit();
  expect(states()).toEqual(['logged in', 'logged in']);
  await presence.audit();
  expect(states()).toEqual(['phone lost', 'logged in']);
  expect(agents.get('1001')).toMatchObject({ state: 'break' });
  expect(agents.get('1001')?.leg).toBeUndefined();
});
