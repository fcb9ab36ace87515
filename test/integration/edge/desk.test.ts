import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import {
  idSource,
  inboundQueue,
  maskNumber,
  problemOf,
  type DeskAct,
  type DeskSoftphone,
  type DeskView,
  type KnownLead,
} from '@branchline/shared';
import type { Answerer } from '../../virtual-branch/index.ts';
import { askDoor, DoorPhones } from '@branchline/edge/box';
import { logInAll } from '../../support/agents.ts';
import { agentPin } from '../../support/branch-plan.ts';
import { startBranch, testAgent, testCampaign, type Branch } from '../../support/branch.ts';
import { DeskClient, DeskRefusal } from '../../support/desk-client.ts';
import { eventually } from '../../support/eventually.ts';
import { wavSpans } from '../../support/wav-spans.ts';

const newId = idSource();
let branch: Branch;
afterEach(() => branch.close());

const answers: Answerer = (_, link) => {
  setTimeout(() => link.ring(), 10);
  setTimeout(() => link.answer(), 40);
  return { released: () => undefined };
};
const campaign = (change = {}) => testCampaign({ script: 'Hello {{name}}', wrapUpSeconds: 600, ...change });
const run = async (options: Parameters<typeof startBranch>[0] = {}, wish = campaign()) => {
  branch = await startBranch(
    { desk: true, speed: 4, agents: [testAgent('1001')], carrier: answers, ...options },
    wish,
  );
  const edge = await branch.startEdge();
  await branch.switch.start();
  const port = await eventually('the page is there', () => edge.deskPort());
  const desk = await DeskClient.at(branch.home, port);
  await eventually('the people of the plan', async () => (await desk.people()).agents.length > 0);
  return { edge, port, desk };
};
const seen = (desk: DeskClient, what: string, wanted: (view: DeskView) => boolean): Promise<DeskView> =>
  eventually(what, async () => {
    const view = await desk.view();
    return wanted(view) ? view : undefined;
  });
const refusal = (action: Promise<unknown>): Promise<string> =>
  action.then(
    () => 'none',
    (error: unknown) => (error instanceof DeskRefusal ? error.code : problemOf(error)),
  );

test('an agent works a whole call from the page: script, sound, outcome, note, and the next', async () => {
  const { desk } = await run({ maxWavSeconds: 10 });
  await logInAll(branch);
  expect(await desk.people()).toMatchObject({ agents: [{ id: 'agent-1001' }] });
  await desk.signIn('agent-1001', agentPin);
  await seen(desk, 'the phone', ({ agent }) => agent.state === 'ready' && !agent.phoneLost);
  await branch.controller.send(branch.edge, 'lease', branch.lease(['+8613800000001', '+8613800000001']));
  const { call } = await seen(desk, 'the customer', ({ agent }) => agent.state === 'talking');
  expect(call).toMatchObject({
    customer: { number: '+8613800000001', fields: { name: 'Wang' }, zones: ['Asia/Shanghai'] },
    campaign: { script: 'Hello Wang' },
    recording: 'on',
    held: false,
  });
  const about = { call: call!.id };
  const act = (what: Extract<DeskAct, { call: string }>['act']) =>
    desk.act({ act: what, ...about } as DeskAct);
  await act('hold');
  await seen(desk, 'the hold', (view) => view.call?.held === true);
  await act('resume');
  await seen(desk, 'the end of the hold', (view) => view.call?.held === false);
  expect((await act('mute')).call).toMatchObject({ muted: true });
  await pause(500);
  expect((await act('pause-recording')).call).toMatchObject({ recording: 'paused' });
  await pause(500);
  expect((await act('resume-recording')).call).toMatchObject({ recording: 'on' });
  await pause(500);
  await act('pause-recording');
  await act('hangup');
  await seen(desk, 'the work after the call', ({ agent }) => agent.state === 'wrap-up');
  expect(await desk.act({ act: 'note', ...about, text: ' asked for the price list ' })).toMatchObject({
    call: { up: false, note: 'asked for the price list' },
  });
  const { code } = campaign().dispositions[0]!;
  expect((await desk.act({ act: 'dispose', ...about, code })).call).toMatchObject({ disposition: code });
  const later = branch.clock.now() + 3_600_000;
  const callbackAt = Math.round(later);
  const again = campaign().dispositions.find(({ final, optout }) => !final && !optout)!.code;
  expect(
    (await desk.act({ act: 'dispose', ...about, code: again, callbackAt, callbackFor: 'own' })).call,
  ).toMatchObject({ disposition: again, callbackAt });
  await desk.act({ act: 'ready' });
  const next = await seen(
    desk,
    'the next call',
    (view) => view.call !== undefined && view.call.id !== call!.id,
  );
  expect(await refusal(desk.act({ act: 'hangup', ...about }))).toBe('BL_DESK_REFUSED');
  const known = await seen(desk, 'the earlier call', ({ contacts }) => contacts.length > 0);
  const { label } = campaign().dispositions.find(({ code: each }) => each === again)!;
  expect(known.contacts[0]).toMatchObject({
    call: call!.id,
    outcome: 'ANSWERED',
    agent: 'agent-1001',
    disposition: label,
    notes: [{ by: 'Agent 1001', text: 'asked for the price list' }],
  });
  expect(next.day.calls).toBe(1);
  const row = await eventually('the record', () =>
    branch.controller.rows('call').find(({ id }) => id === call!.id),
  );
  const { file, pauses = [] } = row.recording!;
  expect(pauses).toHaveLength(2);
  const wav = await readFile(file);
  for (const side of [0, 1] as const) {
    const spans = wavSpans(wav, side);
    expect(spans.slice(0, 3).map(({ heard }) => heard)).toEqual([true, false, true]);
    // Samples are of real time.
    expect(Math.abs(spans[1]!.ms - (pauses[0]!.to - pauses[0]!.from) / 4)).toBeLessThan(100);
  }
  expect(row.hangupBy).toBe('agent');
  const facts = (wanted: string) => branch.controller.rows('event').filter(({ type }) => type === wanted);
  await eventually('both outcomes', () => facts('disposition').length === 2);
  expect(facts('note')).toMatchObject([{ ...about, agent: 'agent-1001' }]);
  expect(facts('disposition')).toMatchObject([
    { ...about, code, by: 'api' },
    { ...about, code: again, callbackAt, callbackFor: 'own' },
  ]);
  expect(branch.controller.problems).toEqual([]);
});

