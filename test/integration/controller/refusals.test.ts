import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AttemptRow, CampaignView, GateRule, RefusedLead } from '@branchline/shared';
import { Center, newId, type Box } from './center.ts';

let center: Center;
let east: Box;
let west: Box;
let campaign: string;

beforeAll(async () => {
  center = await Center.start();
  for (const site of ['east', 'west']) await center.site(site);
  [east, west] = [await center.enrol('east', 'east-1'), await center.enrol('west', 'west-1')];
  await Promise.all([east.connect(), west.connect()]);
  campaign = (
    await center.admin.call<CampaignView>('POST', '/campaigns', {
      name: 'refusals',
      sites: ['east', 'west'],
    })
  ).body.id;
  await center.admin.upload(campaign, 'phone\n13900000001\n13900000002\n');
});
afterAll(() => center[Symbol.asyncDispose]());

async function refuse(box: Box, number: string, rule: GateRule, more: Partial<AttemptRow['refusal']> = {}) {
  const lead = await center.db
    .selectFrom('leads')
    .select('id')
    .where('first_number', '=', number)
    .executeTakeFirstOrThrow();
  const now = Date.now();
  await box.send('attempt', [
    {
      id: newId(),
      campaign,
      lead: lead.id,
      lease: newId(),
      number,
      ordinal: 1,
      dueAt: now,
      startedAt: now,
      endedAt: now,
      outcome: 'REFUSED',
      deadNumbers: [],
      tries: [],
      refusal: { rule, reason: `because of ${rule}`, ...more },
    },
  ]);
}

test('what branches refused is listed with what was not lent, filtered, of the own sites alone, and as CSV', async () => {
  const until = Date.now() + 3_600_000;
  await refuse(east, '+8613900000001', 'calling-window', { until, rules: 'CN 2026-11-26' });
  await refuse(east, '+8613900000001', 'calling-window', { until });
  await refuse(west, '+8613900000002', 'do-not-call');
  const lead = await center.db.selectFrom('leads').select('id').limit(1).executeTakeFirstOrThrow();
  const lending = {
    number: '+8613900000001',
    rule: 'consent' as const,
    edge: 'east-1',
    reason: 'no evidence',
  };
  await center.db
    .insertInto('gate_refusals')
    .values({ lead: lead.id, campaign, at: Date.now() - 1000, until: null, rules: null, ...lending })
    .execute();
  const list = async (person: typeof center.admin, query = '') =>
    (
      await person.call<{ items: RefusedLead[]; next?: string }>(
        'GET',
        `/campaigns/${campaign}/refusals${query}`,
      )
    ).body;
  const { items } = await list(center.admin);
  expect(items.map(({ rule, branch, site, number, times }) => [rule, branch, site, number, times])).toEqual([
    ['do-not-call', true, 'west', '+8613900000002', 1],
    ['calling-window', true, 'east', '+8613900000001', 2],
    ['consent', false, 'east', '+8613900000001', 1],
  ]);
  expect(items[1]).toMatchObject({ until, reason: 'because of calling-window' });
  expect((await list(center.admin, '?branch=false')).items).toHaveLength(1);
  expect((await list(center.admin, '?rule=do-not-call')).items).toHaveLength(1);
  expect(await center.admin.call('GET', `/campaigns/${campaign}/refusals?rule=luck`)).toMatchObject({
    status: 400,
  });
  // Page by page nothing is left out or told twice.
  const paged: RefusedLead[] = [];
  for (let cursor = ''; ;) {
    const { items: some, next } = await list(
      center.admin,
      `?limit=1${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    paged.push(...some);
    if (next === undefined) break;
    cursor = next;
  }
  expect(paged).toEqual(items);
  const supervisor = await center.person('supervisor', 'supervisor', 'east');
  const seen = (await list(supervisor)).items.map(({ edge, number }) => [edge, number]);
  expect(seen).toEqual([
    ['east-1', '+8613900000001'],
    ['east-1', '+8613900000001'],
  ]);
  const own = await supervisor.call<string>('GET', `/campaigns/${campaign}/refusals/export`);
  expect(own.status).toBe(200);
  expect(own.body).toContain('east-1');
  expect(own.body).not.toContain('west-1');
  const csv = (await center.admin.call<string>('GET', `/campaigns/${campaign}/refusals/export?branch=true`))
    .body;
  expect(csv.trim().split(/\r?\n/)).toHaveLength(3);
  expect(csv).toContain('do-not-call');
  const agent = await center.person('agent', 'agent', 'east');
  expect((await agent.call('GET', `/campaigns/${campaign}/refusals`)).status).toBe(403);
  expect((await agent.call('GET', `/campaigns/${campaign}/refusals/export`)).status).toBe(403);
});
