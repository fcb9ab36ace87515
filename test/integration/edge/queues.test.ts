import { fork, type ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import {
  applyMergePatch,
  inboundQueue,
  mostShownWaiting,
  type Agent,
  type LiveSnapshot,
  type Queue,
  type QueueStep,
} from '@branchline/shared';
import type { InboundCaller } from '../../virtual-branch/switch/inbound.ts';
import type { Answerer, VirtualPhone } from '../../virtual-branch/index.ts';
import { logInAll } from '../../support/agents.ts';
import { startBranch, testAgent, testCampaign, type Branch } from '../../support/branch.ts';
import { eventually } from '../../support/eventually.ts';

let branch: Branch;
let edgeProcess: ChildProcess | undefined;
/** Live messages of edges before the present one. */
let liveBefore = 0;
afterEach(async () => {
  await killEdge();
  await branch.close();
  liveBefore = 0;
});

const general = (change: Partial<Queue> = {}): Queue => ({ ...inboundQueue, wrapUpSeconds: 0, ...change });
const other = (id: string, change: Partial<Queue> = {}): Queue => general({ id, name: id, ...change });

async function open(
  queues: readonly Queue[],
  agents: readonly Agent[],
  logIn = true,
  carrier?: Answerer,
): Promise<VirtualPhone[]> {
  branch = await startBranch({ speed: 4, agents, ...(carrier && { carrier }) }, testCampaign());
  await branch.controller.send(branch.edge, 'desired', {
    ...branch.desired,
    version: 2,
    queues: [...queues],
    // One caller waits for nobody of the campaign.
    agents: branch.desired.agents.map((agent) => ({ ...agent, campaigns: [] })),
  });
  await branch.startEdge();
  await branch.switch.start();
  await eventually('the queues are in force', () =>
    branch.controller.received('reported').find(({ version }) => version === 2),
  );
  return logIn ? logInAll(branch) : [];
}

/** An edge in a process of its own, that can be killed. */
async function forkEdge(): Promise<void> {
  const file = join(branch.home, 'edge.json');
  await writeFile(file, JSON.stringify(branch.config));
  const main = join(import.meta.dirname, '../../../edge/src/main.ts');
  edgeProcess = fork(main, ['--config', file], { stdio: 'ignore' });
}

async function killEdge(): Promise<void> {
  const child = edgeProcess;
  edgeProcess = undefined;
  if (!child) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  await gone;
  liveBefore = branch.controller.received('live').length;
}

const call = (callerId: string, heard: string[] = []): InboundCaller =>
  branch.switch.inbound({
    gateway: 'carrier-a',
    did: '02088888888',
    callerId,
    party: { heard: (what) => void heard.push(what) },
  });
const steps = (step?: QueueStep) =>
  branch.controller
    .rows('event')
    .flatMap((row) => (row.type === 'queue' && (step ?? row.step) === row.step ? [row] : []));
const told = (step: QueueStep, count = 1) =>
  eventually(`${step} is told`, () => (steps(step).length >= count ? steps(step) : undefined), 20_000);
const callOf = (customer: string) =>
  eventually(`the record of ${customer}`, () =>
    branch.controller.rows('call').find((row) => row.customer === customer),
  );
const talks = (caller: InboundCaller) =>
  eventually('the caller talks', () => caller.bridgedTo !== undefined, 20_000);

/** The branch as of the last live message of the present edge. */
function liveNow(): LiveSnapshot | undefined {
  return branch.controller
    .received('live')
    .slice(liveBefore)
    .reduce<LiveSnapshot | undefined>(
      (known, { snapshot, changes }) => snapshot ?? (applyMergePatch(known, changes) as LiveSnapshot),
      undefined,
    );
}

const queuesNow = (): NonNullable<LiveSnapshot['queues']> => liveNow()?.queues ?? {};

/** Call → agent, as the live data have it. */
const talksNow = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(liveNow()?.agents ?? {}).flatMap(([agent, { state, call: id }]) =>
      state === 'talking' && id !== undefined ? [[id, agent]] : [],
    ),
  );

