import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  check,
  Command,
  idSource,
  type FloorNames,
  type LiveAgent,
  type LiveOutgoing,
  type LiveQueue,
  type Overview,
  type LiveSnapshot,
  type SiteView,
} from '@branchline/shared';
import { agentStates } from '../overview/site-summary.ts';
import { agentActs, orderOf, type FloorAct } from './floor-acts.ts';
import {
  agentRows,
  filterAgents,
  isLate,
  queueRows,
  serviceLevel,
  outgoingRows,
  waitingRows,
  type AgentRow,
} from './floor-rows.ts';

const newId = idSource();
const [first, second, third] = [newId(), newId(), newId()];

function site(
  id: string,
  boxes: readonly {
    readonly status?: 'online' | 'lost';
    readonly agents?: Readonly<Record<string, LiveAgent>>;
    readonly queues?: Readonly<Record<string, LiveQueue>>;
    readonly outgoing?: Readonly<Record<string, LiveOutgoing>>;
  }[],
): SiteView {
  return {
    id,
    name: id.toUpperCase(),
    zone: 'Asia/Shanghai',
    region: 'CN',
    edges: boxes.map(({ status = 'online', agents = {}, queues = {}, outgoing }, i) => ({
      id: `${id}-${i + 1}`,
      site: id,
      status,
      desiredVersion: 1,
      live: {
        agents,
        queues,
        ...(outgoing && { outgoing }),
        campaigns: {},
        lines: {},
        calls: { dialing: 0, ringing: 0, waiting: 0, talking: 0, inbound: 0 },
        switch: 'up',
        clock: 'trusted',
        outboxPending: 0,
        lent: { leases: 0, unconfirmed: 0 },
        cpu: 0,
        memory: 0,
        disk: 0,
      } satisfies LiveSnapshot,
    })),
  };
}

const names: FloorNames[] = [
  {
    site: 'north',
    edge: 'north-1',
    agents: [
      { id: 'a2', name: 'Wang', extension: '102' },
      { id: 'a1', name: 'Li', extension: '101' },
    ],
    queues: [{ id: 'sales', name: 'Sales' }],
    phones: [],
  },
];

describe('the rows of the floor', () => {
  const sites = [
    site('south', [{ status: 'lost', agents: { b1: { state: 'ready', since: 5 } } }]),
    site('north', [
      {
        agents: {
          a2: { state: 'talking', since: 1, call: first },
          a1: { state: 'break', since: 2, reason: 'lunch' },
        },
        queues: { sales: { waiting: 2, since: 10, ready: 1, calls: { [second]: 30, [first]: 10 } } },
      },
      {
        queues: {
          sales: { waiting: 1, since: 20, ready: 2, calls: { [third]: 20 } },
          inbound: { waiting: 0, ready: 0 },
        },
      },
    ]),
  ];

  it('name agents as the plan does, in an order that stays', () => {
    const rows = agentRows(sites, names);
    expect(rows.map(({ name, extension, reachable }) => [name, extension, reachable])).toEqual([
      ['Li', '101', true],
      ['Wang', '102', true],
      // A box without a plan is shown by its ids; one that is lost cannot be told anything.
      ['b1', undefined, false],
    ]);
  });

  it('find agents by name, id and extension, and by state', () => {
    const rows = agentRows(sites, names);
    const found = (...search: Parameters<typeof filterAgents> extends [unknown, ...infer R] ? R : never) =>
      filterAgents(rows, ...search).map(({ id }) => id);
    expect(found(' WANG ', undefined)).toEqual(['a2']);
    expect(found('10', undefined)).toEqual(['a1', 'a2']);
    expect(found('', 'break')).toEqual(['a1']);
    expect(found('li', 'talking')).toEqual([]);
  });

  it('add up a queue over the boxes of its site and put its day beside it', () => {
    const day = { entered: 4, connected: 3, inTime: 2, abandoned: 1, elsewhere: 0 };
    const none = { entered: 0, connected: 0, inTime: 0, abandoned: 0, elsewhere: 0 };
    const rows = queueRows(sites, names, [{ site: 'north', queue: 'sales', today: day, yesterday: none }]);
    expect(rows).toMatchObject([
      { id: 'inbound', waiting: 0, since: undefined, today: undefined },
      { name: 'Sales', waiting: 3, since: 10, ready: 3, today: day, yesterday: none },
    ]);
    expect(serviceLevel(day)).toBe(0.5);
    expect(serviceLevel(none)).toBeUndefined();
  });

  it('list those who wait with the box they wait at, the longest first', () => {
    expect(waitingRows(sites, names).map(({ call, edge, queueName }) => [call, edge, queueName])).toEqual([
      [first, 'north-1', 'Sales'],
      [third, 'north-2', 'Sales'],
      [second, 'north-1', 'Sales'],
    ]);
  });
});

