import { afterEach, describe, expect, test } from 'vitest';
import {
  defaultGate,
  inboundQueue,
  type Desired,
  type DeskView,
  type EdgeCampaign,
  type Flow,
} from '@branchline/shared';
import type { Answerer } from '../../virtual-branch/index.ts';
import type { InboundCaller } from '../../virtual-branch/switch/inbound.ts';
import { agentPin } from '../../support/branch-plan.ts';
import { startBranch, testAgent, testCampaign, type Branch } from '../../support/branch.ts';
import { DeskClient, DeskRefusal } from '../../support/desk-client.ts';
import { eventually } from '../../support/eventually.ts';

let branch: Branch;
afterEach(() => branch.close());

/** How each agent's phone is used: one long call, or rung for each. */
type Mode = 'nailed' | 'ring';

async function open(
  modes: readonly Mode[],
  desired: Partial<Desired> = {},
  speed = 4,
  carrier?: Answerer,
  campaign?: EdgeCampaign,
) {
  const agents = modes.map((mode, i) =>
    testAgent(`${1001 + i}`, {
      mode,
      ...(i === 0 && { outside: true }),
      ...(i === 2 && { supervisor: true, masked: true }),
    }),
  );
  branch = await startBranch(
    {
      desk: true,
      speed,
      agents,
      ...(carrier && { carrier }),
      desired: { queues: [{ ...inboundQueue, wrapUpSeconds: 1 }], ...desired },
    },
    campaign,
  );
  const edge = await branch.startEdge();
  await branch.switch.start();
  const port = await eventually('the page is there', () => edge.deskPort());
  const desks = [];
  for (const { extension, id } of agents) {
    const phone = branch.switch.phone(extension);
    await eventually(`phone ${extension} registers`, () => phone.register() || phone.registered);
    const desk = await DeskClient.at(branch.home, port);
    await eventually(
      'the people of the plan',
      async () => (await desk.people()).agents.length === agents.length,
    );
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
    50,
  );
const state = (desk: DeskClient, wanted: DeskView['agent']['state']) =>
  seen(desk, `an agent who is ${wanted}`, ({ agent }) => agent.state === wanted);
const ready = async (desk: DeskClient) => {
  await desk.act({ act: 'login' });
  return seen(desk, 'an agent who is ready', ({ agent }) => agent.state === 'ready' && !agent.phoneLost);
};
const refusal = (action: Promise<unknown>): Promise<string> =>
  action.then(
    () => 'none',
    (error: unknown) => (error instanceof DeskRefusal ? error.code : String(error)),
  );
const calls = (callerId = '13900000001'): InboundCaller =>
  branch.switch.inbound({ gateway: 'carrier-a', did: '02088888888', callerId });
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
  expect((await state(wang, 'talking')).call).toMatchObject({
    id: call!.id,
    customer: { number: '13900000001' },
  });
  await seen(li, 'the first agent is free', ({ agent }) => agent.state !== 'talking');
  await new Promise((resolve) => setTimeout(resolve, 500));
  caller.hangUp();
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

test('who gets a call by transfer reads what was noted of it, and of the earlier ones', async () => {
  const { desks } = await open(['nailed', 'nailed']);
  const [li, wang] = desks;
  await ready(li);
  const first = calls();
  const earlier = (await state(li, 'talking')).call!.id;
  await li.act({ act: 'note', call: earlier, text: 'old' });
  await li.act({ act: 'note', call: earlier, text: 'prefers mornings' });
  expect((await li.view()).call).toMatchObject({ note: 'prefers mornings' });
  expect((await li.view()).call?.notes).toBeUndefined();
  first.hangUp();
  await row();
  await state(li, 'ready');
  calls();
  const { call } = await state(li, 'talking');
  await li.act({ act: 'note', call: call!.id, text: 'wants the price list' });
  await ready(wang);
  await li.act({ act: 'transfer', call: call!.id, to: { agent: 'agent-1002' } });
  const view = await seen(wang, 'what was said', (now) => now.call?.notes !== undefined);
  expect(view.call?.notes).toEqual([{ by: 'Agent 1001', text: 'wants the price list' }]);
  expect(view.contacts).toMatchObject([
    { call: earlier, notes: [{ by: 'Agent 1001', text: 'prefers mornings' }] },
  ]);
});

test('nobody takes the transferred customer: back to who gave them away', async () => {
  const { desks } = await open(['ring', 'ring']);
  const [li, wang] = desks;
  await ready(li);
  calls();
  const { call } = await state(li, 'talking');
  branch.switch.phone('1002').policy = { kind: 'ignore' };
  await ready(wang);
  expect(await refusal(li.act({ act: 'transfer', call: call!.id, to: { agent: 'nobody' } }))).toBe(
    'BL_DESK_REFUSED',
  );
  expect(await refusal(li.act({ act: 'transfer', call: call!.id, to: { queue: 'nobody' } }))).toBe(
    'BL_DESK_REFUSED',
  );
  await li.act({ act: 'transfer', call: call!.id, to: { phone: '1002' } });
  await state(wang, 'ringing');
  await state(wang, 'break');
  await state(li, 'talking');
  expect((await li.view()).call).toMatchObject({ id: call!.id });
});

test('a customer is parked, and taken by whoever wants; nobody does: back to who parked them', async () => {
  const { desks } = await open(['nailed', 'ring'], {}, 20);
  const [li, wang] = desks;
  await ready(li);
  calls();
  const { call } = await state(li, 'talking');
  await li.act({ act: 'park', call: call!.id });
  await seen(wang, 'the parked customer', ({ parked }) => parked.length === 1);
  expect((await wang.view()).parked).toMatchObject([
    { call: call!.id, number: '13900000001', by: 'Agent 1001' },
  ]);
  expect(await refusal(wang.act({ act: 'pick-up', call: call!.id }))).toBe('BL_DESK_REFUSED');
  await ready(wang);
  await wang.act({ act: 'pick-up', call: call!.id });
  await state(wang, 'talking');
  await state(li, 'ready');
  await wang.act({ act: 'park', call: call!.id });
  await seen(li, 'the parked customer', ({ parked }) => parked.length === 1);
  await state(wang, 'ready');
  branch.switch.phone('1002').policy = { kind: 'ignore' };
  await seen(wang, 'it is offered to who parked it', ({ agent }) => agent.state === 'ringing');
  // Nor is that one there: whoever is free.
  await state(li, 'talking');
  expect(transferred().map(({ how, by }) => [how, by])).toEqual([
    ['parked', 'agent-1001'],
    ['picked-up', 'agent-1002'],
    ['parked', 'agent-1002'],
  ]);
});

test('by key and on the page a customer goes to a queue; who was parked by key is taken back by it', async () => {
  const { desks } = await open(['nailed'], {
    queues: [
      { ...inboundQueue, wrapUpSeconds: 1 },
      { ...inboundQueue, id: '80', name: 'Second line', wrapUpSeconds: 1 },
    ],
  });
  const [li] = desks;
  const phone = branch.switch.phone('1001');
  await ready(li);
  const caller = calls();
  const { call } = await state(li, 'talking');
  const again = async (waits: string) => {
    await eventually(waits, () => caller.bridgedTo === undefined);
    await state(li, 'talking');
    await eventually('they hear each other', () => caller.bridgedTo !== undefined);
  };
  phone.sendDtmf('*780#');
  await again('the customer waits in the second queue');
  phone.sendDtmf('*5');
  await seen(li, 'the parked customer', ({ parked }) => parked.length === 1);
  phone.sendDtmf('*5');
  await again('the customer comes back');
  await li.act({ act: 'transfer', call: call!.id, to: { queue: 'inbound' } });
  await again('the customer waits in the first queue');
  caller.hangUp();
  expect(await row()).toMatchObject({ outcome: 'ANSWERED', agent: 'agent-1001', hangupBy: 'customer' });
  expect(transferred().map(({ how, to }) => [how, to])).toEqual([
    ['blind', 'queue 80'],
    ['parked', undefined],
    ['picked-up', 'agent agent-1001'],
    ['blind', 'queue inbound'],
  ]);
  const entered = branch.controller
    .rows('event')
    .flatMap((event) => (event.type === 'queue' && event.step === 'entered' ? [event.queue] : []));
  expect(entered).toEqual(['inbound', '80', 'inbound']);
});

test.each<[Mode, Mode]>([
  ['nailed', 'nailed'],
  ['ring', 'ring'],
])('a colleague is asked, heard by all three, and keeps the customer (%s, %s)', async (from, to) => {
  const { desks } = await open([from, to]);
  const [li, wang] = desks;
  await ready(li);
  const caller = calls();
  const { call } = await state(li, 'talking');
  await ready(wang);
  const about = { call: call!.id };
  await li.act({ act: 'consult', ...about, extension: '1002' });
  const alone = await seen(li, 'the two alone', (view) => view.call?.consult?.state === 'private');
  expect(alone.call?.consult).toMatchObject({ name: 'Agent 1002', mine: false });
  expect(caller.bridgedTo).toBeUndefined();
  expect((await state(wang, 'talking')).call?.consult).toMatchObject({ name: 'Agent 1001', mine: true });
  expect(await refusal(wang.act({ act: 'hold', ...about }))).toBe('BL_DESK_REFUSED');
  // Away again: the customer comes back.
  await wang.act({ act: 'consult-over', ...about });
  await seen(li, 'the customer again', (view) => view.call?.up === true && view.call.consult === undefined);
  await eventually('they hear each other', () => caller.bridgedTo !== undefined);
  await seen(
    wang,
    'the colleague is free',
    ({ agent }) => agent.state === 'wrap-up' || agent.state === 'ready',
  );
  await state(wang, 'ready');
  await li.act({ act: 'consult', ...about, extension: '1002' });
  await seen(li, 'the two alone', (view) => view.call?.consult?.state === 'private');
  await li.act({ act: 'three-way', ...about });
  await seen(li, 'all three', (view) => view.call?.consult?.state === 'all');
  await eventually('the customer is back', () => caller.bridgedTo !== undefined);
  await li.act({ act: 'complete', ...about });
  await seen(li, 'the first is free', ({ agent }) => agent.state !== 'talking');
  await seen(
    wang,
    'the second has the customer',
    (view) => view.call?.up === true && view.call.consult === undefined,
  );
  await eventually('they hear each other', () => caller.bridgedTo !== undefined);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await wang.act({ act: 'hangup', ...about });
  expect(await row()).toMatchObject({ outcome: 'ANSWERED', agent: 'agent-1002', hangupBy: 'agent' });
  expect(transferred().map(({ how }) => how)).toEqual(['three-way', 'attended']);
  await state(li, 'ready');
  await state(wang, 'ready');
});

test('an agent who hangs up while asking has handed the customer over', async () => {
  const { desks } = await open(['ring', 'ring']);
  const [li, wang] = desks;
  await ready(li);
  const caller = calls();
  const { call } = await state(li, 'talking');
  await ready(wang);
  await li.act({ act: 'consult', call: call!.id, extension: '1002' });
  await seen(li, 'the two alone', (view) => view.call?.consult?.state === 'private');
  branch.switch.phone('1001').hangUp();
  await seen(wang, 'the customer', (view) => view.call?.up === true && view.call.consult === undefined);
  await eventually('they hear each other', () => caller.bridgedTo !== undefined);
  const first = await seen(li, 'the first is free', ({ agent }) => agent.state !== 'talking');
  expect(first.agent.state).not.toBe('offline');
});

test('a supervisor sees the branch, listens, speaks, takes over, moves who waits and sends agents on', async () => {
  const { desks } = await open(['nailed', 'ring', 'ring'], {
    queues: [
      { ...inboundQueue, wrapUpSeconds: 1 },
      {
        ...inboundQueue,
        id: 'second',
        name: 'Second',
        teams: ['nobody'],
        closedExit: { to: 'queue', queue: 'inbound' },
      },
    ],
  });
  const [li, , chief] = desks;
  await ready(li);
  const caller = calls();
  const { call } = await state(li, 'talking');
  expect((await li.view()).board).toBeUndefined();
  expect(await refusal(li.act({ act: 'monitor', call: call!.id, mode: 'listen' }))).toBe('BL_DESK_REFUSED');
  const { board } = await chief.view();
  expect(board?.agents[0]).toMatchObject({
    state: 'talking',
    call: { id: call!.id, number: '139******01', talking: true },
  });
  expect(board?.queues[0]).toMatchObject({ id: 'inbound', today: { connected: 1, inTime: 1, abandoned: 0 } });
  expect(await refusal(li.act({ act: 'write', text: 'hello' }))).toBe('BL_DESK_REFUSED');
  expect(await refusal(chief.act({ act: 'write', text: ' ' }))).toBe('BL_DESK_REFUSED');
  expect(await refusal(chief.act({ act: 'write', to: 'nobody', text: 'hello' }))).toBe('BL_DESK_REFUSED');
  for (const to of ['ready', 'break', 'offline'] as const)
    await expect(chief.act({ act: 'force', agent: 'agent-1002', state: to })).rejects.toThrow(
      'the colleague is offline',
    );
  await chief.act({ act: 'write', text: ' offer ends today ' });
  const [message] = (await li.view()).messages;
  expect(message).toMatchObject({ text: 'offer ends today', from: 'Agent 1003' });
  expect((await chief.view()).messages).toEqual([]);
  expect((await li.act({ act: 'seen', message: message!.id })).messages).toEqual([]);
  await chief.act({ act: 'monitor', call: call!.id, mode: 'listen' });
  await seen(chief, 'the phone is taken', (view) => view.board?.agents[0]?.monitors[0]?.there === true);
  await chief.act({ act: 'monitor', call: call!.id, mode: 'whisper' });
  await chief.act({ act: 'monitor', call: call!.id, mode: 'barge' });
  expect((await chief.view()).board?.agents[0]?.monitors).toMatchObject([
    { extension: '1003', mode: 'barge' },
  ]);
  await chief.act({ act: 'monitor', call: call!.id, mode: 'stop' });
  await seen(chief, 'nobody listens', (view) => view.board?.agents[0]?.monitors.length === 0);
  await ready(chief);
  await chief.act({ act: 'take-over', call: call!.id });
  await state(chief, 'talking');
  await chief.act({ act: 'force', agent: 'agent-1001', state: 'break' });
  await state(li, 'break');
  calls('13900000002');
  const waits = await seen(chief, 'one who waits', (view) => view.board?.queues[0]?.waiting.length === 1);
  const other = waits.board!.queues[0]!.waiting[0]!.call;
  expect(await refusal(chief.act({ act: 'move', call: other, queue: 'nowhere' }))).toBe('BL_DESK_REFUSED');
  await chief.act({ act: 'force', agent: 'agent-1001', state: 'ready' });
  expect((await state(li, 'talking')).call).toMatchObject({ id: other });
  await chief.act({ act: 'end', call: other });
  caller.hangUp();
  const monitored = await eventually('all that was listened', () => {
    const told = branch.controller
      .rows('event')
      .flatMap((event) => (event.type === 'monitored' ? [event] : []));
    return told.length >= 4 && told;
  });
  expect(monitored.map(({ mode, by, here }) => [mode, by, here])).toEqual(
    ['listen', 'whisper', 'barge', 'stop'].map((mode) => [mode, 'agent-1003', true]),
  );
  expect(transferred()).toMatchObject([
    { how: 'taken-over', from: 'agent-1001', by: 'agent-1003', here: true },
  ]);
  const supervised = await eventually('each other act on record', () => {
    const told = branch.controller
      .rows('event')
      .flatMap((event) => (event.type === 'supervised' ? [event] : []));
    return told.length >= 4 && told;
  });
  expect(supervised).toMatchObject([
    { act: 'write', text: 'offer ends today', by: 'agent-1003' },
    { act: 'force', agent: 'agent-1001', state: 'break', by: 'agent-1003' },
    { act: 'force', agent: 'agent-1001', state: 'ready', by: 'agent-1003' },
    { act: 'end', call: other, agent: 'agent-1001', by: 'agent-1003' },
  ]);
});

test('a supervisor moves who waits and writes to one agent: each is on record with its author', async () => {
  const { desks } = await open(['nailed', 'ring', 'ring'], {
    queues: [inboundQueue, { ...inboundQueue, id: 'second', name: 'Second' }],
  });
  const [li, , chief] = desks;
  await ready(li);
  await li.act({ act: 'break', reason: 'rest' });
  calls();
  const waits = await seen(chief, 'one who waits', (view) => view.board?.queues[0]?.waiting.length === 1);
  await chief.act({ act: 'move', call: waits.board!.queues[0]!.waiting[0]!.call, queue: 'second' });
  await chief.act({ act: 'write', to: 'agent-1001', text: 'hello' });
  const events = await eventually('the rows', () => {
    const told = branch.controller.rows('event');
    return told.some(({ type }) => type === 'supervised') && told;
  });
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'supervised', act: 'write', agent: 'agent-1001', by: 'agent-1003' }),
  );
  expect(transferred()).toMatchObject([{ to: 'queue second', by: 'agent-1003' }]);
});

