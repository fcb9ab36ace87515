import { describe, expect, test } from 'vitest';
import { randomExponential, randomInteger, seededRandom } from '@branchline/shared';
import { match, urgency, type MatchAgent, type MatchQueue, type Waiting } from './matcher.ts';
import { calleePriority } from './served.ts';

/** Everybody stays until served, and every talk takes as long: what a wait may be follows from ageing alone. */
interface Load {
  readonly queues: readonly MatchQueue[];
  readonly waiting: readonly Waiting[];
  readonly agents: number;
  readonly talkMs: number;
  /** Of those who do not stay: how long they wait, ms. */
  readonly patienceMs?: (each: Waiting) => number;
  readonly promised?: ReadonlyMap<string, number>;
}

const queue = (id: string, targetMs: number, side: MatchQueue['side'] = 'inbound'): MatchQueue => ({
  id,
  side,
  targetMs,
  requires: new Map(),
  prefers: [],
  strategy: 'longest-idle',
  lastAgentMs: 0,
});

/** When each was served, ms; who left is not there. */
function serve({ queues, waiting, agents, talkMs, promised = new Map(), patienceMs }: Load) {
  const taken = new Map<string, number>();
  const free = Array.from({ length: agents }, () => 0);
  const own = new Set(queues.map(({ id }) => id));
  const byId = new Map(queues.map((each) => [each.id, each]));
  const instants = waiting.map(({ since }) => since);
  let line: Waiting[] = [];
  let come = 0;
  let turn = 0;
  for (let now = 0; come < waiting.length || line.length > 0;) {
    for (; come < waiting.length && waiting[come]!.since <= now; come++) line.push(waiting[come]!);
    line = line.filter((each) => now - each.since < (patienceMs?.(each) ?? Infinity));
    const idle = free.map((at, i): MatchAgent => ({
      id: String(i),
      queues: own,
      skills: new Map(),
      idleSince: at,
      free: { voice: at <= now ? 1 : 0, message: 0 },
    }));
    const result = match({ now, waiting: line, queues: byId, agents: idle, promised, turn });
    ({ turn } = result);
    for (const { waiting: id, agent } of result.matches) {
      taken.set(id, now);
      free[Number(agent)] = now + talkMs;
    }
    line = line.filter(({ id }) => !taken.has(id));
    const next = [instants[come], ...free].filter((at) => at !== undefined && at > now) as number[];
    if (next.length === 0) break;
    now = Math.min(...next);
  }
  return taken;
}

/** Callers who come by chance, more than can be served, some of them before others. */
function crowd(seed: number, ids: readonly string[], everyMs: number, count: number): Waiting[] {
  const random = seededRandom(seed);
  let at = 0;
  return Array.from({ length: count }, (_, i) => {
    at += randomExponential(random, everyMs);
    return {
      id: `c${i}`,
      channel: 'voice' as const,
      queue: ids[randomInteger(random, 0, ids.length - 1)]!,
      since: Math.round(at),
      priority: random.next() < 0.6 ? randomInteger(random, 1, mostPoints) : 0,
    };
  });
}

const mostPoints = 10;
const seeds = Array.from({ length: 20 }, (_, i) => i + 1);

describe.each([
  ['one queue', [queue('sales', 20_000)]],
  ['queues of other targets', [queue('sales', 20_000), queue('care', 60_000), queue('loans', 5000)]],
] as const)('who stays until served, in %s of which more come than can be served', (_, queues) => {
  const tightest = Math.min(...queues.map(({ targetMs }) => targetMs));
  const targets = new Map<string, number>(queues.map(({ id, targetMs }) => [id, targetMs]));

  test('waits no longer than for those whom ageing lets go before, and is overtaken by nobody who came later than that', () => {
    for (const seed of seeds) {
      const random = seededRandom(seed);
      const agents = randomInteger(random, 1, 4);
      const talkMs = randomInteger(random, 2000, 30_000);
      // Up to twice as many as can be served.
      const everyMs = talkMs / agents / (0.7 + 1.3 * random.next());
      const ids = queues.map(({ id }) => id);
      const waiting = crowd(seed, ids, everyMs, 150);
      const taken = serve({ queues, waiting, agents, talkMs });
      expect(taken.size).toBe(waiting.length);
      for (const each of waiting) {
        const target = targets.get(each.queue)!;
        const waitedMs = taken.get(each.id)! - each.since;
        // Whoever goes first was as urgent: with p more points and a target of theirs, come by then.
        const lastMs =
          each.since + waitedMs * (1 - tightest / target) + tightest * (mostPoints - each.priority);
        const before = waiting.filter(
          (other) => other !== each && taken.get(other.id)! >= each.since && other.since <= lastMs,
        );
        expect(agents * Math.floor(waitedMs / talkMs)).toBeLessThanOrEqual(before.length);
        const overtakers = waiting.filter(
          (other) => other.since > each.since && taken.get(other.id)! < taken.get(each.id)!,
        );
        for (const other of overtakers) {
          const at = taken.get(other.id)!;
          const [own, theirs] = [each, other].map((one) =>
            urgency(one, queue(one.queue, targets.get(one.queue)!), at),
          );
          expect(theirs).toBeGreaterThanOrEqual(own!);
          if (other.queue === each.queue)
            expect(other.since - each.since).toBeLessThanOrEqual(target * (other.priority - each.priority));
        }
      }
    }
  });
});

test('callees of a campaign, more than can be served for as long as anybody waits, hold up a caller for so many targets, and then no more', () => {
  const sales = queue('sales', 20_000);
  const campaign = queue('campaign', 2000, 'outbound');
  for (const seed of seeds) {
    const random = seededRandom(seed);
    const agents = randomInteger(random, 1, 4);
    const talkMs = randomInteger(random, 2000, 30_000);
    const callers = crowd(seed, [sales.id], (talkMs / agents) * 1.5, 40).map((each) => ({
      ...each,
      priority: 0,
    }));
    const last = callers.at(-1)!.since + 1_500_000;
    const callees = Array.from({ length: Math.floor(last / 500) }, (_, i): Waiting => ({
      id: `o${i}`,
      channel: 'voice',
      queue: campaign.id,
      since: i * 500,
      priority: calleePriority,
    }));
    const taken = serve({
      queues: [sales, campaign],
      waiting: [...callers, ...callees].toSorted((a, b) => a.since - b.since),
      agents,
      talkMs,
      promised: new Map([[campaign.id, agents]]),
      patienceMs: (each) => (each.queue === campaign.id ? campaign.targetMs : Infinity),
    });
    // None of them has waited for longer than one target when they are gone.
    const heldUpMs = (calleePriority + 1) * sales.targetMs;
    for (const each of callers) {
      const waitedMs = taken.get(each.id)! - each.since;
      const before = callers.filter(
        (other) => other.since < each.since && taken.get(other.id)! >= each.since,
      ).length;
      expect(agents * Math.floor((waitedMs - heldUpMs) / talkMs)).toBeLessThanOrEqual(before);
    }
  }
});
