import fc from 'fast-check';
import { expect, test } from 'vitest';
import { run } from '@branchline/shared';
import { offlineAgent, voiceOf, type AgentInput, type AgentPresence } from './agent.ts';
import { isAvailable, nextAgent } from './agent-machine.ts';

const nailed = offlineAgent('a', '1001', 'nailed', 0);
const ring = offlineAgent('a', '1001', 'ring', 0);
const login: AgentInput = { type: 'login', leg: 'L', at: 1 };
const ringLogin: AgentInput = { type: 'login', at: 1 };
const reserve: AgentInput = { type: 'reserve', call: 'c', campaign: 'k', at: 2 };
const preview: AgentInput = { type: 'preview', call: 'c', campaign: 'k', at: 2 };
const talk: AgentInput = { type: 'talk', at: 3 };
const failed: AgentInput = { type: 'release', how: 'failed', wrapUpMs: 0, noAnswerLimit: 2, at: 4 };
const dead: AgentInput = { type: 'phone-lost', how: 'no-media', at: 3 };
const release = (how: 'talked' | 'unused' | 'failed', wrapUpMs = 1000): AgentInput => ({
  type: 'release',
  how,
  wrapUpMs,
  at: 4,
});

test.each<{ what: string; from: AgentPresence; inputs: AgentInput[]; state: string; effects: string[] }>([
  { what: 'logs in by phone', from: nailed, inputs: [login], state: 'ready', effects: ['mark-idle', 'tone'] },
  {
    what: 'is promised to a call',
    from: nailed,
    inputs: [login, reserve],
    state: 'reserved',
    effects: ['mark-idle', 'tone', 'mark-idle'],
  },
  {
    what: 'is free again when nobody answered',
    from: nailed,
    inputs: [login, reserve, release('unused')],
    state: 'ready',
    effects: ['mark-idle', 'tone', 'mark-idle', 'mark-idle'],
  },
  {
    what: 'has wrap-up after a talk',
    from: nailed,
    inputs: [login, reserve, talk, release('talked')],
    state: 'wrap-up',
    effects: ['mark-idle', 'tone', 'mark-idle', 'tone', 'wrap-up-timer', 'mark-idle'],
  },
  {
    what: 'takes the break asked for in a talk after the wrap-up',
    from: nailed,
    inputs: [
      login,
      reserve,
      talk,
      { type: 'break', reason: 'lunch', at: 3 },
      release('talked'),
      { type: 'wrap-up-done', at: 9 },
    ],
    state: 'break',
    effects: [
      'mark-idle',
      'tone',
      'mark-idle',
      'tone',
      'tone',
      'wrap-up-timer',
      'mark-idle',
      'tone',
      'mark-idle',
    ],
  },
  {
    what: 'is called back when the handset was put down',
    from: nailed,
    inputs: [login, { type: 'leg-lost', at: 2 }],
    state: 'ready',
    effects: ['mark-idle', 'tone', 'call-back'],
  },
  {
    what: 'goes to break when the phone stays unreachable',
    from: nailed,
    inputs: [
      login,
      { type: 'leg-lost', at: 2 },
      ...Array.from({ length: 4 }, (): AgentInput => ({ type: 'callback-failed', at: 3 })),
    ],
    state: 'break',
    effects: ['mark-idle', 'tone', 'call-back', 'call-back', 'call-back', 'call-back', 'tell-phone-lost'],
  },
  {
    what: 'has a dead phone is on break, and it is not called back',
    from: nailed,
    inputs: [login, dead, { type: 'leg-lost', at: 2 }, dead],
    state: 'break',
    effects: ['mark-idle', 'tone', 'hangup-leg', 'tell-phone-lost'],
  },
  {
    what: 'has a dead phone in a talk is on break after it',
    from: nailed,
    inputs: [
      login,
      reserve,
      talk,
      dead,
      { type: 'leg-lost', at: 4 },
      release('talked'),
      { type: 'wrap-up-done', at: 9 },
    ],
    state: 'break',
    effects: ['mark-idle', 'tone', 'mark-idle', 'tone', 'tell-phone-lost', 'wrap-up-timer'],
  },
  {
    what: 'logs out in the talk in which the phone dies is logged out after it',
    from: nailed,
    inputs: [login, reserve, talk, { type: 'logout', at: 3 }, dead, release('talked', 0)],
    state: 'offline',
    effects: ['mark-idle', 'tone', 'mark-idle', 'tone', 'tone', 'tell-phone-lost', 'hangup-leg'],
  },
  {
    what: 'rests, and whose phone dies meanwhile, rests on for their own reason',
    from: nailed,
    inputs: [login, { type: 'break', reason: 'lunch', at: 2 }, dead],
    state: 'break',
    effects: ['mark-idle', 'tone', 'tone', 'mark-idle', 'hangup-leg', 'tell-phone-lost'],
  },
  {
    what: 'had one long call and now has a phone that rings is not called back',
    from: { ...nailed, mode: 'ring', state: 'ready', leg: 'L' },
    inputs: [{ type: 'leg-lost', at: 2 }],
    state: 'ready',
    effects: [],
  },
  {
    what: 'who did not answer is not there',
    from: ring,
    inputs: [ringLogin, reserve, { type: 'ring', at: 3 }, release('failed')],
    state: 'break',
    effects: [],
  },
  {
    what: 'did not answer once where two are allowed is asked again',
    from: ring,
    inputs: [ringLogin, reserve, { type: 'ring', at: 3 }, failed],
    state: 'ready',
    effects: [],
  },
  {
    what: 'did not answer twice in a row is not there',
    from: ring,
    inputs: [ringLogin, reserve, { type: 'ring', at: 3 }, failed, reserve, { type: 'ring', at: 5 }, failed],
    state: 'break',
    effects: [],
  },
  {
    what: 'answered in between starts to be counted anew',
    from: ring,
    inputs: [ringLogin, reserve, failed, reserve, talk, release('talked', 0), reserve, failed],
    state: 'ready',
    effects: [],
  },
  {
    what: 'puts the customer on hold has them still when somebody hangs up',
    from: ring,
    inputs: [ringLogin, reserve, talk, { type: 'hold', at: 3 }, release('talked')],
    state: 'wrap-up',
    effects: ['wrap-up-timer'],
  },
  {
    what: 'takes the customer back from hold talks again',
    from: ring,
    inputs: [ringLogin, reserve, talk, { type: 'hold', at: 3 }, { type: 'unhold', at: 3 }],
    state: 'talking',
    effects: [],
  },
  {
    what: 'has nobody cannot hold anybody',
    from: ring,
    inputs: [ringLogin, { type: 'hold', at: 3 }, reserve, { type: 'unhold', at: 3 }],
    state: 'reserved',
    effects: [],
  },
  {
    what: 'without a leg a nailed-up agent is promised to nobody',
    from: nailed,
    inputs: [ringLogin, reserve],
    state: 'ready',
    effects: [],
  },
  {
    what: 'looks at a person is promised to the call that follows',
    from: nailed,
    inputs: [login, preview, { type: 'reserve', call: 'd', campaign: 'k', at: 3 }],
    state: 'reserved',
    effects: ['mark-idle', 'tone', 'mark-idle', 'tone'],
  },
  {
    what: 'passes a person is free again',
    from: nailed,
    inputs: [login, preview, release('unused')],
    state: 'ready',
    effects: ['mark-idle', 'tone', 'mark-idle', 'tone', 'mark-idle'],
  },
  {
    what: 'takes a break while looking at a person looks no longer',
    from: nailed,
    inputs: [login, preview, { type: 'break', reason: 'lunch', at: 3 }],
    state: 'break',
    effects: ['mark-idle', 'tone', 'mark-idle', 'tone', 'tone', 'mark-idle'],
  },
  {
    what: 'logs out after the talk',
    from: nailed,
    inputs: [login, reserve, talk, { type: 'logout', at: 3 }, release('talked', 0)],
    state: 'offline',
    effects: ['mark-idle', 'tone', 'mark-idle', 'tone', 'tone', 'hangup-leg'],
  },
])('an agent who $what', ({ from, inputs, state, effects }) => {
  const result = run(nextAgent, from, inputs);
  expect(result.state.state).toBe(state);
  expect(result.effects.map((effect) => effect.do)).toEqual(effects);
});

