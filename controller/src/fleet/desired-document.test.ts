import { expect, test } from 'vitest';
import {
  check,
  defaultCampaign,
  defaultGate,
  Desired,
  idSource,
  inboundQueue,
  type BranchPlan,
  type CampaignStatus,
  type EdgeFlow,
  type Flow,
  type FlowVersion,
  type PromptRecording,
} from '@branchline/shared';
import { checkPlan, splitPlan } from './branch-plan.ts';
import {
  buildDesired,
  campaignsFor,
  contentHash,
  flowsFor,
  recordingsFor,
  type CampaignFacts,
} from './desired-document.ts';

const newId = idSource();
const sealedText = '-----BEGIN AGE ENCRYPTED FILE-----\nx\n-----END AGE ENCRYPTED FILE-----';
const plan: BranchPlan = {
  domain: 'branch.test',
  lines: [
    {
      id: 'trunk',
      kind: 'sip-trunk',
      enabled: true,
      channels: 2,
      sip: { proxy: '10.0.0.1', register: true, username: 'u', password: 'line-password', pingSeconds: 30 },
      callerIds: ['123456'],
      answerSupervision: 'reliable',
      emergency: true,
    },
    {
      id: 'modem',
      kind: 'gsm-modem',
      enabled: true,
      channels: 1,
      modem: { port: '/dev/serial/by-path/usb-1', pin: '9753' },
      callerIds: ['13800100001'],
      answerSupervision: 'besteffort',
      emergency: false,
    },
    {
      id: 'goip',
      kind: 'gsm-gateway',
      enabled: true,
      channels: 1,
      sip: { proxy: '10.0.0.2', register: false, pingSeconds: 0 },
      gateway: { make: 'goip', address: '10.0.0.2', channel: 'g1', password: 'goip-password' },
      callerIds: ['13800100002'],
      answerSupervision: 'besteffort',
      emergency: false,
    },
  ],
  routes: [{ prefix: '', lines: ['trunk'] }],
  phones: [{ extension: '100', label: 'Desk', password: 'phone-password' }],
  agents: [{ id: 'ann', name: 'Ann', extension: '100', mode: 'ring', campaigns: [], inbound: true }],
  emergencyNumbers: ['110'],
  fallbackGroup: ['100'],
};
const site = { id: 'home', name: 'Home', zone: 'Asia/Shanghai', region: 'CN' };

function facts(status: CampaignStatus, sites: string[] = [], changedAt = 1): CampaignFacts {
  return { id: newId(), status, changedAt, settings: { ...defaultCampaign, name: status, sites } };
}

test('the document fits the contract and holds sealed secrets only', () => {
  const { plan: open, secrets } = splitPlan(plan);
  expect([...secrets]).toEqual([
    ['line:trunk', 'line-password'],
    ['pin:modem', '9753'],
    ['gateway:goip', 'goip-password'],
    ['phone:100', 'phone-password'],
  ]);
  const sealed = new Map([...secrets.keys()].map((name) => [name, sealedText]));
  const gsm = { justification: 'own SIMs', by: 'wang', at: 1 };
  const content = buildDesired({
    edge: 'e',
    site: { ...site, gsm },
    plan: open,
    sealed,
    campaigns: [facts('running')],
    flows: [],
    recordings: [],
    artifacts: [],
  });
  expect(() => check(Desired, { version: 1, ...content })).not.toThrow();
  expect(JSON.stringify(content)).not.toMatch(/line-password|phone-password|goip-password|9753/);
  expect(content?.site.gsm).toEqual(gsm);
  expect(content?.lines.map(({ modem, gateway }) => [modem?.pin, gateway?.password])).toEqual([
    [undefined, undefined],
    [sealedText, undefined],
    [undefined, sealedText],
  ]);
});

test('there is no document while a phone’s secret is not sealed to the box', () => {
  const { plan: open } = splitPlan(plan);
  expect(
    buildDesired({
      edge: 'e',
      site,
      plan: open,
      sealed: new Map(),
      campaigns: [],
      flows: [],
      recordings: [],
      artifacts: [],
    }),
  ).toBeUndefined();
});

test('a site hears of campaigns that may run there, also of stopped ones, and of no draft', () => {
  const here = facts('running', ['home']);
  const anywhere = facts('paused');
  const over = facts('stopped');
  const known = campaignsFor('home', [here, anywhere, over, facts('draft'), facts('running', ['elsewhere'])]);
  expect(known.map((campaign) => campaign.id).toSorted()).toEqual(
    [here, anywhere, over].map((entry) => entry.id).toSorted(),
  );
  expect(known[0]).not.toHaveProperty('retries');
});

test('a campaign of a queue is there whatever becomes of it, before all others; what is dialed elsewhere alone is stopped here', () => {
  const [draft, away] = [facts('draft'), facts('running', ['elsewhere'])];
  const many = Array.from({ length: 150 }, () => facts('running'));
  const queues = [draft, away].map(({ id }, i) => ({ ...inboundQueue, id: `q${i}`, campaign: id }));
  const known = campaignsFor('home', [...many, draft, away], queues);
  expect(known).toHaveLength(100);
  expect(known.find(({ id }) => id === draft.id)?.status).toBe('draft');
  expect(known.find(({ id }) => id === away.id)?.status).toBe('stopped');
});

