import fc from 'fast-check';
import { expect, test } from 'vitest';
import { run } from '@branchline/shared';
import { idleCall, type CallEffect, type CallInput, type CallState } from './call.ts';
import { nextCall } from './call-machine.ts';
import type { CallStage } from './report.ts';

const dial: CallInput = { type: 'dial', number: '10086', ringMs: 45_000, at: 0 };
const report = (stage: CallStage, at: number, more: object = {}): CallInput => ({
  type: 'report',
  at,
  report: { type: 'call', stage, id: 1, ...more },
});
const word = (text: 'NO CARRIER' | 'BUSY', at: number): CallInput => ({ type: 'word', word: text, at });
const timer = (
  name: 'ring' | 'dial' | 'release' | 'settle' | 'caller' | 'silence',
  at: number,
): CallInput => ({
  type: 'timer',
  timer: name,
  at,
});
const listed = (at: number, ...calls: readonly { id: number; stage: CallStage }[]): CallInput => ({
  type: 'listed',
  at,
  calls: calls.map((call) => ({ type: 'call', ...call })),
});

const told = (effects: readonly CallEffect[]): string[] =>
  effects.flatMap((effect) =>
    effect.do === 'tell'
      ? [effect.what]
      : effect.do === 'command'
        ? [effect.command]
        : effect.do === 'ended'
          ? ['ended']
          : [],
  );

test.each<{ what: string; inputs: CallInput[]; state: CallState['at']; effects: string[] }>([
  { what: 'dials', inputs: [dial], state: 'dialling', effects: ['dial'] },
  { what: 'rings', inputs: [dial, report('alerting', 4)], state: 'alerting', effects: ['dial', 'alerting'] },
  {
    what: 'is answered, by list alone',
    inputs: [dial, listed(1, { id: 1, stage: 'dialling' }), listed(5, { id: 1, stage: 'active' })],
    state: 'active',
    effects: ['dial', 'answered'],
  },
  {
    what: 'ends with cause and word',
    inputs: [dial, report('alerting', 4), report('ended', 9, { cause: 17 }), word('BUSY', 9)],
    state: 'idle',
    effects: ['dial', 'alerting', 'ended'],
  },
  {
    what: 'waits for the cause after a bare word, and asks for it',
    inputs: [dial, word('NO CARRIER', 9)],
    state: 'settling',
    effects: ['dial', 'cause'],
  },
  {
    what: 'is over when nothing more is said',
    inputs: [dial, word('NO CARRIER', 9), timer('settle', 10)],
    state: 'idle',
    effects: ['dial', 'cause', 'ended'],
  },
  {
    what: 'is over when the list has forgotten it',
    inputs: [dial, report('active', 5), listed(9), timer('settle', 10)],
    state: 'idle',
    effects: ['dial', 'answered', 'cause', 'ended'],
  },
  {
    what: 'is not over before the list ever knew it',
    inputs: [dial, listed(1)],
    state: 'dialling',
    effects: ['dial'],
  },
  {
    what: 'is hung up when it rings out',
    inputs: [dial, report('alerting', 4), timer('ring', 45_000)],
    state: 'releasing',
    effects: ['dial', 'alerting', 'hang-up'],
  },
  {
    what: 'is hung up harder and harder when the modem does not let go',
    inputs: [
      dial,
      { type: 'hang-up', at: 1 },
      timer('release', 2),
      timer('release', 3),
      timer('release', 4),
      timer('release', 5),
    ],
    state: 'idle',
    effects: ['dial', 'hang-up', 'hang-up', 'hang-up-old', 'restart', 'ended'],
  },
  {
    what: 'waits a moment for the number of a caller',
    inputs: [{ type: 'ring', at: 0 }],
    state: 'incoming',
    effects: [],
  },
  {
    what: 'presents a caller with the number',
    inputs: [
      { type: 'ring', at: 0 },
      { type: 'caller', number: '139', at: 1 },
      { type: 'ring', at: 5 },
    ],
    state: 'incoming',
    effects: ['incoming'],
  },
  {
    what: 'presents a caller who shows none',
    inputs: [{ type: 'ring', at: 0 }, timer('caller', 1), { type: 'caller', at: 2 }],
    state: 'incoming',
    effects: ['incoming'],
  },
  {
    what: 'misses a caller who falls silent',
    inputs: [{ type: 'caller', number: '139', at: 1 }, timer('silence', 13), timer('settle', 14)],
    state: 'idle',
    effects: ['incoming', 'ended'],
  },
  {
    what: 'does not answer twice',
    inputs: [
      { type: 'caller', number: '139', at: 1 },
      { type: 'answer', at: 2 },
      { type: 'answer', at: 3 },
    ],
    state: 'answering',
    effects: ['incoming', 'answer'],
  },
  {
    what: 'ends a call nobody knows of',
    inputs: [listed(0, { id: 1, stage: 'active' })],
    state: 'idle',
    effects: ['hang-up'],
  },
  {
    what: 'is not answered without a call',
    inputs: [
      { type: 'answer', at: 0 },
      { type: 'hang-up', at: 1 },
    ],
    state: 'idle',
    effects: [],
  },
  {
    what: 'is lost with the line',
    inputs: [dial, { type: 'line-lost', at: 3 }],
    state: 'idle',
    effects: ['dial', 'ended'],
  },
])('a call $what', ({ inputs, state, effects }) => {
  const { state: end, effects: done } = run(nextCall, idleCall, inputs);
  expect(end.at).toBe(state);
  expect(told(done)).toEqual(effects);
});

const stage = fc.constantFrom<CallStage>(
  'active',
  'held',
  'dialling',
  'alerting',
  'incoming',
  'waiting',
  'ended',
);
const anyInput: fc.Arbitrary<CallInput> = fc.oneof(
  fc.constant(dial),
  stage.map((each) => report(each, 1)),
  fc.constantFrom(word('BUSY', 1), word('NO CARRIER', 1)),
  fc.array(fc.record({ id: fc.nat(2), stage }), { maxLength: 2 }).map((calls) => listed(1, ...calls)),
  fc.constantFrom<CallInput>(
    { type: 'ring', at: 1 },
    { type: 'caller', at: 1 },
    { type: 'caller', number: '139', at: 1 },
    { type: 'answer', at: 1 },
    { type: 'hang-up', at: 1 },
    { type: 'refused', at: 1 },
    { type: 'refused', word: 'BUSY', at: 1 },
    { type: 'cause', cause: 16, at: 1 },
    { type: 'line-lost', at: 1 },
  ),
  fc
    .constantFrom('ring', 'dial', 'release', 'settle', 'caller', 'silence')
    .map((name) => timer(name as 'ring', 1)),
);

test('whatever comes in whatever order, each call that begins ends once, and none is answered after its end', () => {
  fc.assert(
    fc.property(fc.array(anyInput, { maxLength: 60 }), (inputs) => {
      let open = 0;
      let answered = false;
      let state = idleCall;
      for (const input of [...inputs, { type: 'line-lost', at: 99 } as const]) {
        const step = nextCall(state, input);
        if (state.at === 'idle' && step.state.at !== 'idle') {
          open++;
          answered = false;
        }
        for (const effect of step.effects) {
          if (effect.do === 'tell' && effect.what === 'answered') {
            expect([open, answered]).toEqual([1, false]);
            answered = true;
          }
          if (effect.do === 'ended') open--;
        }
        state = step.state;
        expect(open).toBe(state.at === 'idle' ? 0 : 1);
      }
      expect(state).toEqual(idleCall);
    }),
    { numRuns: 2_000 },
  );
});