test('an agent whose phone is gone is offered nothing, stays what they are, and is asked again when it is back', () => {
  const gone: AgentInput = { type: 'phone', there: false, at: 2 };
  const back: AgentInput = { type: 'phone', there: true, at: 3 };
  const without = run(nextAgent, ring, [ringLogin, gone]).state;
  expect(without).toMatchObject({ state: 'ready', since: 1 });
  expect(isAvailable(without)).toBe(false);
  expect(nextAgent(without, reserve).state).toBe(without);
  expect(nextAgent(without, gone).state).toBe(without);
  expect(isAvailable(nextAgent(without, back).state)).toBe(true);
  // A talk goes on, and the standing leg counts whatever the registration says.
  expect(run(nextAgent, ring, [ringLogin, reserve, talk, gone]).state.state).toBe('talking');
  expect(isAvailable(run(nextAgent, nailed, [login, gone]).state)).toBe(true);
});

test('a phone with a call of its own is offered none; the own call that failed to ring is no absence', () => {
  const on: AgentInput = { type: 'on-phone', on: true, at: 2 };
  const off: AgentInput = { type: 'on-phone', on: false, at: 3 };
  const engaged = run(nextAgent, ring, [ringLogin, on]).state;
  expect(engaged).toMatchObject({ state: 'ready', since: 1, reason: 'in a call of their own' });
  expect(isAvailable(engaged)).toBe(false);
  expect(nextAgent(engaged, reserve).state).toBe(engaged);
  expect(isAvailable(nextAgent(engaged, off).state)).toBe(true);
  expect(run(nextAgent, ring, [ringLogin, reserve, on, failed, failed]).state).toMatchObject({
    state: 'ready',
  });
  // The standing leg is no call of its own.
  expect(isAvailable(run(nextAgent, nailed, [login, on]).state)).toBe(true);
});

