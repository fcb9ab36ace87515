import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { run } from '@branchline/shared';
import type { Who } from '../answer/index.ts';
import { guestCall, inboundCall, outboundCall, type Call, type CallInput } from './call.ts';
import { nextCall } from './call-machine.ts';
import { confidenceOf, outcomeOf } from './outcome.ts';

const end = (cause: string, disposition = '', sipStatus = 0) => ({ cause, q850: 0, sipStatus, disposition });
const hungup = (leg: string, cause: string, disposition = '', at = 100): CallInput => ({
  type: 'hungup',
  leg,
  end: end(cause, disposition),
  at,
});
const at = (
  type: 'ringing' | 'early' | 'answered' | 'parked' | 'bridged' | 'unbridged',
  time: number,
): CallInput => ({ type, at: time });

const base = {
  id: 'c',
  conversation: 'v',
  customer: '+86139',
  callerId: '020',
  line: 'l',
  campaign: 'k',
  lead: 'p',
  attempt: 't',
  at: 0,
  recordTo: '/r.wav',
};
const nailed = outboundCall({ ...base, agent: { id: 'a', leg: 'al' } });
const ring = outboundCall({ ...base, agent: { id: 'a' } });
const alone = outboundCall(base);
const first = outboundCall({
  ...base,
  agent: { id: 'a', leg: 'al' },
  machines: { how: 'bridge-first', message: 'voicemail' },
});
const held = outboundCall({ ...base, agent: { id: 'a', leg: 'al' }, machines: { how: 'hold' } });
const led = inboundCall({
  id: 'c',
  leg: 'c',
  conversation: 'v',
  customer: '139',
  did: '400',
  line: 'l',
  at: 0,
  recordTo: '/r.wav',
  flow: 'f',
});
const caller: Call = { ...led, phase: 'waiting', queue: 'inbound', queuedAt: 1 };
const guest = guestCall({
  id: 'c',
  leg: 'c',
  conversation: 'v',
  customer: '139',
  did: '400',
  at: 10,
  recordTo: '/r.wav',
  site: 'west',
  queue: 'inbound',
  since: 2,
});
const away: CallInput = {
  type: 'site',
  to: { site: 'east', address: '10.99.0.2:5070', ticket: '0'.repeat(32) },
  at: 20,
};
const far: CallInput = { type: 'agent-leg', leg: 'fl', at: 25 };
const judged = (who: Who, time = 20): CallInput => ({ type: 'judged', who, confidence: 0.9, at: time });
const answered = [at('ringing', 1), at('answered', 10), at('parked', 11)];

function after(call: Call, inputs: readonly CallInput[]) {
  const { state, effects } = run(nextCall, call, inputs);
  return {
    phase: state.phase,
    outcome: state.phase === 'ended' ? outcomeOf(state) : undefined,
    effects: effects.map((effect) => effect.do),
    call: state,
  };
}

