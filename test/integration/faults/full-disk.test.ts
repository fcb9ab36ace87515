import { cp, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sleep, systemClock } from '@branchline/shared';
import { Fleet } from '../../support/fleet.ts';
import { allWell } from '../../support/fleet-proof.ts';
import { SmallDisk } from '../../support/small-disk.ts';

let fleet: Fleet;
let disk: SmallDisk | undefined;

beforeAll(async () => {
  fleet = await Fleet.start();
});
afterAll(async () => {
  // A busy mount point could not be removed with the fleet's folder.
  await disk?.[Symbol.asyncDispose]();
  await fleet?.[Symbol.asyncDispose]();
});

test('a full disk: nothing is dialed, calls that are up go on, and all of it is stored when there is space again', async (context) => {
  const folder = join(fleet.branches[0]!.home, 'ledger');
  await fleet.stopEdge(0);
  await rename(folder, `${folder}.before`);
  await mkdir(folder);
  disk = await SmallDisk.mount(folder, 8);
  if (!disk) return context.skip('file systems cannot be mounted here');
  await cp(`${folder}.before`, folder, { recursive: true });
  await fleet.startEdge(0);
  await fleet.dial();
  await fleet.dialsOn(12, 0);
  await disk.fill();
  const dialedAt = async (branch: number): Promise<number> =>
    Object.values((await fleet.called())[branch]!).reduce((sum, count) => sum + count, 0);
  // What was stored a moment ago may still be on its way to the carrier.
  await sleep(systemClock, 500);
  const before = await dialedAt(0);
  await fleet.dialsOn(10, 1);
  expect(await dialedAt(0)).toBe(before);
  await disk.free();
  await fleet.dialsOn(12, 0);
  expect(await fleet.proof()).toMatchObject(allWell);
});
