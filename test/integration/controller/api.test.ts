import { request } from 'node:http';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  CampaignView,
  findProblem,
  Overview,
  page,
  SiteView,
  type ApiError,
  type AuditEntry,
  type CallStory,
  type CallView,
  type OwnedToken,
  type Readiness,
  type TokenView,
} from '@branchline/shared';
import { branchPlan, Center, newId, Person, quietBranch, signIn, until } from './center.ts';
import { findBrokenLink } from './parts.ts';

let center: Center;
let eastern: Person;

beforeAll(async () => {
  center = await Center.start();
  await center.site('east');
  await center.site('west');
  eastern = await center.person('eastern', 'supervisor', 'east');
});
afterAll(() => center[Symbol.asyncDispose]());

const url = (path: string): string => `${center.controller.httpUrl}${path}`;

/** The record of a talk. */
const talk = (change: Readonly<Record<string, unknown>>) => ({
  conversation: newId(),
  direction: 'outbound',
  customer: '+8613912345678',
  callerId: '02155550100',
  line: 'trunk-1',
  agent: 'agent-100',
  outcome: 'ANSWERED',
  hangupBy: 'customer',
  cause: 'NORMAL_CLEARING',
  q850: 16,
  sipStatus: 200,
  legs: [],
  segments: [],
  evidence: 'live',
  ...change,
});

test('every answer of the main views fits the schema the console is built on', async () => {
  const made = await center.admin.call('POST', '/campaigns', { name: 'shapes' });
  expect(findProblem(CampaignView, made.body)).toBeUndefined();
  const box = await center.enrol('east', 'east-shape');
  await center.admin.call('PUT', '/edges/east-shape/plan', branchPlan());
  await box.connect();
  await box.live(quietBranch);
  await until('live data', async () =>
    JSON.stringify((await center.admin.call('GET', '/sites')).body).includes('liveAgeMs'),
  );
  expect(findProblem(Overview, (await center.admin.call('GET', '/overview')).body)).toBeUndefined();
  expect(findProblem(page(SiteView), (await center.admin.call('GET', '/sites')).body)).toBeUndefined();
  expect(findProblem(page(Overview.properties.campaigns.items), { items: [] })).toBeUndefined();
});

test('a supervisor of one site sees and steers nothing of another', async () => {
  const east = await center.enrol('east', 'east-1');
  const west = await center.enrol('west', 'west-1');
  await center.admin.call('PUT', '/edges/west-1/plan', branchPlan());
  await Promise.all([east.connect(), west.connect()]);
  const only = await center.admin.call<{ id: string }>('POST', '/campaigns', {
    name: 'western only',
    sites: ['west'],
  });
  const both = await center.admin.call<{ id: string }>('POST', '/campaigns', {
    name: 'both',
    sites: ['east', 'west'],
  });

  for (const path of [
    '/sites',
    '/overview',
    '/calls',
    '/campaigns',
    '/wallboard',
    '/wallboard?site=west',
    '/abandoned-calls',
    '/abandoned-calls?site=west',
  ]) {
    const { status, body } = await eastern.call('GET', path);
    const leaked = ['west-1', 'western only'].filter((secret) => JSON.stringify(body).includes(secret));
    expect({ path, status, leaked }).toEqual({ path, status: 200, leaked: [] });
  }
  expect(JSON.stringify((await eastern.call('GET', '/campaigns')).body)).toContain(both.body.id);
  const forbidden: [string, string, unknown?][] = [
    ['GET', `/campaigns/${only.body.id}`],
    ['GET', '/edges/west-1/plan'],
    ['GET', '/edges/west-1/plan/versions'],
    ['GET', '/edges/west-1/commands'],
    ['GET', '/sites/west/history'],
    ['POST', '/edges/west-1/commands', { verb: 'agent-logout', args: { agent: 'agent-100' } }],
    ['POST', '/edges/east-1/commands', { verb: 'drain', args: {} }],
    ['PUT', '/edges/east-1/plan', branchPlan()],
    ['POST', `/campaigns/${both.body.id}/start`],
    ['POST', '/campaigns', { name: 'mine', sites: ['east'] }],
    ['POST', '/sites', { id: 'south', name: 'South', zone: 'Asia/Shanghai', region: 'CN' }],
    ['POST', '/sites/east/edges', { id: 'east-2' }],
    ['POST', '/edges/west-1/revoke'],
    ['DELETE', '/dnc?number=%2B8613900000000'],
    ['GET', '/users'],
    ['GET', '/audit'],
  ];
  for (const [method, path, body] of forbidden) {
    const answer = await eastern.call<ApiError>(method, path, body);
    const refused = ['403 BL_AUTH_FORBIDDEN', '404 BL_API_NOT_FOUND'];
    const said = `${answer.status} ${answer.body.code}`;
    expect({ method, path, said, right: refused.includes(said) }).toMatchObject({ right: true });
  }
  const allowed = await eastern.call('POST', '/edges/east-1/commands', {
    verb: 'agent-logout',
    args: { agent: 'agent-100' },
  });
  expect(allowed.status).toBe(202);
});