test.each<{
  what: string;
  call: Call;
  inputs: CallInput[];
  phase: Call['phase'];
  outcome?: string;
  effects: string[];
}>([
  {
    what: 'early media is not an answer',
    call: nailed,
    inputs: [at('ringing', 1), at('early', 2)],
    phase: 'early',
    effects: ['listen'],
  },
  {
    what: 'an answered leg is taken only when it is parked',
    call: nailed,
    inputs: [at('answered', 10)],
    phase: 'answered',
    effects: [],
  },
  {
    what: 'a nailed-up agent is bridged before anything else is done',
    call: nailed,
    inputs: answered,
    phase: 'bridging',
    effects: ['bridge', 'take-over', 'record'],
  },
  {
    what: 'a ringing agent is rung',
    call: ring,
    inputs: answered,
    phase: 'ringing-agent',
    effects: ['ring-agent', 'take-over', 'record'],
  },
  {
    what: 'a customer without an agent waits for one',
    call: alone,
    inputs: answered,
    phase: 'waiting',
    effects: ['find-agent', 'take-over', 'record'],
  },
  {
    what: 'a talk ended by the customer',
    call: nailed,
    inputs: [...answered, at('bridged', 12), hungup('c', 'NORMAL_CLEARING', 'recv_bye')],
    phase: 'ended',
    outcome: 'ANSWERED',
    effects: ['bridge', 'take-over', 'record', 'confirm-bridge', 'close', 'release-agent'],
  },
  {
    what: 'hanging up the handset ends the customer call',
    call: nailed,
    inputs: [...answered, at('bridged', 12), hungup('al', 'NORMAL_CLEARING')],
    phase: 'talking',
    effects: ['bridge', 'take-over', 'record', 'confirm-bridge', 'hangup'],
  },
  {
    what: 'a call with a flow enters it, and FreeSWITCH keeps its timer',
    call: led,
    inputs: [at('parked', 1)],
    phase: 'flow',
    effects: ['run-flow', 'record'],
  },
  {
    what: 'the flow leads to a queue',
    call: led,
    inputs: [at('parked', 1), { type: 'leave-flow', queue: 'sales', at: 5 }],
    phase: 'waiting',
    effects: ['run-flow', 'record', 'take-over', 'find-agent'],
  },
  {
    what: 'whoever leaves in the flow has not been abandoned',
    call: led,
    inputs: [at('parked', 1), hungup('c', 'NORMAL_CLEARING', 'recv_bye')],
    phase: 'ended',
    outcome: 'CANCELLED',
    effects: ['run-flow', 'record', 'close'],
  },
  {
    what: 'the flow rings phones, and the group is not rung twice',
    call: led,
    inputs: [
      at('parked', 1),
      { type: 'ring-phones', phones: ['101'], at: 5 },
      { type: 'ring-phones', phones: [], at: 6 },
    ],
    phase: 'message',
    effects: ['run-flow', 'record', 'take-over', 'ring-phones'],
  },
  {
    what: 'a call that is in no flow takes nothing from one',
    call: alone,
    inputs: [...answered, { type: 'leave-flow', queue: 'sales', at: 20 }],
    phase: 'waiting',
    effects: ['find-agent', 'take-over', 'record'],
  },
  {
    what: 'busy',
    call: nailed,
    inputs: [at('ringing', 1), hungup('c', 'USER_BUSY')],
    phase: 'ended',
    outcome: 'BUSY',
    effects: ['close', 'release-agent'],
  },
  {
    what: 'a job that failed without a channel',
    call: nailed,
    inputs: [{ type: 'failed', cause: 'GATEWAY_DOWN', at: 3 }],
    phase: 'ended',
    outcome: 'TRUNK_FAULT',
    effects: ['close', 'release-agent'],
  },
  {
    what: 'a failed job after ringing waits for the better witness',
    call: nailed,
    inputs: [at('ringing', 1), { type: 'failed', cause: 'NO_ANSWER', at: 3 }],
    phase: 'ringing',
    effects: [],
  },
  {
    what: 'nobody in time: the message',
    call: alone,
    inputs: [...answered, { type: 'wait-over', at: 20 }],
    phase: 'message',
    effects: ['find-agent', 'take-over', 'record', 'safe-harbour'],
  },
  {
    what: 'abandoned',
    call: alone,
    inputs: [...answered, { type: 'wait-over', at: 20 }, hungup('c', 'NORMAL_CLEARING')],
    phase: 'ended',
    outcome: 'ABANDONED',
    effects: ['find-agent', 'take-over', 'record', 'safe-harbour', 'close'],
  },
  {
    what: 'an agent phone that fails sends the customer back to waiting',
    call: ring,
    inputs: [...answered, { type: 'agent-failed', at: 15 }],
    phase: 'waiting',
    effects: ['ring-agent', 'take-over', 'record', 'release-agent', 'find-agent'],
  },
  {
    what: 'the agent vanishes while the phone rings: nobody is rung for nobody',
    call: nailed,
    inputs: [at('ringing', 1), hungup('al', 'NORMAL_CLEARING')],
    phase: 'ringing',
    effects: ['release-agent', 'hangup'],
  },
  {
    what: 'vanished without a trace',
    call: nailed,
    inputs: [...answered, { type: 'vanished', at: 30 }],
    phase: 'ended',
    outcome: 'LOST',
    effects: ['bridge', 'take-over', 'record', 'close', 'release-agent'],
  },
])('$what', ({ call, inputs, phase, outcome, effects }) => {
  expect(after(call, inputs)).toMatchObject({ phase, effects, ...(outcome && { outcome }) });
});

