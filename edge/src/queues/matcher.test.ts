import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  match,
  mayServe,
  urgency,
  type MatchAgent,
  type MatchInput,
  type MatchQueue,
  type Waiting,
} from './matcher.ts';

const queue = (id: string, change: Partial<MatchQueue> = {}): MatchQueue => ({
  id,
  side: 'inbound',
  targetMs: 20_000,
  requires: new Map(),
  prefers: [],
  strategy: 'longest-idle',
  lastAgentMs: 0,
  ...change,
});
const agent = (id: string, change: Partial<MatchAgent> = {}): MatchAgent => ({
  id,
  queues: new Set(['sales']),
  skills: new Map(),
  idleSince: 0,
  free: { voice: 1, message: 0 },
  ...change,
});
const caller = (id: string, since: number, change: Partial<Waiting> = {}): Waiting => ({
  id,
  channel: 'voice',
  queue: 'sales',
  since,
  priority: 0,
  ...change,
});
const pairs = (input: Partial<MatchInput> & { queues?: never; of?: readonly MatchQueue[] }): string[] => {
  const { of = [queue('sales')], ...rest } = input;
  const whole: MatchInput = {
    now: 30_000,
    waiting: [],
    agents: [],
    promised: new Map(),
    turn: 0,
    ...rest,
    queues: new Map(of.map((each) => [each.id, each])),
  };
  return match(whole).matches.map(({ waiting, agent: id }) => `${waiting}→${id}`);
};

describe('who waits', () => {
  it('is served in the order of arrival, and not before somebody with a higher priority', () => {
    const waiting = [caller('second', 2000), caller('first', 1000), caller('vip', 9000, { priority: 5 })];
    expect(pairs({ waiting, agents: [agent('a')] })).toEqual(['vip→a']);
    expect(pairs({ waiting: waiting.slice(0, 2), agents: [agent('a')] })).toEqual(['first→a']);
  });

  it('overtakes a higher priority after as many targets as there are points between them', () => {
    const waiting = [caller('old', 0), caller('vip', 100_000, { priority: 5 })];
    expect(pairs({ now: 100_001, waiting, agents: [agent('a')] })).toEqual(['old→a']);
    expect(
      pairs({ now: 100_001, waiting: [{ ...waiting[0]!, since: 2 }, waiting[1]!], agents: [agent('a')] }),
    ).toEqual(['vip→a']);
  });

  it('in a queue with a tighter target goes first', () => {
    const of = [queue('sales'), queue('claims', { targetMs: 5000 })];
    const waiting = [caller('slow', 0), caller('tight', 20_000, { queue: 'claims' })];
    expect(pairs({ of, waiting, agents: [agent('a', { queues: new Set(['sales', 'claims']) })] })).toEqual([
      'tight→a',
    ]);
  });

  it('gets the agent of last time, waits for one who is busy, and after the time set takes anybody', () => {
    const of = [queue('sales', { lastAgentMs: 25_000 })];
    const waiting = [caller('back', 10_000, { lastAgent: 'b' })];
    const agents = [agent('a'), agent('b', { idleSince: 9 })];
    expect(pairs({ of, waiting, agents })).toEqual(['back→b']);
    const busy = [agent('a'), agent('b', { free: { voice: 0, message: 0 } })];
    expect(pairs({ of, waiting, agents: busy })).toEqual([]);
    expect(pairs({ of, waiting, agents: busy, now: 35_000 })).toEqual(['back→a']);
    expect(pairs({ of, waiting, agents: [agent('a')] })).toEqual(['back→a']);
  });

  it('is offered last to whose phone rang in vain', () => {
    const waiting = [caller('c', 0, { passedOver: new Set(['a']) })];
    expect(pairs({ waiting, agents: [agent('a'), agent('b', { idleSince: 9 })] })).toEqual(['c→b']);
    expect(pairs({ waiting, agents: [agent('a')] })).toEqual(['c→a']);
  });
});

