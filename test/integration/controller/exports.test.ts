import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditEntry, HealthPoint, SiteHistory, SiteLines, Wallboard } from '@branchline/shared';
import { linesOf, sampleCall, sampleDisposition, sampleMetric } from '../stores/parts.ts';
import { Center, newId, until, type Person } from './center.ts';
import { exportCalls } from './parts.ts';

let center: Center;
let eastern: Person;
const now = Date.now();

beforeAll(async () => {
  center = await Center.start();
  for (const site of ['east', 'west']) {
    await center.site(site);
    const box = await center.enrol(site, `${site}-1`);
    await box.connect();
    await box.send('metric', [{ ...sampleMetric(1), at: now - 1000 }]);
    const cost = { cost: 120_000, currency: 'CNY' };
    await box.send('call', [{ ...sampleCall(1, { startedAt: now - 5000, ...cost }), id: newId() }]);
  }
  eastern = await center.person('eastern', 'auditor', 'east');
  await until('the call in both sites', async () => {
    const { body } = await center.admin.call<Wallboard>('GET', '/wallboard');
    return body.sites?.length === 2;
  });
  await until('the health of both', async () => {
    const of = (site: string) => center.admin.call<SiteHistory>('GET', `/sites/${site}/history`);
    return (await Promise.all(['east', 'west'].map(of))).every(({ body }) => body.health?.length > 0);
  });
});
afterAll(() => center?.[Symbol.asyncDispose]());

