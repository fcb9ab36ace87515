import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findProblem } from '../contract/validate.ts';
import { Flow, type FlowStep } from './flow.ts';
import {
  flowLimits,
  nextFlow,
  startFlow,
  type FlowInput,
  type FlowOrder,
  type FlowState,
} from './flow-machine.ts';
import { checkFlow, findFlowProblems } from './flow-problems.ts';
import { officeFlow, validFlow } from './testing.ts';

/** A Wednesday, 10:00 in Shanghai. */
const wednesday = Date.parse('2026-11-18T02:00:00Z');
const facts = { caller: '13912345678', called: '4001', zone: 'Asia/Shanghai', at: wednesday };

const withStep = (id: string, change: object): Flow => ({
  ...officeFlow,
  steps: officeFlow.steps.map((step) => (step.id === id ? { ...step, ...change } : step)),
});

const withLoop: Flow = {
  ...withStep('hours', { closed: 'hours' }),
  steps: withStep('hours', { closed: 'hours' }).steps.filter(({ id }) => id !== 'closed'),
};

/** Runs a caller through a flow: what the branch was told to do, and the end. */
function walk(flow: Flow, inputs: readonly string[], at = wednesday) {
  const first = startFlow(flow, { ...facts, at });
  let { state } = first;
  const orders: FlowOrder[] = [...first.effects];
  for (const input of inputs) {
    const next = nextFlow(
      flow,
      state,
      /^[0-9*#]$/.test(input) ? { type: 'key', key: input, at } : ({ type: input, at } as FlowInput),
    );
    state = next.state;
    orders.push(...next.effects);
  }
  return { state, orders };
}

describe('a caller in a flow', () => {
  test.each<[string, readonly string[], FlowState['outcome'], FlowOrder]>([
    [
      'a key while the prompt plays goes on at once',
      ['1'],
      'queued',
      { do: 'queue', queue: 'sales', priority: 50 },
    ],
    ['a key after the prompt', ['played', '2', 'played', 'recorded'], 'voicemail', { do: 'hang-up' }],
    [
      'three wrong keys go the way without an answer',
      ['5', '6', '7'],
      'queued',
      { do: 'queue', queue: 'sales', priority: 50 },
    ],
    [
      'silence three times',
      ['played', 'timeout', 'played', 'timeout', 'played', 'timeout'],
      'queued',
      { do: 'queue', queue: 'sales', priority: 50 },
    ],
    ['a message ended by #', ['2', 'played', '#'], 'voicemail', { do: 'hang-up' }],
    [
      'a message ended by hanging up is kept',
      ['2', 'played', 'hungup'],
      'voicemail',
      { do: 'record', maxSeconds: 60 },
    ],
  ])('%s', (_, inputs, outcome, last) => {
    const { state, orders } = walk(officeFlow, inputs);
    expect([state.outcome, orders.at(-1)]).toEqual([outcome, last]);
  });

  test('who hangs up in the middle has left, and nothing more is ordered', () => {
    const { state, orders } = walk(officeFlow, ['played', 'hungup', '1', 'timeout', 'resumed']);
    expect(state.outcome).toBe('left');
    expect(orders.map((order) => order.do)).toEqual(['play', 'listen']);
  });

  test.each([
    ['2026-11-18T02:00:00Z', 'welcome', 'a Wednesday morning'],
    ['2026-11-18T12:00:00Z', 'closed', 'the evening'],
    ['2026-11-21T02:00:00Z', 'closed', 'a Saturday'],
    ['2026-12-25T02:00:00Z', 'closed', 'a holiday'],
    // Shanghai is already in Monday while London is still in Sunday.
    ['2026-11-23T01:30:00Z', 'welcome', 'by the time of the branch'],
  ])('at %s hears "%s": %s', (at, prompt) => {
    expect(walk(officeFlow, [], Date.parse(at)).orders).toEqual([{ do: 'play', prompts: [prompt] }]);
  });

  test('wrong keys are told and the prompt comes again', () => {
    expect(walk(officeFlow, ['5']).orders).toEqual([
      { do: 'play', prompts: ['welcome'] },
      { do: 'stop-playing' },
      { do: 'play', prompts: ['wrong', 'welcome'] },
    ]);
  });

  test('recognised words stand for their key, and what was not understood leaves the keys', () => {
    const { state } = walk(officeFlow, ['played']);
    const said = (text: string) => nextFlow(officeFlow, state, { type: 'said', text, at: wednesday });
    expect(said('to Sales please').state.outcome).toBe('queued');
    expect(said('mumble').state).toBe(state);
  });

  test('digits are collected up to the terminator, and too few are asked for again', () => {
    const flow = withStep('choice', {
      kind: 'digits',
      into: 'order',
      min: 3,
      max: 6,
      terminator: '#',
      next: 'message',
      keys: undefined,
      speech: undefined,
    });
    expect(walk(flow, ['1', '2', '3', '4', '#']).state).toMatchObject({
      step: 'message',
      variables: { order: '1234', caller: '13912345678' },
    });
    expect(walk(flow, ['1', '2', '#']).orders.at(-1)).toEqual({ do: 'play', prompts: ['wrong', 'welcome'] });
    expect(walk(flow, ['1', '2', 'timeout']).state.step).toBe('choice');
    expect(walk(flow, ['1', '2', '3', 'timeout']).state.step).toBe('message');
  });

  test('a look-up fills in what is known, escaped, and its failure has a way on', () => {
    const flow: Flow = {
      start: 'ask',
      prompts: [],
      steps: [
        {
          id: 'ask',
          kind: 'lookup',
          url: 'https://crm.example/level?of={caller}&x={nothing}',
          deadlineMs: 800,
          field: 'customer.level',
          into: 'level',
          found: 'vip',
          otherwise: 'all',
        },
        { id: 'vip', kind: 'condition', variable: 'level', cases: { gold: 'first' }, otherwise: 'all' },
        { id: 'first', kind: 'queue', priority: 90 },
        { id: 'all', kind: 'queue' },
      ],
    };
    const start = startFlow(flow, { ...facts, caller: '+86&x=1' });
    expect(start.effects).toEqual([
      {
        do: 'look-up',
        url: 'https://crm.example/level?of=%2B86%26x%3D1&x=',
        field: 'customer.level',
        deadlineMs: 800,
      },
    ]);
    const [ask, ...rest] = flow.steps;
    const heard = startFlow({ ...flow, steps: [{ ...ask!, prompt: 'moment' } as FlowStep, ...rest] }, facts);
    expect(heard.effects).toMatchObject([{ do: 'look-up', prompt: 'moment' }]);
    const found = nextFlow(flow, start.state, { type: 'found', value: 'gold', at: wednesday });
    expect(found.effects).toEqual([{ do: 'queue', priority: 90 }]);
    // A value that is the name of something every object has is no case.
    const odd = nextFlow(flow, start.state, { type: 'found', value: 'constructor', at: wednesday });
    expect(odd.effects).toEqual([{ do: 'queue' }]);
    expect(walk(flow, ['not-found']).orders.at(-1)).toEqual({ do: 'queue' });
  });

  test('an opt-out goes on only when it is stored', () => {
    const flow: Flow = {
      start: 'no',
      prompts: [{ name: 'gone', en: 'You will not be called again.' }],
      steps: [
        { id: 'no', kind: 'opt-out', scope: 'all', next: 'bye' },
        { id: 'bye', kind: 'hang-up', prompt: 'gone' },
      ],
    };
    expect(walk(flow, []).orders).toEqual([{ do: 'opt-out', scope: 'all' }]);
    expect(walk(flow, ['played', 'timeout', '1']).orders).toHaveLength(1);
    expect(walk(flow, ['stored']).orders.at(-1)).toEqual({ do: 'play', prompts: ['gone'] });
    expect(walk(flow, ['not-stored']).state.outcome).toBe('failed');
  });

  test('whoever plays with the keys for ever is given to a person', () => {
    const steps = walk(
      officeFlow,
      Array.from({ length: 1000 }, () => '9'),
    );
    expect([steps.state.outcome, steps.orders.at(-1)]).toEqual(['limit', { do: 'give-up' }]);
    const storm = walk(
      withStep('choice', { kind: 'prompt', next: 'sales' }),
      Array.from({ length: 1000 }, () => '9'),
    );
    expect(storm.state).toMatchObject({ outcome: 'limit', pressed: flowLimits.keys + 1 });
  });
});

describe('a flow that would not work is refused', () => {
  test.each<[string, string, Flow]>([
    ['BL_FLOW_STEP_UNKNOWN', 'choice', withStep('choice', { otherwise: 'nowhere' })],
    ['BL_FLOW_STEP_UNKNOWN', 'start', { ...officeFlow, start: 'nowhere' }],
    ['BL_FLOW_STEP_UNREACHABLE', 'message', withStep('choice', { keys: { 1: 'sales' }, speech: [] })],
    ['BL_FLOW_STEP_TWICE', 'closed', { ...officeFlow, steps: [...officeFlow.steps, officeFlow.steps[4]!] }],
    ['BL_FLOW_PROMPT_MISSING', 'closed', withStep('closed', { prompt: 'unwritten' })],
    ['BL_FLOW_PROMPT_MISSING', 'choice', withStep('choice', { invalid: 'unwritten' })],
    ['BL_FLOW_LOOP', 'choice', withStep('choice', { otherwise: 'choice' })],
    ['BL_FLOW_LOOP', 'hours', withLoop],
    ['BL_FLOW_STEP_INVALID', 'choice', withStep('choice', { speech: [{ says: 'x', key: '7' }] })],
    [
      'BL_FLOW_STEP_INVALID',
      'hours',
      withStep('hours', { hours: [{ fromMinute: 900, toMinute: 60, weekdays: [1] }] }),
    ],
  ])('%s at %s', (code, step, flow) => {
    expect(findFlowProblems(flow)).toContainEqual(expect.objectContaining({ code, step }));
    expect(() => checkFlow(flow)).toThrow(expect.objectContaining({ code }));
  });

  test('by its schema: unknown kinds, keys that no phone has, addresses that are none', () => {
    for (const wrong of [
      { kind: 'jump', to: 'sales' },
      { keys: { a: 'sales' } },
      { keys: {} },
      { timeoutSeconds: 0 },
      { extra: 1 },
    ])
      expect(findProblem(Flow, withStep('choice', wrong))).toBeDefined();
    expect(findProblem(Flow, officeFlow)).toBeUndefined();
    expect(findFlowProblems(officeFlow)).toEqual([]);
  });
});

const anyInput: fc.Arbitrary<FlowInput> = fc.oneof(
  fc
    .constantFrom('0', '1', '2', '3', '9', '*', '#')
    .map((key): FlowInput => ({ type: 'key', key, at: wednesday })),
  fc.constantFrom('yes', 'sales').map((text): FlowInput => ({ type: 'said', text, at: wednesday })),
  fc
    .constantFrom('played', 'timeout', 'not-found', 'stored', 'not-stored', 'recorded', 'resumed')
    .map((type): FlowInput => ({ type, at: wednesday })),
  fc.constantFrom('1', 'gold').map((value): FlowInput => ({ type: 'found', value, at: wednesday })),
);

/** What comes by itself when nobody does anything. */
const byItself: Record<FlowState['doing'], Exclude<FlowInput['type'], 'key' | 'said' | 'found'>> = {
  playing: 'played',
  listening: 'timeout',
  asking: 'not-found',
  storing: 'stored',
  recording: 'recorded',
  done: 'timeout',
};
const ends: ReadonlySet<FlowOrder['do']> = new Set(['queue', 'transfer', 'hang-up', 'give-up']);

describe('every flow without problems', () => {
  test('is one by its schema and has no problem', () => {
    fc.assert(
      fc.property(validFlow, (flow) => {
        expect(findProblem(Flow, flow)).toBeUndefined();
        expect(findFlowProblems(flow)).toEqual([]);
      }),
    );
  });

  test('ends for a silent caller without touching a limit', () => {
    fc.assert(
      fc.property(validFlow, (flow) => {
        let { state } = startFlow(flow, facts);
        for (let i = 0; i < 1000 && state.outcome === undefined; i++)
          ({ state } = nextFlow(flow, state, { type: byItself[state.doing], at: wednesday }));
        expect(state.outcome).toBeDefined();
        expect(state.outcome).not.toBe('limit');
        expect(state.entered).toBeLessThanOrEqual(flow.steps.length);
      }),
    );
  });

  test('ends for every sequence of inputs, in exactly one outcome, with exactly one last order', () => {
    fc.assert(
      fc.property(validFlow, fc.array(anyInput, { maxLength: 60 }), fc.nat(60), (flow, inputs, leaves) => {
        let { state, effects } = startFlow(flow, facts);
        const orders: FlowOrder[] = [...effects];
        const feed = (input: FlowInput): void => {
          const { outcome } = state;
          ({ state, effects } = nextFlow(flow, state, input));
          if (outcome !== undefined) expect([state.outcome, effects]).toEqual([outcome, []]);
          orders.push(...effects);
        };
        inputs.forEach((input, i) => {
          if (i === leaves) feed({ type: 'hungup', at: wednesday });
          feed(input);
        });
        // Whatever came, the deadlines alone lead to the end.
        for (let i = 0; i < 1000 && state.outcome === undefined; i++)
          feed({ type: byItself[state.doing], at: wednesday });
        feed({ type: 'hungup', at: wednesday });
        expect(state.outcome).toBeDefined();
        const last = orders.filter((order) => ends.has(order.do)).length;
        const alone = state.outcome === 'left' || (state.outcome === 'voicemail' && last === 0);
        expect(last).toBe(alone ? 0 : 1);
      }),
      { numRuns: 300 },
    );
  });
});
