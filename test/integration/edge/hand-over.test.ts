import { afterEach, expect, test } from 'vitest';
import { inboundQueue, type Desired, type DeskView } from '@branchline/shared';
import type { Answerer } from '../../virtual-branch/index.ts';
import { registerPhone } from '../../support/agents.ts';
import { agentPin } from '../../support/branch-plan.ts';
import { startBranch, testAgent, type Branch } from '../../support/branch.ts';
import { DeskClient, DeskRefusal } from '../../support/desk-client.ts';
import { eventually } from '../../support/eventually.ts';

let branch: Branch;
afterEach(() => branch.close());

/** How each agent's phone is used: one long call, or rung for each. */
type Mode = 'nailed' | 'ring';

async function open(modes: readonly Mode[], desired: Partial<Desired> = {}) {
  const agents = modes.map((mode, i) =>
    testAgent(`${1001 + i}`, { mode, ...(i === 2 && { supervisor: true, masked: true }) }),
  );
  branch = await startBranch({
    desk: true,
    speed: 4,
    agents,
    desired: { queues: [{ ...inboundQueue, wrapUpSeconds: 1 }], ...desired },
  });
  const edge = await branch.startEdge();
  await branch.switch.start();
  const port = await eventually('the page is there', () => edge.deskPort());
  const desks = [];
  for (const { extension, id } of agents) {
    await registerPhone(branch, extension);
    const desk = await DeskClient.at(branch.home, port);
    await eventually('the people of the plan', async () => (await desk.people()).agents.length === agents.length);
    await desk.signIn(id, agentPin);
    desks.push(desk);
  }
  return { edge, desks: desks as [DeskClient, DeskClient, DeskClient] };
}
const seen = (desk: DeskClient, what: string, wanted: (view: DeskView) => boolean): Promise<DeskView> =>
  eventually(
    what,
    async () => {
      const view = await desk.view();
      return wanted(view) ? view : undefined;
    },
    10_000,
  );
const state = (desk: DeskClient, wanted: DeskView['agent']['state']) =>
  seen(desk, `an agent who is ${wanted}`, ({ agent }) => agent.state === wanted);
const ready = async (desk: DeskClient) => {
  await desk.act({ act: 'login' });
  return state(desk, 'ready');
};
const refusal = (action: Promise<unknown>): Promise<string> =>
  action.then(
    () => 'none',
    (error: unknown) => (error instanceof DeskRefusal ? error.code : String(error)),
  );
/** A caller who hangs up when told to. */
function calls(number = '13900000001') {
  return branch.switch.callIn({ number, did: '4000' });
}
const row = () => eventually('the record', () => branch.controller.rows('call')[0], 15_000);
const transferred = () =>
  branch.controller.rows('event').flatMap((event) => (event.type === 'transferred' ? [event] : []));

test.each<[Mode, Mode]>([
  ['nailed', 'nailed'],
  ['ring', 'ring'],
  ['nailed', 'ring'],
])('a customer is handed to a colleague at once (%s to %s)', async (from, to) => {
  const { desks } = await open([from, to]);
  const [li, wang] = desks;
  await ready(li);
  const caller = calls();
  const { call } = await state(li, 'talking');
  await ready(wang);
  await li.act({ act: 'transfer', call: call!.id, to: { agent: 'agent-1002' } });
  expect((await state(wang, 'talking')).call).toMatchObject({ id: call!.id, customer: { number: '13900000001' } });
  await seen(li, 'the first agent is free', ({ agent }) => agent.state !== 'talking');
  await new Promise((resolve) => setTimeout(resolve, 500));
  await caller.hangup();
  const record = await row();
  expect(record).toMatchObject({ outcome: 'ANSWERED', agent: 'agent-1002', hangupBy: 'customer' });
  expect(record.segments.map(({ kind, agent }) => agent ?? kind)).toEqual([
    'waiting',
    'agent-1001',
    'parked',
    'agent-1002',
  ]);
  expect(transferred()).toMatchObject([{ how: 'blind', from: 'agent-1001', to: 'agent agent-1002' }]);
  await state(wang, 'ready');
  await state(li, 'ready');
  expect(branch.controller.problems).toEqual([]);
});
