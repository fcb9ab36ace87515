import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  defaultGate,
  localTime,
  maskNumber,
  unheardLine,
  type BestHours,
  type CampaignView,
  type ListPenetration,
  type LiveSnapshot,
  type SiteHistory,
  type WhyAnswer,
} from '@branchline/shared';
import { branchAtWork, branchPlan, Center, newId, until, type Box, type Person } from './center.ts';

let center: Center;
let supervisor: Person;
let box: Box;
let campaign: string;
let elsewhere: string;
const always = { fromMinute: 0, toMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] };

beforeAll(async () => {
  center = await Center.start();
  await center.site('beijing');
  await center.site('shanghai');
  box = await center.enrol('beijing', 'beijing-1');
  await center.admin.call('PUT', '/edges/beijing-1/plan', branchPlan());
  await box.connect();
  supervisor = await center.person('bei', 'supervisor', 'beijing');
  campaign = await addCampaign({ name: 'Autumn', sites: ['beijing'] });
  elsewhere = await addCampaign({ name: 'Secret', sites: ['shanghai'] });
  await center.admin.upload(campaign, 'phone\n13900000001\n13900000002\n');
  await center.admin.upload(elsewhere, 'phone\n13900000009\n');
});
afterAll(() => center[Symbol.asyncDispose]());

async function addCampaign(settings: Record<string, unknown>): Promise<string> {
  const { body } = await center.admin.call<CampaignView>('POST', '/campaigns', {
    window: always,
    gate: { ...defaultGate },
    ...settings,
  });
  return body.id;
}

async function why(person: Person, path: string): Promise<WhyAnswer & { status: number }> {
  const { status, body } = await person.call<WhyAnswer>('GET', `/why${path}`);
  return { ...body, status };
}

async function codes(person: Person, path: string): Promise<string[]> {
  return (await why(person, path)).reasons.map(({ code }) => code);
}

async function leadOf(number: string): Promise<string> {
  const row = await center.db
    .selectFrom('leads')
    .select('id')
    .where('first_number', '=', number)
    .executeTakeFirstOrThrow();
  return row.id;
}

const live = (standing: LiveSnapshot['campaigns'][string]['standing']): LiveSnapshot => ({
  ...branchAtWork(['agent-100']),
  lines: { 'trunk-1': { ...unheardLine(30), state: 'up' } },
  campaigns: {
    [campaign]: {
      status: 'running',
      standing,
      dialing: 1,
      waiting: 0,
      talking: 2,
      leadsHeld: 0,
      attempts: 0,
      answered: 0,
      abandoned: 0,
      refused: 0,
    },
  },
});

test('a campaign is explained from its state to what its branches say', async () => {
  expect(await codes(supervisor, `/campaign/${campaign}`)).toEqual(['campaign-draft']);
  await center.admin.call('POST', `/campaigns/${campaign}/start`);
  expect(await codes(supervisor, `/campaign/${campaign}`)).toEqual(['branch-silent']);
  expect(await codes(supervisor, '/site/beijing')).toEqual(['branch-silent']);
});

test('a number leads to its leads, and those of other sites are not told of', async () => {
  const id = await leadOf('+8613900000001');
  for (const path of [
    '/number?number=139%200000%200001',
    `/lead/${id}`,
    `?about=${id}`,
    '?about=13900000001',
  ])
    expect([path, await codes(supervisor, path)]).toEqual([path, ['lead-next']]);
  expect(await codes(supervisor, '/number?number=13900000009')).toEqual(['number-unknown']);
  expect(await codes(center.admin, '/number?number=13900000009')).toEqual(['campaign-draft', 'lead-next']);
  const hidden = await leadOf('+8613900000009');
  for (const path of [`/lead/${hidden}`, `?about=${hidden}`, `/campaign/${elsewhere}`, '/site/shanghai'])
    expect([path, (await why(supervisor, path)).status]).toEqual([path, 404]);
  expect(await codes(supervisor, '/number?number=12')).toEqual(['number-unreadable']);
  expect((await center.admin.call('GET', '/why/number?number=')).status).toBe(400);
  const agent = await center.person('ann', 'agent', 'beijing');
  expect((await agent.call('GET', '/why/number?number=13900000001')).status).toBe(403);
  expect((await why(agent, `?about=${id}`)).status).toBe(404);
});

