import { afterAll, beforeAll, expect, test } from 'vitest';
import { Role, type AuditEntry, type BranchPlan, type Completeness, type Grant } from '@branchline/shared';
import { sampleMetric } from '../stores/parts.ts';
import { branchAtWork, branchPlan, Center, newId, type Box, type Person } from './center.ts';

interface Described {
  readonly paths: Record<string, Record<string, { parameters?: { in: string; name: string }[] }>>;
}

/** A campaign, and what has become of it in the west. */
interface Story {
  readonly campaign: string;
  readonly list: string;
  readonly lead: string;
  readonly number: string;
  readonly call: string;
  readonly attempt: string;
}

let center: Center;
let box: Box;
let flow: string;
let command: string;
/** Of a campaign of the west alone. */
let own: Story;
/** Of a campaign that both sites work on. */
let shared: Story;
/** What nobody of another site may be shown, in whatever answer. */
let secrets: readonly string[];
/** The same of a campaign that both may see: what has happened in the west. */
let happenings: readonly string[];

const agent = 'agent-western';
const queueFlow = { start: 'sales', prompts: [], steps: [{ id: 'sales', kind: 'queue' }] };
const marked = 'only in the west';

beforeAll(async () => {
  center = await Center.start();
  await center.site('east');
  const west = { id: 'west', name: 'Western branch', zone: 'Asia/Shanghai', region: 'CN' };
  await center.admin.call('POST', '/sites', west);
  box = await center.enrol('west', 'west-1');
  await center.enrol('east', 'east-1');
  await box.connect();
  box.keepLive(branchAtWork([agent]));
  own = await happen('Western only', ['west'], '+8613955550001', `Wang Western\n1,${marked}`);
  shared = await happen('Of both', ['east', 'west'], '+8613955550002', 'Li');
  await center.admin.call('PUT', '/edges/west-1/plan?why=opened', westernPlan());
  await center.admin.call('PUT', '/edges/east-1/plan?why=opened', branchPlan());
  flow = await made('/flows', {
    settings: { name: 'Western only', numbers: [], sites: ['west'], flow: queueFlow },
    why: marked,
  });
  await center.admin.call('POST', '/dnc', {
    numbers: ['+8613955550003'],
    campaign: own.campaign,
    reason: marked,
  });
  await center.admin.call(
    'POST',
    `/dnc/lists?campaign=${own.campaign}&reason=${encodeURIComponent(marked)}`,
    listed(),
  );
  await box.send('metric', [{ ...sampleMetric(1), at: Date.now() - 1000 }]);
  const western = await center.person('western', 'supervisor', 'west');
  await western.call('POST', '/tokens', { label: marked });
  const order = { verb: 'agent-logout', args: { agent } };
  command = (await western.call<{ id: string }>('POST', '/edges/west-1/commands', order)).body.id;
  const { campaign, list, lead, call } = own;
  happenings = ['west-1', 'western-line', agent, marked, shared.call];
  secrets = [
    ...happenings,
    'west',
    'western',
    'Western branch',
    'Wang Western',
    '13955550001',
    'Western only',
    campaign,
    list,
    lead,
    call,
    flow,
  ];
});
afterAll(() => center[Symbol.asyncDispose]());

async function made(path: string, body: unknown): Promise<string> {
  return (await center.admin.call<{ id: string }>('POST', path, body)).body.id;
}

/** A list for an upload. */
function listed(): FormData {
  const form = new FormData();
  form.append('file', new Blob(['phone\n+8613900000000'], { type: 'text/csv' }), 'list.csv');
  return form;
}

/** The plan of the west. */
function westernPlan(): BranchPlan {
  const plan = branchPlan([own.campaign]);
  return {
    ...plan,
    agents: plan.agents.map((each, i) => (i === 0 ? { ...each, id: agent, name: marked } : each)),
  };
}

