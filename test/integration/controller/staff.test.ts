import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  inboundQueue,
  type ApiError,
  type BranchPlan,
  type CallView,
  type CampaignView,
  type PlanVersion,
  type Queue,
  type Staff,
} from '@branchline/shared';
import { sampleCall } from '../stores/parts.ts';
import { branchPlan, Center, newId, until, type Box, type Person } from './center.ts';

const sales: Queue = { ...inboundQueue, id: 'sales', name: 'Sales' };
let center: Center;
let box: Box;
let supervisor: Person;

beforeAll(async () => {
  center = await Center.start();
  for (const site of ['east', 'west']) await center.site(site);
  box = await center.enrol('east', 'east-1');
  await center.enrol('west', 'west-1');
  await center.admin.call('PUT', '/edges/east-1/plan?why=first', branchPlan());
  await box.connect();
  supervisor = await center.person('eva', 'supervisor', 'east');
});
afterAll(() => center[Symbol.asyncDispose]());

const versions = async (): Promise<PlanVersion[]> =>
  (await supervisor.call<{ items: PlanVersion[] }>('GET', '/edges/east-1/plan/versions')).body.items;
const store = async (staff: Staff, over?: number, by = supervisor) => {
  const latest = over ?? (await versions())[0]!.version;
  return by.call<BranchPlan & ApiError>('PUT', `/edges/east-1/staff?why=shift&over=${latest}`, staff);
};
const { agents } = branchPlan();

test('who leads the people of a site changes them and their queues, and nothing else of the plan', async () => {
  const before = (await versions())[0]!;
  const staff = {
    agents: [
      { ...agents[0]!, queues: ['sales'], skills: [{ skill: 'english', level: 7 }], pin: '4711' },
      agents[1]!,
    ],
    queues: [sales],
  };
  const stored = await store(staff);
  expect(stored.status).toBe(200);
  expect(JSON.stringify(stored.body)).not.toContain('4711');
  const [latest, first] = await versions();
  expect(latest).toMatchObject({ by: 'eva', why: 'shift', plan: { queues: [{ id: 'sales' }] } });
  expect(first).toEqual(before);
  const { agents: _agents, queues: _queues, ...rest } = latest!.plan;
  expect({ ...before.plan, ...rest }).toEqual(before.plan);
  const desired = await until('the branch is told', () =>
    box.all('desired').find(({ queues }) => queues?.some(({ id }) => id === 'sales')),
  );
  expect(desired.agents[0]).toMatchObject({ queues: ['sales'], skills: [{ skill: 'english', level: 7 }] });
  expect(desired.agents[0]?.pin).toContain('BEGIN AGE');
  // The PIN stays when it is not stated again.
  const pins = async () =>
    center.db.selectFrom('edge_secrets').select('stored').where('name', '=', 'agent:agent-100').execute();
  const [pin] = await pins();
  const vips = [{ number: '+8613912345678', level: 5 }];
  expect(await store({ agents, queues: [], vips })).toMatchObject({ status: 200 });
  expect(await pins()).toEqual([pin]);
  // Nor do those who go before others go when they are not.
  expect(await store({ agents, queues: [] })).toMatchObject({ status: 200, body: { vips } });
  expect(await store({ agents, queues: [], vips: [] })).toMatchObject({ status: 200, body: { vips: [] } });
});

test('a change made from an older version is refused, also when two are stored at once', async () => {
  const [latest] = await versions();
  const both = await Promise.all([1, 2].map(() => store({ agents, queues: [sales] }, latest!.version)));
  expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 409]));
  const late = await center.admin.call<ApiError>(
    'PUT',
    `/edges/east-1/plan?over=${latest!.version}`,
    branchPlan(),
  );
  expect(late).toMatchObject({ status: 409, body: { code: 'BL_API_CONFLICT' } });
  expect(late.body.message).toContain('by eva');
});

test.each<[string, Staff, string]>([
  [
    'an agent of a queue that is not there',
    { agents: [{ ...agents[0]!, queues: ['nowhere'] }], queues: [] },
    '/agents/0/queues',
  ],
  ['an agent without a phone', { agents: [{ ...agents[0]!, extension: '199' }], queues: [] }, '/agents/0'],
  [
    'queues that lead in a circle',
    { agents, queues: [{ ...sales, exit: { to: 'queue', queue: 'sales' } }] },
    '/queues/0/exit',
  ],
  [
    'a queue with a campaign that is not there',
    { agents, queues: [{ ...sales, campaign: '01a1ed3d-d668-7000-8000-00b4bd01e9fb' }] },
    '/queues/0/campaign',
  ],
])('%s is refused with its place, and no version is made', async (_, staff, place) => {
  const before = await versions();
  expect(await store(staff)).toMatchObject({ status: 400, body: { code: 'BL_API_INVALID', place } });
  expect(await versions()).toEqual(before);
});

test('a queue has a campaign that may be worked at its site, and the branch is told of it as a draft, too', async () => {
  const open = async (name: string, sites: string[]) => {
    const made = await center.admin.call<{ id: string }>('POST', '/campaigns', { name, region: 'CN', sites });
    return made.body.id;
  };
  const [here, away] = [await open('Hotline', ['east']), await open('Elsewhere', ['west'])];
  const of = (campaign: string) => store({ agents, queues: [{ ...sales, campaign }] });
  expect(await of(away)).toMatchObject({ status: 400, body: { place: '/queues/0/campaign' } });
  expect(await of(here)).toMatchObject({ status: 200 });
  const desired = await until('the branch is told', () =>
    box.all('desired').find(({ queues }) => queues?.[0]?.campaign === here),
  );
  expect(desired.campaigns).toMatchObject([{ id: here, status: 'draft', name: 'Hotline' }]);
  // What the branch tells of such a caller is found by the campaign, and counted among nobody whom it dialed.
  const call = newId();
  const startedAt = Date.now() - 60_000;
  const row = sampleCall(1, { id: call, direction: 'inbound', campaign: here, startedAt });
  await box.send('call', [{ ...row }]);
  await box.send('event', [
    { id: newId(), type: 'disposition', call, agent: 'agent-100', code: 'interested', by: 'phone' },
  ]);
  await until('the call with its outcome', async () => {
    const { body } = await supervisor.call<{ items: CallView[] }>('GET', `/calls?campaign=${here}`);
    return body.items.find(({ id, disposition }) => id === call && disposition === 'interested');
  });
  const figures = await until('the outcome among those of the campaign', async () => {
    const { body } = await center.admin.call<CampaignView>('GET', `/campaigns/${here}`);
    return body.dispositions['interested'] === 1 && body;
  });
  expect(figures).toMatchObject({ outcomes: {}, reach: { dialed: 0 }, abandonRate: 0 });
});

test('other sites, the rest of the plan, and a box without a plan are closed', async () => {
  expect(await supervisor.call('PUT', '/edges/east-1/plan', branchPlan())).toMatchObject({ status: 403 });
  const staff = { agents, queues: [] };
  expect(await supervisor.call('PUT', '/edges/west-1/staff?over=1', staff)).toMatchObject({ status: 403 });
  expect(await center.admin.call('PUT', '/edges/west-1/staff?over=0', staff)).toMatchObject({ status: 404 });
  const auditor = await center.person('aud', 'auditor', 'east');
  expect(await store(staff, undefined, auditor)).toMatchObject({ status: 403 });
});
