import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditEntry, DncChange, DncEntry, DncUploaded, UploadedDncList } from '@branchline/shared';
import { DncList } from '@branchline/shared/node';
import { Center, until, type Person } from './center.ts';
import { ArtifactShelf } from './parts.ts';

const size = 200_000;
const number = (i: number): string => `139${String(i).padStart(8, '0')}`;
const listed = (i: number): string => `+86${number(i)}`;

let center: Center;
let admin: Person;
let shelf: ArtifactShelf;

beforeAll(async () => {
  center = await Center.start();
  admin = center.admin;
  shelf = new ArtifactShelf(center.db, { now: () => 0 } as never);
});
afterAll(() => center[Symbol.asyncDispose]());

async function upload(query: string, content: string): Promise<{ status: number; body: DncUploaded }> {
  const form = new FormData();
  form.append('file', new Blob([content], { type: 'text/csv' }), 'dnc.csv');
  return admin.call<DncUploaded>('POST', `/dnc/lists${query}`, form);
}

/** What a branch would make of the artifacts of this moment. */
async function delivered(): Promise<{ list: DncList; bytes: number[] }> {
  // The controller makes them as well, and of two that make a version at once one gives way.
  await until('artifacts of now', () =>
    shelf.refreshDnc().then(
      (made) => !made,
      () => false,
    ),
  );
  const contents: Buffer[] = [];
  for (const { name, version, bytes } of await shelf.current()) {
    const parts: Buffer[] = [];
    for await (const part of shelf.read(name, version, 0, bytes - 1)) parts.push(part);
    contents.push(Buffer.concat(parts));
  }
  return { list: new DncList(contents[0], contents[1]), bytes: contents.map((one) => one.byteLength) };
}

test('a list of 200,000 numbers is listed as a whole, and single changes of it are delivered as small ones', async () => {
  const lines = Array.from({ length: size }, (_, i) => number(i * 7));
  const answer = await upload('?region=CN&reason=bought', `${lines.join('\n')}\n${number(0)}\nnobody\n`);
  expect(answer).toMatchObject({
    status: 200,
    body: { rows: size + 2, added: size, known: 1, rejected: 1, errors: [{ row: size + 1 }] },
  });
  const whole = await delivered();
  expect(whole.bytes).toEqual([8 + 8 * size]);
  for (const i of [0, 7, 7 * (size - 1), 7 * 65_536]) expect(whole.list.has(listed(i))).toBe(true);
  for (const i of [1, 8, 7 * size]) expect(whole.list.has(listed(i))).toBe(false);

  await admin.call('POST', '/dnc', { numbers: [number(1), '+1201*'] });
  await admin.call('DELETE', `/dnc?number=${encodeURIComponent(listed(7))}`);
  const changed = await delivered();
  expect(changed.bytes).toEqual([8 + 8 * size, 8 + 32 + 4 + 3 * 8]);
  expect(changed.list.has(listed(1))).toBe(true);
  expect(changed.list.has('+12015550123')).toBe(true);
  expect(changed.list.has(listed(7))).toBe(false);
  expect(changed.list.has(listed(14))).toBe(true);
  // Listed anew: what was taken off since the list was made must not hide it.
  await upload('', `phone\n${number(7)}\n`);
  const again = await delivered();
  expect(again.bytes).toHaveLength(1);
  expect(again.list.has(listed(7))).toBe(true);
}, 120_000);

test('an upload that breaks off, or is no text, leaves nothing of it', async () => {
  const before = await shelf.current();
  const refused = await upload('', `phone\n${number(3)}\n\u0000\n`);
  expect(refused.status).toBe(400);
  expect(refused.body).toMatchObject({ code: 'BL_IMPORT_ENCODING' });
  const { body } = await admin.call<{ items: DncEntry[] }>(
    'GET',
    `/dnc?number=${encodeURIComponent(listed(3))}`,
  );
  expect(body.items).toEqual([]);
  expect(await shelf.current()).toEqual(before);
});

