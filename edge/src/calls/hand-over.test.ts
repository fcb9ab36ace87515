import fc from 'fast-check';
import { expect, test } from 'vitest';
import { run } from '@branchline/shared';
import { inboundCall, type Call, type CallInput } from './call.ts';
import { nextCall } from './call-machine.ts';
import { outcomeOf } from './outcome.ts';

const waiting: Call = {
  ...inboundCall({
    id: 'c',
    leg: 'l',
    conversation: 'v',
    customer: '139',
    did: '1',
    line: 'x',
    at: 0,
    recordTo: 'f',
  }),
  phase: 'waiting',
};
const talking = after(waiting, [
  { type: 'agent', agent: 'li', leg: 'al', at: 5 },
  { type: 'bridged', at: 10 },
]).call;
const gone = (leg: string, at: number): CallInput => ({
  type: 'hungup',
  leg,
  end: { cause: 'NORMAL_CLEARING', q850: 16, sipStatus: 200, disposition: 'recv_bye' },
  at,
});
const parked = (at: number): CallInput => ({ type: 'parked', at });
const consulted: CallInput[] = [
  { type: 'consult', with: { extension: '1002', agent: 'wang' }, at: 20 },
  { type: 'agent-leg', leg: 'wl', at: 25 },
  parked(26),
];

function after(call: Call, inputs: readonly CallInput[]) {
  const { state, effects } = run(nextCall, call, inputs);
  return { call: state, effects, done: effects.map((effect) => effect.do) };
}

test('a customer handed to an agent is parked first, then offered; the record tells both', () => {
  const { call, done } = after(talking, [
    { type: 'transfer', next: { to: 'agent', agent: 'wang' }, at: 30 },
    parked(31),
    { type: 'agent', agent: 'wang', leg: 'wl', at: 31 },
    { type: 'bridged', at: 32 },
    gone('l', 60),
  ]);
  expect(done.slice(0, 5)).toEqual(['part', 'release-agent', 'music', 'offer', 'bridge']);
  expect(call.segments).toEqual([
    { kind: 'waiting', from: 0, to: 10 },
    { kind: 'agent', from: 10, to: 30, agent: 'li' },
    { kind: 'parked', from: 30, to: 32 },
    { kind: 'agent', from: 32, to: 60, agent: 'wang' },
  ]);
  expect(outcomeOf(call)).toBe('ANSWERED');
});

const longHold = (at: number, rings = false): CallInput => ({ type: 'held-long', rings, at });

test('a customer on hold for long: who stands on one long call is reminded, then on break, and whoever is free gets them', () => {
  const held = after(talking, [{ type: 'held', at: 20 }, longHold(80)]);
  expect(held.call.held).toEqual({ since: 20, reminded: true });
  expect(held.done).toEqual(['agent-holds']);
  const { call, done } = after(held.call, [longHold(140), parked(141)]);
  expect(done).toEqual(['rest-agent', 'restore-sound', 'part', 'release-agent', 'take-over', 'find-agent']);
  expect(call).toMatchObject({ phase: 'waiting', lastAgent: 'li' });
  expect(call.held).toBeUndefined();
});

test('a customer on hold for long: a phone that rings for each call rings again, then whoever is free gets them', () => {
  const held = after(talking, [
    { type: 'held', at: 20 },
    longHold(80, true),
    longHold(140, true),
    parked(141),
  ]);
  expect(held.done).toEqual(['agent-holds', 'restore-sound', 'part', 'release-agent', 'music', 'offer']);
  const { call } = after(held.call, [
    { type: 'recall', at: 200 },
    { type: 'recall', at: 260 },
  ]);
  expect(call.phase).toBe('waiting');
});

test('a customer taken back in time is no reason to remind, and the next hold begins anew', () => {
  const { call, done } = after(talking, [
    { type: 'held', at: 20 },
    longHold(80),
    { type: 'unheld', at: 90 },
    longHold(140),
  ]);
  expect(done).toEqual(['agent-holds', 'agent-holds']);
  expect(after(call, [{ type: 'held', at: 100 }]).call.held).toEqual({ since: 100 });
});

