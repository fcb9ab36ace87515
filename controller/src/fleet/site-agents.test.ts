import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ManualClock, type Guest, type Live, type LiveQueue } from '@branchline/shared';
import { LiveBoard } from './live-board.ts';
import { chooseHost, SiteAgents, type HostBox } from './site-agents.ts';

const queue = (ready: number, waiting = 0): LiveQueue => ({ ready, waiting });
const box = (edge: string, queues: HostBox['queues']): HostBox => ({
  edge,
  site: edge,
  address: '10.99.0.1:5070',
  queues,
});

it('a caller is sent to the box with the most agents to spare for that queue', () => {
  const boxes = [box('a', { sales: queue(1) }), box('b', { sales: queue(3) }), box('c', { other: queue(9) })];
  expect(chooseHost(boxes, 'sales', new Map())?.edge).toBe('b');
  expect(chooseHost(boxes, 'sales', new Map([['b', 3]]))?.edge).toBe('a');
  expect(chooseHost(boxes, 'nowhere', new Map())).toBeUndefined();
});

it('whoever waits there and could have one of the agents goes first', () => {
  expect(
    chooseHost([box('a', { sales: queue(1), service: queue(1, 1) })], 'sales', new Map()),
  ).toBeUndefined();
  // Nobody is idle who could take them, so they are in nobody's way.
  expect(chooseHost([box('a', { sales: queue(1), service: queue(0, 5) })], 'sales', new Map())?.edge).toBe(
    'a',
  );
});

it('however many ask at once, no box is sent more than it has agents idle', () => {
  const anyBoxes = fc.array(fc.record({ ready: fc.nat(4), waiting: fc.nat(3) }), { maxLength: 5 });
  fc.assert(
    fc.property(anyBoxes, fc.nat(30), (states, askers) => {
      const boxes = states.map(({ ready, waiting }, i) => box(`box-${i}`, { sales: queue(ready, waiting) }));
      const promised = new Map<string, number>();
      for (let i = 0; i < askers; i++) {
        const host = chooseHost(boxes, 'sales', promised);
        if (host) promised.set(host.edge, (promised.get(host.edge) ?? 0) + 1);
      }
      const spare = states.map(({ ready, waiting }) => Math.max(0, ready > 0 ? ready - waiting : 0));
      const sent = boxes.map(({ edge }) => promised.get(edge) ?? 0);
      for (const [i, count] of sent.entries()) expect(count).toBeLessThanOrEqual(spare[i]!);
      // Nor is anybody left alone while somebody is idle.
      const all = spare.reduce((sum, each) => sum + each, 0);
      expect(sent.reduce((sum, each) => sum + each, 0)).toBe(Math.min(askers, all));
    }),
  );
});

let told = 0;
const live = (at: number, queues: HostBox['queues'], guests?: string): Live => ({
  session: 's',
  n: ++told,
  at,
  sentAt: at,
  snapshot: {
    agents: {},
    campaigns: {},
    lines: {},
    queues,
    ...(guests !== undefined && { guests }),
    calls: { dialing: 0, ringing: 0, waiting: 0, talking: 0, inbound: 0 },
    switch: 'up',
    clock: 'trusted',
    outboxPending: 0,
    lent: { leases: 0, unconfirmed: 0 },
    cpu: 0,
    memory: 0,
    disk: 0,
  },
});

const question = {
  kind: 'agent',
  queue: 'sales',
  conversation: '019ab000-0000-7000-8000-000000000001',
  callerId: '02088888888',
  since: 1000,
  except: [] as string[],
} as const;

function center(clock = new ManualClock(1_000_000)) {
  const board = new LiveBoard();
  const announced: { edge: string; guest: Guest }[] = [];
  const edges = ['a', 'b', 'c'].map((site) => ({ id: `${site}-1`, site, status: 'online' as const }));
  const agents = new SiteAgents({
    registry: { board, all: () => edges, find: async (id) => edges.find((each) => each.id === id)! },
    bus: { publish: async (_channel, edge, guest) => void announced.push({ edge, guest: guest as Guest }) },
    clocks: { transport: clock },
  });
  const shows = (edge: string, ready: number, guests?: string): void =>
    void board.take(edge, live(clock.now(), { sales: queue(ready) }, guests), clock.now());
  return { agents, announced, shows, clock };
}

it('the other box is told who will come before the asking one is told where to call', async () => {
  const { agents, announced, shows } = center();
  shows('a-1', 0, '10.99.0.1:5070');
  shows('b-1', 1, '10.99.0.2:5070');
  const { found } = await agents.find('a-1', question);
  expect(found).toMatchObject({ site: 'b', address: '10.99.0.2:5070' });
  expect(announced).toEqual([
    {
      edge: 'b-1',
      guest: expect.objectContaining({
        ticket: found!.ticket,
        site: 'a',
        address: '10.99.0.1:5070',
        conversation: question.conversation,
      }),
    },
  ]);
});

it('one idle agent is given to one of two sites that ask at once, and to the other when still idle later', async () => {
  const { agents, shows, clock } = center();
  shows('a-1', 0, '10.99.0.1:5070');
  shows('b-1', 1, '10.99.0.2:5070');
  shows('c-1', 0, '10.99.0.3:5070');
  expect((await agents.find('a-1', question)).found?.site).toBe('b');
  expect((await agents.find('c-1', question)).found).toBeUndefined();
  clock.advance(5000);
  shows('b-1', 1, '10.99.0.2:5070');
  expect((await agents.find('c-1', question)).found?.site).toBe('b');
});

it('nobody is found where data is old, outside the overlay, at the asking site, or at one tried before', async () => {
  const { agents, shows, clock, announced } = center();
  shows('a-1', 5, '10.99.0.1:5070');
  shows('b-1', 1, '10.99.0.2:5070');
  shows('c-1', 1);
  expect((await agents.find('a-1', { ...question, except: ['b'] })).found).toBeUndefined();
  clock.advance(3001);
  expect((await agents.find('a-1', question)).found).toBeUndefined();
  shows('b-1', 1, '10.99.0.2:5070');
  expect((await agents.find('c-1', question)).found).toBeUndefined();
  expect(announced).toEqual([]);
});
