import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { Fleet } from '../../support/fleet.ts';
import { allWell } from '../../support/fleet-proof.ts';

let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.start();
});
afterAll(() => fleet?.[Symbol.asyncDispose]());

/** Nothing under way and nothing left to send: the branches know more than the backup and have no reason to say so. */
async function atRest(): Promise<void> {
  expect(await fleet.proof()).toMatchObject(allWell);
}

test('a center set back to an older backup asks the branches for what it has forgotten before it lends anything', async () => {
  await fleet.dial();
  await fleet.dialsOn(20);
  await fleet.center.stop();
  await fleet.center.backUp();
  await fleet.center.start();
  await fleet.dialsOn(40);
  await atRest();
  await fleet.center.stop();
  await fleet.center.restoreBackUp();
  await fleet.center.start();
  // As in the backup, the campaign runs; leads that were dialed since are open in it.
  await fleet.dialsOn(30, undefined, 120_000);
  const proof = await fleet.proof();
  expect(proof).toMatchObject(allWell);
  expect(proof.attempts).toBeGreaterThan(90);
});

test('a center set back while calls are up waits for their end', async () => {
  await fleet.dial();
  await fleet.dialsOn(20);
  expect(fleet.ledgers().some(({ openAttempts }) => openAttempts > 0)).toBe(true);
  await fleet.center.stop();
  await fleet.center.restoreBackUp();
  await fleet.center.start();
  await eventually('the agents being seen', async () => (await fleet.stuckAgents()).length === 0, 30_000);
  await fleet.dialsOn(30, undefined, 120_000);
  expect(await fleet.proof()).toMatchObject(allWell);
});
