import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { Fleet } from '../../support/fleet.ts';
import { allWell } from '../../support/fleet-proof.ts';

let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.start();
});
afterAll(() => fleet?.[Symbol.asyncDispose]());

/** Rows that the center has not said it has. */
const unacknowledged = (): number => fleet.ledgers().reduce((sum, ledger) => sum + ledger.unacknowledged, 0);

test('a controller killed while it takes records in: the branches dial on alone, and every record arrives once', async () => {
  await fleet.dial();
  await fleet.dialsOn(15);
  for (let kills = 0; kills < 3; kills++) {
    await fleet.center.kill();
    await fleet.dialsOn(12);
    await fleet.center.start();
    // The next kill falls into the arrival of what has gathered meanwhile.
    const gathered = unacknowledged();
    await eventually('the first of it being acknowledged', () => unacknowledged() < gathered);
  }
  await fleet.agentsAtWork(10_000);
  const proof = await fleet.proof();
  expect(proof).toMatchObject(allWell);
  expect(proof.attempts).toBeGreaterThan(50);
});

test('a broker that goes away in an orderly way and comes back: nothing is lost between the last word and the first', async () => {
  await fleet.dial();
  await fleet.dialsOn(15);
  await fleet.center.stop();
  await fleet.dialsOn(10);
  await fleet.center.start();
  await fleet.agentsAtWork(10_000);
  await fleet.dialsOn(15);
  expect(await fleet.proof()).toMatchObject(allWell);
});
