import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { encodeWav, idSource, type Desired, type Flow } from '@branchline/shared';
import { silentLog, type Log } from '@branchline/shared/node';
import { logInAll } from '../../support/agents.ts';
import { startBranch, testAgent, testCampaign, type Branch } from '../../support/branch.ts';
import { eventually } from '../../support/eventually.ts';
import type { Answerer, InboundCaller } from '../../virtual-branch/index.ts';
import { startProgram, type Program } from '../../support/processes.ts';

const newId = idSource();
const flowId = newId();
const did = '4008001234';
let branch: Branch;
let program: Program | undefined;
let server: Server | undefined;
afterEach(async () => {
  await program?.kill();
  program = undefined;
  server?.close();
  server = undefined;
  await branch.close();
});

const everyDay = { fromMinute: 0, toMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] };
const hotline = (change: Partial<Flow> = {}): Flow => ({
  start: 'hours',
  prompts: [
    { name: 'welcome', en: 'For sales press one.' },
    { name: 'wrong', en: 'That was no choice.' },
    { name: 'message', en: 'Speak after the tone.' },
    { name: 'closed', en: 'We are closed.' },
    { name: 'rate', en: 'How was it?' },
  ],
  steps: [
    { id: 'hours', kind: 'hours', hours: [everyDay], holidays: [], open: 'menu', closed: 'closed' },
    {
      id: 'menu',
      kind: 'menu',
      prompt: 'welcome',
      keys: { 1: 'sales', 2: 'message', 3: 'rate', 4: 'ring', 9: 'never' },
      timeoutSeconds: 3,
      tries: 2,
      invalid: 'wrong',
      otherwise: 'closed',
    },
    { id: 'sales', kind: 'queue', queue: 'sales', priority: 70 },
    { id: 'message', kind: 'voicemail', prompt: 'message', maxSeconds: 20 },
    {
      id: 'rate',
      kind: 'survey',
      prompt: 'rate',
      question: 'service',
      answers: '12345',
      timeoutSeconds: 3,
      tries: 1,
      next: 'closed',
    },
    { id: 'ring', kind: 'transfer', phones: ['1001'] },
    { id: 'never', kind: 'opt-out', scope: 'all', next: 'closed' },
    { id: 'closed', kind: 'hang-up', prompt: 'closed' },
  ],
  ...change,
});
const withFlow = (flow: Flow): Partial<Desired> => ({
  flows: [{ id: flowId, name: 'Hotline', version: 3, flow }],
  inboundNumbers: [{ number: did, flow: flowId }],
});
const inForce = (wanted = 1) =>
  eventually('the document is in force', () =>
    branch.controller.received('reported').some(({ version }) => version === wanted),
  );
const open = async (flow = hotline(), startEdge?: () => Promise<unknown>): Promise<void> => {
  branch = await startBranch(
    { speed: 1, agents: [testAgent('1001')], desired: withFlow(flow) },
    testCampaign(),
  );
  await (startEdge?.() ?? branch.startEdge());
  await branch.switch.start();
  await inForce();
};
const call = (callerId = '13912345678') =>
  eventually('the line takes the call', () => branch.switch.inbound({ gateway: 'carrier-a', did, callerId }));
const facts = (type: string) => branch.controller.rows('event').filter((row) => row.type === type);
const told = () => eventually('the call is told', () => branch.controller.rows('call')[0], 15_000);
const hears = (caller: InboundCaller, times = 1) =>
  eventually(`${times} sounds are heard`, () => caller.heard.length >= times);

test('a caller keys one and waits in the queue that the flow named, until an agent is there', async () => {
  await open();
  await logInAll(branch);
  const caller = await call();
  await hears(caller);
  caller.sendDtmf('1');
  await eventually('the caller talks to the agent', () => caller.bridgedTo !== undefined);
  caller.hangUp();
  expect(await told()).toMatchObject({
    direction: 'inbound',
    callerId: did,
    agent: 'agent-1001',
    outcome: 'ANSWERED',
    segments: [{ kind: 'flow' }, { kind: 'waiting' }, { kind: 'agent' }],
  });
  expect(facts('flow')).toMatchObject([{ flow: flowId, version: 3, outcome: 'queued', step: 'sales' }]);
});

