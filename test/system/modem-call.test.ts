import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { loudestTone, type HeardTone } from '@branchline/hardware';
import { toneOf } from '@branchline/hardware/emulator';
import type { Line } from '@branchline/shared';
import { startEmulation, type Emulation } from '../support/emulation.ts';
import { eventually } from '../support/eventually.ts';
import { findSwitch } from '../virtual-branch/contract/real-laboratory.ts';
import { openRealBranch, type RealBranch } from './real-branch.ts';
import { sippMissing } from './sipp.ts';

const found = findSwitch();
const missing = 'missing' in found ? found.missing : sippMissing();
const binary = 'binary' in found ? found.binary : '';
const number = '+8613900139000';
/** Share of a tone in all power that speech and noise do not reach; a busy machine costs a clean one a part of it. */
const recognisable = 0.4;
/** What the agent's phone says (`sipp.ts`), Hz. */
const agentTone = 880;

describe.skipIf(missing !== undefined)(
  `calls over a modem on a real FreeSWITCH${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let folder: string;
    let emulation: Emulation;
    let branch: RealBranch;
    afterEach(async () => {
      await branch.close();
      await emulation.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const open = async (change: Partial<Line> = {}): Promise<void> => {
      folder = await mkdtemp(join(tmpdir(), 'modem-call-'));
      emulation = await startEmulation(`modem --profile huawei --links ${folder}`);
      const line: Line = {
        id: 'modem-1',
        kind: 'gsm-modem',
        enabled: true,
        channels: 1,
        callerIds: ['13800100001'],
        answerSupervision: 'reliable',
        emergency: false,
        modem: { port: join(folder, 'm1'), audio: join(folder, 'm1-sound') },
        policy: {},
        ...change,
      };
      branch = await openRealBranch(binary, undefined, {
        site: {
          id: 'site-1',
          name: 'Site 1',
          zone: 'Asia/Shanghai',
          region: 'CN',
          gsm: { justification: 'test', by: 'test', at: 0 },
        },
        lines: [line],
        routes: [{ prefix: '', lines: [line.id] }],
      });
      await branch.startEdge();
      await branch.startSwitch();
      await branch.register('1001');
      await modemIs('idle');
    };
    const modemIs = (state: string) =>
      eventually(
        `the modem is ${state}`,
        async () => (await emulation.tell('state m1')).endsWith(state),
        20_000,
      );
    const heardBy = async (who: string) => JSON.parse(await emulation.tell(`heard ${who}`)) as HeardTone;
    const agentIs = (state: string) =>
      eventually(
        `the agent is ${state}`,
        () => branch.controller.rows('agent').findLast(({ agent }) => agent === 'agent-1001')?.to === state,
        30_000,
      );
    const agentReady = async (steps: (number | string)[] = []): Promise<void> => {
      branch.dial('1001', '*11', steps);
      await agentIs('ready');
    };
    const calls = () => branch.controller.rows('call');
    const firstCall = (ms = 40_000) => eventually('the call is recorded', () => calls()[0], ms);

    test('the customer hears the agent and the agent the customer; the customer hangs up', async () => {
      await open();
      await emulation.tell(`plan ${number} ${answers(11_500)}`);
      await agentReady();
      await branch.lease([number]);
      const call = await firstCall();
      expect(call).toMatchObject({ outcome: 'ANSWERED', hangupBy: 'customer', q850: 16, line: 'modem-1' });
      expect(call.earlyAt).toBeLessThan(call.answeredAt!);
      const { customer, agent } = await channels(call.recording!.file);
      expectTone(loudestTone(customer), toneOf(number));
      expectTone(loudestTone(agent), agentTone);
      expectTone(await heardBy(number), agentTone);
    });

    test('keys that the agent presses are played by the modem', async () => {
      await open();
      await emulation.tell(`plan ${number} ${answers(60_000)}`);
      // Again and again: nobody knows when a busy machine has joined the two.
      const steps = [1_500, '4', 1_500, '2', 1_500, '#'];
      await agentReady([6_000, ...Array.from({ length: 8 }, () => steps).flat()]);
      await branch.lease([number]);
      const keys = async () => (await emulation.tell('keys m1')).match(/42#/)?.[0];
      expect(await eventually('the keys', keys, 40_000)).toBe('42#');
    });

    test('the agent ends the call, and the modem hangs up', async () => {
      await open();
      await emulation.tell(`plan ${number} ${answers(60_000)}`);
      await agentReady([9_000, '**', 500]);
      await branch.lease([number]);
      expect(await firstCall()).toMatchObject({ outcome: 'ANSWERED', hangupBy: 'agent' });
      await modemIs('idle');
    });

    test('busy, refused, switched off, unknown: the record says what the modem was told', async () => {
      await open();
      const ends = { 17: 'BUSY', 21: 'REJECTED', 1: 'INVALID_NUMBER', 20: 'UNREACHABLE', 34: 'CONGESTION' };
      const numbers = Object.keys(ends).map((cause) => `${number.slice(0, -3)}${cause.padStart(3, '0')}`);
      for (const [i, cause] of Object.keys(ends).entries())
        await emulation.tell(`plan ${numbers[i]} alert 500 end 1000 ${cause}`);
      await agentReady();
      await branch.lease(numbers);
      await eventually('all are reported', () => calls().length >= numbers.length, 60_000);
      expect(
        calls()
          .map(({ outcome }) => outcome)
          .toSorted(),
      ).toEqual(Object.values(ends).toSorted());
    });

    test('a number that does not answer is left after its time, and the modem hangs up', async () => {
      await open();
      await emulation.tell(`plan ${number} alert 500`);
      await agentReady();
      await branch.lease([number]);
      const call = await firstCall();
      expect(call).toMatchObject({ outcome: 'NO_ANSWER' });
      expect(call.endedAt - call.startedAt).toBeGreaterThanOrEqual(15_000);
      await modemIs('idle');
    });

    test('an emergency call takes the only channel from a campaign’s call', async () => {
      await open({ emergency: true });
      await emulation.tell(`plan ${number} ${answers(120_000)}`);
      await emulation.tell(`plan 111 ${answers(60_000)}`);
      await agentReady();
      await branch.lease([number]);
      await agentIs('talking');
      const emergency = branch.dial('1009', '111', [30_000]);
      const told = async () => (await heardBy('111').catch(() => undefined))?.frequency === agentTone;
      expect(await eventually('the emergency service hears the caller', told, 25_000)).toBe(true);
      expect(await firstCall()).toMatchObject({ outcome: 'ANSWERED', line: 'modem-1' });
      emergency.stop();
    });

    test('a modem that is unplugged in a call ends it with the fault of the line', async () => {
      await open();
      await emulation.tell(`plan ${number} ${answers(60_000)}`);
      await agentReady();
      await branch.lease([number]);
      await agentIs('talking');
      await pause(2_000);
      await emulation.tell('unplug m1');
      const unplugged = Date.now();
      const call = await firstCall(10_000);
      expect(Date.now() - unplugged).toBeLessThan(5_000);
      expect(call).toMatchObject({ outcome: 'ANSWERED', cause: 'NETWORK_OUT_OF_ORDER', q850: 38 });
      const down = await eventually('the line is down', () =>
        branch.controller.rows('event').findLast((row) => row.type === 'line'),
      );
      expect(down).toMatchObject({ line: 'modem-1', state: 'down' });
    });

    test('the edge dies in a call: the next one ends it on both sides and tells of it', async () => {
      await open();
      await emulation.tell(`plan ${number} ${answers(120_000)}`);
      await agentReady();
      await branch.lease([number]);
      await agentIs('talking');
      await branch.killEdge();
      await branch.startEdge();
      expect(await firstCall()).toMatchObject({ cause: 'NETWORK_OUT_OF_ORDER', line: 'modem-1' });
      await modemIs('idle');
    });

    test('somebody rings the modem: the agent gets the call, both hear each other', async () => {
      await open();
      await agentReady();
      await emulation.tell('call 13800100001 13700137000 9000');
      const call = await firstCall();
      expect(call).toMatchObject({ direction: 'inbound', customer: '13700137000', line: 'modem-1' });
      expect(call.bridgedAt).toBeDefined();
      const { customer, agent } = await channels(call.recording!.file);
      expectTone(loudestTone(customer), toneOf('13700137000'));
      expectTone(loudestTone(agent), agentTone);
      expectTone(await heardBy('13700137000'), agentTone);
    });
  },
);

const answers = (endsAfterMs: number): string => `alert 1500 answer 3500 end ${endsAfterMs} 16`;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function expectTone(heard: HeardTone, frequency: number): void {
  expect(heard.frequency).toBe(frequency);
  expect(heard.share).toBeGreaterThan(recognisable);
}

/** Both sides of a stereo recording: three seconds from its middle. */
async function channels(file: string): Promise<{ customer: Int16Array; agent: Int16Array }> {
  const wav = await readFile(file);
  const frames = Math.floor((wav.length - 44) / 4);
  const length = Math.min(24_000, Math.floor(frames / 2));
  const start = Math.floor((frames - length) / 2);
  const side = (offset: number): Int16Array =>
    Int16Array.from({ length }, (_, i) => wav.readInt16LE(44 + 4 * (start + i) + offset));
  return { customer: side(0), agent: side(2) };
}
