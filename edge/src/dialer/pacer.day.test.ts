import { seededRandom } from '@branchline/shared';
import { expect, it } from 'vitest';
import { createPacer, type Pacer, type PacerSnapshot } from './pacer.ts';

interface Due {
  readonly at: number;
  readonly happens: () => void;
}

/** Three hours of ten agents: 30 % answer after 5 to 20 s, the others ring for 25 s, talks last 40 to 160 s. */
function threeHours(
  decide: (snapshot: PacerSnapshot) => number,
  seed: number,
  observe: Pacer['observe'] = () => {},
): {
  busy: number;
  answered: number;
  abandoned: number;
} {
  const random = seededRandom(seed);
  const between = (low: number, high: number): number => low + (high - low) * random.next();
  const snapshot: PacerSnapshot = {
    now: 0,
    agents: { ready: 10, talking: [], wrapUp: [] },
    ringing: [],
    waiting: [],
    freeChannels: 0,
    budget: { answered: 0, abandoned: 0 },
  };
  const { agents, ringing, waiting, budget } = snapshot;
  let due: Due[] = [];
  let busy = 0;
  let decisions = 0;
  const after = (ms: number, happens: () => void): number => due.push({ at: snapshot.now + ms, happens });
  const tell = (
    type: 'dialed' | 'answered' | 'abandoned' | 'talk-ended' | 'wrap-ended',
    durationMs: number,
  ): void => observe({ type, at: snapshot.now, durationMs });
  const connect = (): void => {
    const since = { since: snapshot.now };
    agents.talking.push(since);
    const talk = between(40_000, 160_000);
    after(talk, () => {
      agents.talking.splice(agents.talking.indexOf(since), 1);
      tell('talk-ended', talk);
      const wrap = { since: snapshot.now };
      agents.wrapUp.push(wrap);
      after(15_000, () => {
        agents.wrapUp.splice(agents.wrapUp.indexOf(wrap), 1);
        tell('wrap-ended', 15_000);
        if (waiting.shift()) connect();
        else agents.ready++;
      });
    });
  };
  const place = (): void => {
    const call = { since: snapshot.now };
    ringing.push(call);
    tell('dialed', 0);
    const live = random.next() < 0.3;
    const ms = live ? between(5000, 20_000) : 25_000;
    after(ms, () => {
      ringing.splice(ringing.indexOf(call), 1);
      if (!live) return observe({ type: 'failed', at: snapshot.now, durationMs: ms, reason: 'NO_ANSWER' });
      tell('answered', ms);
      budget.answered++;
      if (agents.ready > 0) {
        agents.ready--;
        return connect();
      }
      const waits = { since: snapshot.now };
      waiting.push(waits);
      after(2000, () => {
        if (!waiting.includes(waits)) return;
        waiting.splice(waiting.indexOf(waits), 1);
        budget.abandoned++;
        tell('abandoned', 2000);
      });
    });
  };
  for (let now = 0; now < 3 * 3_600_000; now += 250) {
    const happening = due.filter(({ at }) => at <= now);
    due = due.filter(({ at }) => at > now);
    snapshot.now = now;
    for (const { happens } of happening) happens();
    snapshot.freeChannels = 60 - ringing.length - waiting.length - agents.talking.length;
    const dial = decide(snapshot);
    for (let i = 0; i < dial; i++) place();
    busy += (agents.talking.length + agents.wrapUp.length) / 10;
    decisions++;
  }
  return { busy: busy / decisions, ...budget };
}

it('keeps ten agents busier than one call for each ready agent does, and the drops within the cap', () => {
  const progressive = threeHours(({ agents, ringing }) => Math.max(0, agents.ready - ringing.length), 5);
  const pacer = createPacer({ maxAbandonRate: 0.03, maxWaitMs: 2000 });
  const paced = threeHours(
    (snapshot) => pacer.decide(snapshot).dial,
    5,
    (event) => pacer.observe(event),
  );
  expect(paced.busy).toBeGreaterThan(progressive.busy + 0.1);
  expect(paced.abandoned).toBeLessThanOrEqual(0.03 * paced.answered);
});
