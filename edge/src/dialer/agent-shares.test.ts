import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shareAgents, type AgentSeeker, type ReadyAgent } from './agent-shares.ts';

const campaign = (id: string, busy = 0, priority = 50, expecting = 0, hungry = true): AgentSeeker => ({
  id,
  busy,
  priority,
  expecting,
  hungry,
});
const everywhere = (id: string): ReadyAgent => ({ id, campaigns: ['a', 'b'] });

test.each<{ what: string; campaigns: AgentSeeker[]; shares: Record<string, string[]> }>([
  {
    what: 'in turn among equals',
    campaigns: [campaign('a'), campaign('b')],
    shares: { a: ['1', '3'], b: ['2', '4'] },
  },
  {
    what: 'to the one with fewer at work',
    campaigns: [campaign('a', 3), campaign('b')],
    shares: { a: ['4'], b: ['1', '2', '3'] },
  },
  {
    what: 'all to the higher priority',
    campaigns: [campaign('a'), campaign('b', 9, 51)],
    shares: { a: [], b: ['1', '2', '3', '4'] },
  },
  {
    what: 'where calls under way need them, whatever the priority',
    campaigns: [campaign('a', 9, 50, 3), campaign('b', 0, 51)],
    shares: { a: ['1', '2', '3'], b: ['4'] },
  },
  {
    what: 'where calls under way need them, and no more where nobody is dialed any longer',
    campaigns: [campaign('a', 0, 51, 1, false), campaign('b')],
    shares: { a: ['1'], b: ['2', '3', '4'] },
  },
])('agents who serve both campaigns go $what', ({ campaigns, shares }) =>
  expect(Object.fromEntries(shareAgents(['1', '2', '3', '4'].map(everywhere), campaigns))).toEqual(shares),
);

const names = ['a', 'b', 'c', 'd'];
const ready = fc
  .array(fc.subarray(names), { maxLength: 30 })
  .map((served) => served.map((campaigns, i): ReadyAgent => ({ id: `${i}`, campaigns })));
const hungry = fc
  .tuple(
    fc.subarray(names),
    fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 4, maxLength: 4 }),
    fc.nat(1),
  )
  .map(([ids, loads, spread]) =>
    ids.map((id, i) => campaign(id, loads[i]![0], 50 + i * spread, loads[i]![1])),
  );

test('nobody is given to two campaigns or to one they do not serve, and nobody who could work stays idle', () => {
  fc.assert(
    fc.property(ready, hungry, (agents, campaigns) => {
      const shares = shareAgents(agents, campaigns);
      const given = [...shares].flatMap(([id, members]) => members.map((agent) => ({ id, agent })));
      expect(new Set(given.map(({ agent }) => agent)).size).toBe(given.length);
      for (const { id, agent } of given) expect(agents[Number(agent)]!.campaigns).toContain(id);
      const useful = agents.filter((agent) => agent.campaigns.some((id) => shares.has(id)));
      expect(given).toHaveLength(useful.length);
    }),
  );
});

test('equals who share all their agents differ by one at most, once the start is made good', () => {
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 40 }), fc.nat(3), fc.nat(3), (count, a, b) => {
      const agents = Array.from({ length: count }, (_, i) => everywhere(`${i}`));
      const shares = shareAgents(agents, [campaign('a', a), campaign('b', b)]);
      expect(Math.abs(a + shares.get('a')!.length - b - shares.get('b')!.length)).toBeLessThanOrEqual(1);
    }),
  );
});