test('an inbound caller nobody takes goes to the fallback group and is not an abandoned dialer call', () => {
  const call = inboundCall({
    id: 'i',
    leg: 'i',
    conversation: 'v',
    customer: '138',
    did: '020',
    line: 'l',
    at: 0,
    recordTo: '/r.wav',
  });
  const result = after(call, [
    at('parked', 1),
    { type: 'wait-over', at: 60_000 },
    at('bridged', 62_000),
    hungup('i', 'NORMAL_CLEARING', 'recv_bye', 90_000),
  ]);
  expect(result).toMatchObject({ phase: 'ended', outcome: 'ANSWERED' });
  expect(result.call.segments.map(({ kind }) => kind)).toEqual(['waiting', 'fallback']);
});

test('a machine is taken away from the agent, gets its message after the beep, and is no live answer', () => {
  const result = after(first, [
    ...answered,
    at('bridged', 12),
    judged('machine'),
    { type: 'beeped', at: 30 },
    hungup('c', 'NORMAL_CLEARING'),
  ]);
  expect(result).toMatchObject({ phase: 'ended', outcome: 'MACHINE', call: { machine: 0.9 } });
  expect(result.effects).toEqual([
    'listen',
    'bridge',
    'take-over',
    'record',
    'confirm-bridge',
    'await-beep',
    'release-agent',
    'leave-message',
    'stop-listening',
    'close',
  ]);
  expect(confidenceOf(result.call, 'reliable')).toBe(0.9);
  expect(result.call.segments.map(({ kind, from, to }) => [kind, from, to])).toEqual([
    ['ringing', 0, 10],
    ['waiting', 10, 12],
    ['agent', 12, 20],
    ['message', 20, 100],
  ]);
});

test('held, a person reaches the agent when recognised, or when there is no more time; a machine never does', () => {
  const person = after(held, [...answered, judged('person')]);
  expect(person).toMatchObject({ phase: 'bridging' });
  expect(person.effects).toEqual([
    'listen',
    'await-judgement',
    'take-over',
    'record',
    'bridge',
    'stop-listening',
  ]);
  const late = after(held, [...answered, { type: 'judge-over', at: 20 }]);
  expect(late).toMatchObject({ phase: 'bridging' });
  expect(late.effects).not.toContain('stop-listening');
  const machine = after(held, [...answered, judged('machine'), hungup('c', 'NORMAL_CLEARING')]);
  expect(machine).toMatchObject({ phase: 'ended', outcome: 'MACHINE' });
  expect(machine.effects).not.toContain('bridge');
  expect(machine.effects).toContain('release-agent');
});