test('a lead is found by each of its numbers before any was dialed, also by one that is left alone', async () => {
  const further = await addCampaign({ name: 'Further', sites: ['beijing'] });
  await center.admin.upload(further, 'phone,phone 2\n13900000021,13900000022\n13900000023,13900000024\n');
  for (const number of ['13900000021', '13900000022'])
    expect(await codes(supervisor, `/number?number=${number}`)).toEqual(['campaign-draft', 'lead-next']);
  await center.db
    .updateTable('leads')
    .set({ numbers: JSON.stringify([{ number: '+8613900000024', zones: ['Asia/Shanghai'] }]) })
    .where('first_number', '=', '+8613900000023')
    .execute();
  expect(await codes(supervisor, '/number?number=13900000024')).toEqual(['campaign-draft', 'lead-next']);
  expect(await codes(supervisor, '/number?number=13900000025')).toEqual(['number-unknown']);
});

test('the do-not-call list comes first, by number, beginning and register', async () => {
  await center.admin.call('POST', '/dnc', { numbers: ['13900000002'], reason: 'by letter' });
  await center.admin.call('POST', '/dnc', { numbers: ['+8613900*'], campaign, reason: 'a whole office' });
  const answer = await why(supervisor, '/number?number=13900000002');
  expect(answer.reasons.map(({ code, params }) => [code, params['reason']])).toEqual([
    ['number-listed', 'by letter'],
    ['number-listed-campaign', 'a whole office'],
    ['lead-opted-out', undefined],
  ]);
  await center.admin.call('DELETE', `/dnc?number=${encodeURIComponent('+8613900*')}&campaign=${campaign}`);
});

