import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CampaignView, Flow, FlowVersion, LiveSnapshot, WhyAnswer } from '@branchline/shared';
import { branchAtWork, branchPlan, Center, newId, quietBranch, until, type Box } from './center.ts';

/** So many business ms pass in one: the ten minutes after which a branch is idle are a second and a half. */
const speed = 400;
const window = { fromMinute: 0, toMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] };
const message: Flow = {
  start: 'message',
  prompts: [{ name: 'news', en: 'We have moved.' }],
  steps: [
    { id: 'message', kind: 'prompt', prompt: 'news', next: 'end' },
    { id: 'end', kind: 'hang-up' },
  ],
};

let center: Center;
let box: Box;
let flow: string;

beforeAll(async () => {
  const now = Date.now();
  center = await Center.start({
    campaigns: { leadsPerAgent: 10 },
    clock: { speed, real: now, business: now },
  });
  await center.site('lhasa');
  box = await center.enrol('lhasa', 'lhasa-1');
  const settings = { name: 'News', numbers: [], sites: [], flow: message };
  flow = (await center.admin.call<FlowVersion>('POST', '/flows', { settings, why: 'test' })).body.id;
});
afterAll(() => center[Symbol.asyncDispose]());

async function campaign(settings: object, first: number): Promise<string> {
  const { body } = await center.admin.call<CampaignView>('POST', '/campaigns', {
    window,
    leaseSeconds: 86_400,
    ...settings,
  });
  const rows = Array.from({ length: 60 }, (_, i) => `139${first + i}`).join('\n');
  await center.admin.upload(body.id, `phone\n${rows}\n`);
  await center.admin.call('POST', `/campaigns/${body.id}/start`);
  return body.id;
}

const leadsOf = (id: string) =>
  box.all('lease').flatMap((lease) => (lease.campaign === id ? lease.leads.map((lead) => lead.id) : []));

/** A branch that has leases and none that it has not told of. */
const holding = (live: LiveSnapshot): LiveSnapshot => ({ ...live, lent: { leases: 1, unconfirmed: 0 } });

test('a broadcast is lent leads where nobody is logged in, keeps them, and is not said to want agents', async () => {
  const broadcast = await campaign(
    { name: 'News', mode: 'broadcast', flow, broadcast: { channels: 3, callsPerSecond: 1 } },
    10_000_000,
  );
  const led = await campaign({ name: 'Sales' }, 20_000_000);
  await center.admin.call('PUT', '/edges/lhasa-1/plan', branchPlan([led]));
  await box.connect();
  let stop = box.keepLive(holding(quietBranch), 200);
  await until('leads of the broadcast', () => leadsOf(broadcast).length > 0);
  expect(leadsOf(led)).toEqual([]);
  stop();
  stop = box.keepLive(holding(branchAtWork(['agent-100'])), 200);
  await until('leads for the agent', () => leadsOf(led).length > 0);
  stop();
  stop = box.keepLive(holding(quietBranch), 200);
  try {
    const leases = new Map(box.all('lease').map((lease) => [lease.id, lease]));
    await box.send(
      'event',
      [...leases.values()].map(({ id, epoch, leads }) => ({
        id: newId(),
        type: 'lease-stored',
        lease: id,
        leaseEpoch: epoch,
        leads: leads.length,
      })),
    );
    const leasesOf = (id: string) =>
      box.all('lease').flatMap((lease) => (lease.campaign === id ? lease.id : []));
    const called = () => box.all('revoke').flatMap(({ lease }) => lease ?? []);
    await until('what agents dialed to be called back', () =>
      leasesOf(led).every((id) => called().includes(id)),
    );
    expect(called().filter((id) => leasesOf(broadcast).includes(id))).toEqual([]);
    const why = async (id: string) =>
      (await center.admin.call<WhyAnswer>('GET', `/why/campaign/${id}`)).body.reasons.map(({ code }) => code);
    expect(await why(led)).toContain('branch-no-agents');
    expect(await why(broadcast)).not.toContain('branch-no-agents');
  } finally {
    stop();
  }
});