test('the evidence about abandoned calls asks for days that exist, in order and not too many', async () => {
  const ask = async (query: string) => {
    const { status, body } = await center.admin.call<ApiError>('GET', `/abandoned-calls?${query}`);
    return `${status} ${body.code ?? ''}`.trim();
  };
  expect(await ask('from=2026-01-01&to=2026-01-31')).toBe('200');
  for (const query of [
    'from=2026-02-30',
    'from=yesterday',
    'from=2026-02-01&to=2026-01-01',
    'from=2020-01-01&to=2026-01-01',
    'campaign=7',
    'nonsense=1',
  ])
    expect({ query, said: await ask(query) }).toEqual({ query, said: '400 BL_API_INVALID' });
});

test('figures of a campaign that several sites work on show a supervisor his own site, and say so', async () => {
  const { id } = (
    await center.admin.call<{ id: string }>('POST', '/campaigns', { name: 'shared', sites: ['east', 'west'] })
  ).body;
  const own = (
    await center.admin.call<{ id: string }>('POST', '/campaigns', { name: 'own', sites: ['east'] })
  ).body;
  const foreign = (
    await center.admin.call<{ id: string }>('POST', '/campaigns', { name: 'foreign', sites: ['west'] })
  ).body;
  const uploaded = await center.admin.upload<{ id: string }>(foreign.id, 'phone,name\n12,bad\n');
  const seen = (person: Person, campaign = id) => person.call<CampaignView>('GET', `/campaigns/${campaign}`);
  for (const [site, line, answered] of [
    ['east', 'east-line', 2],
    ['west', 'west-line', 3],
  ] as const) {
    const box = await center.enrol(site, `${site}-figures`);
    await box.connect();
    const startedAt = Date.now() - 60_000;
    await box.send(
      'attempt',
      Array.from({ length: answered }, () => {
        const tried = {
          ordinal: 1,
          number: '+8613912345678',
          startedAt,
          endedAt: startedAt + 1000,
          outcome: 'ANSWERED',
        };
        return {
          id: newId(),
          campaign: id,
          lead: newId(),
          lease: newId(),
          dueAt: startedAt,
          deadNumbers: [],
          tries: [{ ...tried, id: newId(), line }],
          ...tried,
        };
      }),
    );
  }
  const all = await until('all figures', async () => {
    const { body } = await seen(center.admin);
    return body.outcomes['ANSWERED'] === 5 ? body : undefined;
  });
  expect(all).toMatchObject({ partial: false, pace: { hour: { attempts: 5 } }, reach: { talked: 5 } });
  expect(all.lines.map(({ site, tries }) => [site, tries])).toEqual([
    ['west', 3],
    ['east', 2],
  ]);
  const { body } = await seen(eastern);
  expect(body).toMatchObject({ partial: true, outcomes: { ANSWERED: 2 }, pace: { day: { answered: 2 } } });
  expect(body.hours.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(2);
  expect(body.lines).toMatchObject([{ site: 'east', line: 'east-line', tries: 2 }]);
  expect(JSON.stringify(body)).not.toContain('west-line');
  expect((await seen(eastern, own.id)).body.partial).toBe(false);
  const refused = await eastern.call('GET', `/imports/${uploaded.body.id}/rejected`);
  expect(refused.status).toBe(404);
});

/** Somebody's live feed, and what came over it so far. */
function listen(person: Person): { text: () => string; ended: () => boolean; close: () => void } {
  const chunks: string[] = [];
  let ended = false;
  const call = request(url('/api/v1/feed'), { headers: { cookie: person.cookie } }, (response) => {
    expect(response.headers['content-type']).toContain('text/event-stream');
    response.setEncoding('utf8').on('data', (text: string) => chunks.push(text));
    response.on('end', () => (ended = true));
  });
  call.on('error', () => undefined);
  call.end();
  return { text: () => chunks.join(''), ended: () => ended, close: () => call.destroy() };
}

test('the live feed of a supervisor carries only his site, and campaigns by the permission for campaigns', async () => {
  const engineer = await center.holder('engineer-and-supervisor', [
    { role: 'engineer' },
    { role: 'supervisor', site: 'east' },
  ]);
  const feeds = [center.admin, eastern, engineer].map(listen);
  const [all, own, mixed] = feeds as [(typeof feeds)[0], (typeof feeds)[0], (typeof feeds)[0]];
  await until('all feeds', () => feeds.every(({ text }) => text().includes('event: overview\n')));
  const make = async (name: string, site: string) =>
    (await center.admin.call<{ id: string }>('POST', '/campaigns', { name, sites: [site] })).body.id;
  const foreign = await make('seen in the west', 'west');
  const home = await make('seen in the east', 'east');
  await until('both campaigns', () => [foreign, home].every((id) => all.text().includes(id)));
  for (const id of [foreign, home]) await center.admin.upload(id, 'phone\n13900000009\n');
  const told = (feed: (typeof feeds)[0], event: string, id: string): boolean =>
    feed
      .text()
      .split('\n\n')
      .some((each) => each.includes(`event: ${event}\n`) && each.includes(id));
  for (const id of [foreign, home])
    await until('all that happened', () =>
      ['campaign', 'import', 'overview-changes'].every((event) => told(all, event, id)),
    );
  await until('what happened in the east', () =>
    [own, mixed].every((feed) =>
      ['campaign', 'import', 'overview-changes'].every((event) => told(feed, event, home)),
    ),
  );
  for (const feed of feeds) feed.close();
  expect(own.text()).toContain('"east"');
  expect(own.text()).not.toContain('west');
  // Boxes of all sites, but campaigns of the east alone.
  expect(mixed.text()).toContain('"west"');
  for (const secret of [foreign, 'seen in the west']) expect(mixed.text()).not.toContain(secret);
  const data = /event: overview\ndata: (.*)\n/.exec(own.text())?.[1] ?? '';
  expect(findProblem(Overview, JSON.parse(data))).toBeUndefined();
});

test('whoever is taken off a site no longer sees it live, at once', async () => {
  const grants = ['east', 'west'].map((site) => ({ role: 'supervisor' as const, site }));
  const mover = await center.holder('mover', grants);
  const feeds = [mover, eastern].map(listen);
  await until('both feeds', () => feeds.every(({ text }) => text().includes('event: overview\n')));
  expect(feeds[0]?.text()).toContain('"west"');
  const { body } = await center.admin.call<{ items: { id: string; name: string }[] }>('GET', '/users');
  const { id } = body.items.find(({ name }) => name === 'mover')!;
  const change = (of: object) => center.admin.call('PATCH', `/users/${id}`, of);
  await change({ displayName: 'Moves' });
  expect(feeds.map(({ ended }) => ended())).toEqual([false, false]);
  const began = Date.now();
  await change({ grants: grants.slice(0, 1) });
  await until('the end of the feed', feeds[0]!.ended);
  // Not only with the next heartbeat.
  expect(Date.now() - began).toBeLessThan(10_000);
  expect(feeds[1]?.ended()).toBe(false);
  const again = listen(mover);
  await until('what is left', () => again.text().includes('event: overview\n'));
  expect(again.text()).toContain('"east"');
  expect(again.text()).not.toContain('west');
  for (const feed of [...feeds, again]) feed.close();
});

test('numbers are masked for those who may not read them', async () => {
  const agent = await center.person('an-agent', 'agent', 'east');
  const box = await center.enrol('east', 'east-calls');
  await box.connect();
  const now = Date.now();
  const id = newId();
  await box.send('call', [talk({ id, startedAt: now, endedAt: now + 1000 })]);
  const find = async (person: Person): Promise<CallView | undefined> =>
    (await person.call<{ items: CallView[] }>('GET', '/calls')).body.items.find((call) => call.id === id);
  const clear = await until('the call', () => find(center.admin));
  expect(clear.customer).toBe('+8613912345678');
  expect((await find(agent))?.customer).toBe('+86*********78');
  expect((await find(eastern))?.customer).toBe('+8613912345678');
  const story = async (person: Person) => (await person.call<CallStory>('GET', `/calls/${id}`)).body;
  expect((await story(eastern)).call.customer).toBe('+8613912345678');
  expect(JSON.stringify(await story(agent))).not.toContain('13912345678');
  // However it is written; the agent may not take numbers along at all.
  for (const number of ['13912345678', '+86 139-1234-5678', '8613912345678']) {
    const query = `number=${encodeURIComponent(number)}`;
    const found = await eastern.call<{ items: CallView[] }>('GET', `/calls?${query}`);
    expect(found.body.items.map((call) => call.id)).toEqual([id]);
    const csv = await fetch(url(`/api/v1/calls/export?${query}`), { headers: { cookie: eastern.cookie } });
    expect(csv.headers.get('content-type')).toContain('text/csv');
    // Its length is not known when it begins: it streams.
    expect(csv.headers.get('content-length')).toBeNull();
    const [heading, row, rest] = (await csv.text()).split('\r\n');
    expect(heading).toContain('started_at,site,edge');
    expect(row).toContain(id);
    expect(rest).toBe('');
  }
  expect((await agent.call('GET', '/calls/export')).status).toBe(403);
  expect((await eastern.call('GET', '/calls?number=1')).status).toBe(400);
  const disposed = await eastern.call('POST', `/calls/${id}/disposition`, { code: 'interested' });
  expect(disposed.status).toBe(202);
  await until('the order at the branch', () =>
    box.all('command').find((order) => order.verb === 'call-disposition'),
  );
  expect((await agent.call('POST', `/calls/${id}/disposition`, { code: 'interested' })).status).toBe(403);
});

test('what agents answered in the form of a campaign is taken along as CSV, a column for each question, of the own site alone', async () => {
  const meter = { id: 'meter', label: 'Meter reading, kWh', kind: 'number', required: true };
  const remarks = { id: 'remarks', label: 'Remarks', kind: 'long-text', required: false };
  const { id } = (
    await center.admin.call<{ id: string }>('POST', '/campaigns', {
      name: 'survey',
      sites: ['east', 'west'],
      form: [meter, remarks],
    })
  ).body;
  const startedAt = Date.now() - 60_000;
  const calls = new Map<string, string>();
  for (const site of ['east', 'west']) {
    const box = await center.enrol(site, `${site}-survey`);
    await box.connect();
    const call = newId();
    calls.set(site, call);
    const answered = (seconds: number, reading: string) => ({
      id: newId(),
      at: startedAt + seconds * 1000,
      type: 'form',
      call,
      campaign: id,
      agent: 'agent-100',
      answers: [
        { field: 'visit', label: 'Visit', answer: 'yes' },
        { field: 'meter', label: 'Meter', answer: reading },
        { field: 'remarks', label: 'Remarks', answer: '=1+1, says "he"' },
      ],
    });
    await box.send('event', [answered(5, '1'), answered(9, `4711 ${site}`)]);
    await box.send('call', [talk({ id: call, campaign: id, startedAt, endedAt: startedAt + 30_000 })]);
  }
  const ask = (person: Person) =>
    fetch(url(`/api/v1/campaigns/${id}/form/export`), { headers: { cookie: person.cookie } });
  const whole = await until('both forms and their calls', async () => {
    const csv = Buffer.from(await (await ask(center.admin)).arrayBuffer()).toString();
    return csv.split(',ANSWERED,').length === 3 ? csv : undefined;
  });
  const heading =
    '\u{feff}answered_at,site,agent,customer,outcome,disposition,call,"Meter reading, kWh",Remarks,Visit';
  const row = (site: string): string => {
    const at = new Date(startedAt + 9000).toISOString();
    const answers = `4711 ${site},"'=1+1, says ""he""",yes`;
    return `${at},${site},agent-100,+8613912345678,ANSWERED,,${calls.get(site)},${answers}`;
  };
  const [first, ...rows] = whole.split('\r\n');
  expect(first).toBe(heading);
  expect(rows.toSorted()).toEqual(['', row('east'), row('west')].toSorted());
  const own = await ask(eastern);
  expect(own.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  // Its length is not known when it begins: it streams.
  expect(own.headers.get('content-length')).toBeNull();
  expect(Buffer.from(await own.arrayBuffer()).toString()).toBe(`${heading}\r\n${row('east')}\r\n`);
  expect((await ask(await center.person('a-reader', 'agent', 'east'))).status).toBe(403);
  const { body: trail } = await center.admin.call<{ items: AuditEntry[] }>('GET', '/audit?limit=10');
  expect(trail.items).toContainEqual(
    expect.objectContaining({ principal: 'eastern', action: 'call.export', target: `campaign ${id}` }),
  );
});

test('whatever is sent wrongly is answered with a code and advice', async () => {
  const send = async (method: string, path: string, body?: string, type = 'application/json') => {
    const response = await fetch(url(path), {
      method,
      headers: { cookie: center.admin.cookie, ...(body !== undefined && { 'content-type': type }) },
      ...(body !== undefined && { body }),
    });
    return { status: response.status, body: (await response.json()) as ApiError };
  };
  const cases: [number, string, Awaited<ReturnType<typeof send>>][] = [
    [404, 'BL_API_NOT_FOUND', await send('GET', '/api/v1/nothing')],
    [404, 'BL_API_NOT_FOUND', await send('DELETE', '/api/v1/overview')],
    [400, 'BL_API_INVALID', await send('POST', '/api/v1/campaigns', '{"name":')],
    [400, 'BL_API_INVALID', await send('POST', '/api/v1/campaigns', '{"name":"x","nope":1}')],
    [400, 'BL_API_INVALID', await send('POST', '/api/v1/campaigns', '{"name":"x","__proto__":{"a":1}}')],
    [400, 'BL_API_INVALID', await send('POST', '/api/v1/campaigns')],
    [400, 'BL_API_INVALID', await send('GET', '/api/v1/campaigns/not-an-id')],
    [400, 'BL_API_INVALID', await send('GET', '/api/v1/campaigns?cursor=abc')],
    [404, 'BL_API_NOT_FOUND', await send('GET', `/api/v1/campaigns/${newId()}`)],
    [400, 'BL_API_INVALID', await send('POST', '/api/v1/campaigns', 'name=x', 'text/plain')],
    [
      413,
      'BL_API_TOO_LARGE',
      await send('POST', '/api/v1/campaigns', JSON.stringify({ name: 'x', script: 'y'.repeat(2e6) })),
    ],
    [
      400,
      'BL_API_INVALID',
      await send('POST', '/api/v1/sites', '{"id":"x","name":"x","zone":"Moon/Crater","region":"CN"}'),
    ],
    [
      409,
      'BL_API_CONFLICT',
      await send('POST', '/api/v1/sites', '{"id":"east","name":"x","zone":"UTC","region":"CN"}'),
    ],
  ];
  for (const [i, [status, code, answer]] of cases.entries()) {
    expect({ i, status: answer.status, code: answer.body.code }).toEqual({ i, status, code });
    expect(answer.body.advice.length).toBeGreaterThan(5);
    expect(answer.body.requestId).toMatch(/^[0-9a-f-]{36}$/);
  }
});

test('without a session there is nothing, a session of another site is refused, and a token acts as its owner until it is taken away', async () => {
  const nobody = new Person(center.controller.httpUrl, '');
  expect(await nobody.call('GET', '/overview')).toMatchObject({
    status: 401,
    body: { code: 'BL_AUTH_REQUIRED' },
  });
  const crossSite = await fetch(url('/api/v1/campaigns'), {
    method: 'POST',
    headers: {
      cookie: center.admin.cookie,
      'content-type': 'application/json',
      'sec-fetch-site': 'cross-site',
    },
    body: '{"name":"forged"}',
  });
  expect(crossSite.status).toBe(403);
  const token = (await eastern.call<TokenView>('POST', '/tokens', { label: 'script' })).body;
  const withToken = (path: string) =>
    fetch(url(path), { headers: { authorization: `Bearer ${token.secret}` } });
  expect((await withToken('/api/v1/overview')).status).toBe(200);
  expect((await withToken('/api/v1/users')).status).toBe(403);
  expect((await withToken('/api/v1/tokens')).status).toBe(403);
  expect(JSON.stringify((await eastern.call('GET', '/tokens')).body)).not.toContain(token.secret);
  expect((await eastern.call('DELETE', `/tokens/${token.id}`)).status).toBe(200);
  expect((await withToken('/api/v1/overview')).status).toBe(401);
});

test("an administrator sees everybody's tokens with their scope and last use, and revokes one on record", async () => {
  const northern = await center.person('northern', 'admin', 'east');
  const token = (await northern.call<TokenView>('POST', '/tokens', { label: 'of the north' })).body;
  const listed = async () =>
    (await center.admin.call<{ items: OwnedToken[] }>('GET', '/users/tokens')).body.items.find(
      ({ id }) => id === token.id,
    );
  expect(await listed()).toEqual({
    id: token.id,
    label: 'of the north',
    user: 'northern',
    createdAt: token.createdAt,
    expiresAt: token.expiresAt,
    grants: [{ role: 'admin', site: 'east' }],
    disabled: false,
  });
  const use = () => fetch(url('/api/v1/overview'), { headers: { authorization: `Bearer ${token.secret}` } });
  const before = Date.now();
  expect((await use()).status).toBe(200);
  expect((await listed())?.usedAt).toBeGreaterThanOrEqual(before);
  expect(JSON.stringify((await center.admin.call('GET', '/users/tokens')).body)).not.toContain(token.secret);
  // Whoever administers one site sees and revokes the own ones alone.
  expect((await northern.call('GET', '/users/tokens')).status).toBe(403);
  expect((await northern.call('DELETE', `/users/tokens/${token.id}`)).status).toBe(403);
  expect((await northern.call<{ items: TokenView[] }>('GET', '/tokens')).body.items).toMatchObject([
    { id: token.id, usedAt: expect.any(Number) as number },
  ]);
  expect((await center.admin.call('DELETE', `/users/tokens/${token.id}`)).status).toBe(200);
  expect((await use()).status).toBe(401);
  expect(await listed()).toBeUndefined();
  expect((await center.admin.call('DELETE', `/users/tokens/${token.id}`)).body).toMatchObject({
    code: 'BL_API_NOT_FOUND',
  });
  const { body } = await center.admin.call<{ items: AuditEntry[] }>('GET', `/audit?target=${token.id}`);
  expect(body.items[0]).toMatchObject({
    principal: 'admin',
    action: 'user.write',
    detail: { revoked: 'of the north', of: 'northern' },
  });
});

test('guessing passwords is slowed down, and a new password ends the old sessions', async () => {
  const person = await center.person('guessed', 'auditor');
  const { body } = await center.admin.call<{ items: { id: string; name: string }[] }>('GET', '/users');
  const id = body.items.find((user) => user.name === 'guessed')?.id ?? '';
  await center.admin.call('PATCH', `/users/${id}`, { password: 'quite another one' });
  expect((await person.call('GET', '/session')).status).toBe(401);
  const statuses: number[] = [];
  for (let i = 0; i < 7; i++) {
    const answer = await fetch(url('/api/v1/session'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'guessed', password: `wrong ${i}` }),
    });
    statuses.push(answer.status);
  }
  expect(statuses.slice(0, 4)).toEqual([401, 401, 401, 401]);
  expect(statuses.at(-1)).toBe(429);
  await expect(signIn(center.controller.httpUrl, 'guessed', 'quite another one')).rejects.toThrow('429');
});