test('an outcome that asks for the form is taken with its answers; they are a row of their own, and what does not fit is refused', async () => {
  const [first] = campaign().dispositions;
  const { desk } = await run(
    {},
    campaign({
      form: [
        { id: 'meter', label: 'Meter reading', kind: 'number', required: true, min: 0 },
        { id: 'tariff', label: 'Tariff', kind: 'choice', required: false, choices: ['Green', 'Basic'] },
      ],
      dispositions: [{ ...first!, asksForm: true }],
    }),
  );
  await logInAll(branch);
  await desk.signIn('agent-1001', agentPin);
  await branch.controller.send(branch.edge, 'lease', branch.lease(['+8613800000001']));
  const { call } = await seen(desk, 'the customer', ({ agent }) => agent.state === 'talking');
  expect(call?.campaign?.form).toHaveLength(2);
  const about = { call: call!.id };
  const dispose = (answers?: Record<string, string>) =>
    desk.act({ act: 'dispose', ...about, code: first!.code, ...(answers && { answers }) });
  expect(await refusal(dispose())).toBe('BL_DESK_REFUSED');
  expect(await refusal(dispose({ meter: '-1' }))).toBe('BL_DESK_REFUSED');
  expect(await refusal(dispose({ meter: '4', tariff: 'Free' }))).toBe('BL_DESK_REFUSED');
  const kept = await desk.act({ act: 'answer', ...about, answers: { tariff: 'Green' } });
  expect(kept.call).toMatchObject({ answers: { tariff: 'Green' } });
  expect((await dispose({ tariff: 'Green', meter: '4711' })).call).toMatchObject({
    disposition: first!.code,
    answers: { meter: '4711', tariff: 'Green' },
  });
  await eventually('the outcome', () =>
    branch.controller.rows('event').some(({ type }) => type === 'disposition'),
  );
  expect(branch.controller.rows('event').filter(({ type }) => type === 'form')).toMatchObject([
    { ...about, agent: 'agent-1001', answers: [{ field: 'tariff', label: 'Tariff', answer: 'Green' }] },
    {
      ...about,
      answers: [
        { field: 'meter', label: 'Meter reading', answer: '4711' },
        { field: 'tariff', label: 'Tariff', answer: 'Green' },
      ],
    },
  ]);
  expect(branch.controller.problems).toEqual([]);
});