test.each<[Mode, 'agent' | 'phone']>([
  ['nailed', 'agent'],
  ['ring', 'phone'],
])('after the talk the customer is asked about it (%s, ended by the %s)', async (mode, by) => {
  const survey = '01a1ed3d-d668-7000-8000-00b4bd01e9fb';
  const flow: Flow = {
    start: 'rate',
    prompts: [{ name: 'rate', en: 'How was it?' }],
    steps: [
      {
        id: 'rate',
        kind: 'survey',
        prompt: 'rate',
        question: 'service',
        answers: '12345',
        timeoutSeconds: 5,
        tries: 2,
        next: 'end',
      },
      { id: 'end', kind: 'hang-up' },
    ],
  };
  const { desks } = await open([mode], {
    flows: [{ id: survey, name: 'Survey', version: 1, flow }],
    queues: [{ ...inboundQueue, wrapUpSeconds: 1, survey }],
  });
  const [li] = desks;
  await ready(li);
  const caller = calls();
  const { call } = await state(li, 'talking');
  if (by === 'agent') await li.act({ act: 'hangup', call: call!.id });
  else branch.switch.phone('1001').hangUp();
  await state(li, 'ready');
  await eventually('the question is heard', () => caller.heard.length > 0, 20_000);
  caller.sendDtmf('5');
  const answer = await eventually('the answer', () =>
    branch.controller.rows('event').find(({ type }) => type === 'survey'),
  );
  expect(answer).toMatchObject({ call: call!.id, question: 'service', answer: '5', agent: 'agent-1001' });
  const record = await row();
  expect(record).toMatchObject({ outcome: 'ANSWERED', agent: 'agent-1001', hangupBy: 'agent' });
  expect(record.segments.map(({ kind }) => kind)).toEqual(['waiting', 'agent', 'flow']);
});

