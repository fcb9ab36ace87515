import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiError, Flow, FlowSettings, FlowSummary, FlowVersion } from '@branchline/shared';
import { Center, type Person } from './center.ts';

let center: Center;
let operations: Person;
let supervisor: Person;

beforeAll(async () => {
  center = await Center.start();
  operations = await center.person('operations', 'operations');
  supervisor = await center.person('supervisor', 'supervisor');
});
afterAll(() => center[Symbol.asyncDispose]());

const flow: Flow = {
  start: 'menu',
  prompts: [{ name: 'welcome', 'zh-CN': '您好。', en: 'Welcome.' }],
  steps: [
    {
      id: 'menu',
      kind: 'menu',
      prompt: 'welcome',
      keys: { 1: 'sales' },
      timeoutSeconds: 5,
      tries: 2,
      otherwise: 'sales',
    },
    { id: 'sales', kind: 'queue' },
  ],
};
const settings = (change: Partial<FlowSettings> = {}): FlowSettings => ({
  name: 'Hotline',
  numbers: [],
  sites: [],
  flow,
  ...change,
});
const create = (change: Partial<FlowSettings>, by = operations) =>
  by.call<FlowVersion & ApiError>('POST', '/flows', { settings: settings(change), why: 'first' });

test('a flow is stored in versions that say who, when and why, and nobody overwrites what they have not seen', async () => {
  const made = await create({ numbers: ['4001'] });
  expect(made).toMatchObject({ status: 201, body: { version: 1, by: 'operations', why: 'first' } });
  const { id } = made.body;
  const second = await operations.call<FlowVersion>('PUT', `/flows/${id}`, {
    settings: settings({ name: 'Hotline by night', numbers: ['4001'] }),
    why: 'night shift',
    over: 1,
  });
  expect(second).toMatchObject({ status: 200, body: { id, version: 2, why: 'night shift' } });
  const late = await operations.call<ApiError>('PUT', `/flows/${id}`, { settings: settings(), over: 1 });
  expect(late).toMatchObject({ status: 409, body: { code: 'BL_API_CONFLICT' } });
  const { body: versions } = await supervisor.call<{ items: FlowVersion[] }>('GET', `/flows/${id}/versions`);
  expect(versions.items.map(({ version, why }) => [version, why])).toEqual([
    [2, 'night shift'],
    [1, 'first'],
  ]);
  const { body: list } = await supervisor.call<{ items: FlowSummary[] }>('GET', '/flows');
  expect(list.items.find((each) => each.id === id)).toMatchObject({ name: 'Hotline by night', steps: 2 });
});

test.each<[string, string, Flow]>([
  ['a step that is not there', 'BL_FLOW_STEP_UNKNOWN', { ...flow, start: 'nowhere' }],
  ['a prompt without a text', 'BL_FLOW_PROMPT_MISSING', { ...flow, prompts: [] }],
  [
    'a silent loop',
    'BL_FLOW_LOOP',
    { ...flow, steps: [{ ...flow.steps[0]!, otherwise: 'menu' } as Flow['steps'][number], flow.steps[1]!] },
  ],
])('%s is refused with %s, and nothing is stored', async (_, code, wrong) => {
  const before = await center.db.selectFrom('flow_versions').select('version').execute();
  expect(await create({ flow: wrong })).toMatchObject({ status: 400, body: { code } });
  expect(await center.db.selectFrom('flow_versions').select('version').execute()).toHaveLength(before.length);
});

test('a number is answered by one flow, also when two are stored at once', async () => {
  const made = await Promise.all([create({ numbers: ['4002'] }), create({ numbers: ['4002', '4003'] })]);
  expect(new Set(made.map(({ status }) => status))).toEqual(new Set([201, 409]));
});

test('who may not write flows does not, and a flow that was removed is gone', async () => {
  expect(await create({}, supervisor)).toMatchObject({ status: 403 });
  const { body } = await create({ name: 'For a day' });
  expect(await operations.call('DELETE', `/flows/${body.id}`)).toMatchObject({ status: 200 });
  expect(await operations.call('GET', `/flows/${body.id}`)).toMatchObject({ status: 404 });
});
