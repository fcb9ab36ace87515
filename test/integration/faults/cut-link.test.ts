import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { Fleet } from '../../support/fleet.ts';
import { allWell } from '../../support/fleet-proof.ts';

/** One real minute is an hour and 20 minutes. */
const speed = 80;
let fleet: Fleet;

beforeAll(async () => {
  // Leases that run out while the cable is cut, so that the branches must stop by themselves.
  fleet = await Fleet.start({ speed, campaign: { leaseSeconds: 2400 } });
});
afterAll(() => fleet?.[Symbol.asyncDispose]());

const leadsHeld = (): number => fleet.ledgers().reduce((sum, ledger) => sum + ledger.heldLeads, 0);

test('a cable cut for most of an hour: branches dial what they hold, stop when the lease ends, and go on when it is whole', async () => {
  await fleet.dial();
  await fleet.dialsOn(20);
  fleet.cutLink();
  await fleet.dialsOn(20);
  // There is enough left to dial: what stops the branches is the lease's end.
  expect(leadsHeld()).toBeGreaterThan(100);
  await eventually('the end of every lease of 40 minutes', () => leadsHeld() === 0, 45_000);
  const stopped = fleet.dialed;
  await wait(8000);
  // Nobody may be called by a lead that might be somebody else's by now.
  expect(fleet.dialed).toBe(stopped);
  fleet.restoreLink();
  await fleet.agentsAtWork(10_000);
  await fleet.dialsOn(20);
  const proof = await fleet.proof();
  expect(proof).toMatchObject(allWell);
  expect(proof.attempts).toBeGreaterThan(60);
});
