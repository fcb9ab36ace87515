import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  encodeWav,
  type ApiError,
  type CampaignView,
  type Flow,
  type FlowSettings,
  type FlowSummary,
  type FlowVersion,
  type PromptVersion,
} from '@branchline/shared';
import { branchPlan, Center, https, until, type Person } from './center.ts';

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

describe('recordings of prompts', () => {
  const tone = (hertz: number, level = 0.4): Uint8Array<ArrayBuffer> =>
    encodeWav({
      rate: 44_100,
      samples: Float32Array.from(
        { length: 44_100 },
        (_, i) => level * Math.sin((2 * Math.PI * hertz * i) / 44_100),
      ),
    });
  const upload = (place: string, file: Uint8Array<ArrayBuffer>, by = operations) => {
    const form = new FormData();
    form.append('file', new Blob([file], { type: 'audio/wav' }), 'prompt.wav');
    return by.call<PromptVersion & ApiError>('PUT', `/prompts/${place}`, form);
  };

  test('one takes the place of a text: a flow needs none, the branch is told and gets it by its hash', async () => {
    const spoken: Flow = { ...flow, prompts: [] };
    expect(await create({ name: 'Spoken', flow: spoken })).toMatchObject({
      status: 400,
      body: { code: 'BL_FLOW_PROMPT_MISSING' },
    });
    await center.site('wuhan');
    const box = await center.enrol('wuhan', 'wuhan');
    await center.admin.call('PUT', '/edges/wuhan/plan', branchPlan());
    await box.connect();

    const first = await upload('welcome/en', tone(440));
    expect(first).toMatchObject({ status: 200, body: { version: 1, ms: 1000, by: 'operations' } });
    const second = await upload('welcome/en?why=louder', tone(660));
    expect(second.body).toMatchObject({ version: 2, why: 'louder', bytes: 44 + 32_000 });
    expect((await supervisor.call<{ items: PromptVersion[] }>('GET', '/prompts')).body.items).toEqual([
      second.body,
    ]);
    const versions = await supervisor.call<{ items: PromptVersion[] }>('GET', '/prompts/welcome/en/versions');
    expect(versions.body.items).toEqual([second.body, first.body]);
    const heard = await supervisor.call<string>('GET', '/prompts/welcome/en/versions/1/sound');
    expect(heard.body.slice(0, 4)).toBe('RIFF');

    const made = await create({ name: 'Spoken', sites: ['wuhan'], flow: spoken });
    expect(made.status).toBe(201);
    const { prompt, language, sha256, bytes } = second.body;
    await until('the branch is told', () =>
      box
        .all('desired')
        .some(({ recordings }) => isDeepStrictEqual(recordings, [{ prompt, language, sha256, bytes }])),
    );
    const url = `${new URL(center.controller.edgeUrl).origin}/edge/v1/recordings/${sha256}`;
    const fetched = await https(url, 'GET', box.tls);
    expect(createHash('sha256').update(fetched.bytes).digest('hex')).toBe(sha256);
    expect((await https(url, 'GET', { ca: box.tls.ca })).body).toMatchObject({ code: 'BL_AUTH_REQUIRED' });

    // The flow has nothing else to say.
    const held = await operations.call<ApiError>('DELETE', '/prompts/welcome/en');
    expect(held).toMatchObject({ status: 409, body: { code: 'BL_API_CONFLICT' } });
    expect(held.body.message).toContain('Spoken');
    await operations.call('DELETE', `/flows/${made.body.id}`);
    expect((await operations.call('DELETE', '/prompts/welcome/en')).status).toBe(200);
    expect((await operations.call('DELETE', '/prompts/welcome/en')).status).toBe(404);
  });

  test('what nobody would understand, and who may not, are refused', async () => {
    for (const [code, file] of [
      ['BL_PROMPT_FORMAT', new Uint8Array(5000)],
      ['BL_PROMPT_SILENT', tone(440, 0.001)],
      ['BL_PROMPT_LENGTH', encodeWav({ rate: 8000, samples: new Float32Array(100) })],
    ] as const)
      expect(await upload('welcome/en', file)).toMatchObject({ status: 400, body: { code } });
    expect(await upload('welcome/en', tone(440), supervisor)).toMatchObject({ status: 403 });
    expect(await upload('welcome/fr', tone(440))).toMatchObject({ status: 400 });
    expect(await upload('..%2Fwelcome/en', tone(440))).toMatchObject({ status: 400 });
    expect(await operations.call('PUT', '/prompts/welcome/en', {})).toMatchObject({ status: 400 });
    expect((await supervisor.call<{ items: unknown[] }>('GET', '/prompts')).body.items).toEqual([]);
  });
});

test('null takes away what a campaign need not have, absent leaves it, and what the mode or the schema asks for stays', async () => {
  const { id } = (await create({ name: 'Thanks' })).body;
  const stated = { callerId: '02155550100', machineMessage: 'later', survey: id, flow: id };
  const made = await operations.call<CampaignView>('POST', '/campaigns', { name: 'Cleared', ...stated });
  expect(made.body.settings).toMatchObject(stated);
  const change = (body: object) =>
    operations.call<CampaignView & ApiError>('PATCH', `/campaigns/${made.body.id}`, body);
  const first = await change({ callerId: null, machineMessage: null });
  expect(first).toMatchObject({ status: 200, body: { settings: { survey: id, flow: id } } });
  for (const name of ['callerId', 'machineMessage']) expect(first.body.settings).not.toHaveProperty(name);
  const { body } = await change({ survey: null, form: null, filter: null, quotas: null });
  expect(body.settings).not.toHaveProperty('survey');
  expect(await change({ mode: 'broadcast', flow: null })).toMatchObject({
    status: 400,
    body: { place: '/flow' },
  });
  expect(await change({ name: null })).toMatchObject({ status: 400, body: { place: '/name' } });
  expect(await change({ callerId: 'nobody' })).toMatchObject({ status: 400, body: { place: '/callerId' } });
  const last = await operations.call<CampaignView>('GET', `/campaigns/${made.body.id}`);
  expect(last.body.settings).toEqual(body.settings);
});
