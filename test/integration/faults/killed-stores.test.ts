import { afterAll, beforeAll, expect, test } from 'vitest';
import { Fleet } from '../../support/fleet.ts';
import { allWell } from '../../support/fleet-proof.ts';

let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.start();
});
afterAll(() => fleet?.[Symbol.asyncDispose]());

test('PostgreSQL killed under load: what was acknowledged is there, what was not comes again', async () => {
  await fleet.dial();
  for (let kills = 0; kills < 2; kills++) {
    await fleet.dialsOn(20);
    await fleet.center.killPostgres();
  }
  await fleet.agentsAtWork(10_000);
  await fleet.dialsOn(15);
  expect(await fleet.proof()).toMatchObject(allWell);
});

test('ClickHouse killed under load: records wait in PostgreSQL, and a block that was half stored is not stored twice', async () => {
  await fleet.dial();
  for (let kills = 0; kills < 2; kills++) {
    await fleet.dialsOn(20);
    await fleet.center.killClickHouse();
  }
  await fleet.agentsAtWork(10_000);
  await fleet.dialsOn(15);
  expect(await fleet.proof()).toMatchObject(allWell);
});