test('the last administrator cannot lock the installation', async () => {
  const { body } = await center.admin.call<{ items: { id: string; name: string }[] }>('GET', '/users');
  const id = body.items.find((user) => user.name === 'admin')?.id ?? '';
  const answer = await center.admin.call('PATCH', `/users/${id}`, { disabled: true });
  expect(answer).toMatchObject({ status: 409, body: { code: 'BL_API_CONFLICT' } });
  expect((await center.admin.call('GET', '/session')).status).toBe(200);
});

test('every change is in the trail, refused ones are not, and an altered entry is found', async () => {
  const before = await center.admin.call<{ items: AuditEntry[] }>('GET', '/audit?limit=1');
  await eastern.call('POST', '/sites', { id: 'north', name: 'North', zone: 'UTC', region: 'CN' });
  await center.admin.call('POST', '/sites', { id: 'north', name: 'North', zone: 'UTC', region: 'CN' });
  const after = await center.admin.call<{ items: AuditEntry[] }>('GET', '/audit?limit=1');
  expect(after.body.items[0]).toMatchObject({
    principal: 'admin',
    action: 'site.create',
    target: 'site north',
    id: (before.body.items[0]?.id ?? 0) + 1,
  });
  expect((await center.admin.call('GET', '/audit/proof')).body).toEqual({ whole: true });
  const victim = before.body.items[0]!.id;
  await expect(
    center.db.updateTable('audit_log').set({ principal: 'nobody' }).where('id', '=', victim).execute(),
  ).rejects.toThrow('append-only');
});