const anyInput: fc.Arbitrary<AgentInput> = fc.oneof(
  fc.constantFrom<AgentInput>(
    login,
    ringLogin,
    reserve,
    preview,
    talk,
    release('talked'),
    release('talked', 0),
    release('unused'),
    release('failed'),
  ),
  fc.constantFrom<AgentInput>(
    { type: 'logout', at: 5 },
    { type: 'ready', at: 5 },
    { type: 'wrap-up-done', at: 5 },
    { type: 'break', reason: 'x', at: 5 },
    { type: 'ring', at: 5 },
    { type: 'hold', at: 5 },
    { type: 'unhold', at: 5 },
    failed,
    { type: 'disposed', at: 5 },
    { type: 'leg-lost', at: 5 },
    { type: 'called-back', leg: 'M', at: 5 },
    { type: 'phone', there: false, at: 5 },
    { type: 'phone', there: true, at: 5 },
    { type: 'on-phone', on: true, at: 5 },
    { type: 'on-phone', on: false, at: 5 },
    dead,
    { type: 'callback-failed', at: 5 },
  ),
);

test('no order of inputs leaves an agent stuck: the call ends, the wrap-up ends, ready is asked, the phone is called back', () => {
  fc.assert(
    fc.property(fc.constantFrom(nailed, ring), fc.array(anyInput, { maxLength: 40 }), (from, inputs) => {
      const { state } = run(nextAgent, from, inputs);
      const rescue: AgentInput[] = [
        release('unused'),
        { type: 'wrap-up-done', at: 6 },
        { type: 'phone', there: true, at: 7 },
        { type: 'on-phone', on: false, at: 7 },
        { type: 'login', ...(from.mode === 'nailed' && { leg: 'N' }), at: 7 },
      ];
      const rescued = run(nextAgent, state, rescue).state;
      expect(isAvailable(rescued)).toBe(true);
      expect(voiceOf(rescued)?.call).toBeUndefined();
      if (state.state === 'offline') expect(state.leg === undefined || from.mode === 'nailed').toBe(true);
      if (['reserved', 'talking', 'held'].includes(state.state)) expect(voiceOf(state)?.call).toBeDefined();
    }),
  );
});