test('who is not taken goes back to who gave them away, then to whoever is free', () => {
  const away = after(talking, [
    { type: 'transfer', next: { to: 'agent', agent: 'wang' }, at: 30 },
    parked(31),
    { type: 'agent', agent: 'wang', at: 31 },
    { type: 'agent-failed', at: 50 },
  ]);
  expect(away.call).toMatchObject({ phase: 'parked' });
  expect(away.effects.at(-1)).toEqual({ do: 'offer', agent: 'li' });
  const free = after(away.call, [{ type: 'recall', at: 51 }]);
  expect(free.call).toMatchObject({ phase: 'waiting' });
  expect(free.done).toEqual(['take-over', 'find-agent']);
});

test('a customer in a queue after a talk is no abandoned call when nobody comes', () => {
  const { call, done } = after({ ...talking, direction: 'outbound' }, [
    { type: 'transfer', next: { to: 'queue', queue: 'experts' }, at: 30 },
    parked(31),
    { type: 'wait-over', at: 90 },
  ]);
  expect(done).toContain('fallback');
  expect(call.abandoned).toBeUndefined();
});

test('a second person: alone with the agent, then all three, then the agent goes', () => {
  const alone = after(talking, consulted);
  expect(alone.call).toMatchObject({ phase: 'talking', consult: { state: 'private', leg: 'wl' } });
  expect(alone.done).toEqual([
    'keep-legs',
    'ring-consulted',
    'part',
    'music',
    'bridge-agent',
    'confirm-bridge',
  ]);
  const all = after(alone.call, [{ type: 'three-way', at: 30 }]);
  expect(all.done).toEqual(['take-over', 'bridge', 'join']);
  const done = after(all.call, [
    { type: 'complete', at: 40 },
    { type: 'bridged', at: 41 },
  ]);
  expect(done.call).toMatchObject({ phase: 'talking', agent: 'wang', agentLeg: 'wl', lastAgent: 'li' });
  expect(done.call.consult).toBeUndefined();
  expect(done.effects).toContainEqual({ do: 'dismiss', leg: 'al' });
  expect(done.effects).toContainEqual({ do: 'release-agent', agent: 'li', how: 'talked' });
});

test('a second person who goes gives the customer back; an agent who hangs up has handed them over', () => {
  const { call } = after(talking, consulted);
  const back = after(call, [gone('wl', 30)]);
  expect(back.call.consult).toBeUndefined();
  expect(back.effects).toContainEqual({ do: 'bridge', agentLeg: 'al' });
  const over = after(call, [gone('al', 30), { type: 'bridged', at: 31 }]);
  expect(over.call).toMatchObject({ phase: 'talking', agent: 'wang', agentLeg: 'wl' });
});

test('an agent who hangs up while the phone still rings hands over to whoever takes it', () => {
  const { call } = after(talking, consulted.slice(0, 1));
  const over = after(call, [gone('al', 30), parked(31)]);
  expect(over.done).toContain('stop-ringing');
  expect(over.effects.at(-1)).toEqual({ do: 'offer', agent: 'wang' });
});

test('the survey follows when the agent ends the talk, not when the customer does', () => {
  const asked = after(waiting, [
    { type: 'agent', agent: 'li', leg: 'al', at: 5 },
    { type: 'bridged', survey: 's', at: 10 },
  ]).call;
  for (const end of [{ type: 'end', by: 'agent', at: 30 } as const, gone('al', 30)]) {
    const { call, done } = after(asked, [end, parked(31)]);
    expect(call).toMatchObject({ phase: 'flow', flow: 's', endedBy: 'agent' });
    expect(done.at(-1)).toBe('run-flow');
  }
  expect(after(asked, [gone('l', 30)]).call.phase).toBe('ended');
});