/** A campaign with everything that can be told of it, all of it in the west. */
async function happen(name: string, sites: readonly string[], number: string, rest: string): Promise<Story> {
  const campaign = await made('/campaigns', { name, sites });
  const { body } = await center.admin.upload<{ id: string }>(campaign, `phone,name\n${number},${rest}`);
  const { id: lead } = await center.db
    .selectFrom('leads')
    .select('id')
    .where('campaign', '=', campaign)
    .executeTakeFirstOrThrow();
  const [call, attempt, startedAt] = [newId(), newId(), Date.now() - 5000];
  const times = { startedAt, endedAt: startedAt + 4000 };
  const ids = { campaign, lead };
  await box.send('attempt', [
    {
      id: attempt,
      ...ids,
      lease: newId(),
      number,
      ordinal: 1,
      dueAt: startedAt,
      ...times,
      outcome: 'REFUSED',
      deadNumbers: [],
      tries: [],
      refusal: { rule: 'do-not-call', reason: marked },
    },
  ]);
  await box.send('call', [
    {
      id: call,
      conversation: newId(),
      direction: 'outbound',
      ...ids,
      customer: number,
      callerId: '02155550100',
      line: 'western-line',
      agent,
      ...times,
      answeredAt: startedAt + 2000,
      outcome: 'ANSWERED',
      hangupBy: 'customer',
      cause: 'NORMAL_CLEARING',
      q850: 16,
      sipStatus: 200,
      legs: [],
      segments: [],
      evidence: 'live',
    },
  ]);
  const queue = { queue: 'western-queue', step: 'entered', waitedMs: 0, targetMs: 20_000 };
  await box.send('event', [
    { id: newId(), type: 'note', call, agent, text: marked },
    {
      id: newId(),
      type: 'form',
      call,
      campaign,
      agent,
      answers: [{ field: 'f', label: 'F', answer: marked }],
    },
    { id: newId(), type: 'queue', call, conversation: newId(), ...queue },
    {
      id: newId(),
      type: 'gate-refused',
      what: 'outside',
      call,
      agent,
      number,
      rule: 'do-not-call',
      reason: marked,
    },
  ]);
  await center.db
    .updateTable('leads')
    .set({
      state: 'open',
      callback_at: Date.now() + 3_600_000,
      callback_edge: 'west-1',
      callback_agent: agent,
    })
    .where('id', '=', lead)
    .execute();
  return { campaign, list: body.id, lead, number, call, attempt };
}

/** What stands for each place in the path of a route: something of the other site. */
const places = (path: string, { campaign, list, lead, call }: Story): string =>
  path
    .replace('/api/v1', '')
    .replace('{site}', 'west')
    .replace('{edge}', 'west-1')
    .replace('{prompt}', 'welcome')
    .replace('{language}', 'en')
    .replace('{version}', '1')
    .replace('/commands/{id}', `/commands/${command}`)
    .replace('/flows/{id}', `/flows/${flow}`)
    .replace('/leads/{id}', `/leads/${lead}`)
    .replace('/calls/{id}', `/calls/${call}`)
    .replace('/why/call/{id}', `/why/call/${call}`)
    .replace('/why/lead/{id}', `/why/lead/${lead}`)
    .replace('/why/site/{id}', '/why/site/west')
    .replace('/campaign/{id}', `/campaign/${campaign}`)
    .replace('/campaigns/{id}', `/campaigns/${campaign}`)
    .replace('/imports/{id}', `/imports/${list}`)
    .replace('{id}', newId());

interface Question {
  readonly route: string;
  readonly path: string;
}

async function described(): Promise<Described> {
  return (await (await fetch(`${center.controller.httpUrl}/openapi.json`)).json()) as Described;
}

/** Every question the API knows, asked for what is in the west, where a route lets that be asked. */
async function questions(story: Story): Promise<Question[]> {
  const { paths } = await described();
  const { campaign, number, lead } = story;
  const asked: Readonly<Record<string, string>> = {
    site: 'west',
    campaign,
    lead,
    number: encodeURIComponent(number),
    about: campaign,
  };
  return Object.entries(paths).flatMap(([described, { get }]) => {
    // The feed never ends; what it tells is one test of its own.
    if (get === undefined || described.endsWith('/feed')) return [];
    const path = places(described, story);
    const route = described.replace('/api/v1', '');
    const known = (get.parameters ?? []).filter((each) => each.in === 'query' && each.name in asked);
    return [{ route, path }, ...known.map(({ name }) => ({ route, path: `${path}?${name}=${asked[name]}` }))];
  });
}

