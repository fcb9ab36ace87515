import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile, readdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { decodeWav, encodeWav, idSource, type Desired, type Flow } from '@branchline/shared';
import { testAgent } from '../support/branch.ts';
import { eventually } from '../support/eventually.ts';
import { findSwitch } from '../virtual-branch/contract/real-laboratory.ts';
import { openRealBranch, type RealBranch } from './real-branch.ts';
import { sippMissing, toneSamples } from './sipp.ts';

const found = findSwitch();
const missing = 'missing' in found ? found.missing : sippMissing();
const binary = 'binary' in found ? found.binary : '';
const flowId = idSource()();

const flow: Flow = {
  start: 'hours',
  prompts: [
    { name: 'welcome', 'zh-CN': '销售请按一。', en: 'For sales press one.' },
    { name: 'wrong', en: 'That was no choice.' },
    { name: 'speak', en: 'Speak after the tone.' },
    { name: 'rate', en: 'How was it?' },
  ],
  steps: [
    {
      id: 'hours',
      kind: 'hours',
      hours: [{ fromMinute: 0, toMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] }],
      holidays: [],
      open: 'menu',
      closed: 'end',
    },
    {
      id: 'menu',
      kind: 'menu',
      prompt: 'welcome',
      keys: { 1: 'sales', 2: 'rate', 3: 'message' },
      timeoutSeconds: 8,
      tries: 3,
      invalid: 'wrong',
      otherwise: 'end',
    },
    { id: 'sales', kind: 'queue', queue: 'sales' },
    {
      id: 'rate',
      kind: 'survey',
      prompt: 'rate',
      question: 'service',
      answers: '12345',
      timeoutSeconds: 5,
      tries: 1,
      next: 'end',
    },
    { id: 'message', kind: 'voicemail', prompt: 'speak', maxSeconds: 20 },
    { id: 'end', kind: 'hang-up' },
  ],
};
const desired: Partial<Desired> = {
  flows: [{ id: flowId, name: 'Hotline', version: 1, flow }],
  inboundNumbers: [{ number: '02088888888', flow: flowId }],
};

/** How much of a sound is this tone, 0–1 (Goertzel). */
function shareOfTone(samples: Float32Array, hertz: number): number {
  const k = 2 * Math.cos((2 * Math.PI * hertz) / 8000);
  let [last, before, power] = [0, 0, 0];
  for (const sample of samples) {
    [last, before] = [sample + k * last - before, last];
    power += sample ** 2;
  }
  return (2 * (last ** 2 + before ** 2 - k * last * before)) / (samples.length * Math.max(power, 1e-9));
}

/** A recogniser of one word: whoever whistles at 700 Hz says it. */
async function startRecogniser(): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const form = Buffer.concat(chunks);
      const sound = decodeWav(form.subarray(form.indexOf('RIFF')));
      const whistled = !('problem' in sound) && shareOfTone(sound.samples, 700) > 0.5;
      response.end(JSON.stringify({ text: whistled ? 'The sales department.' : '', confidence: 0.8 }));
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return server;
}

