import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { inboundQueue, type AgentState } from '@branchline/shared';
import { testAgent } from '../support/branch.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-port.ts';
import { findSwitch } from '../virtual-branch/contract/real-laboratory.ts';
import { openRealBranch, type RealBranch } from './real-branch.ts';
import { sippMissing, toneSamples } from './sipp.ts';

const found = findSwitch();
const missing = 'missing' in found ? found.missing : sippMissing();
const binary = 'binary' in found ? found.binary : '';

const supervisorHz = 1500;

/** The seconds of a stereo recording of 8 kHz in which a tone is heard on its second side. */
async function secondsWith(hz: number, file: string): Promise<number[]> {
  const wav = await readFile(file);
  const data = wav.indexOf('data') + 8;
  const samples = new Int16Array(
    wav.buffer.slice(wav.byteOffset + data, wav.byteOffset + wav.length - ((wav.length - data) % 4)),
  );
  const found = [];
  for (let second = 0; (second + 1) * 16_000 <= samples.length; second++) {
    let [re, im] = [0, 0];
    for (let i = 0; i < 8000; i++) {
      const sample = samples[(second * 8000 + i) * 2 + 1]!;
      re += sample * Math.cos((2 * Math.PI * hz * i) / 8000);
      im += sample * Math.sin((2 * Math.PI * hz * i) / 8000);
    }
    // A tone of 8000 for the whole second gives 4000.
    if (Math.hypot(re, im) / 8000 > 1000) found.push(second);
  }
  return found;
}