test('a thousand digits in a second, of a caller in a flow or on the phone of an agent, are cut off and told once for each leg', async () => {
  const told: string[] = [];
  const warn = (_about: unknown, text: string): void => void told.push(text);
  const log = Object.assign(Object.create(silentLog) as Log, { warn });
  branch = await startBranch(
    { speed: 1, agents: [testAgent('1001')], desired: withFlow(hotline()), log },
    testCampaign(),
  );
  await branch.startEdge();
  await branch.switch.start();
  await inForce();
  await logInAll(branch);
  const storms = () => told.filter((text) => text.startsWith('digits come faster'));
  const first = await call('13700000001');
  await hears(first);
  first.sendDtmf('8'.repeat(1000));
  await eventually('the storm is told', () => storms().length === 1);
  first.sendDtmf('8'.repeat(1000));
  first.hangUp();
  const second = await call('13700000002');
  await hears(second);
  second.sendDtmf('1');
  await eventually('the caller talks to the agent', () => second.bridgedTo !== undefined);
  branch.switch.phone('1001').sendDtmf('*12'.repeat(333));
  await eventually('the storm is told', () => storms().length === 2);
  second.hangUp();
  await eventually('both are told', () => branch.controller.rows('call').length === 2, 15_000);
  expect(storms()).toHaveLength(2);
  expect(branch.controller.problems).toEqual([]);
});

test('a recording takes the place of a text, and the box plays what it has while the center is away', async () => {
  const wav = encodeWav({ rate: 16_000, samples: new Float32Array(16_000).fill(0.3) });
  const sha256 = createHash('sha256').update(wav).digest('hex');
  const flow = hotline();
  branch = await startBranch(
    {
      speed: 1,
      agents: [testAgent('1001')],
      desired: {
        ...withFlow({ ...flow, prompts: flow.prompts.filter(({ name }) => name !== 'welcome') }),
        recordings: [{ prompt: 'welcome', language: 'en', sha256, bytes: wav.byteLength }],
      },
    },
    testCampaign(),
  );
  const folder = join(branch.home, 'prompts', 'recorded', '16000');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${sha256.slice(0, 32)}.wav`), wav);
  await branch.startEdge();
  await branch.switch.start();
  await inForce();
  const caller = await call();
  await hears(caller);
  expect(caller.heard[0]).toContain(`recorded/${sha256.slice(0, 32)}.wav`);
  caller.hangUp();
});

test('out of hours the caller hears so and the call ends', async () => {
  const never = { ...everyDay, weekdays: [7] };
  const flow = hotline();
  await open({
    ...flow,
    steps: flow.steps.map((step) => (step.kind === 'hours' ? { ...step, hours: [never] } : step)),
  });
  const caller = await call();
  expect(await told()).toMatchObject({
    outcome: 'ANSWERED',
    hangupBy: 'system',
    segments: [{ kind: 'flow' }],
  });
  expect(caller.heard).toHaveLength(1);
  expect(facts('flow')).toMatchObject([{ outcome: 'finished', step: 'closed' }]);
});

test('wrong keys are told, then the way without an answer is taken', async () => {
  await open();
  const caller = await call();
  await hears(caller);
  caller.sendDtmf('7');
  await hears(caller, 2);
  caller.sendDtmf('8');
  await told();
  expect(facts('flow')).toMatchObject([{ outcome: 'finished', step: 'closed' }]);
  expect(caller.heard[1]).toMatch(/^file_string:\/\//);
});

test('who hangs up in the middle of the menu has left, and the line is free again', async () => {
  await open();
  const caller = await call();
  await hears(caller);
  caller.hangUp();
  expect(await told()).toMatchObject({ outcome: 'CANCELLED', hangupBy: 'customer' });
  expect(facts('flow')).toMatchObject([{ outcome: 'left', step: 'menu' }]);
});

test('a message is recorded and told, an answer of a survey is a row, a key keeps the caller from being called', async () => {
  await open();
  const caller = await call();
  await hears(caller);
  caller.sendDtmf('2');
  await hears(caller, 2);
  await new Promise((resolve) => setTimeout(resolve, 3500));
  caller.hangUp();
  const first = await told();
  expect(first).toMatchObject({ outcome: 'ANSWERED' });
  const [message] = await eventually('the message is told', () => {
    const rows = facts('voicemail');
    return rows.length > 0 && rows;
  });
  expect(message).toMatchObject({
    call: first.id,
    file: expect.stringContaining('-voicemail.wav') as string,
  });

  const second = await call();
  await hears(second);
  second.sendDtmf('3');
  await hears(second, 2);
  second.sendDtmf('5');
  await eventually('the answer is told', () => facts('survey').length > 0);
  expect(facts('survey')).toMatchObject([{ flow: flowId, question: 'service', answer: '5' }]);

  const third = await call();
  await hears(third);
  third.sendDtmf('9');
  const optout = await eventually('the opt-out is told', () => branch.controller.rows('optout')[0]);
  expect(optout).toMatchObject({ number: '+8613912345678' });
  await eventually('the flow went on when it was stored', () => third.heard.length === 2);
});

test('a look-up decides, and a server that hangs costs its deadline and nothing more', async () => {
  let hangs = false;
  server = createServer((request, response) => {
    if (!hangs)
      response.end(JSON.stringify({ customer: { level: request.url?.includes('678') ? 'gold' : '' } }));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await open(
    hotline({
      start: 'ask',
      steps: [
        {
          id: 'ask',
          kind: 'lookup',
          url: `http://127.0.0.1:${port}/?of={caller}`,
          deadlineMs: 1200,
          field: 'customer.level',
          into: 'level',
          found: 'level',
          otherwise: 'closed',
        },
        { id: 'level', kind: 'condition', variable: 'level', cases: { gold: 'sales' }, otherwise: 'closed' },
        { id: 'sales', kind: 'queue', priority: 90 },
        { id: 'closed', kind: 'hang-up' },
      ],
    }),
  );
  const gold = await call();
  await eventually('a known customer is queued', () => facts('flow').length === 1);
  gold.hangUp();
  const waits = /tone_stream:\/\/%\(1000,4000,450\)/;
  hangs = true;
  const asked = branch.clock.now();
  const unlucky = await call();
  await eventually('a tone says that the line is not dead', () =>
    unlucky.heard.some((what) => waits.test(what)),
  );
  await eventually('the other way is taken', () => facts('flow').length === 2);
  const ended = facts('flow')[1]!;
  expect(ended.at - asked).toBeGreaterThanOrEqual(1200);
  expect(facts('flow').map((row) => row.type === 'flow' && row.outcome)).toEqual(['queued', 'finished']);
});