test('calls on their way out are listed over all boxes, the oldest first; a campaign that may not be known has no name', () => {
  const rows = outgoingRows(
    [
      site('north', [
        { outgoing: { [first]: { since: 50, ringing: true, campaign: second, line: 'trunk-1' } } },
        { outgoing: { [second]: { since: 20, ringing: false, campaign: third, line: 'trunk-2' } } },
        {},
      ]),
    ],
    [{ id: second, name: 'Renewals' } as Overview['campaigns'][number]],
  );
  expect(rows.map(({ call, edge, campaign, ringing }) => [call, edge, campaign, ringing])).toEqual([
    [second, 'north-2', undefined, false],
    [first, 'north-1', 'Renewals', true],
  ]);
});

const place = { site: 'north', siteName: 'North', edge: 'north-1', reachable: true };
const agent: AgentRow = {
  ...place,
  id: 'a1',
  name: 'Li',
  extension: '101',
  shift: undefined,
  zone: 'Asia/Shanghai',
  state: 'ready',
  since: 1,
};
const at = { ...place, call: first, who: 'Li' };

test.each<[string, FloorAct, object, object | undefined]>([
  ['ready', { kind: 'ready', agent }, {}, { verb: 'agent-ready', args: { agent: 'a1' } }],
  ['a break without a reason', { kind: 'break', agent }, {}, undefined],
  [
    'a break',
    { kind: 'break', agent },
    { reason: 'lunch' },
    { verb: 'agent-break', args: { agent: 'a1', reason: 'lunch' } },
  ],
  ['no phone', { kind: 'monitor', at, mode: 'listen' }, { queue: 'sales' }, undefined],
  [
    'whisper',
    { kind: 'monitor', at, mode: 'whisper' },
    { phone: '104' },
    { verb: 'call-monitor', args: { call: first, extension: '104', mode: 'whisper' } },
  ],
  // What was chosen for another target first does not count.
  ['no agent', { kind: 'move', at, to: 'queue' }, { to: 'agent', queue: 'sales' }, undefined],
  [
    'take over',
    { kind: 'move', at, to: 'phone' },
    { to: 'phone', phone: '104', queue: 'sales' },
    { verb: 'call-transfer', args: { call: first, to: { phone: '104' } } },
  ],
])('%s becomes the order that the contract knows, or none', (_, act, form, order) =>
  expect(orderOf(act, form)).toEqual(order),
);

test('whatever is ordered fits the contract, and nobody is ordered into the state they are in', () => {
  const acts = fc.constantFrom<FloorAct>(
    { kind: 'break', agent },
    { kind: 'logout', agent },
    { kind: 'hangup', at },
    { kind: 'monitor', at, mode: 'barge' },
    { kind: 'move', at, to: 'queue' },
  );
  const word = fc.constantFrom('sales', 'lunch', undefined);
  const phone = fc.constantFrom('104', undefined);
  const to = fc.constantFrom('queue' as const, 'agent' as const, 'phone' as const, undefined);
  fc.assert(
    fc.property(acts, fc.record({ to, queue: word, agent: word, phone, reason: word }), (act, form) => {
      const order = orderOf(act, form);
      if (order) check(Command, { id: newId(), expiresAt: 1, ttlMs: 1000, ...order });
    }),
  );
  for (const state of agentStates) expect(agentActs(state)).not.toContain(state);
  expect(agentActs('offline')).toEqual([]);
});

test.each([
  // 27 November 2026 is a Friday; 01:30 UTC is 9:30 in Shanghai.
  ['offline', '2026-11-27T01:30:00Z', true],
  ['offline', '2026-11-27T00:59:00Z', false],
  ['offline', '2026-11-28T01:30:00Z', false],
  ['break', '2026-11-27T01:30:00Z', false],
] as const)('%s at %s: late is %s', (state, at, late) => {
  const shift = { fromMinute: 540, toMinute: 1080, weekdays: [1, 2, 3, 4, 5] };
  expect(isLate({ state, shift, zone: 'Asia/Shanghai' }, Date.parse(at))).toBe(late);
  expect(isLate({ state, shift: undefined, zone: 'Asia/Shanghai' }, Date.parse(at))).toBe(false);
});
