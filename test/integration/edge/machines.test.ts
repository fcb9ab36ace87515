import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { announcementFile } from '@branchline/edge/answer';
import { idSource, type CallRow, type Desired, type EdgeCampaign, type Flow } from '@branchline/shared';
import { joined, seconds, speak, speechMissing, toWav, tone } from '../../answer-set/index.ts';
import { logInAll } from '../../support/agents.ts';
import { eventually } from '../../support/eventually.ts';
import { startBranch, testAgent, testCampaign, type Branch } from '../../support/branch.ts';
import type { Answerer } from '../../virtual-branch/index.ts';

const missing = speechMissing();

const person = '+8613800000001';
const machine = '+8613800000002';
const silentlyBusy = '+8613800000003';
const deadNumber = '+8613800000004';

describe.skipIf(missing !== undefined)(
  `who answers${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let branch: Branch;
    afterEach(() => branch.close());

    const announced = {
      dead: '您好，您拨打的号码是空号，请核对后再拨。',
      off: '您好，您拨打的电话已关机，请稍后再拨。',
    } as const;
    const voice = { language: 'cmn', variant: 'f2', speed: 220, pitch: 50 } as const;
    const loud = (samples: Float64Array): Int16Array => Int16Array.from(samples, (each) => 9000 * each);
    const greeting = (): Float64Array => speak('您好，我现在不在，请在听到嘀声后留下您的姓名和电话。', voice);
    const beepEndMs = (): number => Math.round(200 + greeting().length / 8 + 500 + 400);
    const said = (number: string): Int16Array =>
      number === machine
        ? loud(joined(seconds(0.2), greeting(), seconds(0.5), tone([1000], 0.4)))
        : loud(joined(seconds(0.3), speak('喂，你好。', { ...voice, speed: 280 })));

    /** What was played to whom, how long after the answer. */
    const played: { number: string; what: string; afterMs: number }[] = [];

    const carrier: Answerer = ({ to }, link) => {
      let answeredAt = 0;
      const answers = to === person || to === machine;
      const early =
        to === deadNumber
          ? loud(speak(announced.dead, voice))
          : loud(joined(...Array.from({ length: 8 }, () => [tone([450], 0.35), seconds(0.35)]).flat()));
      if (answers) setTimeout(() => link.answer(), 100);
      else {
        setTimeout(() => link.earlyMedia(), 50);
        setTimeout(() => link.reject(480), 6000);
      }
      return {
        says: answers ? { answer: said(to) } : { early },
        answered: () => void (answeredAt = performance.now()),
        heard: (what) => void played.push({ number: to, what, afterMs: performance.now() - answeredAt }),
        released: () => undefined,
      };
    };

    async function begin(
      change: Partial<EdgeCampaign>,
      desired: Partial<Desired> = {},
      modAmd = false,
    ): Promise<void> {
      played.length = 0;
      const campaign = testCampaign({ wrapUpSeconds: 0, ...change });
      const agents = [testAgent('1001')];
      branch = await startBranch({ speed: 1, carrier, agents, maxWavSeconds: 60, desired, modAmd }, campaign);
      const folder = join(branch.home, 'announcements');
      await mkdir(folder);
      for (const [name, says] of Object.entries(announced))
        await writeFile(
          join(folder, `${name}.json`),
          announcementFile(toWav(loud(speak(says, voice))), says),
        );
      await branch.startEdge();
      await branch.switch.start();
      await logInAll(branch);
    }

    async function call(number: string): Promise<CallRow> {
      await branch.controller.send(branch.edge, 'lease', branch.lease([number]));
      return eventually(
        `the call to ${number} is reported`,
        () => branch.controller.rows('call').find(({ customer }) => customer === number),
        25_000,
      );
    }

    const agentStates = (): string[] => branch.controller.rows('agent').map(({ to }) => to);

    test('bridge first: a machine is taken from the agent, gets the message after its beep; a person stays', async () => {
      await begin({ machines: 'bridge-first', machineMessage: 'voicemail' });
      const agentLegs = (): string[] => branch.switch.channels().map(({ uuid }) => uuid);
      const before = agentLegs();
      const row = await call(machine);
      expect(row).toMatchObject({ outcome: 'MACHINE', hangupBy: 'system' });
      expect(row.confidence).toBeGreaterThanOrEqual(0.8);
      expect(row.answerToAgentMs).toBeLessThan(1000);
      // Long before the machine had done.
      const withAgent = row.segments.find(({ kind }) => kind === 'agent')!;
      expect(withAgent.to - withAgent.from).toBeLessThan(3000);
      const message = played.find(({ what }) => what.endsWith('voicemail.wav'))!;
      expect(message.number).toBe(machine);
      expect(message.afterMs).toBeGreaterThanOrEqual(beepEndMs() - 50);
      expect(message.afterMs).toBeLessThan(beepEndMs() + 1500);
      await eventually('the agent is ready again', () => agentStates().at(-1) === 'ready');
      expect(agentLegs()).toEqual(before);

      branch.switch
        .phone('1001')
        .on('bridged', () => setTimeout(() => branch.switch.phone('1001').sendDtmf('**'), 4000));
      const talk = await call(person);
      expect(talk).toMatchObject({ outcome: 'ANSWERED', hangupBy: 'agent' });
      expect(talk.endedAt - talk.bridgedAt!).toBeGreaterThan(3500);
      // What was only listened to has left no file behind.
      const files = await readdir(join(branch.home, 'recordings'), { recursive: true });
      expect(files.filter((name) => name.endsWith('.wav')).toSorted()).toEqual(
        [row, talk]
          .map(({ recording }) => recording!.file.slice(join(branch.home, 'recordings/').length))
          .toSorted(),
      );
      expect(branch.controller.problems).toEqual([]);
    });

    test('hold: no agent ever hears the machine, a person is connected within the longest wait', async () => {
      await begin({ machines: 'hold', maxWaitMs: 4000 });
      const row = await call(machine);
      expect(row).toMatchObject({ outcome: 'MACHINE', hangupBy: 'system' });
      expect(row).not.toHaveProperty('bridgedAt');
      expect(agentStates()).not.toContain('talking');
      // Hung up without a message.
      expect(played).toEqual([]);
      expect(row.endedAt - row.answeredAt!).toBeLessThan(4000);
      branch.switch
        .phone('1001')
        .on('bridged', () => setTimeout(() => branch.switch.phone('1001').sendDtmf('**'), 500));
      const talk = await call(person);
      expect(talk).toMatchObject({ outcome: 'ANSWERED' });
      expect(talk.answerToAgentMs).toBeGreaterThan(500);
      expect(talk.answerToAgentMs).toBeLessThan(4000);
    });

    test('hold never costs the two seconds: whoever is not recognised by then is connected', async () => {
      await begin({ machines: 'hold', maxWaitMs: 2000 });
      const row = await call(machine);
      expect(row).toMatchObject({ outcome: 'MACHINE' });
      expect(row.answerToAgentMs ?? 0).toBeLessThan(2000);
    });

    test.each([{ modAmd: true }, { modAmd: false }])(
      'hold with mod_amd: it says who answered where FreeSWITCH has it ($modAmd), else we do',
      async ({ modAmd }) => {
        await begin({ machines: 'hold-mod-amd', maxWaitMs: 6000, machineMessage: 'voicemail' }, {}, modAmd);
        const row = await call(machine);
        expect(row).toMatchObject({ outcome: 'MACHINE', hangupBy: 'system' });
        expect(row).not.toHaveProperty('bridgedAt');
        expect(row.confidence).toBe(modAmd ? 0.7 : 0.9);
        // The beep is heard by us in any case.
        expect(played.map(({ what }) => what.endsWith('voicemail.wav'))).toEqual([true]);
        branch.switch
          .phone('1001')
          .on('bridged', () => setTimeout(() => branch.switch.phone('1001').sendDtmf('**'), 500));
        const talk = await call(person);
        expect(talk).toMatchObject({ outcome: 'ANSWERED', hangupBy: 'agent' });
        expect(talk.answerToAgentMs).toBeLessThan(4000);
        expect(branch.controller.problems).toEqual([]);
      },
    );

    test('mod_amd that takes too long holds nobody: who is not judged in time is connected, or is what we heard', async () => {
      await begin({ machines: 'hold-mod-amd', maxWaitMs: 2500 }, {}, true);
      const row = await call(machine);
      expect(row).toMatchObject({ outcome: 'MACHINE' });
      expect(row.answerToAgentMs ?? 0).toBeLessThan(2500);
    });

    describe('a broadcast', () => {
      const flow: Flow = {
        start: 'say',
        prompts: [{ name: 'offer', 'zh-CN': '您好，这里有一条消息，请您听完，谢谢。' }],
        steps: [
          { id: 'say', kind: 'prompt', prompt: 'offer', next: 'end' },
          { id: 'end', kind: 'hang-up' },
        ],
      };
      const id = idSource()();
      const document = { flows: [{ id, name: 'Message', version: 1, flow }] };
      const mode = { mode: 'broadcast', flow: id, broadcast: { channels: 1, callsPerSecond: 1 } } as const;

      test.each([
        { what: 'bridge-first', message: 'voicemail' },
        { what: 'hold', message: 'voicemail' },
        { what: 'bridge-first', message: undefined },
      ] as const)(
        '$what, message $message: a machine is taken out of the flow, which is said to nobody then, and gets the message after its beep or is hung up on',
        async ({ what, message }) => {
          await begin(
            { ...mode, machines: what, maxWaitMs: 4000, ...(message && { machineMessage: message }) },
            document,
          );
          const row = await call(machine);
          expect(row).toMatchObject({ outcome: 'MACHINE', hangupBy: 'system' });
          expect(row).not.toHaveProperty('bridgedAt');
          const left = played.filter((each) => each.what.endsWith('voicemail.wav'));
          if (message) {
            expect(left).toHaveLength(1);
            expect(left[0]!.afterMs).toBeGreaterThanOrEqual(beepEndMs() - 50);
          } else {
            expect(left).toEqual([]);
            expect(row.endedAt - row.answeredAt!).toBeLessThan(beepEndMs());
          }
          // Nothing of the flow is said once it is known, and nobody is looked for.
          const after = played.slice(played.findLastIndex((each) => each.what.endsWith('voicemail.wav')) + 1);
          if (message) expect(after).toEqual([]);
          expect(agentStates()).not.toContain('reserved');
          expect(branch.controller.problems).toEqual([]);
        },
        60_000,
      );

      test('a person hears the flow to its end', async () => {
        await begin({ ...mode, machines: 'bridge-first', maxWaitMs: 4000 }, document);
        const row = await call(person);
        expect(row).toMatchObject({ outcome: 'PLAYED' });
        expect(row.segments.map(({ kind }) => kind)).toContain('flow');
      }, 60_000);
    });

    test('what the network plays before it refuses tells more than its refusal', async () => {
      await begin({});
      expect(await call(silentlyBusy)).toMatchObject({ outcome: 'BUSY', sipStatus: 480 });
      expect(await call(deadNumber)).toMatchObject({ outcome: 'INVALID_NUMBER', sipStatus: 480 });
    });
  },
);