test.each<['parked' | 'asked about' | 'in a talk of three', Mode]>([
  ['parked', 'nailed'],
  ['asked about', 'nailed'],
  ['asked about', 'ring'],
  ['in a talk of three', 'ring'],
])('a customer who is %s finds the agent again when the edge comes back (%s)', async (where, mode) => {
  const { desks } = await open([mode, mode]);
  const [li, wang] = desks;
  await ready(li);
  const caller = calls();
  const { call } = await state(li, 'talking');
  const about = { call: call!.id };
  if (where === 'parked') {
    await li.act({ act: 'park', ...about });
    await seen(li, 'the parked customer', ({ parked }) => parked.length === 1);
  } else {
    await ready(wang);
    await li.act({ act: 'consult', ...about, extension: '1002' });
    await seen(li, 'the two alone', (view) => view.call?.consult?.state === 'private');
    if (where !== 'asked about') {
      await li.act({ act: 'three-way', ...about });
      await seen(li, 'all three', (view) => view.call?.consult?.state === 'all');
    }
  }
  await branch.stopEdge();
  const edge = await branch.startEdge();
  const port = await eventually('the page is back', () => edge.deskPort());
  const again = await DeskClient.at(branch.home, port);
  await again.signIn('agent-1001', agentPin);
  await seen(again, 'the customer', (view) => view.agent.state === 'talking' && view.call?.up === true);
  await eventually('they hear each other', () => caller.bridgedTo !== undefined, 20_000);
  const second = await DeskClient.at(branch.home, port);
  await second.signIn('agent-1002', agentPin);
  await seen(
    second,
    'the colleague is free',
    ({ agent }) => agent.state === 'ready' || agent.state === 'offline',
  );
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(caller.bridgedTo).toBeDefined();
  caller.hangUp();
  expect(await row()).toMatchObject({ outcome: 'ANSWERED', agent: 'agent-1001', hangupBy: 'customer' });
  await seen(again, 'the agent is free', ({ agent }) => agent.state === 'ready');
  expect(branch.controller.problems).toEqual([]);
});