/** The cells of an export, its heading first; without the mark that spreadsheet programs want. */
async function rowsOf(person: Person, path: string): Promise<string[][]> {
  const url = `${center.controller.httpUrl}/api/v1${path}`;
  const answer = await fetch(url, { headers: { cookie: person.cookie } });
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  // Its length is not known when it begins: it streams.
  expect(answer.headers.get('content-length')).toBeNull();
  const text = Buffer.from(await answer.arrayBuffer()).toString();
  expect(text.startsWith('\u{feff}')).toBe(true);
  const lines = text.slice(1).split('\r\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => line.split(','));
}

/** Rows by the names of their columns. */
async function recordsOf(person: Person, path: string): Promise<Record<string, string>[]> {
  const [heading = [], ...rows] = await rowsOf(person, path);
  return rows.map((row) => Object.fromEntries(heading.map((name, i) => [name, row[i] ?? ''])));
}

test('the wallboard is taken along with the figures that it shows, of the site that is chosen', async () => {
  const { body } = await center.admin.call<Wallboard>('GET', '/wallboard');
  const rows = await recordsOf(center.admin, '/wallboard/export');
  const figures = ({ attempts, live, handled, talkMs }: Wallboard['today']) => ({
    attempts: String(attempts),
    live: String(live),
    handled: String(handled),
    talk_ms: String(talkMs),
  });
  expect(rows[0]).toMatchObject({ day: 'today', hour: '', site: '', ...figures(body.today) });
  expect(rows[1]).toMatchObject({ day: 'yesterday', hour: '', site: '', ...figures(body.yesterday) });
  expect(rows[0]?.['handled']).toBe('2');
  const hours = rows.filter(({ hour }) => hour !== '');
  expect(hours).toHaveLength(48);
  expect(hours.slice(0, 24).map(({ calls }) => Number(calls))).toEqual(
    body.hours.today.map((of) => of.calls),
  );
  expect(rows.slice(50)).toMatchObject(
    body.sites.map(({ site, today }) => ({ day: 'today', site, ...figures(today) })),
  );
  const west = await recordsOf(center.admin, '/wallboard/export?site=west');
  expect(west.slice(50).map(({ site }) => site)).toEqual(['west']);
  const own = await recordsOf(eastern, '/wallboard/export');
  expect(own.slice(50).map(({ site }) => site)).toEqual(['east']);
});

test('the last day of a site is taken along: its health, and what went over its lines', async () => {
  const { body } = await center.admin.call<SiteHistory>('GET', '/sites/east/history');
  const health = await recordsOf(eastern, '/sites/east/history/export');
  expect(health).toEqual(
    body.health.map(({ at, edge, cpu, memory, disk, channels, outboxPending }: HealthPoint) => ({
      from: new Date(at).toISOString(),
      seconds: '600',
      edge,
      cpu: String(cpu),
      memory: String(memory),
      disk: String(disk),
      channels: String(channels),
      outbox_pending: String(outboxPending),
    })),
  );
  const lines = await center.admin.call<SiteLines>('GET', '/sites/east/lines');
  const totals = await recordsOf(eastern, '/sites/east/lines/export');
  expect(totals).toMatchObject(
    lines.body.totals.map(({ edge, line, calls, talkMs }) => ({
      edge,
      line,
      calls: String(calls),
      talk_ms: String(talkMs),
      cost_millionths: '120000',
      currency: 'CNY',
    })),
  );
  expect(totals).toHaveLength(1);
  for (const what of ['history', 'lines'])
    expect((await eastern.call('GET', `/sites/west/${what}/export`)).status).toBe(404);
});

test('everybody is taken along, a row for each role', async () => {
  await center.holder('two-roles', [{ role: 'engineer' }, { role: 'auditor', site: 'east' }]);
  const rows = await recordsOf(center.admin, '/users/export');
  expect(rows.filter(({ name }) => name === 'two-roles')).toEqual(
    [
      { role: 'engineer', site: '*' },
      { role: 'auditor', site: 'east' },
    ].map((grant) => expect.objectContaining({ ...grant, disabled: 'false', second_factor: 'false' })),
  );
  expect((await eastern.call('GET', '/users/export')).status).toBe(403);
});

test('the audit log is taken along page by page, as far as filter and scope go, and that it was is in it', async () => {
  // More than two pages of what somebody did; the chain is not what this test is about.
  await sql`
    insert into audit_log (id, at, principal, action, target, site, detail, previous, hash)
    select 1000000 + i, ${now}, 'busy', 'call.export', 'calls, all of "them"', case when i % 2 = 0 then 'east' else 'west' end,
      '{"formula":"=1+1"}', 'p', 'h' from generate_series(1, 1234) as i`.execute(center.db);
  const all = await rowsOf(center.admin, '/audit/export?principal=busy');
  expect(all[0]).toEqual(['id', 'at', 'principal', 'action', 'target', 'site', 'detail', 'hash']);
  expect(all.slice(1).map(([id]) => Number(id))).toEqual(
    Array.from({ length: 1234 }, (_, i) => 1_001_234 - i),
  );
  expect(all[1]?.join(',')).toContain(
    `busy,call.export,"calls, all of ""them""",east,"{""formula"":""=1+1""}",h`,
  );
  const own = await rowsOf(eastern, '/audit/export?principal=busy');
  expect(own).toHaveLength(618);
  expect(own.slice(1).every((cells) => Number(cells[0]) % 2 === 0)).toBe(true);
  const { body } = await center.admin.call<{ items: AuditEntry[] }>('GET', '/audit?action=audit.export');
  expect(body.items).toMatchObject([
    { principal: 'eastern', site: 'east', detail: { filter: { principal: 'busy' } } },
    { principal: 'admin', target: 'audit log' },
  ]);
  const supervisor = await center.person('floor-lead', 'supervisor', 'east');
  expect((await supervisor.call('GET', '/audit/export')).status).toBe(403);
  expect((await center.admin.call('GET', '/audit/export?action=Everything')).status).toBe(400);
});

test('calls are taken along of the sites where that is allowed, and the audit log says of which', async () => {
  const began = Date.now();
  const exported = async (person: Person, query = '') =>
    [...new Set((await recordsOf(person, `/calls/export${query}`)).map(({ site = '' }) => site))].toSorted();
  const everywhere = await center.holder('engineer-and-auditor', [
    { role: 'engineer' },
    { role: 'auditor', site: 'east' },
  ]);
  const bySite = await center.holder('engineer-west-auditor-east', [
    { role: 'engineer', site: 'west' },
    { role: 'auditor', site: 'east' },
  ]);
  const both = await center.holder('auditor-of-both', [
    { role: 'auditor', site: 'west' },
    { role: 'auditor', site: 'east' },
  ]);
  expect(await exported(everywhere)).toEqual(['east']);
  expect(await exported(bySite)).toEqual(['east']);
  expect(await exported(bySite, '?site=west')).toEqual([]);
  expect(await exported(both)).toEqual(['east', 'west']);
  expect(await exported(both, '?site=west')).toEqual(['west']);
  expect(await exported(center.admin)).toEqual(['east', 'west']);
  const { body } = await center.admin.call<{ items: AuditEntry[] }>(
    'GET',
    `/audit?action=call.export&from=${began}`,
  );
  const entries = body.items.filter(({ target }) => target === 'calls');
  expect(entries.map(({ principal, detail }) => [principal, (detail as { sites: unknown }).sites])).toEqual([
    ['admin', 'all'],
    ['auditor-of-both', ['west']],
    ['auditor-of-both', ['west', 'east']],
    ['engineer-west-auditor-east', []],
    ['engineer-west-auditor-east', ['east']],
    ['engineer-and-auditor', ['east']],
  ]);
});

/** Calls of a third site, two of each instant, with what became of every tenth. */
async function fill(site: string, count: number): Promise<string[]> {
  const { clickHouse } = center.controller.parts;
  const origin = { edge: `${site}-1`, site, epoch: newId() };
  // ClickHouse compares the second halves of ids first.
  const half = (id: string): string => id.slice(19);
  const calls = Array.from({ length: count }, (_, i) => ({
    ...sampleCall(i + 1, { startedAt: now - 86_400_000 - Math.floor(i / 2) * 7000 }),
    id: newId(),
  }));
  for (let from = 0; from < count; from += 5000) {
    const part = calls.slice(from, from + 5000);
    const sold = part
      .filter((_, i) => i % 10 === 0)
      .map(({ id }, i) => sampleDisposition(from + i + 1, id, 'sale'));
    for (const { target, body } of [...linesOf(origin, 'call', part), ...linesOf(origin, 'event', sold)])
      await clickHouse.insertLines(target, [Buffer.from(body)], newId());
  }
  return calls
    .toSorted((a, b) => b.startedAt - a.startedAt || (half(a.id) < half(b.id) ? 1 : -1))
    .map(({ id }) => id);
}

test('a long list of calls is taken along whole, in its order, a page at a time; one that breaks off ends as broken', async () => {
  const { clickHouse } = center.controller.parts;
  const site = `north-${newId().slice(-8)}`;
  const ids = await fill(site, 21_000);
  // What is not yet asked for is not yet read.
  let asked = 0;
  const counted: typeof clickHouse = {
    ...clickHouse,
    query: (...question) => (asked++, clickHouse.query(...question)),
  };
  const told: string[][] = [];
  let first = 0;
  for await (const text of exportCalls(counted, {}, [site], (call) => call)) {
    if (told.length === 1) first = asked;
    told.push(text.split('\r\n').slice(0, -1));
  }
  expect(told.map(({ length }) => length)).toEqual([1, 5000, 5000, 5000, 5000, 1000]);
  expect(first).toBeLessThan(8);
  expect(asked).toBeLessThan(40);
  const rows = told
    .flat()
    .slice(1)
    .map((line) => line.split(','));
  expect(rows.map((cells) => cells.at(-1))).toEqual(ids);
  expect(rows.filter((cells) => cells.includes('sale'))).toHaveLength(2100);

  const url = `${center.controller.httpUrl}/api/v1/calls/export?site=${site}`;
  const answer = await fetch(url, { headers: { cookie: center.admin.cookie } });
  const reader = answer.body!.getReader();
  const pid = clickHouse.server?.pid ?? 0;
  let bytes = 0;
  const readOn = async (): Promise<void> => {
    for (let killed = false; ;) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.length;
      // The heading and a part of the first page.
      if (!killed && bytes > 1000) killed = process.kill(pid, 'SIGKILL');
    }
  };
  await expect(readOn()).rejects.toThrow('terminated');
  expect(bytes).toBeGreaterThan(1000);
});
