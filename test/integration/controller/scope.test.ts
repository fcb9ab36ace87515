import { afterAll, beforeAll, expect, test } from 'vitest';
import { Role, type AuditEntry } from '@branchline/shared';
import { branchAtWork, branchPlan, Center, newId, until, type Box, type Person } from './center.ts';

interface Described {
  readonly paths: Record<string, Record<string, { parameters?: { in: string; name: string }[] }>>;
}

let center: Center;
let box: Box;
let campaign: string;
let list: string;
let lead: string;
const call = newId();
const number = '+8613955550001';
/** What nobody of another site may be shown, in whatever answer. */
const secrets = ['west', 'Wang Western', '13955550001', 'Western only', 'only in the west'];

beforeAll(async () => {
  center = await Center.start();
  await center.site('east');
  await center.site('west');
  box = await center.enrol('west', 'west-1');
  await center.enrol('east', 'east-1');
  campaign = (
    await center.admin.call<{ id: string }>('POST', '/campaigns', {
      name: 'Western only',
      sites: ['west'],
      window: { fromMinute: 0, toMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] },
    })
  ).body.id;
  await center.admin.call('PUT', '/edges/west-1/plan?why=opened', {
    ...branchPlan([campaign]),
    domain: 'west.test',
  });
  await center.admin.call('PUT', '/edges/east-1/plan?why=opened', branchPlan());
  list = (
    await center.admin.upload<{ id: string }>(
      campaign,
      `phone,name\n${number},Wang Western\n1,only in the west`,
    )
  ).body.id;
  const found = await center.db.selectFrom('leads').select('id').executeTakeFirstOrThrow();
  lead = found.id;
  await box.connect();
  box.keepLive(branchAtWork(['agent-100']));
  const at = Date.now() - 5000;
  await box.send('call', [
    {
      id: call,
      conversation: newId(),
      direction: 'outbound',
      campaign,
      lead,
      customer: number,
      callerId: '02155550100',
      line: 'trunk-1',
      agent: 'agent-100',
      startedAt: at,
      endedAt: at + 4000,
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
  await box.send('event', [
    { id: newId(), type: 'note', call, agent: 'agent-100', text: 'only in the west' },
  ]);
  await until('the call', async () => (await center.admin.call('GET', `/calls/${call}`)).status === 200);
});
afterAll(() => center[Symbol.asyncDispose]());

/** What stands for each place in the path of a route: something of the other site. */
const places = (path: string): string =>
  path
    .replace('/api/v1', '')
    .replace('{site}', 'west')
    .replace('{edge}', 'west-1')
    .replace('{prompt}', 'welcome')
    .replace('{language}', 'en')
    .replace('{version}', '1')
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
async function questions(): Promise<Question[]> {
  const { paths } = await described();
  const asked: Readonly<Record<string, string>> = {
    site: 'west',
    campaign,
    number: encodeURIComponent(number),
  };
  return Object.entries(paths).flatMap(([route, { get }]) => {
    // The feed never ends; what it tells is one test of its own.
    if (get === undefined || route.endsWith('/feed')) return [];
    const path = places(route);
    const known = (get.parameters ?? []).filter((each) => each.in === 'query' && each.name in asked);
    return [{ route, path }, ...known.map(({ name }) => ({ route, path: `${path}?${name}=${asked[name]}` }))];
  });
}

/** What an answer gave away. */
async function leaks(person: Person, { path }: Question): Promise<{ status: number; leaked: string[] }> {
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
  // A refusal names what was asked for; so may an answer to whoever stated the number.
  const unsaid = secrets.filter(
    (secret) => !decodeURIComponent(path.split('?number=')[1] ?? '').includes(secret),
  );
  return { status, leaked: status < 400 ? unsaid.filter((secret) => text.includes(secret)) : [] };
}

test('the questions are about something: an administrator is told of the west by many of them', async () => {
  const telling = new Set<string>();
  for (const question of await questions()) {
    const { status, leaked } = await leaks(center.admin, question);
    expect({ ...question, broken: status >= 500 }).toEqual({ ...question, broken: false });
    if (leaked.length > 0) telling.add(question.route.replace('/api/v1', ''));
  }
  expect([...telling]).toEqual(
    expect.arrayContaining([
      '/audit',
      '/audit/export',
      '/calls',
      '/calls/export',
      '/calls/{id}',
      '/campaigns',
      '/campaigns/{id}',
      '/edges/{edge}/plan',
      '/floor/names',
      '/imports/{id}/errors',
      '/imports/{id}/rejected',
      '/overview',
      '/sites',
      '/sites/{site}/lines',
      '/sites/{site}/lines/export',
      '/wallboard',
      '/wallboard/export',
      '/why/call/{id}',
      '/why/campaign/{id}',
      '/why/lead/{id}',
      '/why/number',
      '/why/site/{id}',
    ]),
  );
});

test.each(Role.enum.filter((role) => role !== 'admin'))(
  'whoever has the role %s in the east alone is told nothing of the west by any route',
  async (role) => {
    const person = await center.person(`east-${role}`, role, 'east');
    const all = await questions();
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
  },
);

/** Bodies that are right in themselves, for acts that are looked at only then. */
const bodies = (): Readonly<Record<string, unknown>> => {
  const form = new FormData();
  form.append('file', new Blob(['phone\n+8613900000000'], { type: 'text/csv' }), 'list.csv');
  const { agents } = branchPlan();
  const flow = { start: 'sales', prompts: [], steps: [{ id: 'sales', kind: 'queue' }] };
  return {
    'put /edges/{edge}/staff': { agents, queues: [], vips: [] },
    'post /edges/{edge}/commands': { verb: 'agent-logout', args: { agent: 'agent-100' } },
    'post /campaigns/{id}/imports': form,
    'patch /imports/{id}': { weight: 2 },
    'patch /leads/{id}': { priority: 5 },
    'post /campaigns/{id}/priorities': { priority: 5 },
    'put /flows/{id}': { settings: { name: 'x', numbers: [], sites: ['east'], flow }, why: 'x', over: 1 },
    'post /calls/{id}/disposition': { code: 'interested' },
  };
};

test.each(['operations', 'supervisor'] as const)(
  'whoever has the role %s in the east alone can change nothing of the west by any route',
  async (role) => {
    const { paths } = await described();
    const person = await center.person(`east-acts-as-${role}`, role, 'east');
    for (const [route, methods] of Object.entries(paths))
      for (const method of ['post', 'put', 'patch', 'delete']) {
        if (!(method in methods) || !route.includes('{')) continue;
        const name = `${method} ${route.replace('/api/v1', '')}`;
        const query = name === 'put /edges/{edge}/staff' ? '?why=x&over=1' : '';
        const body = method === 'delete' ? undefined : (bodies()[name] ?? {});
        const { status } = await person.call(method.toUpperCase(), `${places(route)}${query}`, body);
        expect({ name, refused: status === 403 || status === 404, status }).toMatchObject({ refused: true });
      }
    expect(box.all('command')).toEqual([]);
  },
);
