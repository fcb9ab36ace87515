import { afterEach, expect, test } from 'vitest';
import { defaultCampaign, ownCallbackMs } from '@branchline/shared';
import type { Answerer } from '../../virtual-branch/index.ts';
import { logInAll } from '../../support/agents.ts';
import { agentPin } from '../../support/branch-plan.ts';
import { DeskClient } from '../../support/desk-client.ts';
import { eventually } from '../../support/eventually.ts';
import { startBranch, testAgent, testCampaign, type Branch } from '../../support/branch.ts';

const speed = 200;
let branch: Branch;
afterEach(() => branch.close());

const agents = ['1001', '1002'].map((extension) => testAgent(extension));
const everybody: Answerer = (_, link) => {
  link.ring();
  const timer = setTimeout(() => link.answer(), 10);
  return { released: () => clearTimeout(timer) };
};
const dispositions = defaultCampaign.dispositions.map((one) =>
  one.code === 'call-again' ? { ...one, callback: { delaySeconds: 3600, for: 'own' as const } } : one,
);
const attempts = () => branch.controller.rows('attempt').filter(({ outcome }) => outcome !== 'REFUSED');

async function begin(change = {}) {
  branch = await startBranch(
    { speed, carrier: everybody, agents },
    testCampaign({ dispositions, wrapUpSeconds: 600, ...change }),
  );
  await branch.startEdge();
  await branch.switch.start();
  return logInAll(branch);
}

/** Lends a lead that an agent promised to call in a minute. */
async function lendPromised(number: string, agent: string): Promise<number> {
  const lease = branch.lease([number]);
  const at = branch.clock.now() + 60_000;
  const leads = lease.leads.map((lead) => ({ ...lead, dueAt: at, callback: { at, agent } }));
  await branch.controller.send(branch.edge, 'lease', { ...lease, leads });
  return at;
}

test('a key promises a callback, and whoever promised it makes the call although others have waited longer', async () => {
  const phones = await begin();
  await branch.controller.send(branch.edge, 'lease', branch.lease(['+8613800000001']));
  const [first] = await eventually('an answer', () => {
    const calls = branch.controller.rows('agent').filter(({ to }) => to === 'talking');
    return calls.length > 0 ? calls : undefined;
  });
  const phone = phones[first!.agent === 'agent-1001' ? 0 : 1]!;
  phone.sendDtmf('3');
  const said = await eventually('the disposition', () =>
    branch.controller.rows('event').find((row) => row.type === 'disposition'),
  );
  expect(said).toMatchObject({ code: 'call-again', agent: first!.agent, callbackFor: 'own' });
  expect(said).toMatchObject({ callbackAt: said.at + 3_600_000 });
  phone.sendDtmf('**');
  await eventually('the attempt', () => attempts().length === 1);
  await eventually(
    'the agent to be ready',
    () => branch.controller.rows('agent').findLast(({ agent }) => agent === first!.agent)?.to === 'ready',
  );
  const at = await lendPromised('+8613800000002', first!.agent);
  const call = await eventually('the callback', () =>
    branch.controller.rows('agent').find((row) => row.to === 'talking' && row.at > at),
  );
  expect(call.agent).toBe(first!.agent);
});

test.each(['progressive', 'predictive'] as const)(
  '%s: whoever promised is away: nobody else calls for half an hour, then anyone',
  async (mode) => {
    const phones = await begin({ mode });
    phones[0]!.sendDtmf('*131');
    await eventually('the break', () => branch.controller.rows('agent').find(({ to }) => to === 'break'));
    const at = await lendPromised('+8613800000003', 'agent-1001');
    const attempt = await eventually(
      'the call',
      () => branch.controller.rows('agent').find(({ to }) => to === 'talking'),
      20_000,
    );
    expect(attempt).toMatchObject({ agent: 'agent-1002' });
    expect(attempt.at).toBeGreaterThanOrEqual(at + ownCallbackMs);
  },
);

