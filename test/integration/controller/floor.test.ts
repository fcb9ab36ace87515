import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  idSource,
  inboundQueue,
  startOfDay,
  type ApiError,
  type AuditEntry,
  type CommandView,
  type FloorFigures,
  type FloorNames,
  type QueueStep,
} from '@branchline/shared';
import { branchAtWork, branchPlan, Center, until, type Box, type Person } from './center.ts';

const newId = idSource();
const zone = 'Asia/Shanghai';
const dayMs = 86_400_000;
let center: Center;
let boxes: readonly Box[];
let supervisor: Person;

beforeAll(async () => {
  center = await Center.start();
  boxes = await Promise.all(
    ['east', 'west'].map(async (site) => {
      await center.site(site);
      const box = await center.enrol(site, `${site}-1`);
      await center.admin.call('PUT', `/edges/${site}-1/plan`, branchPlan());
      await box.connect();
      return box;
    }),
  );
  supervisor = await center.person('eva', 'supervisor', 'east');
});
afterAll(() => center[Symbol.asyncDispose]());

test('an order says who gave it, on the wire, in the list and in the audit log; other sites are closed', async () => {
  const order = { verb: 'call-monitor', args: { call: newId(), extension: '101', mode: 'whisper' } };
  const given = await supervisor.call<CommandView>('POST', '/edges/east-1/commands', order);
  expect(given).toMatchObject({ status: 202, body: { by: 'eva', state: 'queued' } });
  const sent = await until('the order', () =>
    boxes[0]!.all('command').find(({ id }) => id === given.body.id),
  );
  expect(sent).toMatchObject({ ...order, by: 'eva' });
  await boxes[0]!.publish('result', {
    id: sent.id,
    at: Date.now(),
    status: 'failed',
    error: { code: 'BL_API_NOT_FOUND', message: 'There is no call.' },
  });
  const path = `/edges/east-1/commands/${sent.id}`;
  const answered = await until('the answer', async () => {
    const { body } = await supervisor.call<CommandView>('GET', path);
    return body.state === 'failed' ? body : undefined;
  });
  expect(answered).toMatchObject({ by: 'eva', error: { code: 'BL_API_NOT_FOUND' } });
  const audited = await center.db
    .selectFrom('audit_log')
    .select(['principal', 'site', 'detail'])
    .where('action', '=', 'command.agent')
    .execute();
  expect(audited).toMatchObject([{ principal: 'eva', site: 'east' }]);
  expect(JSON.parse(audited[0]!.detail)).toEqual(order);
  const elsewhere = await supervisor.call<ApiError>('POST', '/edges/west-1/commands', order);
  expect(elsewhere).toMatchObject({ status: 403, body: { code: 'BL_AUTH_FORBIDDEN' } });
});

test.each([
  ['call-transfer', { call: newId(), to: {} }],
  ['call-transfer', { call: newId(), to: { queue: 'sales', agent: 'agent-100' } }],
  ['call-monitor', { call: newId(), extension: 'sofia/gateway', mode: 'listen' }],
  ['call-monitor', { call: newId(), extension: '101', mode: 'record' }],
])('%s with %j is refused at the door', async (verb, args) => {
  const { status, body } = await supervisor.call<ApiError>('POST', '/edges/east-1/commands', { verb, args });
  expect({ status, code: body.code }).toEqual({ status: 400, code: 'BL_API_INVALID' });
});

test('the live board has the names of people, queues and phones, of the sites in scope', async () => {
  const { body } = await supervisor.call<{ items: FloorNames[] }>('GET', '/floor/names');
  expect(body.items).toEqual([
    {
      site: 'east',
      edge: 'east-1',
      agents: ['100', '101'].map((extension) => ({
        id: `agent-${extension}`,
        name: `Agent ${extension}`,
        extension,
      })),
      queues: [{ id: 'inbound', name: 'Inbound' }],
      phones: [
        { extension: '100', label: 'Desk 1' },
        { extension: '101', label: 'Desk 2' },
      ],
    },
  ]);
  expect((await supervisor.call('GET', '/floor/names?site=west')).body).toEqual({ items: [] });
});