test('attempts tell line, agent and refusal; without the records what was counted is still told', async () => {
  const lead = await leadOf('+8613900000001');
  const at = Date.now();
  const [attempt, call] = [newId(), newId()];
  const common = { campaign, lead, lease: newId(), number: '+8613900000001', dueAt: 0, deadNumbers: [] };
  const tried = {
    ordinal: 1,
    number: '+8613900000001',
    startedAt: at,
    endedAt: at + 9,
    outcome: 'ABANDONED',
  };
  await box.send('attempt', [
    {
      ...common,
      id: attempt,
      ordinal: 1,
      startedAt: at,
      endedAt: at + 9,
      outcome: 'ABANDONED',
      zone: 'America/New_York',
      pace: {
        mode: 'predictive',
        because: 'risk',
        ready: 2,
        ringing: 3,
        risk: 0.02,
        allowed: 0.03,
        share: 0.3,
      },
      tries: [{ ...tried, id: call, line: 'trunk-1' }],
    },
    {
      ...common,
      id: newId(),
      ordinal: 2,
      startedAt: at + 20,
      endedAt: at + 20,
      outcome: 'REFUSED',
      refusal: { rule: 'calling-window', reason: 'at night' },
      tries: [],
    },
  ]);
  await box.send('call', [
    {
      id: call,
      conversation: newId(),
      direction: 'outbound',
      attempt,
      campaign,
      lead,
      customer: '+8613900000001',
      callerId: '',
      line: 'trunk-1',
      startedAt: at,
      answeredAt: at + 1,
      endedAt: at + 9,
      outcome: 'ABANDONED',
      hangupBy: 'system',
      cause: 'NORMAL_CLEARING',
      q850: 16,
      sipStatus: 200,
      legs: [],
      segments: [],
      evidence: 'live',
    },
  ]);
  const told = await until('the attempts', async () => {
    const { reasons } = await why(supervisor, `/lead/${lead}`);
    return reasons.some(({ code }) => code === 'attempt-refused') ? reasons : undefined;
  });
  const dialed = told.find(({ code }) => code === 'attempt-dialed');
  expect(dialed).toMatchObject({
    params: { ordinal: 1, line: 'trunk-1', outcome: 'ABANDONED' },
    evidence: { kind: 'call', id: call },
  });
  expect(told[0]?.code).toBe('lead-not-due-after');
  await until('the call', async () => (await why(supervisor, `/call/${call}`)).status === 200);
  expect(await codes(supervisor, `/call/${call}`)).toEqual([
    'call-abandoned',
    'call-ended',
    'call-first',
    'call-paced',
    'call-line',
  ]);
  expect((await why(await center.person('shang', 'supervisor', 'shanghai'), `/call/${call}`)).status).toBe(
    404,
  );

  // Calls of no attempt that were not let out, and why an agent got the customer.
  const refused = { call, number: '+8613900000031', rule: 'do-not-call', reason: 'listed' };
  await box.send('event', [
    { id: newId(), type: 'gate-refused', what: 'message', agent: 'ann', ...refused },
    { id: newId(), type: 'gate-refused', what: 'call-back', ...refused, until: at + 3_600_000 },
  ]);
  await box.send('agent', [
    {
      id: newId(),
      agent: 'ann',
      from: 'ready',
      to: 'reserved',
      reason: 'promised to a call',
      heldMs: 1,
      call,
      choice: { by: 'skill', ahead: 'vip' },
    },
  ]);
  await until('they are told', async () => {
    const found = await codes(supervisor, `/call/${call}`);
    return found.includes('call-refused-until') && found.includes('call-ahead-vip');
  });
  expect((await codes(supervisor, `/call/${call}`)).slice(4)).toEqual([
    'call-line',
    'call-agent-skill',
    'call-ahead-vip',
    'call-refused',
    'call-refused-until',
  ]);
  expect((await codes(supervisor, '/number?number=13900000031')).toSorted()).toEqual([
    'call-refused',
    'call-refused-until',
    'number-unknown',
  ]);
  const shang = await center.person('shangtwo', 'supervisor', 'shanghai');
  expect(await codes(shang, '/number?number=13900000031')).toEqual(['number-unknown']);
  const history = await supervisor.call<SiteHistory>('GET', '/sites/beijing/history');
  expect(history.body.events.filter(({ type }) => type === 'gate-refused')).toHaveLength(2);
  const engineer = await center.person('ing', 'engineer', 'beijing');
  const masked = await engineer.call<SiteHistory>('GET', '/sites/beijing/history');
  const [first] = masked.body.events.filter(({ type }) => type === 'gate-refused');
  expect(first!.detail).toMatchObject({ rule: 'do-not-call', number: maskNumber('+8613900000031') });
  expect(first!.detail).not.toHaveProperty('agent');

  await box.live(live({ code: 'agents-busy' }));
  await until('the live data', async () =>
    (await codes(supervisor, '/site/beijing')).includes('branch-standing'),
  );
  expect(await codes(supervisor, `/campaign/${campaign}`)).toContain('branch-standing');
  await box.live(live({ code: 'dialing' }));
  await until('the live data', async () =>
    (await codes(supervisor, `/campaign/${campaign}`)).includes('campaign-dialing'),
  );

  const lists = await supervisor.call<ListPenetration>('GET', `/campaigns/${campaign}/penetration`);
  expect(lists.body.items).toMatchObject([{ file: 'list.csv', leads: 2, touched: 1, done: 1 }]);
  const best = await supervisor.call<BestHours>('GET', `/campaigns/${campaign}/best-hours`);
  // By the clock of the person called, not of the site.
  const { weekday, minute } = localTime(at, 'America/New_York');
  expect(best.body.hours).toEqual([{ weekday, hour: Math.floor(minute / 60), dialed: 1, answered: 1 }]);
  for (const path of ['penetration', 'best-hours'])
    expect((await supervisor.call('GET', `/campaigns/${elsewhere}/${path}`)).status).toBe(404);

  const pid = center.controller.parts.clickHouse.server?.pid;
  if (pid === undefined) throw new Error('no private ClickHouse runs');
  process.kill(pid, 'SIGKILL');
  const left = await until('an answer without the records', async () => {
    const found = await codes(supervisor, `/lead/${lead}`);
    return found.includes('records-away') ? found : undefined;
  });
  expect(left).toEqual(['lead-not-due-after', 'attempt-recorded', 'attempt-recorded', 'records-away']);
});