test('when there are too many campaigns the running ones stay', () => {
  const running = facts('running', [], 0);
  const old = Array.from({ length: 150 }, (_, i) => facts('stopped', [], i + 1));
  const known = campaignsFor('home', [...old, running]);
  expect(known).toHaveLength(100);
  expect(known.some((campaign) => campaign.id === running.id)).toBe(true);
});

test('the hash does not depend on the order of keys and sees every change', () => {
  expect(contentHash({ a: 1, b: { c: [1, 2], d: undefined } })).toBe(contentHash({ b: { c: [1, 2] }, a: 1 }));
  expect(contentHash({ a: [1, 2] })).not.toBe(contentHash({ a: [2, 1] }));
});

test('a plan is refused at the place where it cannot work', () => {
  const refused = (change: Partial<BranchPlan>, stored = new Set<string>()): string => {
    try {
      checkPlan({ ...plan, ...change }, stored);
      return 'accepted';
    } catch (error) {
      return String((error as { details?: { place?: string } }).details?.place);
    }
  };
  const [line] = plan.lines;
  const [phone] = plan.phones;
  if (!line || !phone) throw new Error('the plan has both');
  expect(refused({})).toBe('accepted');
  expect(refused({ lines: [line, line] })).toBe('/lines');
  const [, modem, gateway] = plan.lines;
  expect(refused({ lines: [line, modem!, { ...modem!, id: 'other' }] })).toBe('/lines');
  expect(refused({ lines: [line, { ...modem!, channels: 2 }] })).toBe('/lines/1/channels');
  const { gateway: _gone, ...bare } = gateway!;
  expect(refused({ lines: [line, { ...bare, kind: 'e1-card' }] })).toBe('/lines/1/span');
  expect(refused({ routes: [{ prefix: '+86', lines: ['gone'] }] })).toBe('/routes/0');
  expect(refused({ agents: [{ ...plan.agents[0]!, extension: '999' }] })).toBe('/agents/0');
  expect(refused({ phones: [{ extension: '100', label: 'Desk' }] })).toBe('/phones/0/password');
  expect(refused({ phones: [{ extension: '100', label: 'Desk' }] }, new Set(['phone:100']))).toBe('accepted');
  expect(refused({ lines: [{ ...line, sip: { proxy: 'x', register: true, pingSeconds: 0 } }] })).toBe(
    '/lines/0/sip/password',
  );
});

test('a flow goes to the sites it is for, with the numbers it answers', () => {
  const flow: Flow = { start: 'end', prompts: [], steps: [{ id: 'end', kind: 'hang-up' }] };
  const version = (id: string, sites: string[]): FlowVersion => ({
    id,
    version: 4,
    at: 0,
    by: 'mei',
    settings: { name: 'Hotline', numbers: ['4001'], sites, flow },
  });
  expect(flowsFor('north', [version('a', ['north']), version('b', ['south'])])).toEqual({
    flows: [{ id: 'a', name: 'Hotline', version: 4, flow }],
    inboundNumbers: [{ number: '4001', flow: 'a' }],
  });
  expect(flowsFor('south', [version('a', [])]).flows).toHaveLength(1);
  expect(flowsFor('east', [version('b', ['south'])])).toEqual({});
});

test('a branch is told of the recordings that are played there: in its flows, queues and campaigns, and for what every branch says', () => {
  const recording = (prompt: string): PromptRecording => ({
    prompt,
    language: 'en',
    sha256: 'a'.repeat(64),
    bytes: 1000,
  });
  const all = ['welcome', 'jazz', 'sorry', 'notice', 'closed', 'elsewhere'].map(recording);
  const flow: EdgeFlow = {
    id: 'f',
    name: 'f',
    version: 1,
    flow: {
      start: 'a',
      prompts: [],
      steps: [
        { id: 'a', kind: 'prompt', prompt: 'welcome', next: 'b' },
        { id: 'b', kind: 'queue' },
      ],
    },
  };
  const campaign = {
    machineMessage: 'sorry',
    gate: { ...defaultGate, noticePrompt: 'notice' },
  } as Desired['campaigns'][number];
  const queue = { music: 'jazz' } as NonNullable<Desired['queues']>[number];
  const told = (part: Parameters<typeof recordingsFor>[1]) =>
    (recordingsFor(all, part).recordings ?? []).map(({ prompt }) => prompt);
  expect(told({ campaigns: [campaign], flows: [flow], queues: [queue] })).toEqual([
    'welcome',
    'jazz',
    'sorry',
    'notice',
    'closed',
  ]);
  expect(told({ campaigns: [] })).toEqual(['closed']);
  expect(recordingsFor([recording('welcome')], { campaigns: [] })).toEqual({});
});
