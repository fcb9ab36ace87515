import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallView, Readiness, SiteView } from '@branchline/shared';
import { Center, newId, quietBranch, until, type Box } from './center.ts';

let center: Center;
let box: Box;

beforeAll(async () => {
  center = await Center.start();
  await center.site('home');
  box = await center.enrol('home', 'home-1');
  await box.connect();
});
afterAll(() => center[Symbol.asyncDispose]());

async function readiness(): Promise<Readiness & { status: number }> {
  const response = await fetch(`${center.controller.httpUrl}/readyz`);
  return { ...((await response.json()) as Readiness), status: response.status };
}

function call(id: string) {
  const now = Date.now();
  return {
    id,
    conversation: newId(),
    direction: 'inbound',
    customer: '13912345678',
    callerId: '',
    line: 'trunk-1',
    startedAt: now,
    endedAt: now,
    outcome: 'ANSWERED',
    hangupBy: 'customer',
    cause: 'NORMAL_CLEARING',
    q850: 16,
    sipStatus: 200,
    legs: [],
    segments: [],
    evidence: 'live',
  };
}

async function seen(id: string): Promise<boolean> {
  const answer = await center.admin.call<{ items: CallView[] }>('GET', '/calls');
  return answer.status === 200 && answer.body.items.some((found) => found.id === id);
}

test('PostgreSQL killed underneath: readyz says so, the broker stays, and work goes on by itself', async () => {
  const pid = Number(
    readFileSync(join(center.home, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n')[0],
  );
  process.kill(pid, 'SIGKILL');
  await until('readyz to say it', async () => {
    const now = await readiness();
    return now.status === 503 && now.parts['postgres']?.ok === false;
  });
  expect(box.connected).toBe(true);
  // Told while the database is away, and kept until it is back.
  await box.publish('reported', { version: 0, tried: 0, at: 5, status: 'applied', artifacts: [] });
  await until('readyz to be well again', async () => (await readiness()).status === 200);
  await until('what was told meanwhile', async () => {
    const { body } = await center.admin.call<{ items?: SiteView[] }>('GET', '/sites');
    return body.items?.[0]?.edges[0]?.reported?.at === 5;
  });
  const id = newId();
  await box.send('call', [call(id)]);
  await until('a call that came afterwards', () => seen(id));
});

test('ClickHouse killed underneath: records are acknowledged all the same and are all there once it is back', async () => {
  const pid = center.controller.parts.clickHouse.server?.pid;
  if (pid === undefined) throw new Error('no private ClickHouse runs');
  process.kill(pid, 'SIGKILL');
  const ids = [newId(), newId(), newId()];
  for (const id of ids) await box.send('call', [call(id)]);
  await box.live(quietBranch);
  expect((await center.admin.call('GET', '/overview')).status).toBe(200);
  for (const id of ids) await until('each call', () => seen(id));
});

test('ClickHouse frozen: pages say so within seconds instead of waiting, records are taken in, and all goes on when it thaws', async () => {
  const pid = center.controller.parts.clickHouse.server?.pid;
  if (pid === undefined) throw new Error('no private ClickHouse runs');
  const told = newId();
  await box.send('call', [call(told)]);
  await until('a call from before', () => seen(told));
  const campaign = (await center.admin.call<{ id: string }>('POST', '/campaigns', { name: 'Frozen' })).body
    .id;
  const during = newId();
  process.kill(pid, 'SIGSTOP');
  try {
    let asked = performance.now();
    const readers = [
      '/wallboard',
      '/floor',
      '/calls',
      `/calls/${told}`,
      '/abandoned-calls',
      `/campaigns/${campaign}/best-hours`,
      '/sites/home/history',
      '/sites/home/lines',
      '/wallboard?site=home',
      '/calls?site=home',
      '/calls?direction=inbound',
    ];
    const answers = await Promise.all([
      ...readers.map((path) => center.admin.call<{ code: string }>('GET', path)),
      box.send('call', [call(during)]),
    ]);
    expect(performance.now() - asked).toBeLessThan(30_000);
    for (const [i, path] of readers.entries())
      expect({ path, ...answers[i] }).toMatchObject({
        path,
        status: 503,
        body: { code: 'BL_CLICKHOUSE_UNREACHABLE' },
      });
    // What is steered from PostgreSQL is answered all the same.
    asked = performance.now();
    const steered = ['/overview', `/campaigns/${campaign}`, `/why/campaign/${campaign}`];
    const [ready, ...given] = await Promise.all([
      readiness(),
      ...steered.map((path) => center.admin.call('GET', path)),
    ]);
    expect(given.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(ready.parts['clickhouse']?.ok).toBe(false);
    expect(performance.now() - asked).toBeLessThan(30_000);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await until('the call that came meanwhile', () => seen(during));
});