/** Call → the queue it waits in, by what was told of each step. */
function waitsTold(): Record<string, string> {
  const waits: Record<string, string> = {};
  for (const { call: id, queue, step } of steps()) {
    if (step === 'entered') waits[id] = queue;
    else if (ends.has(step) && waits[id] === queue) delete waits[id];
  }
  return waits;
}

/** Steps that end a wait. */
const ends: ReadonlySet<QueueStep> = new Set(['connected', 'abandoned', 'overflowed', 'called-back']);

/** How many wait in each queue. */
const waitingNow = (): Record<string, number> =>
  Object.fromEntries(Object.entries(queuesNow()).map(([id, { waiting }]) => [id, waiting]));

/** Ends of a wait, by queue and call: there may be one each. */
function expectOneEndEach(): void {
  const key = (row: { call: string; queue: string }) => `${row.call} ${row.queue}`;
  expect(
    steps()
      .filter(({ step }) => ends.has(step))
      .map(key)
      .toSorted(),
  ).toEqual(steps('entered').map(key).toSorted());
}

test('callers are served in the order of arrival, and each step is told', async () => {
  await open([general()], [testAgent('1001')]);
  const first = call('13700000001');
  await talks(first);
  const second = call('13700000002');
  await told('entered', 2);
  const third = call('13700000003');
  await told('entered', 3);
  expect(steps('entered').map(({ position }) => position)).toEqual([1, 1, 2]);
  first.hangUp();
  await talks(second);
  expect(third.bridgedTo).toBeUndefined();
  third.hangUp();
  await told('abandoned');
  second.hangUp();
  const record = await callOf('13700000002');
  await callOf('13700000003');
  expect(record).toMatchObject({ outcome: 'ANSWERED', agent: 'agent-1001' });
  expect(record.segments.map(({ kind }) => kind)).toEqual(['waiting', 'agent']);
  expect(
    steps()
      .filter((row) => row.call === record.id)
      .map(({ step }) => step),
  ).toEqual(['entered', 'offered', 'connected']);
  expectOneEndEach();
  expect(branch.controller.problems).toEqual([]);
});

test('only who has the skill is asked, and the better one first', async () => {
  const skilled = (extension: string, level: number): Agent =>
    testAgent(extension, { skills: [{ skill: 'loans', level }] });
  await open(
    [general({ requires: [{ skill: 'loans', level: 3 }], strategy: 'best-skilled' })],
    [testAgent('1001'), skilled('1002', 2), skilled('1003', 4), skilled('1004', 9)],
  );
  const callers = ['13700000001', '13700000002', '13700000003'].map((number) => call(number));
  await told('connected', 2);
  expect(steps('connected').map(({ agent }) => agent)).toEqual(['agent-1004', 'agent-1003']);
  expect(callers[2]!.bridgedTo).toBeUndefined();
});

test('who waited for long moves on by the queue’s rules, keeps the place, and at last rings the group', async () => {
  const phones = await open(
    [
      general({ overflow: [{ afterSeconds: 2, exit: { to: 'queue', queue: 'second' } }] }),
      other('second', { maxWaitSeconds: 10, teams: ['nobody'], closedExit: { to: 'group' } }),
    ],
    [testAgent('1001'), testAgent('1002', { inbound: false, teams: ['nobody'] })],
  );
  const busy = [call('13700000001'), call('13700000002')];
  await told('connected', 2);
  expect(steps('connected').map(({ queue }) => queue)).toEqual(['inbound', 'second']);
  const last = call('13700000003');
  await told('overflowed', 3);
  expect(steps('overflowed').map(({ queue, exit }) => [queue, exit])).toEqual([
    ['inbound', 'queue second'],
    ['inbound', 'queue second'],
    ['second', 'group'],
  ]);
  void phones;
  last.hangUp();
  for (const caller of busy) caller.hangUp();
  const record = await callOf('13700000003');
  expect(record.segments.map(({ kind }) => kind)).toEqual(['waiting', 'fallback']);
  expectOneEndEach();
});