test('a phone promises a call of the branch, the page lists it; it is moved, taken back, and gone when it is kept', async () => {
  branch = await startBranch(
    { desk: true, speed: 20, carrier: everybody, agents: agents.slice(0, 1) },
    testCampaign({ dispositions, wrapUpSeconds: 600 }),
  );
  const edge = await branch.startEdge();
  await branch.switch.start();
  const [phone] = await logInAll(branch);
  const port = await eventually('the page', () => edge.deskPort());
  const desk = await DeskClient.at(branch.home, port);
  await eventually('the people', async () => (await desk.people()).agents.length > 0);
  await desk.signIn('agent-1001', agentPin);
  await branch.controller.send(branch.edge, 'lease', branch.lease(['+8613800000001']));
  const talk = () =>
    eventually('a talk', async () => {
      const view = await desk.view();
      return view.agent.state === 'talking' ? view.call : undefined;
    });
  const { id: call } = await talk();
  phone!.sendDtmf('**');
  await eventually('the work after it', async () => (await desk.view()).agent.state === 'wrap-up');
  for (const digit of '*17#') phone!.sendDtmf(digit);
  const [first] = await eventually('the promise', async () => {
    const { callbacks } = await desk.view();
    return callbacks.length > 0 ? callbacks : undefined;
  });
  expect(first).toMatchObject({ call, number: '+8613800000001', overdue: false });
  const said = () => branch.controller.rows('event').filter(({ type }) => type === 'disposition');
  await eventually('its row', () => said().length === 1);
  expect(said()[0]).toMatchObject({ call, code: 'call-again', by: 'phone', callbackFor: 'own' });
  const at = Math.round(branch.clock.now() + 5 * 3_600_000);
  expect((await desk.act({ act: 'callback-move', call, at })).callbacks).toMatchObject([{ call, at }]);
  await expect(desk.act({ act: 'callback-move', call, at: 1 })).rejects.toThrow('BL_DESK_REFUSED');
  await expect(desk.act({ act: 'callback-drop', call: branch.lease(['+861']).id })).rejects.toThrow(
    'BL_DESK_REFUSED',
  );
  await eventually('its row', () => said().length === 2);
  expect(said()[1]).toMatchObject({ call, code: 'call-again', callbackAt: at, callbackFor: 'own' });
  expect((await desk.act({ act: 'callback-drop', call })).callbacks).toEqual([]);
  await eventually('its row', () => said().length === 3);
  expect(said()[2]).toMatchObject({ call, code: 'call-again' });
  expect(said()[2]).not.toHaveProperty('callbackAt');
  expect(branch.controller.problems).toEqual([]);
  // What the center lends is listed, too, and cannot be changed here; it is gone when the person was reached.
  await desk.act({ act: 'ready' });
  const lent = branch.lease(['+8613800000002']);
  const due = Math.round(branch.clock.now() + 60_000);
  const leads = lent.leads.map((lead) => ({
    ...lead,
    dueAt: due,
    callback: { at: due, agent: 'agent-1001' },
  }));
  await branch.controller.send(branch.edge, 'lease', { ...lent, leads });
  await eventually('what is lent', async () => {
    const { callbacks } = await desk.view();
    return callbacks.length === 1 && callbacks[0]!.call === undefined && callbacks[0]!.at === due;
  });
  const { id: kept } = await talk();
  for (const digit of '*17#') phone!.sendDtmf(digit);
  await eventually('the next promise', async () => (await desk.view()).callbacks[0]?.call === kept);
  phone!.sendDtmf('**');
  await eventually('the work after it', async () => (await desk.view()).agent.state === 'wrap-up');
  expect((await desk.view()).callbacks).toMatchObject([{ call: kept }]);
  const again = branch.lease(['+8613800000002']);
  const soon = Math.round(branch.clock.now());
  const same = again.leads.map((lead) => ({ ...lead, id: leads[0]!.id, dueAt: soon }));
  await branch.controller.send(branch.edge, 'lease', { ...again, leads: same });
  await desk.act({ act: 'ready' });
  await talk();
  phone!.sendDtmf('**');
  await eventually('nothing promised', async () => (await desk.view()).callbacks.length === 0);
});
