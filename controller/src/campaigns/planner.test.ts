import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agentsAtWork } from './lease-desk.ts';
import { inTurns, plan, type Grant, type PlannerSnapshot } from './planner.ts';

const campaignIds = ['c0', 'c1', 'c2', 'c3'];
const siteIds = ['s0', 's1'];

const snapshots: fc.Arbitrary<PlannerSnapshot> = fc
  .record({
    edges: fc.array(
      fc.record({
        site: fc.constantFrom(...siteIds),
        agents: fc.array(fc.subarray(campaignIds, { minLength: 1 }), { maxLength: 6 }),
        holds: fc.dictionary(fc.constantFrom(...campaignIds), fc.nat(40), { maxKeys: 3 }),
      }),
      { maxLength: 5 },
    ),
    campaigns: fc.array(
      fc.record({
        priority: fc.constantFrom(10, 50, 90),
        sites: fc.subarray(siteIds),
        available: fc.oneof(fc.nat(10), fc.nat(500), fc.constant(10_000)),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    leadsPerAgent: fc.integer({ min: 1, max: 60 }),
  })
  .map(({ edges, campaigns, leadsPerAgent }) => ({
    edges: edges.map(({ site, agents }, i) => ({ id: `e${i}`, site, agents })),
    campaigns: campaigns.map((campaign, i) => ({ id: `c${i}`, ...campaign })),
    held: new Map(edges.map(({ holds }, i) => [`e${i}`, new Map(Object.entries(holds))])),
    leadsPerAgent,
  }));

const sum = (grants: readonly Grant[]): number => grants.reduce((total, grant) => total + grant.count, 0);

test('no campaign lends more than it has, and no edge gets more than its agents’ reserve', () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      const grants = plan(snapshot);
      for (const campaign of snapshot.campaigns) {
        expect(sum(grants.filter((grant) => grant.campaign === campaign.id))).toBeLessThanOrEqual(
          campaign.available,
        );
      }
      for (const edge of snapshot.edges) {
        const held = [...(snapshot.held.get(edge.id)?.values() ?? [])].reduce(
          (total, count) => total + count,
          0,
        );
        const got = sum(grants.filter((grant) => grant.edge === edge.id));
        expect(got === 0 || held + got <= edge.agents.length * snapshot.leadsPerAgent).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test('leads go only to agents who serve the campaign, at sites where it may run, in whole positive numbers, once per pair', () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      const grants = plan(snapshot);
      for (const { edge, campaign, count } of grants) {
        const where = snapshot.edges.find((candidate) => candidate.id === edge);
        const what = snapshot.campaigns.find((candidate) => candidate.id === campaign);
        expect(where?.agents.some((served) => served.includes(campaign))).toBe(true);
        expect(what?.sites.length === 0 || what?.sites.includes(where?.site ?? '')).toBe(true);
        expect(Number.isInteger(count) && count > 0).toBe(true);
      }
      expect(new Set(grants.map(({ edge, campaign }) => `${edge} ${campaign}`)).size).toBe(grants.length);
    }),
    { numRuns: 500 },
  );
});

test('with everything alike nothing is left idle: an edge with room and leads to be had gets some', () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      const grants = plan({ ...snapshot, held: new Map() });
      for (const edge of snapshot.edges) {
        const could = snapshot.campaigns.some(
          (campaign) =>
            campaign.available >= 10_000 &&
            (campaign.sites.length === 0 || campaign.sites.includes(edge.site)) &&
            edge.agents.some((served) => served.includes(campaign.id)),
        );
        expect(!could || grants.some((grant) => grant.edge === edge.id)).toBe(true);
      }
    }),
  );
  const plenty = plan({
    edges: [{ id: 'e', site: 's', agents: [['a'], ['a']] }],
    campaigns: [{ id: 'a', priority: 1, sites: [], available: 10_000 }],
    held: new Map(),
    leadsPerAgent: 30,
  });
  expect(plenty).toEqual([{ edge: 'e', campaign: 'a', count: 60 }]);
});

const edge = (id: string, agents: number, campaigns: string[]) => ({
  id,
  site: 's',
  agents: Array.from({ length: agents }, () => campaigns),
});

test('a campaign of higher priority is served first; those of one priority share an edge evenly', () => {
  const base = { held: new Map(), leadsPerAgent: 10, edges: [edge('e', 4, ['hi', 'a', 'b'])] };
  const campaign = (id: string, priority: number, available: number) => ({
    id,
    priority,
    sites: [],
    available,
  });
  expect(
    plan({ ...base, campaigns: [campaign('a', 50, 999), campaign('b', 50, 999), campaign('hi', 90, 20)] }),
  ).toEqual([
    { edge: 'e', campaign: 'hi', count: 20 },
    { edge: 'e', campaign: 'a', count: 10 },
    { edge: 'e', campaign: 'b', count: 10 },
  ]);
  // What one has too little of, the other gets.
  expect(plan({ ...base, campaigns: [campaign('a', 50, 4), campaign('b', 50, 999)] })).toEqual(
    expect.arrayContaining([
      { edge: 'e', campaign: 'a', count: 4 },
      { edge: 'e', campaign: 'b', count: 36 },
    ]),
  );
});

test('scarce leads are spread in proportion to what each edge could take', () => {
  const grants = plan({
    edges: [edge('big', 9, ['a']), edge('small', 1, ['a'])],
    campaigns: [{ id: 'a', priority: 1, sites: [], available: 20 }],
    held: new Map(),
    leadsPerAgent: 10,
  });
  expect(grants).toEqual(
    expect.arrayContaining([
      { edge: 'big', campaign: 'a', count: 18 },
      { edge: 'small', campaign: 'a', count: 2 },
    ]),
  );
});

test('a nearly full edge waits until a good part of its reserve is used up', () => {
  const snapshot = (held: number): PlannerSnapshot => ({
    edges: [edge('e', 4, ['a'])],
    campaigns: [{ id: 'a', priority: 1, sites: [], available: 999 }],
    held: new Map([['e', new Map([['a', held]])]]),
    leadsPerAgent: 10,
  });
  expect(plan(snapshot(35))).toEqual([]);
  expect(plan(snapshot(30))).toEqual([{ edge: 'e', campaign: 'a', count: 10 }]);
});

test('only agents who are logged in and serve a running campaign are counted', () => {
  const agent = (id: string, campaigns: string[]) => ({
    id,
    name: id,
    extension: '100',
    mode: 'ring' as const,
    campaigns,
    inbound: true,
  });
  const branch = {
    agents: [
      agent('in', ['a', 'x']),
      agent('out', ['a']),
      agent('unseen', ['a']),
      agent('other', ['x']),
      agent('pausing', ['a']),
    ],
  };
  const live = {
    in: { state: 'talking' },
    out: { state: 'offline' },
    other: { state: 'ready' },
    pausing: { state: 'break' },
  };
  expect(agentsAtWork(branch, live, new Set(['a']))).toEqual([['a'], ['a']]);
});

test('grants are given in turns: everybody has some before anybody has all, and nothing is lost', () => {
  const grants = [
    { edge: 'a', campaign: 'c', count: 250 },
    { edge: 'b', campaign: 'c', count: 100 },
    { edge: 'c', campaign: 'd', count: 1 },
  ];
  expect(inTurns(grants, 100).map(({ edge, count }) => [edge, count])).toEqual([
    ['a', 100],
    ['b', 100],
    ['c', 1],
    ['a', 100],
    ['a', 50],
  ]);
  expect(inTurns([], 100)).toEqual([]);
});