describe('held for mod_amd', () => {
  const asked: Call = { ...held, machines: { how: 'hold', judge: 'mod-amd' } };
  const says = (verdict: string, time = 30): CallInput => ({ type: 'parked', verdict, at: time });

  test('FreeSWITCH is asked, and its verdict counts, not ours', () => {
    const person = after(asked, [...answered, judged('machine'), says('HUMAN')]);
    expect(person.effects).toEqual([
      'listen',
      'await-judgement',
      'ask-mod-amd',
      'take-over',
      'record',
      'bridge',
      'stop-listening',
    ]);
    const machine = after(asked, [
      ...answered,
      judged('person'),
      says('MACHINE'),
      hungup('c', 'NORMAL_CLEARING'),
    ]);
    expect(machine).toMatchObject({ outcome: 'MACHINE', call: { machine: 0.7 } });
    expect(machine.effects).not.toContain('bridge');
  });

  test('where it is not sure, or says nothing in time, what we heard counts', () => {
    const over: CallInput = { type: 'judge-over', at: 40 };
    for (const end of [says('NOTSURE'), over]) {
      expect(after(asked, [...answered, judged('machine'), end])).toMatchObject({ phase: 'machine' });
      expect(after(asked, [...answered, judged('person'), end])).toMatchObject({ phase: 'bridging' });
    }
    const unsure = [...answered, says('NOTSURE')];
    expect(after(asked, unsure)).toMatchObject({ phase: 'judging' });
    expect(after(asked, [...unsure, judged('machine')])).toMatchObject({ phase: 'machine' });
    expect(after(asked, [...answered, over])).toMatchObject({ phase: 'bridging' });
    // A look at what is up tells the park again, and no verdict.
    expect(after(asked, [...answered, at('parked', 12)])).toMatchObject({
      phase: 'judging',
      call: { machines: { judge: 'mod-amd' } },
    });
  });
});

test('a judgement that comes too late, or where none was asked for, changes nothing', () => {
  const abandoned = [...answered, { type: 'agent-failed', at: 12 }, { type: 'wait-over', at: 15 }] as const;
  expect(after(first, [...abandoned, judged('machine'), hungup('c', 'NORMAL_CLEARING')])).toMatchObject({
    outcome: 'ABANDONED',
  });
  expect(after(nailed, [...answered, judged('machine')])).toMatchObject({ phase: 'bridging' });
  expect(after(first, [judged('machine')])).toMatchObject({ phase: 'dialing' });
  expect(after(first, [...answered, { type: 'beeped', at: 12 }])).toMatchObject({ phase: 'bridging' });
});

test('what was heard before the end tells what the signal hides, and nothing about an answer', () => {
  const off = { type: 'heard', judgement: { outcome: 'POWERED_OFF', confidence: 0.95 }, at: 5 } as const;
  const ended = (cause: string, ...inputs: CallInput[]) =>
    after(nailed, [at('early', 2), ...inputs, hungup('c', cause)]).outcome;
  expect(ended('NORMAL_CLEARING')).toBe('NO_ANSWER');
  expect(ended('NORMAL_CLEARING', off)).toBe('POWERED_OFF');
  // We gave up while it was still being announced.
  expect(ended('NO_ANSWER', off)).toBe('POWERED_OFF');
  expect(ended('UNALLOCATED_NUMBER', off)).toBe('INVALID_NUMBER');
  const doubtful = { outcome: 'BUSY', confidence: 0.5 } as const;
  expect(ended('NORMAL_CLEARING', off, { type: 'heard', judgement: doubtful, at: 6 })).toBe('POWERED_OFF');
  expect(
    after(nailed, [at('early', 2), off, at('answered', 9), hungup('c', 'NORMAL_CLEARING', 'recv_bye')])
      .outcome,
  ).toBe('CANCELLED');
});