test('a caller of a queue with a campaign has its script, form and outcomes, on the page and by keys; it dials nobody', async () => {
  const sales = campaign({
    status: 'draft',
    form: [{ id: 'meter', label: 'Meter reading', kind: 'number', required: true }],
    dispositions: campaign().dispositions.map((each) => ({ ...each, asksForm: each.key === '1' })),
  });
  const queues = [{ ...inboundQueue, wrapUpSeconds: 600, campaign: sales.id }];
  const { desk } = await run({ desired: { queues } }, sales);
  const [phone] = await logInAll(branch);
  await desk.signIn('agent-1001', agentPin);
  const comeIn = async (callerId: string) => {
    const caller = branch.switch.inbound({ gateway: 'carrier-a', did: '02088888888', callerId });
    const { call } = await seen(desk, 'the caller', (view) => view.call?.customer.number === callerId);
    return { caller, call: call! };
  };
  const first = await comeIn('13700000001');
  expect(first.call.campaign).toMatchObject({ id: sales.id, name: sales.name, script: 'Hello ' });
  const key = (digit: string) => sales.dispositions.find((each) => each.key === digit)!.code;
  const about = { call: first.call.id };
  await seen(desk, 'the talk', ({ agent }) => agent.state === 'talking');
  expect(await refusal(desk.act({ act: 'dispose', ...about, code: key('1') }))).toBe('BL_DESK_REFUSED');
  const disposed = await desk.act({ act: 'dispose', ...about, code: key('1'), answers: { meter: '47' } });
  expect(disposed.call).toMatchObject({ disposition: key('1'), answers: { meter: '47' } });
  first.caller.hangUp();
  await seen(desk, 'the work after it', ({ agent }) => agent.state === 'wrap-up');
  await desk.act({ act: 'ready' });
  const second = await comeIn('13700000002');
  await seen(desk, 'the second talk', ({ agent }) => agent.state === 'talking');
  second.caller.hangUp();
  await seen(desk, 'the work after that', ({ agent }) => agent.state === 'wrap-up');
  // Whoever is on no list is called again by who promised it.
  const callbackAt = Math.round(branch.clock.now()) + 3_600_000;
  const again = { code: key('3'), callbackAt, callbackFor: 'anyone' as const };
  await desk.act({ act: 'dispose', call: second.call.id, ...again });
  expect((await desk.view()).callbacks).toMatchObject([{ number: '13700000002', campaign: sales.name }]);
  await desk.act({ act: 'ready' });
  const third = await comeIn('13700000003');
  await seen(desk, 'the third talk', ({ agent }) => agent.state === 'talking');
  third.caller.hangUp();
  await seen(desk, 'the work after the last', ({ agent }) => agent.state === 'wrap-up');
  phone!.sendDtmf('2');
  const facts = (wanted: string) => branch.controller.rows('event').filter(({ type }) => type === wanted);
  await eventually('all outcomes', () => facts('disposition').length === 3);
  expect(facts('disposition')).toMatchObject([
    { ...about, code: key('1'), by: 'api' },
    { call: second.call.id, code: key('3'), callbackAt, callbackFor: 'own' },
    { call: third.call.id, code: key('2'), by: 'phone' },
  ]);
  expect(facts('form')).toMatchObject([{ ...about, campaign: sales.id, answers: [{ answer: '47' }] }]);
  const calls = await eventually('the records', () => {
    const rows = branch.controller.rows('call');
    return rows.length === 3 && rows;
  });
  expect(calls.map(({ direction, campaign: of, attempt }) => [direction, of, attempt])).toEqual(
    calls.map(() => ['inbound', sales.id, undefined]),
  );
  expect(branch.controller.problems).toEqual([]);
});