describe.skipIf(missing !== undefined)(
  `customers handed on, on a real FreeSWITCH${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let branch: RealBranch;
    afterEach(() => branch.close());

    const events = () => branch.controller.rows('event');
    const transferred = () => events().flatMap((row) => (row.type === 'transferred' ? [row] : []));
    const is = (extension: string, state: AgentState, seconds = 20) =>
      eventually(
        `${extension} is ${state}`,
        () =>
          branch.controller.rows('agent').findLast(({ agent }) => agent === `agent-${extension}`)?.to ===
          state,
        seconds * 1000,
      );
    const bridges = async (): Promise<number> => {
      const shown = await branch.cli('show bridged_calls as json');
      return (JSON.parse(shown) as { row_count: number }).row_count;
    };
    async function start(supervisors: readonly string[] = []) {
      const agents = ['1001', '1002', '1003'].map((extension) =>
        testAgent(extension, { supervisor: supervisors.includes(extension) }),
      );
      branch = await openRealBranch(binary, agents, { queues: [{ ...inboundQueue, wrapUpSeconds: 1 }] });
      await branch.startEdge();
      await branch.startSwitch();
    }
    /** Logs in on one long call; keys follow when the customer has been there a while. */
    const logIn = async (extension: string, steps: readonly (number | string)[] = []) => {
      await branch.register(extension);
      branch.dial(extension, '*11', steps);
      await is(extension, 'ready');
    };
    const customer = async (ms = 30_000) => {
      const [port] = (await freePorts(1)) as [number];
      return branch.parties.inbound(port, branch.ports.external, [ms]);
    };

    test('a customer on hold hears music, and may leave', async () => {
      await start();
      await logIn('1001', [8000, '*6', 'INVITE', 60_000]);
      await customer(14_000);
      await is('1001', 'held', 30);
      await eventually('the agent is free again', () => branch.controller.rows('call').length === 1, 30_000);
      expect(branch.controller.rows('call')[0]).toMatchObject({ outcome: 'ANSWERED', hangupBy: 'customer' });
      await is('1001', 'ready');
    });

    test('a transfer at once, and one after a consultation, keyed on the phones', async () => {
      await start();
      await logIn('1001', [14_000, '*71002#', 80_000]);
      await customer(60_000);
      await is('1001', 'talking');
      await logIn('1002', [26_000, '*41003#', 8000, '*8', 80_000]);
      await logIn('1003');
      await is('1002', 'talking', 30);
      await eventually('one pair talks', async () => (await bridges()) === 1);
      await eventually('it is told', () => transferred().length === 1);
      await is('1003', 'talking', 45);
      await eventually('it is told', () => transferred().length === 2, 20_000);
      const call = await eventually('the record', () => branch.controller.rows('call')[0], 60_000);
      expect(transferred().map(({ how, from }) => [how, from])).toEqual([
        ['blind', 'agent-1001'],
        ['attended', 'agent-1002'],
      ]);
      expect(call).toMatchObject({ outcome: 'ANSWERED', agent: 'agent-1003', hangupBy: 'customer' });
      expect(call.segments.flatMap(({ agent }) => agent ?? [])).toEqual([
        'agent-1001',
        'agent-1002',
        'agent-1003',
      ]);
      for (const extension of ['1001', '1002', '1003']) await is(extension, 'ready');
      expect(branch.controller.problems).toEqual([]);
    });

    test('all three hear each other, a supervisor whispers, and a parked customer is taken', async () => {
      await start(['1003']);
      await logIn('1001', [9000, '*41002#', 5000, '*3', 30_000, '*9', 3000, '*5', 60_000]);
      await customer(75_000);
      await is('1001', 'talking');
      await logIn('1002');
      await is('1002', 'talking', 30);
      await eventually('all three', () => transferred().some(({ how }) => how === 'three-way'), 20_000);
      await eventually('the third is heard', async () =>
        (await branch.cli('show channels as json')).includes('eavesdrop'),
      );
      expect(await bridges()).toBe(1);
      // What the agent hears is written down, too.
      const heard = join(branch.home, 'agent-hears.wav');
      const legs = JSON.parse(await branch.cli('show channels as json')) as {
        rows: Record<string, string>[];
      };
      const leg = legs.rows.find(({ name = '' }) => name.includes('1001@'))?.['uuid'] ?? '';
      branch.parties.say('agent', toneSamples(supervisorHz, 10));
      await branch.register('1003');
      branch.dial('1003', '*01001', [6000, '2', 4000, '3', 4000, '0', 60_000]);
      const modes = () => events().flatMap((row) => (row.type === 'monitored' ? [row.mode] : []));
      await eventually('the supervisor is there', () => modes().length > 0, 20_000);
      expect(await branch.cli(`uuid_record ${leg} start ${heard}`)).toContain('+OK');
      await eventually('the supervisor whispers, speaks and listens', () => modes().length >= 4, 40_000);
      expect(modes()).toEqual(['listen', 'whisper', 'barge', 'listen']);
      await eventually(
        'the customer is parked',
        () => transferred().some(({ how }) => how === 'parked'),
        30_000,
      );
      await is('1001', 'ready');
      await eventually(
        'nobody listens',
        async () => !(await branch.cli('show channels as json')).includes('1003@'),
      );
      const { call } = transferred()[0]!;
      await branch.controller.send('edge-1', 'command', {
        id: call,
        verb: 'call-transfer',
        args: { call, to: { agent: 'agent-1002' } },
        by: 'operations',
        expiresAt: Date.now() + 60_000,
        ttlMs: 60_000,
      });
      await is('1002', 'talking');
      const row = await eventually('the record', () => branch.controller.rows('call')[0], 60_000);
      expect(row).toMatchObject({ outcome: 'ANSWERED', agent: 'agent-1002', hangupBy: 'customer' });
      const monitored = events().flatMap((event) => (event.type === 'monitored' ? [event] : []));
      const [, whisper, barge, listen] = monitored.map(({ at }) => at) as [number, number, number, number];
      // Seconds of each mode, away from its edges.
      const spans = { whispered: [whisper, barge], spoken: [barge, listen] } as const;
      const ear = await secondsWith(supervisorHz, heard);
      const record = await secondsWith(supervisorHz, row.recording!.file);
      const seconds = ([from, to]: readonly [number, number]): number => Math.floor((to - from) / 1000) - 2;
      // The agent hears both, the customer and the recording what is said to both.
      expect(ear.length).toBeGreaterThanOrEqual(seconds(spans.whispered) + seconds(spans.spoken));
      expect(record.length).toBeGreaterThanOrEqual(seconds(spans.spoken));
      expect(record.length).toBeLessThanOrEqual(seconds(spans.spoken) + 4);
      expect(Math.min(...record.map((at) => row.answeredAt! + at * 1000))).toBeGreaterThan(barge - 1500);
      expect(branch.controller.problems).toEqual([]);
    });
  },
);