/** What an answer gave away. */
async function leaks(
  person: Person,
  { path }: Question,
  hidden = secrets,
): Promise<{ status: number; leaked: string[] }> {
  const { status, body } = await person.call<unknown>('GET', path);
  // What people of the east asked for is on record there, in their own words.
  const theirs = (entry: AuditEntry): boolean => entry.principal.startsWith('east-');
  const told =
    path === '/audit' && status === 200
      ? (body as { items: AuditEntry[] }).items.filter((entry) => !theirs(entry))
      : path === '/audit/export' && status === 200
        ? String(body)
            .split('\r\n')
            .filter((line) => !/^\d+,[^,]+,east-/.test(line))
        : body;
  const text = typeof told === 'string' ? told : JSON.stringify(told);
  // An answer may name what was asked for.
  const unsaid = hidden.filter((secret) => !decodeURIComponent(path).includes(secret));
  return { status, leaked: status < 400 ? unsaid.filter((secret) => text.includes(secret)) : [] };
}

/** Routes whose answers cannot show anything of one site, and why. */
const unmarked: Readonly<Record<string, string>> = {
  '/session': 'about whoever asks',
  '/session/totp': 'about whoever asks',
  '/tokens': 'about whoever asks',
  '/audit/proof': 'whether the log is whole, and nothing of what is in it',
  '/articles': 'every branch has them',
  '/articles/{id}/versions': 'every branch has them',
  '/prompts': 'every branch has them',
  '/prompts/{prompt}/{language}/versions': 'every branch has them',
  '/prompts/{prompt}/{language}/versions/{version}/sound': 'every branch has them',
  '/completeness': 'figures alone, of which a test of its own tells',
  '/campaigns/{id}/best-hours': 'figures alone, and refused to whoever may not see the campaign',
  '/campaigns/{id}/figures/export':
    'figures alone, of the own sites, and refused to whoever may not see the campaign',
  '/imports/{id}/undo': 'figures alone, and refused to whoever may not see the campaign',
};

test('the questions are about something: an administrator is told of the west by every route that can tell of it', async () => {
  const all = await questions(own);
  const silent = new Set(all.map(({ route }) => route).filter((route) => !(route in unmarked)));
  const ask = async (question: Question): Promise<boolean> => {
    const { status, leaked } = await leaks(center.admin, question);
    expect({ ...question, broken: status >= 500 }).toEqual({ ...question, broken: false });
    return leaked.length > 0;
  };
  for (const question of all.filter(({ route }) => route in unmarked))
    expect({ ...question, told: await ask(question) }).toEqual({ ...question, told: false });
  // What boxes report is in the records a moment later.
  const end = Date.now() + 15_000;
  while (silent.size > 0 && Date.now() < end)
    for (const question of all)
      if (silent.has(question.route) && (await ask(question))) silent.delete(question.route);
  expect([...silent]).toEqual([]);
});

test.each(Role.enum.filter((role) => role !== 'admin'))(
  'whoever has the role %s in the east alone is told nothing of the west by any route',
  async (role) => {
    const person = await center.person(`east-${role}`, role, 'east');
    const all = await questions(own);
    expect(all.length).toBeGreaterThanOrEqual(70);
    for (const question of all) {
      const { status, leaked } = await leaks(person, question);
      // What stands in the path is the west's own; prompts are everybody's.
      const refused = [403, 404].includes(status);
      const open = !question.route.includes('{') || question.route.includes('{prompt}');
      expect({ ...question, status, right: refused || (open && status < 500), leaked }).toEqual({
        ...question,
        status,
        right: true,
        leaked: [],
      });
    }
    for (const question of await questions(shared)) {
      const { status, leaked } = await leaks(person, question, happenings);
      expect({ ...question, broken: status >= 500, leaked }).toEqual({
        ...question,
        broken: false,
        leaked: [],
      });
    }
  },
);

