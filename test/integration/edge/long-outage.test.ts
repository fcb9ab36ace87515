import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { idSource, inboundQueue, type Desired, type Flow, type QueueStep } from '@branchline/shared';
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
/** Its outcomes are for callers, too. */
const campaign = testCampaign();
const plan: Partial<Desired> = {
  flows: [{ id: flowId, name: 'Hotline', version: 1, flow: hotline }],
  inboundNumbers: [{ number: did, flow: flowId }],
  queues: [
    {
      ...inboundQueue,
      id: 'sales',
      name: 'Sales',
      wrapUpSeconds: 0,
      ringSeconds: 60,
      maxWaitSeconds: 3600,
      campaign: campaign.id,
    },
  ],
};

let branch: Branch;
afterEach(() => branch.close());

/** Who has the caller writes and says what came of it. */
async function write(desks: readonly DeskClient[], number: string): Promise<void> {
  await eventually(`somebody’s page shows ${number}`, async () => {
    for (const desk of desks) {
      const { agent, call } = await desk.view();
      if (call?.customer.number !== number || agent.state !== 'talking') continue;
      await desk.act({ act: 'note', call: call.id, text: `said by ${number}` });
      await desk.act({ act: 'dispose', call: call.id, code: campaign.dispositions[0]!.code });
      return true;
    }
    return false;
  });
}

/** Somebody calls, keys and, if they ask for a person, talks to one. */
async function callIn(desks: readonly DeskClient[], callerId: string, key: '1' | '2'): Promise<void> {
  const caller = branch.switch.inbound({ gateway: 'carrier-a', did, callerId });
  await eventually(`${callerId} hears the menu`, () => caller.heard.length > 0, 20_000);
  caller.sendDtmf(key);
  if (key === '1') await eventually(`${callerId} talks`, () => caller.bridgedTo !== undefined, 20_000);
  else {
    const message = join(branch.home, 'recordings', `${caller.channel}-voicemail.wav`);
    await eventually(`${callerId} speaks`, () => existsSync(message), 20_000);
  }
  if (key === '1') await write(desks, callerId);
  setTimeout(() => caller.hangUp(), 400);
  await eventually(`${callerId} is gone`, () => caller.state === 'over');
}

const waitEnds: ReadonlySet<string> = new Set<QueueStep>([
  'connected',
  'abandoned',
  'overflowed',
  'called-back',
]);

/** Each state of an agent begins where and when the one before it ended. */
function expectChain(id: string): void {
  const rows = branch.controller.rows('agent').filter(({ agent }) => agent === id);
  expect(rows.length).toBeGreaterThan(1);
  for (const [i, { from, at, heldMs }] of rows.entries()) {
    const before = rows[i - 1];
    if (before === undefined) expect(from).toBe('offline');
    else expect([from, Math.round(at - heldMs)]).toEqual([before.to, Math.round(before.at)]);
  }
}

test(
  'a branch without its center goes on: people sign in, callers are led and served, and all of it is told once afterwards',
  async () => {
    branch = await startBranch(
      { speed, desk: true, agents: [testAgent('1001'), testAgent('1002')], desired: plan },
      campaign,
    );
    let edge = await branch.startEdge();
    await branch.switch.start();
    await logInAll(branch);
    await branch.controller.stop();

    const callers: { number: string; talked: boolean }[] = [];
    const until = branch.clock.now() + hours * 3_600_000;
    for (let round = 0; branch.clock.now() < until || round < 6; round++) {
      const port = await eventually('the desk page is there', () => edge.deskPort());
      const desks: DeskClient[] = [];
      for (const { id } of branch.desired.agents) {
        const desk = await DeskClient.at(branch.home, port);
        await eventually('the PIN opens the page, and the agent is at work', async () => {
          const { agent } = await desk.signIn(id, agentPin);
          return agent.state === 'ready' && !agent.phoneLost;
        });
        desks.push(desk);
      }
      for (const key of ['1', '2'] as const) {
        const number = `1391${String(1_000_000 + callers.length)}`;
        await callIn(desks, number, key);
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
      const talked = agent === undefined ? 0 : 1;
      for (const type of ['note', 'disposition']) expect(about(id, type)).toHaveLength(talked);
      // Each wait that began has one end.
      const steps = events.flatMap((row) => (row.type === 'queue' && row.call === id ? [row.step] : []));
      expect(steps.filter((step) => step === 'entered')).toHaveLength(talked);
      expect(steps.filter((step) => waitEnds.has(step))).toEqual(talked === 1 ? ['connected'] : []);
    }
    for (const { number, talked } of callers) {
      const said = events.filter((row) => row.type === 'note' && row.text === `said by ${number}`);
      expect(said).toHaveLength(talked ? 1 : 0);
    }
    for (const { id } of branch.desired.agents) expectChain(id);
  },
  hours * 3_600_000 + 120_000,
);
