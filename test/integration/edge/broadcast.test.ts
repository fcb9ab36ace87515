import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CampaignSummary, Flow, FlowVersion } from '@branchline/shared';
import { planOf } from '../../support/branch-plan.ts';
import { eventually } from '../../support/eventually.ts';
import { leadList } from '../../support/fleet-branches.ts';
import { Fleet } from '../../support/fleet.ts';

let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.start({ leads: 1 });
}, 120_000);
afterAll(() => fleet?.[Symbol.asyncDispose]());

const message: Flow = {
  start: 'message',
  prompts: [{ name: 'news', en: 'We have moved.' }],
  steps: [
    { id: 'message', kind: 'prompt', prompt: 'news', next: 'end' },
    { id: 'end', kind: 'hang-up' },
  ],
};

test('a center lends branches without a single agent what a broadcast dials, and they dial it', async () => {
  const { client, branches } = fleet;
  for (const { facts } of branches)
    await client.put(
      `/edges/${facts.edge}/plan?why=alone`,
      planOf({ ...facts, agents: [] }, [], 'Fleet-phone-2026'),
    );
  const settings = { name: 'News', numbers: [], sites: [], flow: message };
  const flow = await client.post<FlowVersion>('/flows', { settings, why: 'test' });
  const campaign = await client.post<CampaignSummary>('/campaigns', {
    name: 'News',
    mode: 'broadcast',
    flow: flow.id,
    broadcast: { channels: 6, callsPerSecond: 0.5 },
    window: { fromMinute: 0, toMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] },
  });
  await client.upload(`/campaigns/${campaign.id}/imports`, 'news.csv', leadList(5000, 300));
  await client.post(`/campaigns/${campaign.id}/start`);
  for (const [i] of branches.entries()) await fleet.dialsOn(5, i);
  const played = async () =>
    (await client.get<{ outcomes: Record<string, number> }>(`/campaigns/${campaign.id}`)).outcomes['PLAYED'];
  await eventually('the center hears of it', async () => ((await played()) ?? 0) > 0, 60_000, 500);
  expect(await fleet.crashed()).toEqual([]);
}, 200_000);
