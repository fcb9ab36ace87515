import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { Fleet } from '../../support/fleet.ts';
import { allWell } from '../../support/fleet-proof.ts';
import { MovableClock } from '../../support/movable-clock.ts';

let fleet: Fleet;
let clock: MovableClock;

beforeAll(async () => {
  if (!MovableClock.available) return;
  fleet = await Fleet.start();
  clock = new MovableClock(join(fleet.home, 'clock'));
});
afterAll(() => fleet?.[Symbol.asyncDispose]());

async function trust(): Promise<string | undefined> {
  const edges = (await fleet.sites()).flatMap((site) => site.edges);
  return edges.find(({ id }) => id === fleet.branches[0]!.facts.edge)?.live?.clock;
}

test.for([3600, -3600])(
  'a clock that jumps by %i seconds in the middle of calls: the branch stops dialing until it is right again',
  async (seconds, context) => {
    if (!MovableClock.available) return context.skip('Debian’s faketime is not installed');
    await clock.set(0);
    await fleet.stopEdge(0);
    await fleet.startEdge(0, clock.env);
    await fleet.agentsAtWork();
    await fleet.dial();
    await fleet.dialsOn(10, 0);
    await clock.set(seconds);
    await eventually('the jump being noticed', async () => (await trust()) === 'untrusted', 20_000);
    const before = fleet.ledgers()[0]!.dialed.length;
    await fleet.dialsOn(8, 1);
    expect(fleet.ledgers()[0]!.dialed.length).toBe(before);
    await clock.set(0);
    await eventually('the clock being believed again', async () => (await trust()) === 'trusted', 30_000);
    await fleet.dialsOn(10, 0);
    expect(await fleet.proof()).toMatchObject(allWell);
  },
);