test.each<[string, Grant, Grant[]]>([
  [
    'of the west',
    { role: 'engineer', site: 'west' },
    ['supervisor', 'auditor'].map((role) => ({ role: role as Role, site: 'east' })),
  ],
  [
    'of all sites',
    { role: 'engineer' },
    ['auditor', 'operations'].map((role) => ({ role: role as Role, site: 'east' })),
  ],
])(
  'an engineer %s who is more than that in the east is told no more of the west for it',
  async (of, grant, more) => {
    const engineer = await center.holder(`east-engineer ${of}`.replaceAll(' ', '-'), [grant]);
    const both = await Promise.all(
      more.map((each) =>
        center.holder(`east-${each.role}-engineer ${of}`.replaceAll(' ', '-'), [grant, each]),
      ),
    );
    for (const [story, hidden] of [
      [own, secrets],
      [shared, happenings],
    ] as const)
      for (const question of await questions(story)) {
        const allowed = (await leaks(engineer, question, hidden)).leaked;
        for (const person of both) {
          const { leaked } = await leaks(person, question, hidden);
          const beyond = leaked.filter((secret) => !allowed.includes(secret));
          expect({ ...question, beyond }).toEqual({ ...question, beyond: [] });
        }
      }
  },
);

test('what is counted of the records is counted of the own site, and attempts of another count as missing', async () => {
  const auditor = await center.person('east-counts', 'auditor', 'east');
  const stored = async (person: Person): Promise<number> => {
    const { tables } = (await person.call<Completeness>('GET', '/completeness')).body;
    return Object.values(tables).reduce((sum, { unique }) => sum + unique, 0);
  };
  expect(await stored(center.admin)).toBeGreaterThan(0);
  expect(await stored(auditor)).toBe(0);
  const ids = [own.attempt, shared.attempt];
  const missing = async (person: Person) =>
    (await person.call<{ missing: string[] }>('POST', '/completeness/attempts', { ids })).body.missing;
  expect(await missing(center.admin)).toEqual([]);
  expect((await missing(auditor)).toSorted()).toEqual(ids.toSorted());
});

/** Bodies that are right in themselves, for acts that are looked at only then. */
const bodies = (): Readonly<Record<string, unknown>> => {
  const { agents } = westernPlan();
  const settings = { name: 'x', numbers: [], sites: ['east'], flow: queueFlow };
  return {
    'put /edges/{edge}/plan': westernPlan(),
    'put /edges/{edge}/staff': { agents, queues: [], vips: [] },
    'post /edges/{edge}/commands': { verb: 'agent-logout', args: { agent } },
    'post /campaigns/{id}/imports': listed(),
    'post /campaigns/{id}/imports/preview': listed(),
    'patch /imports/{id}': { weight: 2 },
    'patch /leads/{id}': { priority: 5 },
    'post /campaigns/{id}/priorities': { priority: 5 },
    'put /flows/{id}': { settings, why: 'x', over: 1 },
    'post /calls/{id}/disposition': { code: 'interested' },
    'post /campaigns': { name: 'x', sites: ['west'] },
    'post /flows': { settings: { ...settings, sites: ['west'] }, why: 'x' },
    'post /dnc': { numbers: ['13900000007'], campaign: own.campaign },
    'post /dnc/lists': listed(),
    'post /sites': { id: 'north', name: 'North', zone: 'Asia/Shanghai', region: 'CN' },
    'post /articles': { settings: { title: 'x', text: 'x', language: 'en', keywords: [] } },
    'post /users': {
      name: 'friend',
      displayName: 'Friend',
      password: 'a password for a friend',
      grants: [{ role: 'supervisor', site: 'west' }],
    },
    'post /completeness/attempts': { ids: [own.attempt] },
  };
};