describe('an agent', () => {
  it('idle longest goes first', () => {
    const agents = [agent('a', { idleSince: 5 }), agent('b', { idleSince: 1 })];
    expect(pairs({ waiting: [caller('c', 0)], agents })).toEqual(['c→b']);
  });

  it('needs the level that the queue requires; the preferred skill decides among those who have it', () => {
    const of = [queue('sales', { requires: new Map([['cantonese', 5]]), prefers: ['loans'] })];
    const agents = [
      agent('low', {
        skills: new Map([
          ['cantonese', 4],
          ['loans', 10],
        ]),
      }),
      agent('right', { skills: new Map([['cantonese', 5]]) }),
      agent('best', {
        skills: new Map([
          ['cantonese', 5],
          ['loans', 2],
        ]),
        idleSince: 9,
      }),
    ];
    expect(pairs({ of, waiting: [caller('c', 0)], agents })).toEqual(['c→best']);
    expect(pairs({ of, waiting: [caller('c', 0)], agents: agents.slice(0, 1) })).toEqual([]);
  });

  it('with the highest level is first where the queue says so', () => {
    const agents = [
      agent('a', { skills: new Map([['loans', 3]]) }),
      agent('b', { skills: new Map([['loans', 8]]), idleSince: 9 }),
    ];
    const loans = { requires: new Map([['loans', 1]]) };
    const waiting = [caller('c', 0)];
    expect(pairs({ of: [queue('sales', loans)], waiting, agents })).toEqual(['c→a']);
    expect(pairs({ of: [queue('sales', { ...loans, strategy: 'best-skilled' })], waiting, agents })).toEqual([
      'c→b',
    ]);
  });

  it('takes as many of each kind as there is room', () => {
    const waiting = ['m1', 'm2', 'm3'].map((id, i) => caller(id, i, { channel: 'message' }));
    const agents = [agent('a', { free: { voice: 1, message: 2 } })];
    expect(pairs({ waiting: [...waiting, caller('c', 9)], agents })).toEqual(['m1→a', 'm2→a', 'c→a']);
  });
});

describe('between callers and callees', () => {
  const of = [queue('sales'), queue('campaign', { side: 'outbound', targetMs: 2000 })];
  const both = new Set(['sales', 'campaign']);
  const at = (turn: number, promised: number, now = 1000) =>
    match({
      now,
      waiting: [caller('c', 0)],
      queues: new Map(of.map((each) => [each.id, each])),
      agents: [agent('a', { queues: both })],
      promised: new Map([['campaign', promised]]),
      turn,
    });

  it('an agent whom calls under way will need is shared by turns', () => {
    expect(at(0, 1)).toEqual({
      matches: [{ waiting: 'c', agent: 'a', choice: { by: 'only-one' } }],
      turn: -1,
    });
    expect(at(-1, 1)).toEqual({ matches: [], turn: -1 });
    expect(at(-1, 0).matches).toHaveLength(1);
  });

  it('a caller past the target takes one out of turn', () => {
    expect(at(-1, 1, 20_000).matches).toHaveLength(1);
  });

  it('a callee who answered goes first and gives the turn to the caller left behind', () => {
    const { matches, turn } = match({
      now: 1000,
      waiting: [caller('c', 0), caller('o', 500, { queue: 'campaign' })],
      queues: new Map(of.map((each) => [each.id, each])),
      agents: [agent('a', { queues: both })],
      promised: new Map([['campaign', 1]]),
      turn: -1,
    });
    expect(matches).toEqual([{ waiting: 'o', agent: 'a', choice: { by: 'only-one', ahead: 'waited' } }]);
    expect(turn).toBe(1);
  });
});

describe('it is told why', () => {
  const chosen = (of: MatchQueue, waiting: Waiting[], agents: MatchAgent[]) =>
    match({
      now: 30_000,
      waiting,
      agents,
      promised: new Map(),
      turn: 0,
      queues: new Map([
        [of.id, of],
        ['campaign', queue('campaign', { side: 'outbound', targetMs: 2000 })],
      ]),
    }).matches[0]?.choice;
  const skilled = agent('s', { skills: new Map([['loans', 9]]), idleSince: 5 });
  const two = [agent('a'), agent('b', { idleSince: 9 })];

  it.each([
    ['the only one', queue('sales'), [agent('a')], {}, 'only-one'],
    ['idle the longest', queue('sales'), two, {}, 'longest-idle'],
    ['the best skilled', queue('sales', { prefers: ['loans'] }), [...two, skilled], {}, 'skill'],
    ['the one of last time', queue('sales', { lastAgentMs: 60_000 }), two, { lastAgent: 'b' }, 'last-agent'],
    ['the only one not passed over', queue('sales'), two, { passedOver: new Set(['a']) }, 'only-one'],
  ] as const)('an agent was %s', (_, of, agents, more, by) => {
    expect(chosen(of, [caller('c', 0, more)], [...agents])).toEqual({ by });
  });

  it.each([
    ['a VIP', { priority: 5, vip: true }, 'vip'],
    ['of a higher priority', { priority: 5 }, 'priority'],
    ['called by us', { priority: 10, queue: 'campaign' }, 'callee'],
    ['waiting longer', { since: -9000 }, 'waited'],
  ] as const)('a customer who went first was %s', (_, more, ahead) => {
    const both = agent('a', { queues: new Set(['sales', 'campaign']) });
    expect(chosen(queue('sales'), [caller('c', 0), caller('first', 0, more)], [both])).toEqual({
      by: 'only-one',
      ahead,
    });
  });
});