const anyInput: fc.Arbitrary<CallInput> = fc.oneof(
  fc.record({
    type: fc.constantFrom(
      'ringing' as const,
      'early' as const,
      'answered' as const,
      'parked' as const,
      'bridged' as const,
      'unbridged' as const,
    ),
    at: fc.nat(1000),
  }),
  fc.record({
    type: fc.constant('agent' as const),
    agent: fc.constant('b'),
    leg: fc.constant('bl'),
    at: fc.nat(1000),
  }),
  fc.record({ type: fc.constant('agent-leg' as const), leg: fc.constantFrom('al', 'bl'), at: fc.nat(1000) }),
  fc.record({
    type: fc.constant('judged' as const),
    who: fc.constantFrom('person' as const, 'machine' as const, 'unsure' as const),
    confidence: fc.constant(0.9),
    at: fc.nat(1000),
  }),
  fc.record({
    type: fc.constantFrom(
      'agent-failed' as const,
      'wait-over' as const,
      'judge-over' as const,
      'beeped' as const,
      'vanished' as const,
    ),
    at: fc.nat(1000),
  }),
  fc.record({
    type: fc.constant('hungup' as const),
    leg: fc.constantFrom('c', 'al', 'bl', 'x'),
    end: fc.constant(end('NORMAL_CLEARING')),
    at: fc.nat(1000),
  }),
  fc.record({ type: fc.constant('failed' as const), cause: fc.constant('USER_BUSY'), at: fc.nat(1000) }),
  fc.record({
    type: fc.constant('end' as const),
    by: fc.constantFrom('agent' as const, 'system' as const),
    at: fc.nat(1000),
  }),
);

test('whatever happens in whatever order, a call closes at most once and gives every agent back', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(nailed, ring, alone, first, held),
      fc.array(anyInput, { maxLength: 40 }),
      (call, inputs) => {
        const { state, effects } = run(nextCall, call, [...inputs, { type: 'vanished', at: 2000 } as const]);
        expect(state.phase).toBe('ended');
        expect(effects.filter((effect) => effect.do === 'close')).toHaveLength(1);
        expect(outcomeOf(state)).toBeTruthy();
        // The agent it was dialed for, and each one that was offered, is released as often as taken.
        const offered =
          (call.agent === undefined ? 0 : 1) + inputs.filter((input) => input.type === 'agent').length;
        const released = effects.filter((effect) => effect.do === 'release-agent').length;
        expect(released).toBeLessThanOrEqual(offered);
        if (call.agent !== undefined && inputs.every((input) => input.type !== 'agent'))
          expect(released).toBe(1);
        expect(state.segments.every(({ from, to }) => to >= from)).toBe(true);
      },
    ),
  );
});

test('whom the flow of a broadcast served was played it, whether they heard it out; who asked it for an agent was answered or abandoned', () => {
  const broadcast = outboundCall({ ...base, flow: 'f' });
  const asked: CallInput = { type: 'leave-flow', at: 30 };
  const gone = hungup('c', 'NORMAL_CLEARING', 'recv_bye');
  expect(after(broadcast, [...answered, gone])).toMatchObject({ outcome: 'PLAYED' });
  expect(after(broadcast, [...answered, asked, { type: 'wait-over', at: 40 }, gone])).toMatchObject({
    outcome: 'ABANDONED',
  });
  const served: CallInput[] = [asked, { type: 'agent', agent: 'a', leg: 'al', at: 31 }, at('bridged', 32)];
  expect(after(broadcast, [...answered, ...served, gone])).toMatchObject({ outcome: 'ANSWERED' });
});

