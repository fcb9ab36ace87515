import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { wavSpans } from '../support/wav-spans.ts';
import { findSwitch } from '../virtual-branch/contract/real-laboratory.ts';
import { openRealBranch, type RealBranch } from './real-branch.ts';
import { sippMissing } from './sipp.ts';

const found = findSwitch();
const missing = 'missing' in found ? found.missing : sippMissing();
const binary = 'binary' in found ? found.binary : '';

describe.skipIf(missing !== undefined)(
  `a branch on a real FreeSWITCH${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let branch: RealBranch;
    afterEach(() => branch.close());

    const open = async (): Promise<void> => {
      branch = await openRealBranch(binary);
      await branch.startEdge();
      await branch.startSwitch();
      branch.parties.carrier(branch.ports.carrier);
    };
    const agentIs = (agent: string, state: string) =>
      eventually(
        `${agent} is ${state}`,
        () => branch.controller.rows('agent').findLast((row) => row.agent === agent)?.to === state,
        15_000,
      );
    const attempts = () => branch.controller.rows('attempt');
    const calls = () => branch.controller.rows('call');

    test('logs an agent in by feature code, dials leads of every kind, bridges, records and takes the disposition', async () => {
      await open();
      await branch.register('1001');
      branch.dial('1001', '*11', [15_000, '*2', 2000, '*2', 1500, '**', 1500, '1']);
      await agentIs('agent-1001', 'ready');
      await branch.lease(['+8613800000002', '+8613800000004', '+8613800000001']);
      await eventually('the three leads are reported', () => attempts().length === 3, 60_000);
      expect(Object.fromEntries(attempts().map(({ number, outcome }) => [number.at(-1), outcome]))).toEqual({
        2: 'BUSY',
        4: 'INVALID_NUMBER',
        1: 'ANSWERED',
      });
      // Records and attempts travel in streams of their own.
      const talk = await eventually('the talk is recorded', () =>
        calls().find(({ outcome }) => outcome === 'ANSWERED'),
      );
      expect(talk).toMatchObject({ agent: 'agent-1001', hangupBy: 'agent', evidence: 'live' });
      expect(talk.answerToAgentMs).toBeLessThan(1000);
      await eventually('the disposition is reported', () =>
        branch.controller
          .rows('event')
          .find((row) => row.type === 'disposition' && row.call === talk.id && row.code === 'interested'),
      );
      const wav = await readFile(talk.recording!.file);
      expect(wav.readUInt16LE(22)).toBe(2);
      expect(loudness(wav)).toEqual([true, true]);
      // What was said while the agent had the recording paused is on neither side; the rest is.
      const [{ from, to } = { from: 0, to: 0 }] = talk.recording!.pauses ?? [];
      expect(to - from).toBeGreaterThan(1000);
      // Before the first word of the far end there is a moment of nothing.
      const said = wavSpans(wav, 0);
      const spans = said.slice(said[0]!.heard ? 0 : 1);
      expect(spans.map(({ heard }) => heard)).toEqual([true, false, true]);
      expect(Math.abs(spans[1]!.ms - (to - from))).toBeLessThan(300);
      expect(wavSpans(wav, 1).filter(({ heard, ms }) => !heard && ms >= to - from - 300)).toHaveLength(1);
      expect(branch.controller.problems).toEqual([]);
    });

    test('no answer, early media and hanging up from the customer’s side', async () => {
      await open();
      await branch.register('1001');
      branch.dial('1001', '*11');
      await agentIs('agent-1001', 'ready');
      await branch.lease(['+8613800000006', '+8613800000003']);
      await eventually('both are reported', () => attempts().length === 2, 60_000);
      expect(Object.fromEntries(attempts().map(({ number, outcome }) => [number.at(-1), outcome]))).toEqual({
        6: 'ANSWERED',
        3: 'NO_ANSWER',
      });
      await eventually('both calls are recorded', () => calls().length === 2);
      expect(calls().find(({ outcome }) => outcome === 'ANSWERED')).toMatchObject({ hangupBy: 'customer' });
      const silent = calls().find(({ outcome }) => outcome === 'NO_ANSWER')!;
      expect(silent.endedAt - silent.startedAt).toBeGreaterThanOrEqual(15_000);
      await branch.lease(['+8613800000005']);
      const early = await eventually(
        'early media is seen before the answer',
        () =>
          branch.controller.received('live').length > 0 &&
          calls().find(({ customer }) => customer.endsWith('5')),
        1000,
      ).catch(() => undefined);
      expect(early).toBeUndefined();
      await eventually(
        'the early one talks',
        async () => (await branch.cli('show calls count')).includes('1 total'),
        15_000,
      );
      await branch.cli('hupall NORMAL_CLEARING bl_dialer 1');
      const call = await eventually(
        'it is reported',
        () => calls().find(({ customer }) => customer.endsWith('5')),
        10_000,
      );
      expect(call.earlyAt).toBeLessThan(call.answeredAt!);
    });

    test('FreeSWITCH killed in the middle of a call: the record says that its end is lost and the agent logs in again', async () => {
      await open();
      await branch.register('1001');
      branch.dial('1001', '*11');
      await agentIs('agent-1001', 'ready');
      await branch.lease(['+8613800000001']);
      await agentIs('agent-1001', 'talking');
      await branch.killSwitch();
      await branch.startSwitch();
      const call = await eventually('the call is closed', () => calls()[0], 40_000);
      expect(call).toMatchObject({ outcome: 'LOST', evidence: 'lost', agent: 'agent-1001' });
      await eventually('the attempt is closed', () => attempts().length === 1);
      await branch.register('1001');
      branch.dial('1001', '*11');
      await agentIs('agent-1001', 'ready');
    });

    test('the edge killed in the middle of a call: the call goes on, and after the restart its record is whole', async () => {
      await open();
      await branch.register('1001');
      branch.dial('1001', '*11', [16_000, '**', 500]);
      await agentIs('agent-1001', 'ready');
      await branch.lease(['+8613800000001']);
      await agentIs('agent-1001', 'talking');
      // A phone that dies without a word: nobody hangs up.
      await branch.register('1002');
      const dead = branch.dial('1002', '*11', [60_000]);
      await agentIs('agent-1002', 'ready');
      dead.stop();
      await branch.killEdge();
      await new Promise((resolve) => setTimeout(resolve, 3000));
      expect(await branch.cli('show bridged_calls count')).toContain('1 total');
      await branch.startEdge();
      const call = await eventually('the call is recorded', () => calls()[0], 30_000);
      expect(call).toMatchObject({ outcome: 'ANSWERED', agent: 'agent-1001', hangupBy: 'agent' });
      expect(call.endedAt - call.bridgedAt!).toBeGreaterThan(3000);
      expect(attempts()).toHaveLength(1);
      await eventually(
        'the dead phone is noticed',
        () => branch.controller.rows('agent').findLast((row) => row.agent === 'agent-1002')?.to === 'break',
        40_000,
      );
      expect(branch.controller.rows('event').filter(({ type }) => type === 'phone-lost')).toMatchObject([
        { agent: 'agent-1002', extension: '1002', how: 'no-media' },
      ]);
      expect(await branch.cli('show channels')).not.toContain('1002@');
    });

    test('with the edge dead and an agent nailed up: inbound rings the group within 5 s, emergency gets out, a lead hears the message, phones call each other', async () => {
      await open();
      await branch.register('1001');
      branch.dial('1001', '*11');
      await agentIs('agent-1001', 'ready');
      const groupPort = await branch.register('1008');
      branch.parties.answering(groupPort);
      // A lead that answers while nobody steers: the edge dies between dial and answer.
      await branch.lease(['+8613800000001']);
      await eventually('the lead rings', async () =>
        (await branch.cli('show channels count')).includes('2 total'),
      );
      await branch.killEdge();
      await eventually(
        'the lead hears the message',
        async () => (await branch.cli('show channels')).includes('safe-harbour.wav'),
        8000,
      );
      const started = Date.now();
      const inbound = branch.parties.inbound(branch.ports.carrier + 1, branch.ports.external);
      void inbound;
      await eventually(
        'the group is rung',
        async () => (await branch.cli('show channels')).includes('1008@'),
        6000,
      );
      expect(Date.now() - started).toBeLessThan(5500);
      expect(await branch.cli('show channels')).not.toContain('nailed');
      const emergency = branch.dial('1009', '111', [1500]);
      await eventually(
        'the emergency call is up',
        async () =>
          (await branch.cli('show channels')).includes('carrier-a/111') ||
          (await branch.cli('show channels')).includes('111@'),
        8000,
      );
      emergency.stop();
      const colleague = branch.dial('1009', '1008', [500]);
      await eventually(
        'the colleague’s phone is reached',
        async () => (await branch.cli('show calls')).includes('1008'),
        8000,
      );
      colleague.stop();
    });
  },
);

/** Whether each of the two channels of a 16-bit stereo WAV carries sound. */
function loudness(wav: Buffer): [boolean, boolean] {
  const peak: [number, number] = [0, 0];
  for (let i = 44; i + 4 <= wav.byteLength; i += 4) {
    peak[0] = Math.max(peak[0], Math.abs(wav.readInt16LE(i)));
    peak[1] = Math.max(peak[1], Math.abs(wav.readInt16LE(i + 2)));
  }
  return [peak[0] > 1000, peak[1] > 1000];
}