test('an entry that was altered behind the database’s back breaks the chain at its place', async () => {
  let found: number | undefined;
  const altering = center.db.transaction().execute(async (trx) => {
    await sql`alter table audit_log disable trigger audit_log_append_only`.execute(trx);
    await trx.updateTable('audit_log').set({ principal: 'nobody' }).where('id', '=', 2).execute();
    found = await findBrokenLink(trx);
    throw new Error('put it back');
  });
  await expect(altering).rejects.toThrow('put it back');
  expect(found).toBe(2);
  expect(await findBrokenLink(center.db)).toBeUndefined();
});

test('health, readiness, metrics and the description of the API are there', async () => {
  expect((await fetch(url('/healthz'))).status).toBe(200);
  const ready = await fetch(url('/readyz'));
  expect(((await ready.json()) as Readiness).parts).toMatchObject({
    postgres: { ok: true },
    clickhouse: { ok: true },
    broker: { ok: true },
  });
  const metrics = await (await fetch(url('/metrics'))).text();
  for (const name of [
    'branchline_edges{status="online"}',
    'branchline_mqtt_received_total',
    'branchline_ingest_pending_rows',
    'branchline_http_request_duration_seconds_bucket',
  ]) {
    expect(metrics).toContain(name);
  }
  const api = (await (await fetch(url('/openapi.json'))).json()) as { paths: Record<string, object> };
  expect(Object.keys(api.paths)).toEqual(
    expect.arrayContaining([
      '/api/v1/overview',
      '/api/v1/campaigns/{id}/imports',
      '/api/v1/edges/{edge}/plan',
    ]),
  );
  const csp = ready.headers.get('content-security-policy') ?? '';
  expect(csp).toContain("default-src 'self'");
  expect(csp).not.toContain('upgrade-insecure-requests');
});