test('an upload is broken off while its numbers are being stored, and nothing of it is listed', async () => {
  const form = new FormData();
  form.append('file', new Blob([`phone\n${number(77_000_001)}\n`]), 'late.csv');
  const abort = new AbortController();
  const storing = () =>
    sql<{ n: string }>`select count(*) as n from pg_stat_activity
      where state = 'active' and wait_event_type = 'Lock' and query like '%do_not_call%'`
      .execute(center.db)
      .then(({ rows }) => Number(rows[0]!.n) > 0);
  await center.db.transaction().execute(async (trx) => {
    // Nothing can be stored meanwhile.
    await sql`lock table do_not_call in exclusive mode`.execute(trx);
    const sent = fetch(`${center.controller.httpUrl}/api/v1/dnc/lists`, {
      method: 'POST',
      body: form,
      headers: { cookie: admin.cookie },
      signal: abort.signal,
    });
    await until('the numbers to be stored', storing);
    abort.abort();
    await expect(sent).rejects.toThrow('aborted');
    await until('nobody to wait any more', async () => !(await storing()));
  });
  const entry = await admin.call<{ items: DncEntry[] }>(
    'GET',
    `/dnc?number=${encodeURIComponent(listed(77_000_001))}`,
  );
  expect(entry.body.items).toEqual([]);
  const lists = await admin.call<{ items: { file: string }[] }>('GET', '/dnc/lists');
  expect(lists.body.items.map(({ file }) => file)).not.toContain('late.csv');
});

test('entries and lists of one campaign are shown with its name to whoever may see the campaign, and to nobody else', async () => {
  await center.site('wuxi');
  await center.site('suzhou');
  const { body: made } = await admin.call<{ id: string }>('POST', '/campaigns', {
    name: 'Renewals',
    sites: ['wuxi'],
  });
  await admin.call('POST', '/dnc', { numbers: [number(78_000_001)], campaign: made.id });
  await admin.call('POST', '/dnc', { numbers: [number(78_000_002)], reason: 'for everybody' });
  await upload(`?campaign=${made.id}`, `${number(78_000_003)}\n`);
  await upload('?reason=of+everybody', `${number(78_000_004)}\n`);
  const [own, other] = await Promise.all([
    center.person('wuxi-lead', 'supervisor', 'wuxi'),
    center.person('suzhou-lead', 'supervisor', 'suzhou'),
  ]);
  const seen = async (by: Person, path: string) =>
    (await by.call<{ items: (DncEntry & UploadedDncList)[] }>('GET', path)).body.items;
  const ofCampaign = { campaign: made.id, campaignName: 'Renewals' };
  const one = `/dnc?number=${encodeURIComponent(listed(78_000_001))}`;
  for (const by of [admin, own]) {
    expect(await seen(by, one)).toMatchObject([ofCampaign]);
    expect(await seen(by, `/dnc?campaign=${made.id}`)).toMatchObject([ofCampaign, ofCampaign]);
    expect(await seen(by, '/dnc/lists?limit=2')).toMatchObject([{ reason: 'of everybody' }, ofCampaign]);
  }
  expect(await seen(other, one)).toEqual([]);
  expect(await seen(other, `/dnc?campaign=${made.id}`)).toEqual([]);
  const everybodys = `/dnc?number=${encodeURIComponent(listed(78_000_002))}`;
  expect(await seen(other, everybodys)).toMatchObject([{ reason: 'for everybody' }]);
  const lists = await seen(other, '/dnc/lists');
  expect(lists.map(({ reason }) => reason)).toContain('of everybody');
  expect(lists.filter(({ campaign }) => campaign !== undefined)).toEqual([]);
});

test('registers and campaigns of VICIdial are lists of their own', async () => {
  const { body } = await upload('?register=US', '2015550123\n');
  expect(body.added).toBe(1);
  const sales = await upload(
    '?region=US&vicidial=true&vicidialCampaign=SALES',
    '2025550123,SALES\n2025550124,OTHER\n212XXXXXXX,SALES\n',
  );
  expect(sales.body).toMatchObject({ added: 2, rejected: 0 });
  const { list } = await delivered();
  expect([list.has('+12015550123'), list.has('+12015550123', 'US')]).toEqual([true, true]);
  expect([list.has('+12025550123'), list.has('+12025550124'), list.has('+12125550199')]).toEqual([
    true,
    false,
    true,
  ]);
  const entries = await admin.call<{ items: DncEntry[] }>('GET', '/dnc?number=%2B12015550123');
  expect(entries.body.items).toMatchObject([{ register: 'US' }]);
});

