import { stat } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { idSource, type Desired, type Flow } from '@branchline/shared';
import { testAgent } from '../support/branch.ts';
import { eventually } from '../support/eventually.ts';
import { findSwitch } from '../virtual-branch/contract/real-laboratory.ts';
import { openRealBranch, type RealBranch } from './real-branch.ts';
import { sippMissing } from './sipp.ts';

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
