import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Fleet } from '../../support/fleet.ts';
import { allWell } from '../../support/fleet-proof.ts';

const run = promisify(execFile);
const program = join(import.meta.dirname, '../../../controller/src/backup/main.ts');
let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.start();
});
afterAll(() => fleet?.[Symbol.asyncDispose]());

test('a center whose disk is lost comes back from its backup into an empty home, and the branches tell it the rest', async () => {
  const home = join(fleet.home, 'center');
  const backup = join(fleet.home, 'backup');
  // What dashboards were given when they were set up.
  const reader = async (): Promise<string[]> =>
    Promise.all(['reader-token', 'port'].map((name) => readFile(join(home, 'clickhouse', name), 'utf8')));
  const given = await reader();
  await fleet.dial();
  await fleet.dialsOn(30);
  // In the middle of everything.
  const written = await run(process.execPath, [program, 'backup', '--home', home, '--to', backup]);
  expect(JSON.parse(written.stdout)).toMatchObject({ backup });
  // What happens from here on is in no backup; only the branches know of it.
  await fleet.dialsOn(30);
  await fleet.center.stop();
  await rm(home, { recursive: true });
  const restored = await run(process.execPath, [program, 'restore', '--home', home, '--from', backup]);
  expect(JSON.parse(restored.stdout)).toMatchObject({
    rows: (JSON.parse(written.stdout) as { rows: number }).rows,
  });
  await fleet.center.start();
  expect(await reader()).toEqual(given);
  await fleet.dialsOn(30, undefined, 120_000);
  const proof = await fleet.proof();
  expect(proof).toMatchObject(allWell);
  expect(proof.attempts).toBeGreaterThan(90);
});
