import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agentsAtWork } from './lease-desk.ts';
import {
  inTurns,
  plan,
  roomOf,
  type Grant,
  type PlannerCampaign,
  type PlannerEdge,
  type PlannerSnapshot,
} from './planner.ts';

const campaignIds = ['c0', 'c1', 'c2', 'c3'];
const siteIds = ['s0', 's1'];
const zones = ['z0', 'z1', 'z2'];
const hour = 3_600_000;

const cell = fc.record({
  closesAt: fc.oneof(fc.integer({ min: -1, max: 4 * hour }), fc.constant(Infinity)),
  due: fc.oneof(fc.nat(10), fc.nat(500), fc.constant(10_000)),
  held: fc.nat(60),
});
const snapshots: fc.Arbitrary<PlannerSnapshot> = fc
  .record({
    edges: fc.array(
      fc.record({
        site: fc.constantFrom(...siteIds),
        online: fc.constantFrom(true, true, true, false),
        clock: fc.constantFrom('trusted' as const, 'holdover' as const, 'untrusted' as const),
        channels: fc.constantFrom(0, 2, 30),
        agents: fc.array(fc.subarray(campaignIds, { minLength: 1 }), { maxLength: 6 }),
        broadcasts: fc.subarray(campaignIds),
        hourlyAttempts: fc.option(fc.nat(300), { nil: undefined }),
        prices: fc.array(fc.nat(9), { minLength: zones.length, maxLength: zones.length }),
        holds: fc.dictionary(fc.constantFrom(...campaignIds), fc.nat(40), { maxKeys: 3 }),
      }),
      { maxLength: 5 },
    ),
    campaigns: fc.array(
      fc.record({
        priority: fc.constantFrom(10, 50, 90),
        sites: fc.subarray(siteIds),
        leaseSeconds: fc.constantFrom(900, 7200),
        agentless: fc.option(
          fc.record({ channels: fc.constantFrom(1, 20), callsPerSecond: fc.constantFrom(0.1, 5) }),
          { nil: undefined, freq: 2 },
        ),
        cells: fc.array(cell, { maxLength: zones.length }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    leadsPerAgent: fc.integer({ min: 1, max: 60 }),
  })
  .map(({ edges, campaigns, leadsPerAgent }) => ({
    now: 0,
    edges: edges.map(({ prices, ...edge }, i) => ({
      ...edge,
      id: `e${i}`,
      prices: new Map(prices.map((price, z) => [zones[z]!, price])),
    })),
    campaigns: campaigns.map((campaign, i) => ({
      ...campaign,
      id: `c${i}`,
      cells: campaign.cells.map((each, z) => ({ ...each, key: zones[z]! })),
    })),
    held: new Map(edges.map(({ holds }, i) => [`e${i}`, new Map(Object.entries(holds))])),
    leadsPerAgent,
  }));

const sum = (counts: readonly { readonly count: number }[]): number =>
  counts.reduce((total, { count }) => total + count, 0);
const heldBy = (snapshot: PlannerSnapshot, edge: string, apart: ReadonlySet<string>): number =>
  [...(snapshot.held.get(edge) ?? [])].reduce((total, [id, count]) => total + (apart.has(id) ? 0 : count), 0);

/** Whether somebody dials a campaign at an edge, or it dials there by itself. */
const isDialed = (
  { site, agents, broadcasts = [] }: PlannerEdge,
  { id, sites, agentless }: PlannerCampaign,
): boolean =>
  (sites.length === 0 || sites.includes(site)) &&
  (agentless ? broadcasts.includes(id) : agents.some((served) => served.includes(id)));

const edge = (id: string, agents: number, campaigns: string[], more: Partial<PlannerEdge> = {}) => ({
  id,
  site: 's',
  online: true,
  clock: 'trusted' as const,
  channels: 100,
  agents: Array.from({ length: agents }, () => campaigns),
  prices: new Map<string, number>(),
  ...more,
});
const campaign = (id: string, due: number, more: Partial<PlannerCampaign> = {}): PlannerCampaign => ({
  id,
  priority: 50,
  sites: [],
  leaseSeconds: 7200,
  cells: [{ key: 'z', closesAt: Infinity, due, held: 0 }],
  ...more,
});
const given = (
  edges: readonly PlannerEdge[],
  campaigns: readonly PlannerCampaign[],
  held: Record<string, Record<string, number>> = {},
) => ({
  now: 0,
  edges,
  campaigns,
  held: new Map(Object.entries(held).map(([id, leads]) => [id, new Map(Object.entries(leads))])),
  leadsPerAgent: 10,
});
const brief = (grants: readonly Grant[]) => grants.map((each) => [each.edge, each.campaign, each.count]);

test('no cell lends more than it has, and no edge gets more than the reserve of its agents and of what dials without, whatever it dialed', () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      const grants = plan(snapshot);
      for (const { id, cells } of snapshot.campaigns)
        for (const { key, due } of cells) {
          const lent = grants.filter((grant) => grant.campaign === id).flatMap((grant) => grant.cells);
          expect(sum(lent.filter((each) => each.key === key))).toBeLessThanOrEqual(due);
        }
      const alone = snapshot.campaigns.filter(({ agentless }) => agentless);
      const apart = new Set(alone.map(({ id }) => id));
      for (const { id, agents, channels } of snapshot.edges) {
        const own = grants.filter((grant) => grant.edge === id);
        const within = (got: number, holds: number, callers: number): boolean =>
          got === 0 || holds + got <= Math.min(callers, channels) * snapshot.leadsPerAgent;
        const led = sum(own.filter((grant) => !apart.has(grant.campaign)));
        expect(within(led, heldBy(snapshot, id, apart), agents.length)).toBe(true);
        for (const { id: one, agentless } of alone) {
          const got = sum(own.filter((grant) => grant.campaign === one));
          expect(within(got, snapshot.held.get(id)?.get(one) ?? 0, agentless!.channels)).toBe(true);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('leads go only to edges that are there with a believed clock, to agents who serve the campaign or to one that needs none, at its sites, from its cells, once per pair', () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      const grants = plan(snapshot);
      for (const grant of grants) {
        const where = snapshot.edges.find(({ id }) => id === grant.edge)!;
        const what = snapshot.campaigns.find(({ id }) => id === grant.campaign)!;
        expect(where.online && where.clock !== 'untrusted' && where.channels > 0).toBe(true);
        expect(isDialed(where, what)).toBe(true);
        expect(grant.count).toBe(sum(grant.cells));
        expect(grant.cells.every(({ count }) => Number.isInteger(count) && count > 0)).toBe(true);
      }
      expect(new Set(grants.map((grant) => `${grant.edge} ${grant.campaign}`)).size).toBe(grants.length);
    }),
    { numRuns: 500 },
  );
});

test('a plan depends on nothing but what it is made from, whatever the order', () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      const turned = {
        ...snapshot,
        edges: snapshot.edges.toReversed(),
        campaigns: snapshot.campaigns
          .map((each) => ({ ...each, cells: each.cells.toReversed() }))
          .toReversed(),
      };
      expect(plan(turned)).toEqual(plan(snapshot));
    }),
  );
});