test('the day of each queue stands beside yesterday until the same time, within the scope', async () => {
  const now = Date.now();
  const midnight = startOfDay(now, zone);
  const today = midnight + (now - midnight) / 2;
  const step = (at: number, name: QueueStep, waitedMs = 0) => ({
    id: newId(),
    at: Math.round(at),
    type: 'queue' as const,
    call: newId(),
    conversation: newId(),
    queue: 'sales',
    step: name,
    waitedMs,
    targetMs: 20_000,
  });
  for (const box of boxes)
    await box.send('event', [
      step(today, 'entered'),
      step(today, 'entered'),
      step(today, 'entered'),
      step(today, 'connected', 5000),
      step(today, 'connected', 25_000),
      step(today, 'abandoned', 9000),
      step(today - dayMs, 'entered'),
      step(today - dayMs, 'overflowed', 60_000),
      // Yesterday, later than now.
      step(now - dayMs + (midnight + dayMs - now) / 2, 'abandoned', 1000),
    ]);
  const queues = await until('the figures', async () => {
    const { body } = await supervisor.call<FloorFigures>('GET', '/floor');
    return body.queues.some(({ yesterday }) => yesterday.elsewhere > 0) ? body.queues : undefined;
  });
  expect(queues).toEqual([
    {
      site: 'east',
      queue: 'sales',
      today: { entered: 3, connected: 2, inTime: 1, abandoned: 1, elsewhere: 0 },
      yesterday: { entered: 1, connected: 0, inTime: 0, abandoned: 0, elsewhere: 1 },
    },
  ]);
  const { body: all } = await center.admin.call<FloorFigures>('GET', '/floor');
  expect(all.queues.map(({ site }) => site)).toEqual(['east', 'west']);
});

test('what supervisors do at a branch is in the trail with its site and time, within the scope, and the chain stays whole', async () => {
  const call = newId();
  const at = Date.now() - 60_000;
  const rows = [
    { type: 'monitored', call, mode: 'whisper', extension: '100', agent: 'agent-101', by: 'li', here: true },
    { type: 'supervised', act: 'force', agent: 'agent-101', state: 'break', by: 'li' },
    // Ordered at the center, where it is on record.
    { type: 'monitored', call, mode: 'listen', extension: '100', by: 'eva' },
  ];
  for (const box of boxes)
    await box.send(
      'event',
      rows.map((row) => ({ id: newId(), at, ...row })),
    );
  const read = async (person: Person) =>
    (await person.call<{ items: AuditEntry[] }>('GET', '/audit?action=branch')).body.items;
  const auditor = await center.person('ada', 'auditor', 'east');
  expect(await read(auditor)).toMatchObject([
    {
      action: 'branch.force',
      principal: 'agent li',
      target: 'agent agent-101',
      site: 'east',
      at,
      detail: { state: 'break' },
    },
    { action: 'branch.monitor', principal: 'agent li', target: `call ${call}`, site: 'east', at },
  ]);
  expect((await read(center.admin)).map(({ site }) => site)).toEqual(['west', 'west', 'east', 'east']);
  expect((await center.admin.call('GET', '/audit/proof')).body).toEqual({ whole: true });
});

test('a caller of one site is given an idle agent of the other: that box is told who will come, this one where to call', async () => {
  const [east, west] = boxes as [Box, Box];
  const away = { ...inboundQueue, overflow: [{ afterSeconds: 20, exit: { to: 'site' as const } }] };
  const plan = { ...branchPlan(), queues: [away] };
  const refused = await center.admin.call<ApiError>('PUT', '/edges/east-1/plan', plan);
  expect(refused).toMatchObject({ status: 400, body: { code: 'BL_API_INVALID' } });
  expect(refused.body.message).toContain('/queues/0/overflow/0');
  const overlay = { address: '10.99.0.1/16', port: 5070 };
  expect((await center.admin.call('PUT', '/edges/east-1/plan', { ...plan, overlay })).status).toBe(200);
  await until('the box is told its address', () => east.all('desired').find((desired) => desired.overlay));

  const shows = (box: Box, guests: string, ready: number) =>
    box.live({ ...branchAtWork([]), guests, queues: { inbound: { ready, waiting: 0 } } });
  const conversation = newId();
  const ask = async () => {
    await shows(east, '10.99.0.1:5070', 0);
    const id = newId();
    const question = {
      kind: 'agent' as const,
      queue: 'inbound',
      conversation,
      callerId: '400',
      since: 1,
      except: [],
    };
    await east.publish('ask', { id, deadlineMs: 20_000, question });
    const { answer } = await until('the answer', () => east.all('answer').find((each) => each.id === id));
    return answer.kind === 'agent' ? answer.found : answer;
  };
  await shows(west, '10.99.0.2:5070', 0);
  expect(await ask()).toBeUndefined();
  await shows(west, '10.99.0.2:5070', 1);
  const found = await ask();
  expect(found).toMatchObject({ site: 'west', address: '10.99.0.2:5070' });
  const guest = await until('the announcement', () => west.all('guest')[0]);
  expect({ ticket: guest.ticket, ...found }).toEqual({ ...found, ticket: guest.ticket });
  expect(guest).toMatchObject({ site: 'east', address: '10.99.0.1:5070', queue: 'inbound', conversation });
  // The one agent is promised.
  expect(await ask()).toBeUndefined();
});
