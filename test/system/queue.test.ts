import { afterEach, describe, expect, test } from 'vitest';
import { inboundQueue } from '@branchline/shared';
import { testAgent } from '../support/branch.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-port.ts';
import { findSwitch } from '../virtual-branch/contract/real-laboratory.ts';
import { openRealBranch, type RealBranch } from './real-branch.ts';
import { sippMissing } from './sipp.ts';

const found = findSwitch();
const missing = 'missing' in found ? found.missing : sippMissing();
const binary = 'binary' in found ? found.binary : '';

describe.skipIf(missing !== undefined)(
  `a queue on a real FreeSWITCH${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let branch: RealBranch;
    afterEach(() => branch.close());
    const events = () => branch.controller.rows('event');
    const steps = (step: string) =>
      events().flatMap((row) => (row.type === 'queue' && row.step === step ? [row] : []));

    test('two agents, a third caller hears the place and music and gets whoever is free first, a fourth leaves a message', async () => {
      const queue = { ...inboundQueue, wrapUpSeconds: 0, announceSeconds: 2, maxWaitSeconds: 100 };
      branch = await openRealBranch(binary, [testAgent('1001'), testAgent('1002')], {
        queues: [{ ...queue, overflow: [{ length: 1, exit: { to: 'voicemail' } }] }],
      });
      await branch.startEdge();
      await branch.startSwitch();
      branch.parties.carrier(branch.ports.carrier);
      for (const extension of ['1001', '1002']) {
        await branch.register(extension);
        branch.dial(extension, '*11');
        await eventually(
          `${extension} is ready`,
          () =>
            branch.controller.rows('agent').findLast(({ agent }) => agent === `agent-${extension}`)?.to ===
            'ready',
          20_000,
        );
      }
      const [a, b, c, d] = (await freePorts(4)) as [number, number, number, number];
      const comes = (port: number) => branch.parties.inbound(port, branch.ports.external);
      comes(a);
      comes(b);
      await eventually('two talk', () => steps('connected').length === 2, 15_000);
      comes(c);
      await eventually('the third waits', () => steps('entered').length === 3, 10_000);
      comes(d);
      await eventually('the third hears the place', () => steps('position').length > 0, 10_000);
      expect(await branch.cli('show channels')).toContain('position-1.wav');
      await eventually('the fourth is sent on', () => steps('overflowed').length === 1, 10_000);
      await eventually('the third talks', () => steps('connected').length === 3, 20_000);
      const told = await eventually(
        'the message is told',
        () => events().find((row) => row.type === 'voicemail'),
        20_000,
      );
      expect(told).toMatchObject({ call: steps('overflowed')[0]!.call });
      expect(told.type === 'voicemail' && told.ms).toBeGreaterThan(500);
      await eventually('all are recorded', () => branch.controller.rows('call').length === 4, 30_000);
      const outcomes = branch.controller.rows('call').map(({ outcome }) => outcome);
      expect(outcomes.filter((outcome) => outcome === 'ANSWERED')).toHaveLength(3);
      const waits = steps('connected').map(({ waitedMs }) => waitedMs);
      expect(Math.max(...waits.slice(0, 2))).toBeLessThan(1000);
      expect(branch.controller.problems).toEqual([]);
    });

    test('G.729 goes from end to end, with how both were heard on record; a phone that a colleague has rung is taken meanwhile', async () => {
      branch = await openRealBranch(binary, [testAgent('1001', { mode: 'ring' })], {
        codecs: { phones: ['G729'], lines: ['G729'] },
      });
      branch.parties.speakG729();
      await branch.startEdge();
      await branch.startSwitch();
      branch.parties.answering(await branch.register('1001'));
      branch.dial('1001', '*11', [1000]);
      await eventually('1001 is ready', () => branch.controller.rows('agent').at(-1)?.to === 'ready', 20_000);
      // In between a colleague has rung, and the phone was nobody's.
      const engaged = () =>
        branch.controller
          .received('live')
          .filter(({ snapshot, changes }) =>
            JSON.stringify(snapshot ?? changes).includes('in a call of their own'),
          ).length > 0;
      branch.dial('1009', '1001');
      await eventually('the phone is in a call of its own', engaged, 10_000);
      await branch.cli('hupall');
      await eventually('the phone is free', async () =>
        (await branch.cli('show channels count')).includes('0 total'),
      );
      const [port] = (await freePorts(1)) as [number];
      branch.parties.inbound(port, branch.ports.external, [6000]);
      const call = await eventually('the record', () => branch.controller.rows('call')[0], 30_000);
      expect(call).toMatchObject({ outcome: 'ANSWERED', agent: 'agent-1001', hangupBy: 'customer' });
      expect(call.legs.map(({ role }) => role).toSorted()).toEqual(['agent', 'customer']);
      for (const { quality } of call.legs) {
        expect(quality!.packets).toBeGreaterThan(100);
        expect(quality!.mos).toBeGreaterThan(3.5);
        expect(quality!.mos).toBeLessThanOrEqual(4.5);
        expect(quality!.loss).toBeLessThan(0.1);
        expect(quality!.jitterMs).toBeLessThan(60);
      }
    });
  },
);