test('an edge with room is given leads when there are plenty for one of its agents, or of what dials without', () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      const grants = plan({ ...snapshot, held: new Map() });
      for (const each of snapshot.edges) {
        const could =
          each.online &&
          each.clock !== 'untrusted' &&
          each.channels > 0 &&
          snapshot.campaigns.some(
            (one) =>
              isDialed(each, one) &&
              one.cells.some(({ due, closesAt }) => due >= 10_000 && closesAt === Infinity),
          );
        expect(!could || grants.some((grant) => grant.edge === each.id)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
  expect(plan(given([edge('e', 2, ['a'])], [campaign('a', 999)]))).toEqual([
    { edge: 'e', campaign: 'a', count: 20, cells: [{ key: 'z', count: 20 }] },
  ]);
});

test('priority first: what a campaign is lent does not depend on campaigns of lower priority', () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      const top = Math.max(...snapshot.campaigns.map(({ priority }) => priority));
      const first = snapshot.campaigns.filter(({ priority }) => priority === top);
      const ids = new Set(first.map(({ id }) => id));
      // Same agents and same terms, so that the edges are no smaller.
      const bare = snapshot.campaigns.map((each) => (ids.has(each.id) ? each : { ...each, cells: [] }));
      expect(plan(snapshot).filter((grant) => ids.has(grant.campaign))).toEqual(
        plan({ ...snapshot, campaigns: bare }),
      );
    }),
    { numRuns: 300 },
  );
});