test('digits keyed on the page go to the other party, a bounded number at a time, and are stored nowhere', async () => {
  const { desk } = await run();
  await logInAll(branch);
  await desk.signIn('agent-1001', agentPin);
  const caller = branch.switch.inbound({
    gateway: 'carrier-a',
    did: '02088888888',
    callerId: '13700000001',
  });
  const { digits } = caller;
  const { call } = await seen(desk, 'the caller', ({ agent }) => agent.state === 'talking');
  const about = { call: call!.id };
  const send = (text: string) => desk.act({ act: 'digits', ...about, digits: text });
  await send('90210*#');
  expect(digits.join('')).toBe('90210*#');
  expect(await refusal(send('1'.repeat(33)))).toBe('BL_API_INVALID');
  expect(await refusal(send('1w2'))).toBe('BL_API_INVALID');
  // A storm is cut off, whatever the page is.
  const storm = await Promise.all(Array.from({ length: 30 }, () => refusal(send('5'.repeat(32)))));
  expect(storm.filter((code) => code === 'BL_DESK_REFUSED').length).toBeGreaterThanOrEqual(27);
  expect(digits.length).toBeLessThan(120);
  await desk.act({ act: 'hold', ...about });
  await seen(desk, 'the hold', (view) => view.call?.held === true);
  expect(await refusal(send('1'))).toBe('BL_DESK_REFUSED');
  caller.hangUp();
  const sent = await eventually('the row', () => {
    const rows = branch.controller.rows('event').filter(({ type }) => type === 'digits-sent');
    return rows.length > 0 ? rows : undefined;
  });
  expect(sent[0]).toMatchObject({ ...about, agent: 'agent-1001', count: 7 });
  expect(JSON.stringify(branch.controller.rows('event'))).not.toContain('90210');
  expect(branch.controller.problems).toEqual([]);
});