test.each<{
  what: string;
  call: Call;
  inputs: CallInput[];
  phase: Call['phase'];
  outcome?: string;
  effects: string[];
}>([
  {
    what: 'a caller is bridged to the agent of another site when that one answers; the talk is not recorded here',
    call: caller,
    inputs: [away, far, at('bridged', 26)],
    phase: 'talking',
    effects: ['ring-site', 'bridge', 'take-over', 'mask'],
  },
  {
    what: 'another site that does not answer leaves the caller waiting, and a second one may be asked',
    call: caller,
    inputs: [away, { type: 'agent-failed', at: 32 }, away],
    phase: 'ringing-agent',
    effects: ['ring-site', 'find-agent', 'ring-site'],
  },
  {
    what: 'a far leg that is lost before the bridge leaves the caller waiting',
    call: caller,
    inputs: [away, far, hungup('fl', 'NORMAL_CLEARING', 'recv_bye', 26)],
    phase: 'waiting',
    effects: ['ring-site', 'bridge', 'find-agent'],
  },
  {
    what: 'the far side hangs up: the caller is released',
    call: caller,
    inputs: [
      away,
      far,
      at('bridged', 26),
      hungup('fl', 'NORMAL_CLEARING', 'recv_bye', 50),
      hungup('c', 'NORMAL_CLEARING', 'send_bye', 51),
    ],
    phase: 'ended',
    outcome: 'ANSWERED',
    effects: ['ring-site', 'bridge', 'take-over', 'mask', 'hangup', 'close'],
  },
  {
    what: 'the far side hangs up and the queue has a survey: the caller is asked here',
    call: caller,
    inputs: [
      away,
      far,
      { type: 'bridged', survey: 's', at: 26 },
      hungup('fl', 'NORMAL_CLEARING', 'recv_bye', 50),
      at('parked', 51),
    ],
    phase: 'flow',
    effects: ['ring-site', 'bridge', 'take-over', 'mask', 'keep-customer', 'unmask', 'run-flow'],
  },
  {
    what: 'the far box is silent: the caller is back in line, before others',
    call: caller,
    inputs: [away, far, at('bridged', 26), hungup('fl', 'MEDIA_TIMEOUT', '', 50), at('parked', 51)],
    phase: 'waiting',
    effects: [
      'ring-site',
      'bridge',
      'take-over',
      'mask',

      'unmask',
      'take-over',
      'find-agent',
    ],
  },
  {
    what: 'a guest is answered when an agent takes it, and recorded from then on',
    call: guest,
    inputs: [
      at('parked', 11),
      { type: 'agent', agent: 'a', at: 12 },
      { type: 'agent-leg', leg: 'al', at: 15 },
      at('bridged', 16),
    ],
    phase: 'talking',
    effects: ['find-agent', 'take-over', 'ring-agent', 'answer', 'bridge', 'confirm-bridge', 'record'],
  },
  {
    what: 'a guest whom nobody takes goes back unanswered',
    call: guest,
    inputs: [
      at('parked', 11),
      { type: 'wait-over', instead: 'back', at: 20 },
      hungup('c', 'NO_ANSWER', 'send_refuse', 21),
    ],
    phase: 'ended',
    outcome: 'CANCELLED',
    effects: ['find-agent', 'take-over', 'hangup', 'close'],
  },
  {
    what: 'a guest whose own site takes it back while a phone rings frees the agent',
    call: guest,
    inputs: [
      at('parked', 11),
      { type: 'agent', agent: 'a', at: 12 },
      hungup('c', 'ORIGINATOR_CANCEL', 'recv_cancel', 20),
    ],
    phase: 'ended',
    outcome: 'CANCELLED',
    effects: ['find-agent', 'take-over', 'ring-agent', 'close', 'release-agent'],
  },
])('between two sites: $what', ({ call, inputs, phase, outcome, effects }) => {
  const end = after(call, inputs);
  expect(end.phase).toBe(phase);
  expect(end.outcome).toBe(outcome);
  expect(end.effects).toEqual(effects);
});

test('what was said with another site’s agent is a pause of this recording, whatever happens then', () => {
  const { call } = after(caller, [
    away,
    far,
    at('bridged', 26),
    hungup('c', 'NORMAL_CLEARING', 'recv_bye', 60),
  ]);
  expect(call).toMatchObject({ sentTo: 'east', pauses: [{ from: 26, to: 60 }] });
  const handedOn = after(caller, [
    away,
    far,
    at('bridged', 26),
    { type: 'transfer', next: { to: 'queue', queue: 'second' }, at: 40 },
    at('parked', 41),
  ]);
  expect(handedOn.phase).toBe('waiting');
  expect(handedOn.call).toMatchObject({ sentTo: 'east', pauses: [{ from: 26, to: 40 }] });
  expect(handedOn.call.site).toBeUndefined();
});