test('a full queue sends who comes to voicemail; the message is a file and a row', async () => {
  await open([general({ overflow: [{ length: 1, exit: { to: 'voicemail' } }] })], [testAgent('1001')]);
  const first = call('13700000001');
  await talks(first);
  call('13700000002');
  await told('entered', 2);
  const heard: string[] = [];
  const third = call('13700000003', heard);
  await told('overflowed');
  await eventually(
    'the message is taken',
    () => heard.some((what) => what.includes('%(500,0,1000)')),
    20_000,
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  third.hangUp();
  const left = await eventually('the message is told', () =>
    branch.controller.rows('event').find((row) => row.type === 'voicemail'),
  );
  const record = await callOf('13700000003');
  expect(left).toMatchObject({ call: record.id, queue: 'inbound' });
  expect(record.segments.at(-1)).toMatchObject({ kind: 'voicemail' });
});

test('a queue that nobody serves is closed: its callers go where it says at once', async () => {
  await open(
    [
      general({ closedExit: { to: 'queue', queue: 'second' } }),
      other('second', { closedExit: { to: 'voicemail' } }),
    ],
    [testAgent('1001')],
    false,
  );
  await eventually('the line takes the call', () => call('13700000001'));
  await told('overflowed', 1);
  // Nobody serves the second one either, so the group rings.
  expect(steps('overflowed').map(({ queue, exit }) => [queue, exit])).toEqual([['inbound', 'group']]);
});

test('who waits hears the place in line and music again, and comes from an announcement to the agent', async () => {
  await open([general({ announceSeconds: 2 })], [testAgent('1001')]);
  const first = call('13700000001');
  await talks(first);
  const heard: string[] = [];
  const second = call('13700000002', heard);
  await told('position', 2);
  expect(new Set(steps('position').map(({ position }) => position))).toEqual(new Set([1]));
  expect(heard.some((what) => what.includes('position-1.wav'))).toBe(true);
  first.hangUp();
  await talks(second);
});

test('an agent whose phone rings in vain is asked as often as the queue says, then on break; the caller goes to the next', async () => {
  const ring = (extension: string) => testAgent(extension, { mode: 'ring' });
  const phones = await open([general({ noAnswerLimit: 2 })], [ring('1001'), ring('1002')]);
  const lastState = () => branch.controller.rows('agent').findLast(({ agent }) => agent === 'agent-1001');
  phones[0]!.policy = { kind: 'decline' };
  phones[1]!.policy = { kind: 'answer', afterMs: 50 };
  const first = call('13700000001');
  await talks(first);
  await eventually('the agent is ready again', () => lastState()?.to === 'ready');
  const second = call('13700000002');
  await eventually('the agent is on break', () => lastState()?.to === 'break');
  expect(lastState()?.reason).toBe('did not answer');
  expect(steps('no-answer').map(({ agent }) => agent)).toEqual(['agent-1001', 'agent-1001']);
  first.hangUp();
  await talks(second);
  await told('connected', 2);
  expect(new Set(steps('connected').map(({ agent }) => agent))).toEqual(new Set(['agent-1002']));
});

test('an edge killed with 100 callers on the line finds every one of them again, with the agent or the queue, and each wait ends once', async () => {
  const extensions = Array.from({ length: 6 }, (_, i) => String(1001 + i));
  branch = await startBranch({ speed: 1, agents: extensions.map((each) => testAgent(each)) }, testCampaign());
  const queues = [
    general({ maxWaitSeconds: 600, overflow: [{ length: 50, exit: { to: 'queue', queue: 'second' } }] }),
    other('second', { maxWaitSeconds: 600 }),
  ];
  await branch.controller.send(branch.edge, 'desired', { ...branch.desired, version: 2, queues });
  await forkEdge();
  await eventually(
    'the queues are in force',
    () => branch.controller.received('reported').find(({ version }) => version === 2),
    60_000,
  );
  await branch.switch.start();
  await logInAll(branch);
  const callers: InboundCaller[] = [];
  for (let i = 0; i < 100; i++) {
    callers.push(call(`137000${String(10_000 + i)}`));
    // The switch takes so many sessions a second.
    if (i % 20 === 19) await new Promise((resolve) => setTimeout(resolve, 400));
  }
  await told('connected', 6);
  await told('entered', 150 - 6);
  const talking = callers.filter(({ bridgedTo }) => bridgedTo !== undefined);
  expect(talking).toHaveLength(6);
  const connected = Object.fromEntries(steps('connected').map(({ call: id, agent }) => [id, agent]));
  await eventually('the talks are live', () => Object.keys(talksNow()).length === 6);
  const before = { talks: talksNow(), waits: waitsTold() };
  expect(before.talks).toEqual(connected);
  expect(Object.keys(before.waits)).toHaveLength(94);
  await killEdge();
  await forkEdge();
  await eventually(
    'every caller is found in the queue',
    () => JSON.stringify(waitingNow()) === JSON.stringify({ inbound: 50, second: 44 }),
    60_000,
  );
  await eventually('every talk is found with its agent', () => Object.keys(talksNow()).length === 6);
  expect(talksNow()).toEqual(before.talks);
  expect(waitsTold()).toEqual(before.waits);
  // The board names those who wait longest.
  const { since, calls: shown = {} } = queuesNow()['inbound']!;
  const entered = steps('entered').filter(({ queue }) => queue === 'inbound');
  expect(Object.keys(shown)).toHaveLength(mostShownWaiting);
  expect(entered.map(({ call: id }) => id)).toEqual(expect.arrayContaining(Object.keys(shown)));
  expect(Math.min(...Object.values(shown))).toBe(since);
  // One whom an agent leaves makes room for one who waited through it all.
  talking[0]!.hangUp();
  await told('connected', 7);
  expect(callers.filter(({ state }) => state === 'over')).toHaveLength(1);
  for (const caller of callers) caller.hangUp();
  await eventually('all are recorded', () => branch.controller.rows('call').length === 100, 30_000);
  await told('abandoned', 93);
  expectOneEndEach();
  const answered = branch.controller.rows('call').filter(({ outcome }) => outcome === 'ANSWERED');
  expect(answered).toHaveLength(7);
  expect(answered.every(({ evidence }) => evidence !== 'lost')).toBe(true);
  // What the new edge told of the end of each is what the old one knew of it.
  const { call: next, queue, agent: free } = steps('connected')[6]!;
  const left = steps('abandoned').map(({ call: id, queue: of }) => [id, of]);
  expect({ ...Object.fromEntries(left), [next]: queue }).toEqual(before.waits);
  expect(Object.fromEntries(answered.map(({ id, agent }) => [id, agent]))).toEqual({
    ...before.talks,
    [next]: free,
  });
});

test('an agent who talks with a colleague is offered nobody, and the caller as soon as the phone is free', async () => {
  const rings = { mode: 'ring' } as const;
  const phones = await open(
    [general()],
    [testAgent('1001', rings), testAgent('1002', { ...rings, inbound: false })],
  );
  const [phone] = phones;
  await eventually('both phones are free', () => phones.every(({ call: now }) => now === undefined));
  phone!.dial('1002');
  await eventually('the two talk', () => phone!.call?.bridgedTo !== undefined);
  const caller = call('13700000001');
  await told('entered');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(steps('offered')).toEqual([]);
  phone!.hangUp();
  await talks(caller);
  expect(steps('no-answer')).toEqual([]);
  expect(branch.controller.rows('agent').map(({ to }) => to)).not.toContain('break');
});

test('callers and an agent whose legs are gone without a word are let go within seconds', async () => {
  await open([general()], [testAgent('1001')]);
  const first = call('13700000001');
  await talks(first);
  call('13700000002');
  await told('entered', 2);
  const customers = branch.switch
    .channels()
    .filter(({ channel }) => channel.get('bl_role') === 'customer')
    .map(({ uuid }) => uuid);
  expect(customers).toHaveLength(2);
  const began = Date.now();
  for (const uuid of customers) branch.switch.core.sessions.delete(uuid);
  await told('abandoned');
  await eventually('the agent is free', () => {
    const last = branch.controller.rows('agent').findLast(({ agent }) => agent === 'agent-1001');
    return last?.to === 'ready';
  });
  expect(Date.now() - began).toBeLessThan(8000);
  await eventually('both are recorded', () => branch.controller.rows('call').length === 2);
  expect(branch.controller.rows('call').map(({ evidence }) => evidence)).toEqual(['lost', 'lost']);
  expectOneEndEach();
});

test('who keys it leaves and is called back in turn, over a restart, before those who came later; who has no number stays', async () => {
  const dialed: string[] = [];
  await open([general({ callBackKey: '5' })], [testAgent('1001')], true, ({ to }, link) => {
    dialed.push(to);
    setTimeout(() => link.ring(), 20);
    setTimeout(() => link.answer(), 100);
    return { released: () => undefined };
  });
  const first = call('13700000001');
  await talks(first);
  const heard: string[] = [];
  const second = call('13700000002', heard);
  await told('entered', 2);
  const third = call('13700000003');
  const hidden = call('anonymous');
  await told('entered', 4);
  hidden.sendDtmf('5');
  second.sendDtmf('5');
  await told('promised');
  await eventually('the second has left', () => second.state === 'over', 20_000);
  expect(heard.some((what) => what.includes('call-back.wav'))).toBe(true);
  expect(hidden.state).toBe('answered');
  await branch.stopEdge();
  await branch.startEdge();
  await eventually('the callers are found again', () => waitingNow()['inbound'] === 3, 30_000);
  // Nobody is at the other end of a promise.
  expect(Object.keys(queuesNow()['inbound']?.calls ?? {})).toHaveLength(2);
  first.hangUp();
  const [end] = await told('called-back');
  expect(dialed.map((number) => number.slice(-11))).toEqual(['13700000002']);
  const promised = steps('promised')[0]!;
  expect(end).toMatchObject({
    call: promised.call,
    conversation: promised.conversation,
    agent: 'agent-1001',
  });
  expect(third.bridgedTo).toBeUndefined();
  await branch.switch.core.api('hupall', 'NORMAL_CLEARING bl_dialer 1');
  await talks(third);
  for (const caller of [third, hidden]) caller.hangUp();
  await told('abandoned');
  const outbound = await eventually('the call back is recorded', () =>
    branch.controller.rows('call').find(({ direction }) => direction === 'outbound'),
  );
  expect(outbound).toMatchObject({ outcome: 'ANSWERED', conversation: promised.conversation });
  expectOneEndEach();
  expect(branch.controller.problems).toEqual([]);
});

test('a caller gets the agent of last time, over a restart too, although another is idle for longer', async () => {
  await open([general({ lastAgentSeconds: 60 })], [testAgent('1001'), testAgent('1002')]);
  const first = call('13700000001');
  await talks(first);
  first.hangUp();
  const { agent } = await callOf('13700000001');
  await branch.stopEdge();
  await branch.startEdge();
  await eventually('the agents are here again', () => {
    const latest = ['agent-1001', 'agent-1002'].map(
      (id) => branch.controller.rows('agent').findLast((row) => row.agent === id)?.to,
    );
    return latest.every((state) => state === 'ready');
  });
  const again = call('13700000001');
  await talks(again);
  again.hangUp();
  await eventually('both calls are recorded', () => branch.controller.rows('call').length === 2);
  expect(branch.controller.rows('call').map((row) => row.agent)).toEqual([agent, agent]);
});
