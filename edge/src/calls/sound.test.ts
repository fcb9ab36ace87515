import { expect, test } from 'vitest';
import { inboundCall, type Call, type CallInput } from './call.ts';
import { nextCall } from './call-machine.ts';

const talking: Call = {
  ...inboundCall({
    id: 'c',
    leg: 'l',
    conversation: 'v',
    customer: '+861',
    did: '1',
    line: 'x',
    at: 0,
    recordTo: 'f',
  }),
  phase: 'talking',
  agent: 'li',
  agentLeg: 'a',
  bridgedAt: 10,
};
const after = (call: Call, ...inputs: CallInput[]): Call =>
  inputs.reduce((state, input) => nextCall(state, input).state, call);
const end: CallInput = {
  type: 'hungup',
  leg: 'l',
  end: { cause: 'NORMAL_CLEARING', q850: 16, sipStatus: 200, disposition: '' },
  at: 90,
};

test('spans of silence in the recording are kept, the last one until the end of the call', () => {
  const call = after(
    talking,
    { type: 'recording-paused', on: true, at: 20 },
    { type: 'recording-paused', on: true, at: 25 },
    { type: 'recording-paused', on: false, at: 30 },
    { type: 'recording-paused', on: false, at: 31 },
    { type: 'recording-paused', on: true, at: 50 },
    end,
  );
  expect(call.pauses).toEqual([
    { from: 20, to: 30 },
    { from: 50, to: 90 },
  ]);
  expect(call.recordingPausedAt).toBeUndefined();
});

test('hold and mute belong to a talk: before and after it they mean nothing', () => {
  const waiting: Call = { ...talking, phase: 'waiting' };
  expect(after(waiting, { type: 'held', at: 1 }, { type: 'muted', on: true, at: 1 })).toBe(waiting);
  const held = after(talking, { type: 'held', at: 1 }, { type: 'muted', on: true, at: 1 });
  expect(held).toMatchObject({ held: { since: 1 }, muted: true });
  expect(after(held, { type: 'unheld', at: 2 }, { type: 'muted', on: false, at: 2 })).toEqual(talking);
});

test('a call that is not recorded has no pauses', () => {
  const { recordTo: _none, ...bare } = talking;
  expect(after(bare, { type: 'recording-paused', on: true, at: 5 }, end).pauses).toBeUndefined();
});