test('a message that a caller left is heard, taken, answered by a call and done from the page, by those who serve the queue', async () => {
  const overflow = [{ length: 1, exit: { to: 'voicemail' as const } }];
  const { desk, port } = await run({
    agents: [
      testAgent('1001', { masked: true }),
      testAgent('1002', { inbound: false }),
      testAgent('1003', { inbound: false, supervisor: true }),
    ],
    desired: { queues: [{ ...inboundQueue, wrapUpSeconds: 1, overflow }] },
  });
  await logInAll(branch);
  const call = (callerId: string) =>
    branch.switch.inbound({ gateway: 'carrier-a', did: '02088888888', callerId });
  const as = async (agent: string) => {
    const client = await DeskClient.at(branch.home, port);
    await client.signIn(agent, agentPin);
    return client;
  };
  await desk.signIn('agent-1001', agentPin);
  const [stranger, supervisor] = [await as('agent-1002'), await as('agent-1003')];
  const first = call('13700000001');
  await seen(desk, 'the first caller', ({ agent }) => agent.state === 'talking');
  const second = call('13700000002');
  await seen(supervisor, 'the second one waits', ({ board }) => board?.calls.waiting === 1);
  const third = call('13700000003');
  await eventually(
    'the message is taken',
    () => third.heard.some((what) => what.includes('%(500,0,1000)')),
    20_000,
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  third.hangUp();
  const left = await seen(desk, 'the message', ({ voicemails }) => voicemails.length > 0);
  const [message] = left.voicemails;
  expect(message).toMatchObject({ number: maskNumber('13700000003'), queue: 'Inbound', heard: false });
  expect((await supervisor.view()).voicemails[0]).toMatchObject({ number: '13700000003' });
  expect((await stranger.view()).voicemails).toEqual([]);
  const sound = `/desk/v1/voicemails/${message!.call}/sound`;
  expect(await refusal(stranger.text(sound))).toBe('BL_API_NOT_FOUND');
  expect(await refusal((await DeskClient.at(branch.home, port)).text(sound))).toBe('BL_AUTH_REQUIRED');
  expect(await desk.part(sound, 0, 3)).toBe('RIFF');
  expect(await desk.part(sound, 8, 11)).toBe('WAVE');
  await seen(supervisor, 'that it was heard', ({ voicemails }) => voicemails[0]!.heard);
  const about = { call: message!.call };
  expect(await refusal(desk.act({ act: 'voicemail-call', ...about }))).toBe('BL_DESK_REFUSED');
  second.hangUp();
  first.hangUp();
  await seen(desk, 'the agent is free', ({ agent }) => agent.state === 'ready');
  expect(await refusal(stranger.act({ act: 'voicemail-take', ...about }))).toBe('BL_DESK_REFUSED');
  const called = await desk.act({ act: 'voicemail-call', ...about });
  expect(called.voicemails[0]).toMatchObject({ takenBy: 'Agent 1001' });
  const talk = await seen(desk, 'the caller', ({ agent }) => agent.state === 'talking');
  await desk.act({ act: 'hangup', call: talk.call!.id });
  expect(await refusal(supervisor.act({ act: 'voicemail-take', ...about }))).toBe('BL_DESK_REFUSED');
  await desk.act({ act: 'voicemail-done', ...about });
  expect((await supervisor.view()).voicemails[0]).toMatchObject({ doneBy: 'Agent 1001' });
  // All of it is there after a restart.
  await branch.stopEdge();
  const restarted = await branch.startEdge();
  const newPort = await eventually('the page is there', () => restarted.deskPort());
  const again = await DeskClient.at(branch.home, newPort);
  await eventually('the people of the plan', async () => (await again.people()).agents.length > 0);
  await again.signIn('agent-1003', agentPin);
  expect((await again.view()).voicemails).toMatchObject([{ doneBy: 'Agent 1001', heard: true }]);
  expect((await again.act({ act: 'voicemail-reopen', ...about })).voicemails[0]).not.toHaveProperty('doneBy');
  const acts = await eventually('what was done is told', () => {
    const rows = branch.controller.rows('event').filter(({ type }) => type === 'voicemail-handled');
    return rows.length > 3 ? rows : undefined;
  });
  expect(acts).toMatchObject([
    { ...about, act: 'heard', agent: 'agent-1001' },
    { ...about, act: 'called-back' },
    { ...about, act: 'done' },
    { ...about, act: 'reopened', agent: 'agent-1003' },
  ]);
  const back = await eventually('the record', () =>
    branch.controller.rows('call').find(({ customer }) => customer === '+8613700000003'),
  );
  expect(back).toMatchObject({ direction: 'outbound', outcome: 'ANSWERED', agent: 'agent-1001' });
  expect(branch.controller.problems).toEqual([]);
});

test('training is the same page against simulated customers, and nothing of it is on the floor, in the ledger or on its way to the center', async () => {
  const [first] = campaign().dispositions;
  const { desk, port } = await run(
    { agents: [testAgent('1001'), testAgent('1002', { supervisor: true })] },
    campaign({
      form: [{ id: 'meter', label: 'Meter reading', kind: 'number', required: true }],
      dispositions: [{ ...first!, asksForm: true }],
    }),
  );
  await logInAll(branch);
  const train = (agent: string) =>
    desk.ask<DeskView>('POST', '/desk/v1/session', { agent, pin: agentPin, training: true });
  expect(await refusal(train('agent-1001'))).toBe('BL_DESK_REFUSED');
  await desk.signIn('agent-1001', agentPin);
  await desk.act({ act: 'logout' });
  const supervisor = await DeskClient.at(branch.home, port);
  await supervisor.signIn('agent-1002', agentPin);
  await supervisor.act({ act: 'break', reason: 'rest' });
  const breaks = () => branch.controller.rows('agent').filter(({ to }) => to === 'break' || to === 'offline');
  await eventually('who has stopped work', () => breaks().length === 2);
  // Somebody could be dialed if there were an agent.
  await branch.controller.send(branch.edge, 'lease', branch.lease(['+8613800000001']));
  const before = { rows: branch.controller.rows('agent').length, legs: branch.switch.channels().length };
  expect(await train('agent-1001')).toMatchObject({ training: true, agent: { state: 'offline' } });
  await desk.act({ act: 'login' });
  const { call } = await seen(desk, 'a customer', ({ agent }) => agent.state === 'talking');
  expect(call).toMatchObject({
    campaign: { script: `Hello ${call!.customer.fields['name']}` },
    says: expect.any(Array),
  });
  await seen(desk, 'what they say', (view) => (view.call?.says?.length ?? 0) > 0);
  const about = { call: call!.id };
  await desk.act({ act: 'hold', ...about });
  await desk.act({ act: 'resume', ...about });
  await desk.act({ act: 'note', ...about, text: 'a try' });
  expect(await refusal(desk.act({ act: 'dispose', ...about, code: first!.code }))).toBe('BL_DESK_REFUSED');
  expect(await refusal(desk.act({ act: 'park', ...about }))).toBe('BL_DESK_REFUSED');
  const done = { act: 'dispose', ...about, code: first!.code, answers: { meter: '3' } } as const;
  expect((await desk.act(done)).call).toMatchObject({ disposition: first!.code, note: 'a try' });
  await desk.act({ act: 'do-not-call', ...about });
  expect((await desk.act({ act: 'hangup', ...about })).day.calls).toBe(1);
  expect((await desk.act({ act: 'ready' })).agent.state).toBe('ready');
  await seen(desk, 'the next customer', (view) => view.call !== undefined && view.call.id !== about.call);

  const { board } = await supervisor.view();
  expect(board!.agents.find(({ id }) => id === 'agent-1001')).toMatchObject({
    state: 'offline',
    day: { calls: 0 },
  });
  expect(board!.calls).toEqual({ dialing: 0, ringing: 0, waiting: 0, talking: 0, inbound: 0 });
  expect(branch.switch.channels()).toHaveLength(before.legs);
  expect(branch.controller.rows('agent')).toHaveLength(before.rows);
  for (const stream of ['call', 'attempt', 'optout'] as const)
    expect(branch.controller.rows(stream)).toEqual([]);
  expect(
    branch.controller.rows('event').filter(({ type }) => ['form', 'note', 'disposition'].includes(type)),
  ).toEqual([]);
});

test('a VIP is served before who came first, and shown as one on the page and the board', async () => {
  const { desk, port } = await run({
    agents: [testAgent('1001'), testAgent('1002', { supervisor: true, inbound: false })],
    desired: { vips: [{ number: '+8613900000009', level: 5 }] },
  });
  await logInAll(branch);
  await desk.signIn('agent-1001', agentPin);
  await desk.act({ act: 'break', reason: 'rest' });
  const supervisor = await DeskClient.at(branch.home, port, '127.0.0.2');
  await supervisor.signIn('agent-1002', agentPin);
  const caller = (callerId: string) =>
    branch.switch.inbound({ gateway: 'carrier-a', did: '02088888888', callerId });
  const waiting = (count: number) =>
    seen(
      supervisor,
      `${count} who wait`,
      ({ board }) => (board?.queues.flatMap((queue) => queue.waiting).length ?? 0) === count,
    );
  caller('13900000001');
  await waiting(1);
  // As the line writes it, without a country code.
  caller('13900000009');
  const { board } = await waiting(2);
  expect(board!.queues.flatMap((queue) => queue.waiting.map(({ number, vip }) => [number, vip]))).toEqual([
    ['13900000001', undefined],
    ['13900000009', 5],
  ]);
  await desk.act({ act: 'ready' });
  const { call } = await seen(desk, 'a caller', ({ agent }) => agent.state === 'talking');
  expect(call?.customer).toMatchObject({ number: '13900000009', vip: 5 });
});

describe('who calls', () => {
  const lead = (name: string, change: Partial<KnownLead> = {}): KnownLead => ({
    lead: newId(),
    campaign: newId(),
    attempts: 0,
    fields: { name },
    ...change,
  });
  const known = [
    lead('Wang', {
      campaignName: 'Renewal',
      attempts: 2,
      lastAttemptAt: 1_700_000_000_000,
      fields: { name: 'Wang', contract: 'N-17', phone: '139 0000 0001' },
    }),
    lead('Old name', { campaignName: 'Survey', fields: { name: 'Old name', city: 'Harbin' } }),
    lead('nobody'),
  ];
  const callIn = async (masked: boolean, leads: KnownLead[] | undefined, away = false) => {
    const { desk } = await run({ agents: [testAgent('1001', { masked })] });
    branch.controller.answer = () => leads && { kind: 'customer-lookup', leads };
    await logInAll(branch);
    await desk.signIn('agent-1001', agentPin);
    if (away) {
      await branch.controller.stop();
      await seen(desk, 'a center that is away', ({ center }) => center === 'away');
    }
    branch.switch.inbound({ gateway: 'carrier-a', did: '02088888888', callerId: '13900000001' });
    return desk;
  };

  test.each([false, true])(
    'is asked of the center, shown beside the number and kept over a restart (masked: %s)',
    async (masked) => {
      const desk = await callIn(masked, known);
      const { call } = await seen(desk, 'the person', (view) => view.call?.customer.campaigns !== undefined);
      const number = masked ? '139******01' : '13900000001';
      const customer = {
        number,
        fields: {
          name: 'Wang',
          contract: 'N-17',
          city: 'Harbin',
          phone: masked ? '139********01' : '139 0000 0001',
        },
        campaigns: [
          { name: 'Renewal', attempts: 2, lastAttemptAt: 1_700_000_000_000 },
          { name: 'Survey', attempts: 0 },
        ],
      };
      expect(call?.customer).toMatchObject(customer);
      expect(branch.controller.received('ask').map(({ question }) => question)).toEqual([
        { kind: 'customer-lookup', number: '13900000001' },
      ]);
      branch.controller.answer = () => undefined;
      await seen(desk, 'a talk', ({ agent }) => agent.state === 'talking');
      await branch.stopEdge();
      const edge = await branch.startEdge();
      const again = await DeskClient.at(
        branch.home,
        await eventually('the page is back', () => edge.deskPort()),
      );
      await again.signIn('agent-1001', agentPin);
      const back = await seen(again, 'the caller', (view) => view.call?.up === true);
      expect(back.call?.customer).toMatchObject(customer);
      expect(branch.controller.problems).toEqual([]);
    },
  );

  test('is not waited for: without an answer the call comes as ever, and the center is asked once more in the talk', async () => {
    const desk = await callIn(false, undefined);
    const { call } = await seen(desk, 'a talk', ({ agent }) => agent.state === 'talking');
    expect(call?.customer).toEqual({ number: '13900000001', fields: {}, operator: call?.customer.operator });
    await eventually('the second question', () => branch.controller.received('ask').length === 2);
  });

  test('is not asked while the center is away', async () => {
    const desk = await callIn(false, known, true);
    const { call } = await seen(desk, 'a talk', ({ agent }) => agent.state === 'talking');
    expect(call?.customer.fields).toEqual({});
    expect(branch.controller.received('ask')).toEqual([]);
  });
});

test('with the link to the center cut the page says so, signs in and works; a restarted box knows its sessions', async () => {
  const { desk, port } = await run();
  await logInAll(branch);
  await branch.controller.stop();
  await desk.signIn('agent-1001', agentPin);
  await seen(desk, 'that the center is away', ({ center }) => center === 'away');
  await desk.act({ act: 'break', reason: 'lunch' });
  expect((await desk.view()).agent).toMatchObject({ state: 'break', reason: 'lunch' });
  branch.config.desk!.port = port;
  await branch.stopEdge();
  const edge = await branch.startEdge();
  await eventually('the page is back', () => edge.deskPort());
  expect((await desk.view()).agent).toMatchObject({ state: 'break', reason: 'lunch' });
  await branch.controller.start();
});

test('a session shown from another machine, a guessed PIN and what is no act are refused and change nothing', async () => {
  const { desk, port } = await run();
  await desk.signIn('agent-1001', agentPin);
  const thief = await DeskClient.at(branch.home, port, '127.0.0.9');
  thief.cookie = desk.cookie;
  expect(await refusal(thief.view())).toBe('BL_DESK_ELSEWHERE');
  expect(await refusal(thief.act({ act: 'login' }))).toBe('BL_DESK_ELSEWHERE');
  for (let i = 0; i < 5; i++)
    expect(await refusal(thief.signIn('agent-1001', `111${i}`))).toBe('BL_AUTH_WRONG');
  expect(await refusal(thief.signIn('agent-1001', agentPin))).toBe('BL_AUTH_THROTTLED');
  for (const bad of [
    {},
    { act: 'fly' },
    { act: 'break', reason: 'x' },
    { act: 'hangup' },
    { act: 'ready', more: 1 },
    7,
    '{"act"',
    null,
  ])
    expect(await refusal(desk.ask('POST', '/desk/v1/acts', bad))).toMatch(/^BL_(API_INVALID|DESK_REFUSED)$/);
  expect((await desk.view()).agent.state).toBe('offline');
});

test('numbers are masked for those who may not see them, on the page and in the script', async () => {
  const { desk } = await run(
    { agents: [testAgent('1001', { masked: true })] },
    campaign({ script: 'I call {{number}}' }),
  );
  await logInAll(branch);
  await desk.signIn('agent-1001', agentPin);
  await branch.controller.send(branch.edge, 'lease', branch.lease(['+8613812345678']));
  const { call } = await seen(desk, 'the customer', (view) => view.call !== undefined);
  expect(JSON.stringify(call)).not.toContain('12345');
  expect(call).toMatchObject({
    customer: { number: '+86*********78' },
    campaign: { script: 'I call +86*********78' },
  });
});

test('a phone that rings for somebody shows no more of their number than its agent may see', async () => {
  const { desk } = await run({ agents: [testAgent('1001', { mode: 'ring', masked: true })] });
  const [phone] = await logInAll(branch);
  await desk.signIn('agent-1001', agentPin);
  await branch.controller.send(branch.edge, 'lease', branch.lease(['+8613812345678']));
  const shown = await eventually('the ringing phone', () => phone!.call?.invitation?.callerNumber);
  expect(shown).toBe('+86*********78');
});

test('a desk phone gets its settings from its own folder over HTTPS, and nobody else does', async () => {
  const { desk } = await run();
  const mac = '805ec0112233';
  const phones = branch.desired.phones.map((phone) => ({
    ...phone,
    device: { vendor: 'yealink' as const, mac },
  }));
  await branch.controller.send(branch.edge, 'desired', { ...branch.desired, version: 2, phones });
  const [place] = await eventually('the address of its folder', async () => {
    const places = await askDoor(branch.home, 'GET', '/phones', DoorPhones);
    return places.length > 0 ? places : undefined;
  });
  const text = await desk.text(`${new URL(place!.url).pathname}${mac}.cfg`);
  expect(text.startsWith('#!version:1.0.0.1\n')).toBe(true);
  expect(text).toContain('account.1.password = phone-password-1\n');
  expect(await refusal(desk.text(`/p/${'0'.repeat(32)}/${mac}.cfg`))).toBe('BL_API_NOT_FOUND');
});

test('a person is looked at, called or left for later with the page alone', async () => {
  const { desk } = await run({}, campaign({ mode: 'manual' }));
  await logInAll(branch);
  await desk.signIn('agent-1001', agentPin);
  await branch.controller.send(branch.edge, 'lease', branch.lease(['+8613800000001', '+8613800000002']));
  await eventually('people to ask for', async () => (await refusal(desk.act({ act: 'next' }))) === 'none');
  const first = (await desk.view()).preview!.customer.number;
  await desk.act({ act: 'pass' });
  await desk.act({ act: 'next' });
  const second = (await desk.view()).preview!.customer.number;
  expect(second).not.toBe(first);
  await desk.act({ act: 'dial' });
  const { call } = await seen(desk, 'the customer', ({ agent }) => agent.state === 'talking');
  expect(call?.customer.number).toBe(second);
});

test('only the signed-in agent whose phone is the browser gets its account, and never the password', async () => {
  branch = await startBranch({
    desk: true,
    agents: [testAgent('1001'), testAgent('1002')],
    desired: { domain: 'branch.local' },
  });
  const [own, other] = branch.desired.phones;
  await branch.controller.send(branch.edge, 'desired', {
    ...branch.desired,
    version: 2,
    phones: [{ ...own!, device: { vendor: 'browser' } }, other!],
  });
  const edge = await branch.startEdge();
  await branch.switch.start();
  const desk = await DeskClient.at(branch.home, await eventually('the page is there', () => edge.deskPort()));
  await eventually('the people of the plan', async () => (await desk.people()).agents.length > 0);
  const softphone = () => desk.ask<DeskSoftphone>('GET', '/desk/v1/softphone');
  expect(await refusal(softphone())).toBe('BL_AUTH_REQUIRED');
  expect((await desk.signIn('agent-1001', agentPin)).agent.phone).toBe('browser');
  const ha1 = createHash('md5').update('1001:branch.local:phone-password-1').digest('hex');
  expect(await softphone()).toEqual({ extension: '1001', domain: 'branch.local', port: 7443, ha1 });
  expect((await desk.signIn('agent-1002', agentPin)).agent.phone).toBe('desk');
  expect(await refusal(softphone())).toBe('BL_DESK_REFUSED');
});

test('an agent whose phone has gone is offered no calls, and everybody sees why; with the phone they are back', async () => {
  const { desk, port } = await run({
    agents: [testAgent('1001', { mode: 'ring' }), testAgent('1002', { mode: 'ring', supervisor: true })],
  });
  const [phone] = await logInAll(branch);
  await desk.signIn('agent-1001', agentPin);
  const supervisor = await DeskClient.at(branch.home, port);
  await supervisor.signIn('agent-1002', agentPin);
  await supervisor.act({ act: 'break', reason: 'rest' });
  expect((await desk.view()).agent).toMatchObject({ state: 'ready', phoneLost: false });
  phone!.unregister();
  await seen(desk, 'the loss', ({ agent }) => agent.phoneLost);
  expect((await supervisor.view()).board?.agents).toMatchObject([
    { id: 'agent-1001', state: 'ready', phoneLost: true },
    { id: 'agent-1002', state: 'break' },
  ]);
  await branch.controller.send(branch.edge, 'lease', branch.lease(['+8613800000001']));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect((await desk.view()).agent).toMatchObject({ state: 'ready', phoneLost: true });
  expect(branch.controller.rows('attempt')).toEqual([]);
  phone!.register();
  await seen(desk, 'a call', ({ agent }) => !agent.phoneLost && agent.state !== 'ready');
  expect(branch.controller.problems).toEqual([]);
});
