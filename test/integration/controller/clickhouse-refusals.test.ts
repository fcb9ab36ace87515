import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CampaignSummary } from '@branchline/shared';
import { silentLog, type Log } from '@branchline/shared/node';
import { sampleCall } from '../stores/parts.ts';
import { Center, newId, until } from './center.ts';

let center: Center;
let paths: string[];
const lines: { facts: unknown; words: string }[] = [];
const warned: Pick<Log, 'warn'> = {
  warn: (facts: unknown, words?: string) => void lines.push({ facts, words: words ?? '' }),
};
const log = Object.assign(Object.create(silentLog) as Log, warned);

beforeAll(async () => {
  center = await Center.start({ log });
  await center.site('home');
  const box = await center.enrol('home', 'home-1');
  await box.connect();
  const call = { ...sampleCall(1, { startedAt: Date.now() - 5000 }), id: newId() };
  await box.send('call', [call]);
  const { body } = await center.admin.call<CampaignSummary>('POST', '/campaigns', { name: 'Any' });
  await until('the call being listed', async () => {
    const answer = await center.admin.call<{ items: unknown[] }>('GET', '/calls');
    return answer.body.items.length === 1;
  });
  paths = [
    '/wallboard',
    '/floor',
    '/overview',
    '/calls',
    `/calls/${call.id}`,
    '/abandoned-calls',
    `/campaigns/${body.id}`,
    `/campaigns/${body.id}/best-hours`,
    '/sites/home/history',
    '/sites/home/lines',
    `/why/call/${call.id}`,
    `/why/number?number=${encodeURIComponent(call.customer)}`,
  ];
});
afterAll(() => center?.[Symbol.asyncDispose]());

/** Asks every page. @returns the codes of those that are not answered */
async function refusals(): Promise<Record<string, string>> {
  const answers = await Promise.all(
    paths.map(async (path) => [path, await center.admin.call<{ code: string }>('GET', path)] as const),
  );
  return Object.fromEntries(
    answers.flatMap(([path, { status, body }]) => (status === 200 ? [] : [[path, `${status} ${body.code}`]])),
  );
}

async function views(): Promise<string[]> {
  const rows = await center.controller.parts.clickHouse.query<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = 'branchline' AND engine = 'View'`,
  );
  return rows.map(({ name }) => name);
}

test('pages whose queries ClickHouse refuses say so by a code, and the log says what it was', async () => {
  expect(await refusals()).toEqual({});
  const { clickHouse } = center.controller.parts;
  const all = await views();
  expect(all.length).toBeGreaterThan(10);
  // Somebody has put views of another shape in their place.
  for (const name of all)
    await clickHouse.command(`CREATE OR REPLACE VIEW branchline.${name} AS SELECT 1 AS other`);
  const refused = await refusals();
  expect(refused).toMatchObject({ '/calls': '503 BL_CLICKHOUSE_REFUSED' });
  expect(new Set(Object.values(refused))).toEqual(new Set(['503 BL_CLICKHOUSE_REFUSED']));
  expect(lines).toContainEqual({
    facts: { code: '47', problem: expect.stringContaining('_unique') as unknown },
    words: 'ClickHouse does not do a query',
  });
  // Dropped, they are what a ClickHouse has that is still being set up.
  for (const name of all) await clickHouse.command(`DROP VIEW branchline.${name}`);
  const missing = await refusals();
  expect(missing).toMatchObject({ '/calls': '503 BL_CLICKHOUSE_UNREACHABLE' });
  expect(new Set(Object.values(missing))).toEqual(new Set(['503 BL_CLICKHOUSE_UNREACHABLE']));
  expect(lines.map(({ facts }) => facts)).toContainEqual({
    code: '60',
    problem: expect.stringContaining('_unique') as unknown,
  });
});
