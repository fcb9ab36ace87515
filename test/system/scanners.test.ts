import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { findSwitch } from '../virtual-branch/contract/real-laboratory.ts';
import { openRealBranch, type RealBranch } from './real-branch.ts';
import { sippMissing } from './sipp.ts';

const found = findSwitch();
const missing = 'missing' in found ? found.missing : sippMissing();
const binary = 'binary' in found ? found.binary : '';

describe.skipIf(missing !== undefined)(
  `SIP scanners at a real FreeSWITCH${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let branch: RealBranch;
    afterEach(() => branch.close());

    test('guessed passwords and calls from anywhere are refused, counted, logged once a minute; phones go on, nothing is left', async () => {
      branch = await openRealBranch(binary);
      await branch.startEdge();
      await branch.startSwitch();
      const turnedAway = async (what: string): Promise<number> => {
        const text = await (await fetch(`http://127.0.0.1:${branch.ports.metrics}/metrics`)).text();
        const line = new RegExp(
          `^branchline_edge_sip_turned_away_total\\{[^}]*what="${what}"[^}]*\\} (\\d+)$`,
          'm',
        );
        return Number(line.exec(text)?.[1] ?? 0);
      };
      await eventually('the edge is linked', async () =>
        (await readFile(join(branch.home, 'edge.log'), 'utf8')).includes('linked to FreeSWITCH'),
      );
      const { internal, external } = branch.ports;
      const flood = { from: '127.0.0.2', calls: 200, rate: 40 };
      const passwords = branch.parties.flood('scanner-registers.xml', { ...flood, at: internal });
      const calls = branch.parties.flood('scanner-calls.xml', { ...flood, from: '127.0.0.3', at: external });
      // Meanwhile the branch works.
      await branch.register('1001');
      branch.dial('1001', '*11');
      await eventually(
        'an agent logs in',
        () => branch.controller.rows('agent').findLast(({ agent }) => agent === 'agent-1001')?.to === 'ready',
        15_000,
      );
      expect([await passwords.done, await calls.done]).toEqual([0, 0]);
      await eventually('all are counted', async () => (await turnedAway('line')) === flood.calls);
      expect(await turnedAway('registration')).toBe(flood.calls);
      // The agent's leg, and nothing of theirs.
      expect(await branch.cli('show channels count')).toContain('1 total');
      expect(await branch.cli('show registrations')).not.toContain('127.0.0.2');
      const log = await readFile(join(branch.home, 'edge.log'), 'utf8');
      expect(log.match(/turned away at the SIP port/g)).toHaveLength(2);
      expect(log).toContain('friendly-scanner');
      expect(branch.controller.problems).toEqual([]);
    });
  },
);
