import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readWav } from '@branchline/hardware';
import type { CallRow, EdgeCampaign } from '@branchline/shared';
import { joined, seconds, speak, speechMissing, tone } from '../answer-set/index.ts';
import { testAgent } from '../support/branch.ts';
import { eventually } from '../support/eventually.ts';
import { findSwitch } from '../virtual-branch/contract/real-laboratory.ts';
import { openRealBranch, type RealBranch } from './real-branch.ts';
import { sippMissing } from './sipp.ts';

const found = findSwitch();
const missing = 'missing' in found ? found.missing : (sippMissing() ?? speechMissing());
const binary = 'binary' in found ? found.binary : '';
const hasModAmd = existsSync(join(dirname(dirname(binary)), 'lib/freeswitch/mod/mod_amd.so'));

describe.skipIf(missing !== undefined)(
  `who answers, on a real FreeSWITCH${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let branch: RealBranch;
    afterEach(() => branch.close());

    const voice = { language: 'en-us', variant: 'm3', speed: 170, pitch: 45 } as const;
    const loud = (...parts: Float64Array[]): Int16Array =>
      Int16Array.from(joined(...parts), (sample) => 9000 * sample);
    const agentIs = (state: string) =>
      eventually(`the agent is ${state}`, () => branch.controller.rows('agent').at(-1)?.to === state, 20_000);

    async function open(settings: Partial<EdgeCampaign>, says: Parameters<RealBranch['parties']['say']>) {
      branch = await openRealBranch(binary, [testAgent('1001')], {}, settings);
      await branch.startEdge();
      await branch.startSwitch();
      branch.parties.say(...says);
      branch.parties.carrier(branch.ports.carrier);
      await branch.register('1001');
      branch.dial('1001', '*11');
      await agentIs('ready');
    }

    async function call(number: string): Promise<CallRow> {
      await branch.lease([number]);
      return eventually('the call is reported', () => branch.controller.rows('call')[0], 60_000);
    }

    test('a machine is taken from the agent within seconds and hears the message after its beep', async () => {
      const greeting = joined(
        seconds(0.4),
        speak(
          "Hi, you've reached Sarah Miller. I can't come to the phone right now. Leave a message.",
          voice,
        ),
        seconds(0.4),
        tone([1000], 0.4),
      );
      await open({ machines: 'bridge-first', machineMessage: 'voicemail' }, [
        'customer',
        loud(greeting, seconds(40)),
      ]);
      const row = await call('+8613800000001');
      expect(row).toMatchObject({ outcome: 'MACHINE', hangupBy: 'system' });
      expect(row.answerToAgentMs).toBeLessThan(1000);
      const withAgent = row.segments.find(({ kind }) => kind === 'agent')!;
      expect(withAgent.to - row.answeredAt!).toBeLessThan(4000);
      expect(branch.controller.rows('agent').at(-1)).toMatchObject({ to: 'ready' });
      const [machine, sent] = readWav(await readFile(row.recording!.file))!.channels as [
        Int16Array,
        Int16Array,
      ];
      // The recording begins moments after the answer: its own left side tells where the beep ended.
      const beepEnd = machine.findLastIndex((sample) => Math.abs(sample) > 3000);
      expect(beepEnd / 8).toBeGreaterThan(greeting.length / 8 - 1500);
      const loudest = (from: number, to: number): number =>
        sent
          .subarray(beepEnd + from * 8, beepEnd + to * 8)
          .reduce((most, each) => Math.max(most, Math.abs(each)), 0);
      expect(loudest(-900, -100)).toBeLessThan(500);
      expect(loudest(0, 3000)).toBeGreaterThan(3000);
      expect(branch.controller.problems).toEqual([]);
    });

    test('held, a person is recognised, reaches the agent in time and stays', async () => {
      await open({ machines: 'hold', maxWaitMs: 4000 }, [
        'customer',
        loud(seconds(0.4), speak('Hello?', { ...voice, speed: 190 }), seconds(30)),
      ]);
      void branch.lease(['+8613800000001']);
      await agentIs('talking');
      await new Promise((resolve) => setTimeout(resolve, 3000));
      expect(await branch.cli('show calls count')).toContain('1 total');
      await branch.cli('hupall NORMAL_CLEARING bl_dialer 1');
      const row = await eventually('the call is reported', () => branch.controller.rows('call')[0]);
      expect(row.outcome).toBe('ANSWERED');
      expect(row.answerToAgentMs).toBeGreaterThan(700);
      expect(row.answerToAgentMs).toBeLessThan(4000);
    });

    test.skipIf(!hasModAmd)(
      'held for mod_amd, a machine never reaches an agent (skipped without mod_amd.so)',
      async () => {
        const settings = { machines: 'hold-mod-amd', maxWaitMs: 6000 } as const;
        const greeting = speak(
          'Hello, this is the office of Miller and Sons, we are closed for today.',
          voice,
        );
        await open(settings, ['customer', loud(seconds(0.4), greeting, seconds(30))]);
        const row = await call('+8613800000001');
        // How sure it is tells who said so.
        expect(row).toMatchObject({ outcome: 'MACHINE', hangupBy: 'system', confidence: 0.7 });
        expect(row).not.toHaveProperty('bridgedAt');
        expect(branch.controller.problems).toEqual([]);
      },
    );

    test.skipIf(!hasModAmd)(
      'held for mod_amd, a person reaches the agent (skipped without mod_amd.so)',
      async () => {
        await open({ machines: 'hold-mod-amd', maxWaitMs: 6000 }, [
          'customer',
          loud(seconds(0.4), speak('Hello?', { ...voice, speed: 190 }), seconds(30)),
        ]);
        void branch.lease(['+8613800000001']);
        await agentIs('talking');
        await new Promise((resolve) => setTimeout(resolve, 2000));
        expect(await branch.cli('show calls count')).toContain('1 total');
        await branch.cli('hupall NORMAL_CLEARING bl_dialer 1');
        const row = await eventually('the call is reported', () => branch.controller.rows('call')[0]);
        expect(row).toMatchObject({ outcome: 'ANSWERED' });
        expect(row.answerToAgentMs).toBeLessThan(6000);
      },
    );

    test('a busy tone before a refusal that says something else', async () => {
      const rhythm = Array.from({ length: 10 }, () => [tone([450], 0.35), seconds(0.35)]).flat();
      await open({}, ['network', loud(...rhythm)]);
      expect(await call('+8613800000007')).toMatchObject({ outcome: 'BUSY', sipStatus: 480 });
    });
  },
);
