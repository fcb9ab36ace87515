import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { askDoor, DoorStatus, TestCallResult } from '@branchline/edge/box';
import { eventually } from '../support/eventually.ts';
import { findSwitch } from '../virtual-branch/contract/real-laboratory.ts';
import { openRealBranch, type RealBranch } from './real-branch.ts';
import { sippMissing } from './sipp.ts';

const found = findSwitch();
const missing = 'missing' in found ? found.missing : sippMissing();
const binary = 'binary' in found ? found.binary : '';

describe.skipIf(missing !== undefined)(
  `test calls on a real FreeSWITCH${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let branch: RealBranch;
    afterEach(() => branch.close());

    const open = async (): Promise<void> => {
      branch = await openRealBranch(binary, []);
      await branch.startEdge();
      await branch.startSwitch();
      await eventually(
        'the edge is linked',
        async () => (await askDoor(branch.home, 'GET', '/status', DoorStatus)).switch.up,
        20_000,
      );
    };
    const call = (number: string) =>
      askDoor(branch.home, 'POST', `/lines/carrier-a/test-call?number=${number}`, TestCallResult, 75_000);
    const channels = async (): Promise<string> => (await branch.cli('show channels count')).trim();

    test('hears its own tone from an echo, hangs up, and leaves no sound and no call behind', async () => {
      await open();
      branch.parties.echoing(branch.ports.carrier);
      const result = await call('13800000009');
      expect(result).toMatchObject({ outcome: 'heard', line: 'carrier-a' });
      // FreeSWITCH's own level of a tone, there and back over G.711.
      expect(result.levelDb).toBeGreaterThan(-30);
      expect(result.answeredMs!).toBeGreaterThanOrEqual(500);
      expect(result.ringingMs!).toBeLessThan(result.answeredMs!);
      await eventually('no channel is left', async () => (await channels()).startsWith('0 '));
      expect(await readdir(join(branch.home, 'test-calls'))).toEqual([]);
      expect(branch.controller.rows('call')).toEqual([]);
      expect(branch.controller.problems).toEqual([]);
    });

    test('tells a number that says something else from one that is busy or does not exist', async () => {
      await open();
      branch.parties.carrier(branch.ports.carrier);
      expect(await call('13800000001')).toMatchObject({
        outcome: 'silent',
        reason: expect.stringContaining('something else') as string,
      });
      expect(await call('13800000002')).toMatchObject({ outcome: 'not-answered', reason: 'USER_BUSY' });
      expect(await call('13800000004')).toMatchObject({
        outcome: 'not-answered',
        reason: 'UNALLOCATED_NUMBER',
      });
      await eventually('no channel is left', async () => (await channels()).startsWith('0 '));
    });
  },
);