test('a transfer rings the phones, and the fallback group when nobody answers', async () => {
  await open();
  const phone = branch.switch.phone('1001');
  await eventually('the phone registers', () => phone.register() || phone.registered);
  const rings = new Promise<void>((resolve) => phone.once('ringing', () => resolve()));
  const caller = await call();
  await hears(caller);
  caller.sendDtmf('4');
  await rings;
  await eventually('the colleague answers', () => caller.bridgedTo !== undefined);
  caller.hangUp();
  expect(await told()).toMatchObject({ outcome: 'ANSWERED' });
});

describe('a broadcast', () => {
  const message: Flow = {
    start: 'message',
    prompts: [{ name: 'offer', en: 'Press one for an agent.' }],
    steps: [
      {
        id: 'message',
        kind: 'menu',
        prompt: 'offer',
        keys: { 1: 'agent', 9: 'never' },
        timeoutSeconds: 2,
        tries: 1,
        otherwise: 'end',
      },
      { id: 'agent', kind: 'queue' },
      { id: 'never', kind: 'opt-out', scope: 'all', next: 'end' },
      { id: 'end', kind: 'hang-up' },
    ],
  };
  /** What whoever is dialed keys when the message has begun, by the last digit of the number. */
  const keying =
    (keys: Readonly<Record<string, string>>): Answerer =>
    ({ to }, link) => {
      setTimeout(() => link.ring(), 10);
      setTimeout(() => link.answer(), 40);
      const key = keys[to.slice(-1)];
      return {
        released: () => undefined,
        heard: () => {
          if (key !== undefined) setTimeout(() => link.sendDtmf(key), 100);
        },
      };
    };
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => `+86138${10_000_000 + i}`);
  const begin = async (limits: { channels: number; callsPerSecond: number }, carrier: Answerer) => {
    const campaign = testCampaign({ mode: 'broadcast', flow: flowId, broadcast: limits, maxWaitMs: 1000 });
    branch = await startBranch(
      { speed: 1, agents: [testAgent('1001')], desired: withFlow(message), carrier },
      campaign,
    );
    await branch.startEdge();
    await branch.switch.start();
    await inForce();
  };
  const attempts = () => branch.controller.rows('attempt');

  test('plays its flow without agents, within its channels and rate; nine is never called again; only who asked for an agent can be abandoned, and no more than the cap allows', async () => {
    await begin({ channels: 3, callsPerSecond: 5 }, keying({ 2: '9', 7: '1' }));
    await branch.controller.send(branch.edge, 'lease', branch.lease(numbers(6)));
    await eventually('all are reported', () => attempts().length === 6, 30_000);
    const outcomes = Object.fromEntries(attempts().map(({ number, outcome }) => [number.slice(-1), outcome]));
    expect(outcomes).toEqual({
      0: 'PLAYED',
      1: 'PLAYED',
      2: 'PLAYED',
      3: 'PLAYED',
      4: 'PLAYED',
      5: 'PLAYED',
    });
    expect(branch.controller.rows('optout')).toMatchObject([{ number: '+8613810000002' }]);
    const calls = branch.controller.rows('call');
    const most = Math.max(
      ...calls.map(
        ({ startedAt: at }) =>
          calls.filter(({ startedAt, endedAt }) => startedAt <= at && endedAt > at).length,
      ),
    );
    expect(most).toBeLessThanOrEqual(3);
    await branch.controller.send(branch.edge, 'lease', branch.lease(['+8613810000002']));
    const refused = await eventually('the gate refuses who keyed nine', () =>
      attempts().find(({ outcome }) => outcome === 'REFUSED'),
    );
    expect(refused.refusal).toMatchObject({ rule: 'do-not-call' });
    const outcomeOf = (number: string) => attempts().find((attempt) => attempt.number === number)?.outcome;
    await branch.controller.send(branch.edge, 'lease', branch.lease(['+8613810000007']));
    await eventually(
      'who finds no agent is abandoned',
      () => outcomeOf('+8613810000007') === 'ABANDONED',
      30_000,
    );
    await branch.controller.send(branch.edge, 'lease', branch.lease(['+8613810000008']));
    const standing = async () => {
      const expiresAt = branch.clock.now() + 60_000;
      const snapshot = { id: newId(), verb: 'live-snapshot', args: {}, expiresAt, ttlMs: 60_000 } as const;
      await branch.controller.send(branch.edge, 'command', snapshot);
      const live = branch.controller.received('live').findLast((told) => told.snapshot !== undefined);
      return Object.values(live?.snapshot?.campaigns ?? {})[0]?.standing.code;
    };
    await eventually('it waits', async () => (await standing()) === 'drops-spent', 20_000, 500);
    await logInAll(branch);
    await eventually(
      'it goes on with one for the agent',
      () => outcomeOf('+8613810000008') === 'PLAYED',
      20_000,
    );
  }, 120_000);

  test('whoever presses one talks with an agent of the campaign', async () => {
    await begin({ channels: 2, callsPerSecond: 5 }, keying({ 0: '1' }));
    await logInAll(branch);
    await branch.controller.send(branch.edge, 'lease', branch.lease(numbers(1)));
    const talks = await eventually(
      'the agent talks',
      () => branch.controller.rows('agent').find(({ to }) => to === 'talking'),
      20_000,
    );
    expect(talks.agent).toBe('agent-1001');
  }, 40_000);
});

