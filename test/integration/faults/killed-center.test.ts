import { afterAll, beforeAll, expect, test } from 'vitest';
import { Fleet } from '../../support/fleet.ts';
import { allWell } from '../../support/fleet-proof.ts';

let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.start();
});
afterAll(() => fleet?.[Symbol.asyncDispose]());

test('a controller killed while it takes records in: the branches dial on alone, and every record arrives once', async () => {
  await fleet.dial();
  for (let kills = 0; kills < 3; kills++) {
    await fleet.dialsOn(15);
    await fleet.killController();
    await fleet.dialsOn(10);
    await fleet.startController();
  }
  await fleet.agentsAtWork(10_000);
  const proof = await fleet.proof();
  expect(proof).toMatchObject(allWell);
  expect(proof.attempts).toBeGreaterThan(70);
});

test('a broker that goes away in an orderly way and comes back: nothing is lost between the last word and the first', async () => {
  await fleet.dial();
  await fleet.dialsOn(15);
  await fleet.stopController();
  await fleet.dialsOn(10);
  await fleet.startController();
  await fleet.agentsAtWork(10_000);
  await fleet.dialsOn(15);
  expect(await fleet.proof()).toMatchObject(allWell);
});
