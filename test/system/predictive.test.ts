import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { fromALaw, readWav } from '@branchline/hardware';
import type { GateRule } from '@branchline/shared';
import { joined, seconds, speak, speechMissing } from '../answer-set/index.ts';
import { testAgent } from '../support/branch.ts';
import { eventually } from '../support/eventually.ts';
import { findSwitch } from '../virtual-branch/contract/real-laboratory.ts';
import { openRealBranch, type RealBranch } from './real-branch.ts';
import { sippMissing } from './sipp.ts';

const found = findSwitch();
const missing = 'missing' in found ? found.missing : (sippMissing() ?? speechMissing());
const binary = 'binary' in found ? found.binary : '';
const agents = ['1001', '1002', '1003'];

describe.skipIf(missing !== undefined)(
  `a predictive campaign on a real FreeSWITCH${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let branch: RealBranch;
    afterEach(() => branch.close());

    const open = async (extensions: readonly string[], listenAt?: number): Promise<void> => {
      branch = await openRealBranch(
        binary,
        extensions.map((extension) => testAgent(extension)),
        {},
        {
          mode: 'predictive',
          maxAbandonRate: 0.1,
          maxWaitMs: 1000,
          wrapUpSeconds: 1,
          machines: 'bridge-first',
        },
      );
      await branch.startEdge();
      await branch.startSwitch();
      const voice = { language: 'en-us', variant: 'm3', speed: 170, pitch: 45 } as const;
      const loud = (...parts: Float64Array[]): Int16Array =>
        Int16Array.from(joined(...parts), (sample) => 9000 * sample);
      branch.parties.say(
        'customer',
        loud(seconds(0.4), speak('Hello?', { ...voice, speed: 190 }), seconds(20)),
      );
      const greeting =
        "Hi, you've reached Sarah Miller. I can't come to the phone right now. Leave a message.";
      branch.parties.say('machine', loud(seconds(0.4), speak(greeting, voice), seconds(20)));
      branch.parties.carrier(branch.ports.carrier, listenAt);
    };
    const logIn = async (extension: string): Promise<void> => {
      await branch.register(extension);
      branch.dial(extension, '*11');
      await eventually(`agent-${extension} is ready`, () =>
        branch.controller
          .rows('agent')
          .some(({ agent, to }) => agent === `agent-${extension}` && to === 'ready'),
      );
    };
    const attempts = () => branch.controller.rows('attempt');
    /** Calls that reached the carrier, as FreeSWITCH counts them. */
    const placed = async (): Promise<number> =>
      Number(/CallsOUT\s+(\d+)/.exec(await branch.cli('sofia status gateway carrier-a'))?.[1]);

    test('dials a list of mixed fates ahead of its agents, within the cap, and nobody past the gate', async () => {
      await open(agents);
      await Promise.all(agents.map((extension) => logIn(extension)));
      const hourAgo = Date.now() - 3_600_000;
      const zones = ['Asia/Shanghai'];
      const [tired, called, dropped] = ['+8613900000011', '+8613900000021', '+8613900000031'];
      const refusals: Record<string, GateRule> = {
        [tired]: 'attempts-cap',
        [called]: 'frequency-cap',
        [dropped]: 'drop-lockout',
      };
      await branch.lease([tired], { attemptsMade: branch.campaign.attemptsCap });
      await branch.lease([called], {
        numbers: [{ number: called, zones, calledAt: Array.from({ length: 5 }, (_, i) => hourAgo - i) }],
      });
      await branch.lease([dropped], {
        numbers: [{ number: dropped, zones, calledAt: [hourAgo], abandonedAt: hourAgo }],
      });
      const fates = [6, 2, 6, 4, 6, 8, 6, 3];
      const numbers = Array.from(
        { length: 56 },
        (_, i) => `+861380000${String(i).padStart(3, '0')}${fates[i % fates.length]}`,
      );
      await branch.lease(numbers);
      await eventually(
        'every lead is reported',
        () => attempts().length === numbers.length + Object.keys(refusals).length,
        150_000,
      );
      const refused = attempts().filter(({ outcome }) => outcome === 'REFUSED');
      expect(Object.fromEntries(refused.map(({ number, refusal }) => [number, refusal?.rule]))).toEqual(
        refusals,
      );
      expect(await placed()).toBe(numbers.length);
      const byFate = (fate: number) =>
        new Set(attempts().flatMap(({ number, outcome }) => (number.endsWith(`${fate}`) ? [outcome] : [])));
      expect([...byFate(2)]).toEqual(['BUSY']);
      expect([...byFate(4)]).toEqual(['INVALID_NUMBER']);
      expect([...byFate(3)]).toEqual(['NO_ANSWER']);
      expect([...byFate(8)]).toEqual(['MACHINE']);
      const calls = await eventually('every call is recorded', () => {
        const rows = branch.controller.rows('call');
        return rows.length === numbers.length && rows;
      });
      const answered = calls.filter(({ answeredAt }) => answeredAt !== undefined);
      const abandoned = calls.filter(({ outcome }) => outcome === 'ABANDONED');
      expect(answered).toHaveLength(35);
      const live = answered.filter(({ outcome }) => outcome !== 'MACHINE');
      expect(live).toHaveLength(28);
      expect(abandoned.length).toBeLessThanOrEqual(0.1 * live.length);
      const most = Math.max(
        ...calls.map(
          ({ startedAt }) =>
            calls.filter((call) => call.startedAt <= startedAt && call.endedAt > startedAt).length,
        ),
      );
      expect(most).toBeGreaterThan(agents.length);
      expect(most).toBeLessThanOrEqual(10);
      expect(branch.controller.problems).toEqual([]);
    });

    test('who answers when the agent has just gone hears the safe-harbour message, whole', async () => {
      const ear = createSocket('udp4');
      const heard: Buffer[] = [];
      ear.on('message', (packet) => heard.push(packet.subarray(12)));
      await new Promise<void>((resolve) => ear.bind(0, '127.0.0.1', resolve));
      try {
        await open(['1001'], ear.address().port);
        await logIn('1001');
        await branch.lease(['+8613800000005']);
        await eventually('the lead has early media', async () =>
          (await branch.cli('show channels')).includes(',EARLY,'),
        );
        await branch.cli('hupall NORMAL_CLEARING bl_idle 1');
        const call = await eventually(
          'the call is reported',
          () => branch.controller.rows('call')[0],
          40_000,
        );
        expect(call).toMatchObject({ outcome: 'ABANDONED', hangupBy: 'system' });
        expect(call.agent).toBeUndefined();
        const said = samplesOf(
          await readFile(join(import.meta.dirname, '../../edge/prompts/safe-harbour.wav')),
        );
        const ears = fromALaw(Buffer.concat(heard));
        const seconds = Math.floor(said.length / 8000);
        for (const second of [0, Math.floor(seconds / 2), seconds - 1]) {
          const part = said.subarray(second * 8000, (second + 1) * 8000);
          expect(likeness(part, ears), `second ${second} of the message`).toBeGreaterThan(0.8);
        }
        const [, told] = readWav(await readFile(call.recording!.file))!.channels as [Int16Array, Int16Array];
        expect(likeness(said.subarray(0, 8000), told), 'the recording of it').toBeGreaterThan(0.8);
      } finally {
        ear.close();
      }
    });
  },
);

/** The samples of a 16-bit mono WAV of 8 kHz. */
function samplesOf(wav: Buffer): Int16Array {
  expect([wav.readUInt16LE(22), wav.readUInt32LE(24)]).toEqual([1, 8000]);
  const data = wav.indexOf('data') + 8;
  return Int16Array.from({ length: (wav.length - data) >> 1 }, (_, i) => wav.readInt16LE(data + 2 * i));
}

/** The best correlation, −1…1, of a part with any place in what was heard. */
function likeness(part: Int16Array, heard: Int16Array): number {
  const energy = part.reduce((sum, sample) => sum + sample * sample, 0);
  let best = -1;
  let window = 0;
  for (let i = 0; i < part.length && i < heard.length; i++) window += heard[i]! ** 2;
  for (let at = 0; at + part.length <= heard.length; at++) {
    let product = 0;
    for (let i = 0; i < part.length; i++) product += part[i]! * heard[at + i]!;
    best = Math.max(best, product / Math.sqrt(energy * window || 1));
    window += (heard[at + part.length] ?? 0) ** 2 - heard[at]! ** 2;
  }
  return best;
}