test('keys that never end lead to people, not to a stuck call', async () => {
  await open();
  const phone = branch.switch.phone('1001');
  await eventually('the phone registers', () => phone.register() || phone.registered);
  const flow = hotline();
  await branch.controller.send(branch.edge, 'desired', {
    ...branch.desired,
    version: 2,
    ...withFlow({
      ...flow,
      steps: flow.steps.map((step) =>
        step.kind === 'menu' ? { ...step, keys: { ...step.keys, 5: 'menu' } } : step,
      ),
    }),
  });
  await inForce(2);
  const caller = await call();
  await hears(caller);
  // Of a storm few are read; whoever goes on keying as fast as people can comes to the limit of the flow.
  caller.sendDtmf('5'.repeat(600));
  const keying = setInterval(() => caller.sendDtmf('5'.repeat(10)), 500);
  try {
    await eventually('the group answers', () => caller.bridgedTo !== undefined, 40_000);
  } finally {
    clearInterval(keying);
  }
  expect(facts('flow')).toMatchObject([{ outcome: 'limit' }]);
});

test('with the edge killed in the middle of a menu the group rings; restarted in time the menu goes on', async () => {
  const start = async (): Promise<void> => {
    const config = join(branch.home, 'edge.json');
    await writeFile(config, JSON.stringify(branch.config));
    program = startProgram('edge/src/main.ts', ['--config', config], join(branch.home, 'edge.log'));
    await program.ready;
  };
  await open(hotline(), start);
  const phone = branch.switch.phone('1001');
  await eventually('the phone registers', () => phone.register() || phone.registered);
  const caller = await call();
  await hears(caller);
  await program!.kill();
  await eventually('the group answers', () => caller.bridgedTo !== undefined, 25_000);
  caller.hangUp();

  await start();
  const second = await call('13700000002');
  await hears(second);
  second.sendDtmf('3');
  await hears(second, 2);
  // Long enough for the ledger to have the step.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await program!.kill();
  await start();
  await hears(second, 3);
  expect(second.heard[2]).toBe(second.heard[1]);
  second.sendDtmf('4');
  await eventually('the answer is told', () => facts('survey').length === 1, 20_000);
  const rows = await eventually(
    'both are told',
    () => {
      const all = branch.controller.rows('call');
      return all.length === 2 && all;
    },
    20_000,
  );
  expect(rows.map(({ customer, outcome }) => [customer, outcome])).toEqual(
    expect.arrayContaining([
      ['13912345678', 'ANSWERED'],
      ['13700000002', 'ANSWERED'],
    ]),
  );
}, 90_000);