describe('whatever comes', () => {
  const names = ['q0', 'q1', 'q2'];
  const skills = ['x', 'y'];
  const level = fc.integer({ min: 1, max: 10 });
  const anyQueues = fc.tuple(
    ...names.map((id) =>
      fc.record<MatchQueue>({
        id: fc.constant(id),
        side: fc.constantFrom('inbound', 'outbound'),
        targetMs: fc.integer({ min: 500, max: 60_000 }),
        requires: fc
          .array(fc.tuple(fc.constantFrom(...skills), level), { maxLength: 2 })
          .map((all) => new Map(all)),
        prefers: fc.subarray(skills),
        strategy: fc.constantFrom('longest-idle', 'best-skilled'),
        lastAgentMs: fc.integer({ min: 0, max: 30_000 }),
      }),
    ),
  );
  const anyAgents = fc
    .array(
      fc.record({
        queues: fc.subarray(names).map((all) => new Set(all)),
        skills: fc
          .array(fc.tuple(fc.constantFrom(...skills), level), { maxLength: 2 })
          .map((all) => new Map(all)),
        idleSince: fc.nat(100_000),
        free: fc.record({ voice: fc.nat(1), message: fc.nat(3) }),
      }),
      { maxLength: 8 },
    )
    .map((all) => all.map((each, i): MatchAgent => ({ id: `a${i}`, ...each })));
  const anyWaiting = fc
    .array(
      fc.record({
        channel: fc.constantFrom('voice', 'message'),
        queue: fc.constantFrom(...names, 'gone'),
        since: fc.nat(100_000),
        priority: fc.nat(30),
        lastAgent: fc.constantFrom('a0', 'a5', 'nobody'),
        passedOver: fc.subarray(['a0', 'a1']).map((all) => new Set(all)),
      }),
      { maxLength: 15 },
    )
    .map((all) => all.map((each, i): Waiting => ({ id: `w${i}`, ...each })));
  const anyInput = fc
    .record({
      waiting: anyWaiting,
      queues: anyQueues,
      agents: anyAgents,
      promised: fc
        .array(fc.tuple(fc.constantFrom(...names), fc.nat(3)), { maxLength: 3 })
        .map((all) => new Map(all)),
      turn: fc.integer({ min: -1, max: 1 }),
    })
    .map(({ queues, ...rest }): MatchInput => ({
      now: 100_000,
      ...rest,
      queues: new Map(queues.map((each) => [each.id, each])),
    }));

  it('nobody is given to two agents, no agent gets more than there is room for, everybody given may serve', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { matches, turn } = match(input);
        expect(new Set(matches.map(({ waiting }) => waiting)).size).toBe(matches.length);
        expect(Math.abs(turn)).toBeLessThanOrEqual(1);
        for (const one of input.agents)
          for (const channel of ['voice', 'message'] as const) {
            const taken = matches.filter(
              ({ agent: id, waiting }) =>
                id === one.id && input.waiting.find((each) => each.id === waiting)!.channel === channel,
            );
            expect(taken.length).toBeLessThanOrEqual(one.free[channel]);
          }
        for (const pair of matches) {
          const each = input.waiting.find(({ id }) => id === pair.waiting)!;
          const one = input.agents.find(({ id }) => id === pair.agent)!;
          expect(mayServe(one, input.queues.get(each.queue)!)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('nobody waits beside an agent who could serve them, unless for the agent of last time or for a promise within the target', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { matches } = match(input);
        for (const each of input.waiting) {
          const own = input.queues.get(each.queue);
          if (!own || matches.some(({ waiting }) => waiting === each.id)) continue;
          const waited = input.now - each.since;
          if (waited < own.lastAgentMs || waited < own.targetMs) continue;
          const left = input.agents.filter((one) => {
            const taken = matches.filter(
              ({ agent: id, waiting }) =>
                id === one.id && input.waiting.find(({ id: w }) => w === waiting)!.channel === each.channel,
            );
            return one.free[each.channel] > taken.length && mayServe(one, own);
          });
          expect(left).toEqual([]);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('the order of the input changes nothing', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const turned = { ...input, waiting: input.waiting.toReversed(), agents: input.agents.toReversed() };
        expect(match(turned)).toEqual(match(input));
      }),
    );
  });

  it('who is more urgent now stays so for all who wait in the same queue, so that nobody is overtaken for ever', () => {
    fc.assert(
      fc.property(
        fc.nat(10),
        fc.nat(10),
        fc.nat(1e6),
        fc.integer({ min: 500, max: 60_000 }),
        (old, young, gap, target) => {
          const own = queue('sales', { targetMs: target });
          const first = caller('first', 0, { priority: old });
          const second = caller('second', gap, { priority: young });
          const overtakes = urgency(second, own, gap) > urgency(first, own, gap);
          // Only by priority, and only those who came within as many targets as there are points between them.
          expect(overtakes).toBe((young - old) * target > gap);
        },
      ),
    );
  });
});