test('whatever happens, nobody who is released is still in the call, and each span follows the one before', () => {
  const leg = fc.constantFrom('l', 'al', 'wl', 'zl');
  const input: fc.Arbitrary<CallInput> = fc.oneof(
    fc.constantFrom<CallInput>(
      { type: 'parked', at: 0 },
      { type: 'bridged', at: 0 },
      { type: 'bridged', survey: 's', at: 0 },
      { type: 'transfer', next: { to: 'agent', agent: 'wang' }, at: 0 },
      { type: 'transfer', next: { to: 'queue', queue: 'q' }, at: 0 },
      { type: 'transfer', next: { to: 'park' }, at: 0 },
      { type: 'recall', at: 0 },
      { type: 'consult', with: { extension: '1002', agent: 'wang' }, at: 0 },
      { type: 'consult', with: { extension: '1003' }, at: 0 },
      { type: 'consult-over', at: 0 },
      { type: 'three-way', at: 0 },
      { type: 'complete', at: 0 },
      { type: 'agent', agent: 'wang', leg: 'wl', at: 0 },
      { type: 'agent', agent: 'zhou', at: 0 },
      { type: 'agent-failed', at: 0 },
      { type: 'end', by: 'agent', at: 0 },
      { type: 'muted', on: true, at: 0 },
      { type: 'recording-paused', on: true, at: 0 },
    ),
    leg.map((id) => gone(id, 0)),
    leg.map((id) => ({ type: 'agent-leg', leg: id, at: 0 }) as const),
  );
  fc.assert(
    fc.property(fc.array(input, { maxLength: 30 }), (inputs) => {
      const all = inputs.map((each, i) => ({ ...each, at: 20 + i }));
      let call = talking;
      for (const each of [...all, gone('l', 100)]) {
        const step = nextCall(call, each);
        const released = step.effects.flatMap((effect) =>
          effect.do === 'release-agent' && effect.how === 'talked' ? [effect.agent] : [],
        );
        call = step.state;
        if (call.phase !== 'ended') {
          expect(released).not.toContain(call.agent);
          expect(released).not.toContain(call.consult?.agent);
        }
        if (call.consult) expect(call.phase).toBe('talking');
        if (call.phase === 'parting') expect(call.agentLeg).toBeUndefined();
      }
      expect(call.phase).toBe('ended');
      call.segments.reduce((last, { from, to }) => {
        expect(from).toBe(last);
        return to;
      }, 0);
    }),
    { numRuns: 500 },
  );
});

test('a customer is parked while somebody outside is called, and talks to them without an agent', () => {
  const away = after(talking, [
    { type: 'transfer', next: { to: 'outside', number: '+8613800000009' }, at: 30 },
    parked(31),
  ]);
  expect(away.done).toEqual(['part', 'release-agent', 'music']);
  expect(away.call).toMatchObject({ phase: 'parked', next: { to: 'outside' } });
  const { call, done } = after(away.call, [
    { type: 'transfer', next: { to: 'leg', leg: 'out' }, at: 40 },
    { type: 'bridged', at: 41 },
    gone('out', 90),
  ]);
  expect(done).toEqual(['bridge', 'take-over', 'keep-customer', 'hangup']);
  expect(call.agent).toBeUndefined();
  const back = after(away.call, [{ type: 'recall', at: 60 }]);
  expect(back.effects.at(-1)).toEqual({ do: 'offer', agent: 'li' });
  expect(back.call.next).toBeUndefined();
});

test('whoever is called outside is a call of its own, and hears that it is recorded', () => {
  const dialed: Call = {
    ...waiting,
    direction: 'outbound',
    phase: 'dialing',
    outsideOf: 'other',
    notice: 'Recorded.',
  };
  const { call, done } = after(dialed, [
    { type: 'ringing', at: 2 },
    { type: 'answered', at: 10 },
    parked(11),
    { type: 'bridged', at: 12 },
  ]);
  expect(call).toMatchObject({ phase: 'talking', bridgedAt: 12 });
  expect(done).toEqual(['take-over', 'record', 'say-notice']);
  expect(outcomeOf(after(call, [gone('l', 50)]).call)).toBe('ANSWERED');
});

test('an agent who leaves while the phone outside still rings sends the customer to where it is answered', () => {
  const { call, done } = after(talking, [
    { type: 'consult', with: { extension: '+8613800000009', outside: true }, at: 20 },
    { type: 'complete', at: 25 },
    parked(26),
  ]);
  expect(call).toMatchObject({ phase: 'parked', next: { to: 'outside', number: '+8613800000009' } });
  expect(done).toEqual([
    'keep-legs',
    'ring-consulted',
    'stop-ringing',
    'part',
    'release-agent',
    'dismiss',
    'music',
  ]);
});