describe.skipIf(missing !== undefined)(
  `flows on a real FreeSWITCH${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let branch: RealBranch;
    afterEach(() => branch.close());

    const facts = (type: string) => branch.controller.rows('event').filter((row) => row.type === type);
    const calls = () => branch.controller.rows('call');
    const open = async (): Promise<void> => {
      branch = await openRealBranch(binary, [testAgent('1001')], desired);
      await branch.startEdge();
      await branch.startSwitch();
      branch.parties.carrier(branch.ports.carrier);
      // Speaking takes the processor; whoever calls before that is over is led past the flow.
      const spoken = join(branch.home, 'prompts', 'spoken');
      await eventually(
        'the prompts are spoken',
        async () => (await readdir(spoken).catch(() => [])).length >= flow.prompts.length,
        60_000,
      );
    };

    test('a customer keys through the menu to an agent; others answer a survey after a wrong key, and leave a message', async () => {
      await open();
      await branch.register('1001');
      branch.dial('1001', '*11');
      await eventually(
        'the agent is ready',
        () => branch.controller.rows('agent').at(-1)?.to === 'ready',
        20_000,
      );
      const { carrier, external } = branch.ports;
      // In the middle of the welcome.
      branch.parties.inbound(carrier + 1, external, [2500, '1', 5000]);
      const talk = await eventually('the talk is told', () => calls()[0], 40_000);
      expect(talk).toMatchObject({ agent: 'agent-1001', outcome: 'ANSWERED', hangupBy: 'customer' });
      expect(talk.segments.map(({ kind }) => kind)).toEqual(['flow', 'waiting', 'agent']);
      expect(facts('flow')).toMatchObject([{ outcome: 'queued', step: 'sales' }]);

      branch.parties.inbound(carrier + 3, external, [2000, '7', 4000, '2', 3000, '5', 8000]);
      const [answer] = await eventually(
        'the answer is told',
        () => facts('survey').length > 0 && facts('survey'),
        40_000,
      );
      expect(answer).toMatchObject({ question: 'service', answer: '5' });

      branch.parties.inbound(carrier + 5, external, [2000, '3', 8000]);
      const [message] = await eventually(
        'the message is told',
        () => facts('voicemail').length > 0 && facts('voicemail'),
        40_000,
      );
      const file = message?.type === 'voicemail' ? message.file : '';
      expect((await stat(file)).size).toBeGreaterThan(16_000);
    }, 170_000);

    test('a caller hears a recording, says a word that stands for a key, and is in the queue', async () => {
      const wav = encodeWav({
        rate: 16_000,
        samples: Float32Array.from(
          { length: 40_000 },
          (_, i) => 0.4 * Math.sin((2 * Math.PI * 600 * i) / 16_000),
        ),
      });
      const sha256 = createHash('sha256').update(wav).digest('hex');
      const steps = flow.steps.map((step) =>
        step.kind === 'menu' ? { ...step, speech: [{ says: 'sales', key: '1' }] } : step,
      );
      const prompts = flow.prompts.filter(({ name }) => name !== 'welcome');
      branch = await openRealBranch(binary, [testAgent('1001')], {
        ...desired,
        flows: [{ id: flowId, name: 'Hotline', version: 1, flow: { ...flow, prompts, steps } }],
        recordings: [{ prompt: 'welcome', language: 'en', sha256, bytes: wav.byteLength }],
      });
      const folder = join(branch.home, 'prompts', 'recorded', '16000');
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, `${sha256.slice(0, 32)}.wav`), wav);
      const recogniser = await startRecogniser();
      try {
        const file = join(branch.home, 'edge.json');
        const config = JSON.parse(await readFile(file, 'utf8')) as object;
        const { port } = recogniser.address() as AddressInfo;
        await writeFile(file, JSON.stringify({ ...config, speech: { url: `http://127.0.0.1:${port}/` } }));
        await branch.startEdge();
        await branch.startSwitch();
        const said = new Int16Array(8000 * 12);
        said.set(toneSamples(700, 1), 8000 * 4);
        branch.parties.say('customer', said);
        const { carrier, external } = branch.ports;
        branch.parties.inbound(carrier + 1, external, [11_000]);
        const call = await eventually('the call is told', () => calls()[0], 60_000);
        expect(facts('flow')).toMatchObject([{ outcome: 'queued', step: 'sales' }]);
        expect(call.segments.map(({ kind }) => kind).slice(0, 2)).toEqual(['flow', 'waiting']);
        // What the caller heard is on the right of the recording.
        const recorded = await readFile(call.recording!.file);
        const heard = Float32Array.from(
          { length: 8000 },
          (_, i) => recorded.readInt16LE(44 + 4 * (8000 + i) + 2) / 32_768,
        );
        expect(shareOfTone(heard, 600)).toBeGreaterThan(0.9);
      } finally {
        recogniser.closeAllConnections();
        recogniser.close();
      }
    }, 120_000);

    test('with the edge killed in the middle of a menu FreeSWITCH itself rings the group', async () => {
      await open();
      const port = await branch.register('1008');
      branch.parties.answering(port);
      const { carrier, external } = branch.ports;
      branch.parties.inbound(carrier + 1, external, [60_000]);
      await eventually(
        'the welcome is heard',
        async () => (await branch.cli('show channels')).includes('spoken'),
        20_000,
      );
      await branch.killEdge();
      await eventually(
        'the group is rung',
        async () => (await branch.cli('show channels')).includes('1008@'),
        40_000,
        200,
      );
      expect(await branch.cli('show calls count')).toContain('total');
    }, 120_000);
  },
);