const queries = (): Readonly<Record<string, string>> => ({
  'put /edges/{edge}/staff': '?why=x&over=1',
  'post /dnc/lists': `?campaign=${own.campaign}`,
  'delete /dnc': `?number=${encodeURIComponent(own.number)}&campaign=${own.campaign}`,
});

/** Acts on oneself alone: signing in and out, the own authenticator app, the own tokens. */
const ofOneself = /^\w+ \/(session(\/.*)?|tokens)$/;

/** Every act the API knows, on what is in the west. */
async function acts(story: Story): Promise<{ name: string; ask: (by: Person) => Promise<number> }[]> {
  const { paths } = await described();
  return Object.entries(paths).flatMap(([route, methods]) =>
    ['post', 'put', 'patch', 'delete'].flatMap((method) => {
      const name = `${method} ${route.replace('/api/v1', '')}`;
      if (!(method in methods) || ofOneself.test(name)) return [];
      const body = method === 'delete' ? undefined : (bodies()[name] ?? {});
      const path = `${places(route, story)}${queries()[name] ?? ''}`;
      return { name, ask: async (by: Person) => (await by.call(method.toUpperCase(), path, body)).status };
    }),
  );
}

test.each<[string, Grant[]]>([
  ['operations of the east', [{ role: 'operations', site: 'east' }]],
  ['a supervisor of the east', [{ role: 'supervisor', site: 'east' }]],
  [
    'an auditor of all sites who is operations of the east',
    [{ role: 'auditor' }, { role: 'operations', site: 'east' }],
  ],
  [
    'an engineer of the west who is operations of the east',
    [
      { role: 'engineer', site: 'west' },
      { role: 'operations', site: 'east' },
    ],
  ],
])('%s can change nothing of the west by any route beyond that', async (who, grants) => {
  const person = await center.holder(`east-acts-${newId().slice(-12)}`, grants);
  const engineer = grants.some(({ role }) => role === 'engineer');
  const auditor = grants.some(({ role }) => role === 'auditor');
  const orders = box.all('command').length;
  for (const { name, ask } of await acts(own)) {
    // The boxes of the west are an engineer's; an auditor may ask whether attempts are there.
    if (engineer && /^\w+ \/(edges|sites)\/\{/.test(name)) continue;
    if (auditor && name === 'post /completeness/attempts') continue;
    const status = await ask(person);
    expect({ who, name, refused: status === 403 || status === 404, status }).toMatchObject({ refused: true });
  }
  expect(box.all('command')).toHaveLength(orders);
});

test('whoever has operations in the east alone cannot take anything to the west, nor change what both sites share', async () => {
  const person = await center.person('east-moves', 'operations', 'east');
  const act = async (method: string, path: string, body: unknown) =>
    (await person.call<{ id: string }>(method, path, body)).status;
  const home = await person.call<{ id: string }>('POST', '/campaigns', { name: 'home', sites: ['east'] });
  expect(home.status).toBe(201);
  for (const sites of [['west'], ['east', 'west'], []]) {
    expect(await act('POST', '/campaigns', { name: 'x', sites })).toBe(403);
    expect(await act('PATCH', `/campaigns/${home.body.id}`, { sites })).toBe(403);
    const settings = { name: 'x', numbers: [], sites, flow: queueFlow };
    expect(await act('POST', '/flows', { settings, why: 'x' })).toBe(403);
  }
  expect(await act('PATCH', `/campaigns/${shared.campaign}`, { name: 'x' })).toBe(403);
  expect(await act('PATCH', `/leads/${shared.lead}`, { priority: 5 })).toBe(403);
  expect(await act('PATCH', `/imports/${shared.list}`, { weight: 2 })).toBe(403);
  expect(await act('POST', `/campaigns/${shared.campaign}/imports`, listed())).toBe(403);
  for (const move of ['start', 'pause', 'stop'])
    expect(await act('POST', `/campaigns/${shared.campaign}/${move}`, {})).toBe(403);
});
