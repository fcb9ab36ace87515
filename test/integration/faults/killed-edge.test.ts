import { afterAll, beforeAll, expect, test } from 'vitest';
import { Fleet } from '../../support/fleet.ts';
import { allWell } from '../../support/fleet-proof.ts';

let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.start();
});
afterAll(() => fleet?.[Symbol.asyncDispose]());

test('an edge killed in the middle of its calls finds them again: each has one record, nobody is called twice', async () => {
  await fleet.dial();
  await fleet.dialsOn(20, 0);
  await fleet.killEdge(0);
  // The other branch does not notice.
  await fleet.dialsOn(5, 1);
  await fleet.startEdge(0);
  await fleet.agentsAtWork(10_000);
  await fleet.dialsOn(20, 0);
  const proof = await fleet.proof();
  expect(proof).toMatchObject(allWell);
  expect(proof.attempts).toBeGreaterThan(60);
});