test('under shortage no edge is left behind: with one campaign all stand within a lead of each other, by what they can hold', () => {
  const sizes = fc.array(fc.record({ agents: fc.integer({ min: 1, max: 20 }), holds: fc.nat(100) }), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(sizes, fc.nat(600), (branches, due) => {
      const edges = branches.map(({ agents }, i) => edge(`e${i}`, agents, ['a']));
      const held = Object.fromEntries(branches.map(({ holds }, i) => [`e${i}`, { a: holds }]));
      const got = new Map(brief(plan(given(edges, [campaign('a', due)], held))).map(([id, , n]) => [id, n]));
      const stand = branches.map(({ agents, holds }, i) => {
        const count = Number(got.get(`e${i}`) ?? 0);
        const reserve = agents * 10;
        const room = reserve - holds >= Math.max(1, reserve / 4);
        return { room, count, low: (holds + count + 1) / reserve, high: (holds + count) / reserve };
      });
      const poorest = Math.min(...stand.filter(({ room, low }) => room && low <= 1).map(({ low }) => low));
      const richest = Math.max(...stand.filter(({ count }) => count > 0).map(({ high }) => high));
      expect(richest - poorest).toBeLessThan(1e-6);
    }),
    { numRuns: 500 },
  );
});

test('nothing is left that an edge with room could take', () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      const patient = {
        ...snapshot,
        campaigns: snapshot.campaigns.map((each) => ({
          ...each,
          cells: each.cells.map((some) => ({ ...some, closesAt: Infinity })),
        })),
      };
      const grants = plan(patient);
      const rest = {
        ...patient,
        campaigns: patient.campaigns.map((each) => ({
          ...each,
          cells: each.cells.map((some) => ({
            ...some,
            due:
              some.due -
              sum(
                grants
                  .filter((grant) => grant.campaign === each.id)
                  .flatMap((grant) => grant.cells)
                  .filter(({ key }) => key === some.key),
              ),
          })),
        })),
        held: new Map(
          patient.edges.map(({ id }) => {
            const all = new Map(patient.held.get(id));
            for (const grant of grants)
              if (grant.edge === id) all.set(grant.campaign, (all.get(grant.campaign) ?? 0) + grant.count);
            return [id, all];
          }),
        ),
      };
      // Single leads are not lent: a second plan finds no edge that has both a good part of its reserve free and leads to get.
      expect(plan(rest)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('a campaign of higher priority is served first; those of one priority share what is left, by what is left of them', () => {
  const one = [edge('e', 4, ['hi', 'a', 'b'])];
  expect(
    brief(plan(given(one, [campaign('a', 999), campaign('b', 999), campaign('hi', 20, { priority: 90 })]))),
  ).toEqual([
    ['e', 'hi', 20],
    ['e', 'a', 10],
    ['e', 'b', 10],
  ]);
  expect(brief(plan(given(one, [campaign('a', 4), campaign('b', 999)])))).toEqual([
    ['e', 'a', 3],
    ['e', 'b', 37],
  ]);
});

test('an edge that can do several campaigns leaves to the others what only they can do', () => {
  const both = [edge('few', 2, ['a']), edge('many', 2, ['a', 'b'])];
  // Scarce leads go to whoever has no others …
  expect(brief(plan(given(both, [campaign('a', 20), campaign('b', 999)])))).toEqual([
    ['few', 'a', 20],
    ['many', 'b', 20],
  ]);
  // … and whoever can works on what the others cannot.
  expect(brief(plan(given(both, [campaign('a', 999), campaign('b', 999)])))).toEqual([
    ['few', 'a', 20],
    ['many', 'b', 20],
  ]);
});

test('a lease is as large as what an edge dials until its end, with a floor', () => {
  const asked = (hourlyAttempts: number) =>
    sum(plan(given([edge('e', 4, ['a'], { hourlyAttempts })], [campaign('a', 999)])));
  expect(asked(1000)).toBe(40);
  expect(asked(15)).toBe(30);
  expect(asked(0)).toBe(10);
});

test('a campaign that needs no agents is lent what its channels dial, within the lines and its rate, beside what agents dial', () => {
  const alone = (channels: number, callsPerSecond: number, more: Partial<PlannerCampaign> = {}) =>
    campaign('b', 9999, { agentless: { channels, callsPerSecond }, ...more });
  const at = (agents: number, more: Partial<PlannerEdge> = {}) => [
    edge('e', agents, ['a', 'b'], { broadcasts: ['b'], ...more }),
  ];
  expect(brief(plan(given(at(0), [alone(5, 1)])))).toEqual([['e', 'b', 50]]);
  expect(brief(plan(given(at(3), [alone(5, 1)])))).toEqual([['e', 'b', 50]]);
  expect(brief(plan(given(at(0, { channels: 2 }), [alone(5, 1)])))).toEqual([['e', 'b', 20]]);
  expect(brief(plan(given(at(0, { broadcasts: [] }), [alone(5, 1)])))).toEqual([]);
  expect(brief(plan(given(at(0), [alone(5, 1, { sites: ['elsewhere'] })])))).toEqual([]);
  expect(brief(plan(given(at(0), [alone(50, 0.1, { leaseSeconds: 900 })])))).toEqual([['e', 'b', 90]]);
  expect(brief(plan(given(at(2), [alone(5, 1), campaign('a', 9999)])))).toEqual([
    ['e', 'a', 20],
    ['e', 'b', 50],
  ]);
  // What it holds and does not dial is its own affair.
  const full = { e: { b: 500 } };
  expect(brief(plan(given(at(2), [alone(5, 1), campaign('a', 9999)], full)))).toEqual([['e', 'a', 20]]);
});

test('agents without a channel cannot call', () => {
  expect(brief(plan(given([edge('e', 9, ['a'], { channels: 3 })], [campaign('a', 999)])))).toEqual([
    ['e', 'a', 30],
  ]);
});

test('cells that close soon come first, evenly, and no more of them than is dialed until then', () => {
  const cells = [
    { key: 'late', closesAt: 9 * hour, due: 999, held: 0 },
    { key: 'soon', closesAt: hour, due: 999, held: 0 },
  ];
  const grants = plan(
    given([edge('a', 4, ['c']), edge('b', 8, ['c'])], [campaign('c', 0, { cells, leaseSeconds: 7200 })]),
  );
  expect(grants.map((grant) => grant.cells)).toEqual([
    [
      { key: 'soon', count: 20 },
      { key: 'late', count: 20 },
    ],
    [
      { key: 'soon', count: 40 },
      { key: 'late', count: 40 },
    ],
  ]);
});

test('where nothing hurries, each site gets the country that it calls cheaply; amounts stay as they are', () => {
  const cells = ['cn', 'fr'].map((key) => ({ key, closesAt: Infinity, due: 20, held: 0 }));
  const site = (id: string, cn: number, fr: number) =>
    edge(id, 2, ['c'], {
      prices: new Map([
        ['cn', cn],
        ['fr', fr],
      ]),
    });
  const from = (edges: PlannerEdge[]) =>
    Object.fromEntries(
      plan(given(edges, [campaign('c', 0, { cells })])).map((each) => [each.edge, each.cells]),
    );
  expect(from([site('x', 1, 9), site('y', 9, 1)])).toEqual({
    x: [{ key: 'cn', count: 20 }],
    y: [{ key: 'fr', count: 20 }],
  });
  expect(from([site('x', 9, 1), site('y', 1, 9)])).toEqual({
    x: [{ key: 'fr', count: 20 }],
    y: [{ key: 'cn', count: 20 }],
  });
});

test('what a site that failed still holds weighs until its lease is over, and the others get the rest', () => {
  const away = edge('away', 2, ['a'], { online: false });
  const grants = plan(given([away, edge('there', 2, ['a'])], [campaign('a', 5)], { away: { a: 20 } }));
  expect(brief(grants)).toEqual([['there', 'a', 5]]);
});

test('a nearly full edge waits until a good part of its reserve is used up', () => {
  const holding = (held: number) =>
    brief(plan(given([edge('e', 4, ['a'])], [campaign('a', 999)], { e: { a: held } })));
  expect(holding(35)).toEqual([]);
  expect(holding(30)).toEqual([['e', 'a', 10]]);
});

test('no more has to be counted of a cell than all edges can take', () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      const most = roomOf(snapshot);
      const counted = snapshot.campaigns.map((each) => ({
        ...each,
        cells: each.cells.map((some) => ({ ...some, due: Math.min(some.due, most) })),
      }));
      expect(plan({ ...snapshot, campaigns: counted })).toEqual(plan(snapshot));
    }),
  );
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
  expect([...agentsAtWork(branch, live, new Set(['a']))]).toEqual([
    ['in', ['a']],
    ['pausing', ['a']],
  ]);
});

test('grants are given in turns: everybody has some before anybody has all, and nothing is lost', () => {
  const grant = (id: string, ...counts: number[]): Grant => ({
    edge: id,
    campaign: 'c',
    count: counts.reduce((total, count) => total + count, 0),
    cells: counts.map((count, z) => ({ key: `z${z}`, count })),
  });
  const turns = inTurns([grant('a', 120, 130), grant('b', 100), grant('c', 1)], 100);
  expect(turns.map(({ edge: id, count, cells }) => [id, count, ...cells.map((each) => each.count)])).toEqual([
    ['a', 100, 100],
    ['b', 100, 100],
    ['c', 1, 1],
    ['a', 100, 20, 80],
    ['a', 50, 50],
  ]);
  expect(inTurns([], 100)).toEqual([]);
});