test('an uploaded list is taken back as a whole; what a person named stays, what other lists name until the last of them is taken back', async () => {
  const at = (i: number): string => number(60_000_000 + i);
  const entries = async (): Promise<number[]> => {
    const found = await Promise.all(
      [0, 1, 2, 3].map(async (i) => {
        const query = `/dnc?number=${encodeURIComponent(listed(60_000_000 + i))}`;
        return (await admin.call<{ items: DncEntry[] }>('GET', query)).body.items.length;
      }),
    );
    return found.flatMap((count, i) => (count > 0 ? [i] : []));
  };
  const first = await upload('?reason=bought', `phone\n${at(0)}\n${at(1)}\n${at(2)}\n`);
  const second = await upload('', `phone\n${at(1)}\n${at(3)}\n`);
  expect(second.body).toMatchObject({ added: 1, known: 1 });
  await admin.call('POST', '/dnc', { numbers: [at(2)] });
  const third = await upload('', `phone\n${at(1)}\n`);
  const undo = (list: string, person = admin) =>
    person.call<{ changed: number; code?: string }>('POST', `/dnc/lists/${list}/undo`);
  const operations = await center.person('operations', 'operations');
  expect((await undo(first.body.list, operations)).status).toBe(403);
  expect(await entries()).toEqual([0, 1, 2, 3]);
  expect((await undo(first.body.list)).body).toMatchObject({ changed: 1 });
  expect(await entries()).toEqual([1, 2, 3]);
  expect((await delivered()).list.has(listed(60_000_000))).toBe(false);
  expect((await undo(first.body.list)).body).toMatchObject({ code: 'BL_API_CONFLICT' });
  expect((await undo(second.body.list)).body).toMatchObject({ changed: 1 });
  expect(await entries()).toEqual([1, 2]);
  expect((await undo(third.body.list)).body).toMatchObject({ changed: 1 });
  expect(await entries()).toEqual([2]);
  expect((await delivered()).list.has(listed(60_000_001))).toBe(false);
  const { body } = await admin.call<{ items: object[] }>('GET', '/dnc/lists?limit=3');
  expect(body.items).toMatchObject([
    { id: third.body.list, added: 0, known: 1 },
    { id: second.body.list, undoneAt: expect.any(Number) as number },
    { id: first.body.list, reason: 'bought', added: 3, by: 'admin' },
  ]);
}, 60_000);

test('whoever takes an entry back may have its leads opened again, on the audit log', async () => {
  const { body: made } = await admin.call<{ id: string }>('POST', '/campaigns', { name: 'Reopened' });
  await admin.upload(made.id, `phone\n${number(78_000_011)}\n${number(78_000_012)}\n`);
  const numbers = [number(78_000_011), number(78_000_012)];
  await admin.call('POST', '/dnc', { numbers, reason: 'by mistake' });
  const take = (i: number, more: string) =>
    admin.call<DncChange>('DELETE', `/dnc?number=${encodeURIComponent(listed(i))}${more}`);
  expect((await take(78_000_011, '')).body).toEqual({ changed: 1, refused: [] });
  expect((await take(78_000_012, '&reopen=true')).body).toEqual({ changed: 1, refused: [], reopened: 1 });
  const standing = (i: number) =>
    center.db.selectFrom('leads').select('state').where('first_number', '=', listed(i)).executeTakeFirst();
  await until('the lead is open', async () => (await standing(78_000_012))?.state === 'open');
  expect(await standing(78_000_011)).toEqual({ state: 'exhausted' });
  const { body } = await admin.call<{ items: AuditEntry[] }>('GET', '/audit?limit=20');
  expect(JSON.stringify(body)).toContain('"reopened":1');
});