describe('somebody outside', () => {
  const number = '13800000009';
  let hangUp: () => void = () => undefined;
  /** Answers after a moment, or never. */
  const outside =
    (answers: boolean): Answerer =>
    (_, link) => {
      setTimeout(() => link.ring(), 10);
      if (answers) setTimeout(() => link.answer(), 300);
      hangUp = () => link.hangUp();
      return { released: () => undefined };
    };
  const openOutside = async (mode: Mode, answers: boolean) => {
    const opened = await open([mode, 'ring'], {}, 4, outside(answers));
    await seen(opened.desks[0], 'a trusted clock', ({ clock }) => clock === 'trusted');
    return opened;
  };
  const rows = (count: number) =>
    eventually(
      `${count} records`,
      () => {
        const all = branch.controller.rows('call');
        return all.length === count && all;
      },
      15_000,
    );

  test.each<Mode>(['nailed', 'ring'])(
    'a customer is handed to a number outside at once, and both calls are on record (%s)',
    async (mode) => {
      const { desks } = await openOutside(mode, true);
      const [li] = desks;
      await ready(li);
      const caller = calls();
      const { call } = await state(li, 'talking');
      await li.act({ act: 'transfer', call: call!.id, to: { number } });
      await seen(li, 'the agent is free', ({ agent }) => agent.state !== 'talking');
      await eventually('the customer talks to them', () => caller.bridgedTo !== undefined);
      await state(li, 'ready');
      await new Promise((resolve) => setTimeout(resolve, 600));
      caller.hangUp();
      const [own, theirs] = (await rows(2)).toSorted((a, b) => a.direction.localeCompare(b.direction));
      expect(own).toMatchObject({ direction: 'inbound', agent: 'agent-1001', outcome: 'ANSWERED' });
      expect(theirs).toMatchObject({
        direction: 'outbound',
        conversation: own!.conversation,
        customer: `+86${number}`,
        outcome: 'ANSWERED',
      });
      expect(transferred()).toMatchObject([
        { how: 'blind', from: 'agent-1001', to: 'number +86*********09' },
      ]);
      expect(branch.controller.problems).toEqual([]);
    },
  );

  test('who was called there was called: no lead with that number goes past a cap, over a restart too', async () => {
    const campaign = testCampaign({
      gate: { ...defaultGate, frequencyCaps: [{ calls: 1, seconds: 86_400 }] },
    });
    const { desks } = await open(['nailed', 'ring'], {}, 4, outside(true), campaign);
    const [li] = desks;
    await seen(li, 'a trusted clock', ({ clock }) => clock === 'trusted');
    await ready(li);
    const caller = calls();
    const { call } = await state(li, 'talking');
    await li.act({ act: 'transfer', call: call!.id, to: { number } });
    await eventually('the customer talks to them', () => caller.bridgedTo !== undefined);
    const refused = (count: number) =>
      eventually(`${count} refusals`, () => {
        const all = branch.controller.rows('attempt').filter(({ outcome }) => outcome === 'REFUSED');
        return all.length === count && all;
      });
    // While they talk, and when it is over and only on disk.
    await branch.controller.send(branch.edge, 'lease', branch.lease([`+86${number}`]));
    await state(li, 'ready');
    await refused(1);
    caller.hangUp();
    await rows(2);
    await branch.stopEdge();
    const edge = await branch.startEdge();
    const again = await DeskClient.at(branch.home, await eventually('the page', () => edge.deskPort()));
    await again.signIn('agent-1001', agentPin);
    await state(again, 'ready');
    await branch.controller.send(branch.edge, 'lease', branch.lease([`+86${number}`]));
    const all = await refused(2);
    expect(all.map(({ refusal: why }) => why?.rule)).toEqual(['frequency-cap', 'frequency-cap']);
  });

  test('is asked first, then talks with both, then has the customer; whoever hangs up there ends the call', async () => {
    const { desks } = await openOutside('nailed', true);
    const [li] = desks;
    await ready(li);
    const caller = calls();
    const { call } = await state(li, 'talking');
    const about = { call: call!.id };
    await li.act({ act: 'consult', ...about, number });
    await seen(li, 'them alone', ({ call: now }) => now?.consult?.state === 'private');
    await li.act({ act: 'three-way', ...about });
    await seen(li, 'all three', ({ call: now }) => now?.consult?.state === 'all');
    await li.act({ act: 'complete', ...about });
    await state(li, 'ready');
    await eventually('the customer talks to them', () => caller.bridgedTo !== undefined);
    await new Promise((resolve) => setTimeout(resolve, 400));
    hangUp();
    await rows(2);
    expect(transferred().map(({ how }) => how)).toEqual(['three-way', 'attended']);
  });

  test('who does not answer, and who may not be called, costs the customer nothing', async () => {
    const { desks } = await openOutside('nailed', false);
    const [li, wang] = desks;
    await ready(li);
    const caller = calls();
    const { call } = await state(li, 'talking');
    const to = (what: string) => refusal(li.act({ act: 'transfer', call: call!.id, to: { number: what } }));
    for (const wrong of ['110', '12', '+86138']) expect(await to(wrong)).toBe('BL_DESK_REFUSED');
    await li.act({ act: 'consult', call: call!.id, number });
    await seen(li, 'it rings', ({ call: now }) => now?.consult?.state === 'ringing');
    await li.act({ act: 'consult-over', call: call!.id });
    await rows(1);
    expect((await li.view()).call).toMatchObject({ up: true });
    // Nobody answers: back to the agent.
    await li.act({ act: 'transfer', call: call!.id, to: { number: '13800000010' } });
    await state(li, 'ready');
    await eventually('the customer hears music', () => caller.heard.length > 0);
    hangUp();
    await state(li, 'talking');
    await li.act({ act: 'transfer', call: call!.id, to: { phone: '1002' } });
    await state(wang, 'offline');
    caller.hangUp();
    const all = await rows(3);
    expect(all.filter(({ outcome }) => outcome !== 'ANSWERED')).toHaveLength(2);
  });

  test('only agents who may hand customers outside do', async () => {
    const { desks } = await openOutside('ring', true);
    const [, wang] = desks;
    await ready(wang);
    calls();
    const { call, agent } = await state(wang, 'talking');
    expect(agent.outside).toBe(false);
    for (const act of [
      { act: 'transfer', call: call!.id, to: { number } },
      { act: 'consult', call: call!.id, number },
    ] as const)
      expect(await refusal(wang.act(act))).toBe('BL_DESK_REFUSED');
  });
});
