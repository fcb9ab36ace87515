import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { idSource, inboundQueue, type Desired, type Flow } from '@branchline/shared';
import { logInAll } from '../../support/agents.ts';
import { startBranch, testAgent, testCampaign, type Branch } from '../../support/branch.ts';
import { agentPin } from '../../support/branch-plan.ts';
import { DeskClient } from '../../support/desk-client.ts';
import { eventually } from '../../support/eventually.ts';
import { readLedger } from '../../support/ledger-proof.ts';

/** How long the branch is alone, virtual hours. A whole day takes 48 minutes. */
const hours = Number(process.env['BRANCHLINE_OUTAGE_HOURS'] ?? 0.25);
/** One virtual hour is two minutes: a menu waits for a key for a second. */
const speed = 30;
const did = '4008001234';
const flowId = idSource()();
const hotline: Flow = {
  start: 'menu',
  prompts: [
    { name: 'welcome', en: 'For sales press one, to leave a message press two.' },
    { name: 'message', en: 'Speak after the tone.' },
  ],
  steps: [
    {
      id: 'menu',
      kind: 'menu',
      prompt: 'welcome',
      keys: { 1: 'sales', 2: 'message' },
      timeoutSeconds: 30,
      tries: 3,
      otherwise: 'sales',
    },
    { id: 'sales', kind: 'queue', queue: 'sales' },
    { id: 'message', kind: 'voicemail', prompt: 'message', maxSeconds: 120 },
  ],
};
const plan: Partial<Desired> = {
  flows: [{ id: flowId, name: 'Hotline', version: 1, flow: hotline }],
  inboundNumbers: [{ number: did, flow: flowId }],
  queues: [
    { ...inboundQueue, id: 'sales', name: 'Sales', wrapUpSeconds: 0, ringSeconds: 60, maxWaitSeconds: 3600 },
  ],
};

let branch: Branch;
afterEach(() => branch.close());

/** Somebody calls, keys and, if they ask for a person, talks to one. */
async function callIn(callerId: string, key: '1' | '2'): Promise<void> {
  const caller = branch.switch.inbound({ gateway: 'carrier-a', did, callerId });
  await eventually(`${callerId} hears the menu`, () => caller.heard.length > 0, 20_000);
  caller.sendDtmf(key);
  if (key === '1') await eventually(`${callerId} talks`, () => caller.bridgedTo !== undefined, 20_000);
  else {
    const message = join(branch.home, 'recordings', `${caller.channel}-voicemail.wav`);
    await eventually(`${callerId} speaks`, () => existsSync(message), 20_000);
  }
  setTimeout(() => caller.hangUp(), 500);
  await eventually(`${callerId} is gone`, () => caller.state === 'over');
}

test(
  'a branch without its center goes on: people sign in, callers are led and served, and all of it is told once afterwards',
  async () => {
    branch = await startBranch(
      { speed, desk: true, agents: [testAgent('1001'), testAgent('1002')], desired: plan },
      testCampaign(),
    );
    let edge = await branch.startEdge();
    await branch.switch.start();
    await logInAll(branch);
    await branch.controller.stop();

    const callers: { number: string; talked: boolean }[] = [];
    const until = branch.clock.now() + hours * 3_600_000;
    for (let round = 0; branch.clock.now() < until || round < 6; round++) {
      const port = await eventually('the desk page is there', () => edge.deskPort());
      const desk = await DeskClient.at(branch.home, port);
      await eventually('the PIN opens the page, and the agent is at work', async () => {
        const { agent } = await desk.signIn('agent-1001', agentPin);
        return agent.state === 'ready' && !agent.phoneLost;
      });
      for (const key of ['1', '2'] as const) {
        const number = `1391${String(1_000_000 + callers.length)}`;
        await callIn(number, key);
        callers.push({ number, talked: key === '1' });
      }
      // Twice in between the box is started anew.
      if (round === 1 || round === 3) {
        await branch.stopEdge();
        edge = await branch.startEdge();
      }
    }

    await branch.controller.start();
    const ledger = join(branch.home, 'ledger', 'ledger.sqlite');
    await eventually(
      'the center has heard of everything',
      () => readLedger(ledger).unacknowledged === 0,
      60_000,
    );
    const calls = branch.controller.rows('call');
    expect(calls.map(({ customer }) => customer).toSorted()).toEqual(
      callers.map(({ number }) => number).toSorted(),
    );
    expect(branch.controller.problems).toEqual([]);
    for (const { number, talked } of callers) {
      const call = calls.find(({ customer }) => customer === number)!;
      expect(call.segments.map(({ kind }) => kind)).toContain('flow');
      if (!talked) continue;
      expect(call).toMatchObject({
        outcome: 'ANSWERED',
        agent: expect.stringMatching(/^agent-100[12]$/) as string,
      });
      expect(call.recording && existsSync(call.recording.file)).toBe(true);
    }
    const events = branch.controller.rows('event');
    const about = (id: string, type: string) =>
      events.filter((row) => row.type === type && 'call' in row && row.call === id);
    for (const { id, agent } of calls) {
      expect(about(id, 'flow')).toHaveLength(1);
      expect(about(id, 'voicemail')).toHaveLength(agent === undefined ? 1 : 0);
    }
  },
  hours * 3_600_000 + 120_000,
);
