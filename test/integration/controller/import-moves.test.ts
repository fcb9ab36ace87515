import { PassThrough, Readable } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  defaultCampaign,
  systemClock,
  type CampaignView,
  type ImportPreview,
  type ImportView,
} from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import { uploadList } from '../../support/list-upload.ts';
import { Center, newId, until, type Person } from './center.ts';
import { assignLeads, campaigns } from './parts.ts';

type Db = Center['db'];

/** Open at any hour. */
const always = { fromMinute: 0, toMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] };

let center: Center;
let operations: Person;

beforeAll(async () => {
  center = await Center.start();
  operations = await center.person('operations', 'operations');
});
afterAll(() => center[Symbol.asyncDispose]());

function list(count: number, first = 0): string {
  return `phone,name\n${Array.from({ length: count }, (_, i) => `139${String(first + i).padStart(8, '0')},Person ${i}`).join('\n')}\n`;
}

async function campaign(settings: object = {}): Promise<string> {
  return (await center.admin.call<CampaignView>('POST', '/campaigns', { name: 'moves', ...settings })).body
    .id;
}

async function leadsOf(id: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from leads where campaign = ${id}`.execute(
    center.db,
  );
  return rows[0]?.n ?? -1;
}

/** An import that waits for the rest of its list. */
async function waiting(id: string, content = list(6000)) {
  const slow = new PassThrough();
  slow.write(content);
  const upload = uploadList(center.controller.httpUrl, center.admin.cookie, id, slow);
  const view = await until('the import to be on its way', async () => {
    const { body } = await center.admin.call<{ items: ImportView[] }>('GET', `/campaigns/${id}/imports`);
    return body.items.find(({ state, rows }) => state === 'running' && rows > 0);
  });
  return { slow, upload, view };
}

async function reaches(id: string, state: ImportView['state']): Promise<ImportView> {
  return until(`the import to be ${state}`, async () => {
    const { body } = await center.admin.call<ImportView>('GET', `/imports/${id}`);
    return body.state === state ? body : undefined;
  });
}

/** The import desk of another controller on the same database. */
function otherDesk(): campaigns.ImportDesk {
  return new campaigns.ImportDesk({
    db: center.db,
    business: systemClock,
    transport: systemClock,
    newId,
    log: silentLog,
    changed: () => undefined,
    leadsChanged: () => undefined,
  });
}

test('an import that somebody else cancels leaves nothing but its rejected rows, and its uploader is told', async () => {
  const id = await campaign();
  const { upload, view } = await waiting(
    id,
    `phone,name\n12,short\n${list(12_000).split('\n').slice(1).join('\n')}`,
  );
  const asked = await operations.call<ImportView>('POST', `/imports/${view.id}/cancel`);
  expect([asked.status, asked.body.state]).toEqual([200, 'cancelling']);
  expect(await upload.answer).toMatchObject({ status: 409, body: { code: 'BL_IMPORT_CANCELLED' } });
  const cancelled = await reaches(view.id, 'cancelled');
  expect(cancelled).toMatchObject({ imported: 0, duplicates: 0, rejected: 1, errorsKept: 1 });
  expect(cancelled.error).toBeUndefined();
  expect(await leadsOf(id)).toBe(0);
  expect((await center.admin.call<string>('GET', `/imports/${view.id}/errors`)).body).toContain('12,short');
  expect(await operations.call('POST', `/imports/${view.id}/cancel`)).toMatchObject({
    status: 409,
    body: { code: 'BL_IMPORT_STATE' },
  });
  expect((await center.admin.upload(id, list(10))).body).toMatchObject({ imported: 10 });
  const audit = await center.admin.call<{ items: { detail: unknown; principal: string }[] }>(
    'GET',
    `/audit?action=import&limit=10&target=${id}`,
  );
  expect(audit.body.items).toContainEqual(
    expect.objectContaining({ principal: 'operations', detail: { import: view.id, move: 'cancel' } }),
  );
});

test('who may not write lists, or sees other sites only, can neither cancel nor undo', async () => {
  await center.site('east');
  await center.site('west');
  const supervisor = await center.person('supervisor', 'supervisor', 'east');
  const western = await center.person('western', 'operations', 'west');
  const id = await campaign({ sites: ['east'] });
  const { body } = await center.admin.upload<ImportView>(id, list(5));
  for (const move of ['cancel', 'undo'] as const) {
    expect((await supervisor.call('POST', `/imports/${body.id}/${move}`)).status).toBe(403);
    expect((await western.call('POST', `/imports/${body.id}/${move}`)).status).toBe(404);
  }
  expect((await supervisor.call('GET', `/imports/${body.id}/undo`)).status).toBe(200);
  expect((await western.call('GET', `/imports/${body.id}/undo`)).status).toBe(404);
  expect((await western.call('POST', `/campaigns/${id}/imports/preview`)).status).toBe(404);
  expect(await leadsOf(id)).toBe(5);
});

test('an import is cancelled by way of the database, also by another controller, and one that nobody runs at once', async () => {
  const id = await campaign();
  const here = await waiting(id);
  await center.db.transaction().execute((trx) => campaigns.requestCancel(trx, here.view.id));
  await otherDesk().recover();
  expect(await here.upload.answer).toMatchObject({ body: { code: 'BL_IMPORT_CANCELLED' } });
  await reaches(here.view.id, 'cancelled');

  const read = { region: 'CN', dedupe: { scope: 'campaign' } } as const;
  const orphan = { campaign: id, file: 'x.csv', content: Readable.from([]), ...read };
  const view = await center.db.transaction().execute((trx) => otherDesk().begin(trx, orphan));
  await operations.call('POST', `/imports/${view.id}/cancel`);
  await reaches(view.id, 'cancelled');
});

test('of two lists that look for duplicates everywhere and are read at the same time, the one that ends last leaves out whom the other brought', async () => {
  const [first, second] = [await campaign(), await campaign()];
  const begin = async (id: string, content: Readable) => {
    const dedupe = { scope: 'system' } as const;
    const upload = { campaign: id, file: 'both.csv', content, region: 'CN', dedupe } as const;
    const view = await center.db.transaction().execute((trx) => otherDesk().begin(trx, upload));
    return otherDesk().run(view, upload);
  };
  // Numbers that no other test has: 900 of them in both lists.
  const rows = (from: number, to: number): string =>
    Array.from(
      { length: to - from },
      (_, i) => `1370077${String(from + i).padStart(4, '0')},Somebody\n`,
    ).join('');
  const slow = new PassThrough();
  slow.write(`phone,name\n${rows(0, 1000)}`);
  const slower = begin(first, slow);
  const quick = await begin(second, Readable.from([Buffer.from(`phone,name\n${rows(100, 1200)}`)]));
  expect(quick).toMatchObject({ imported: 1100, duplicates: 0 });
  slow.end(rows(1000, 1300));
  expect(await slower).toMatchObject({ rows: 1300, imported: 200, duplicates: 1100 });
  expect(await leadsOf(first)).toBe(200);
});

test('a cancel that races with the end of the import: it is either done and whole, or cancelled and gone', async () => {
  const ends = new Set<string>();
  for (let round = 0; round < 24; round++) {
    const id = await campaign();
    const desk = otherDesk();
    const content = Readable.from([Buffer.from(list(800))]);
    const read = { region: 'CN', dedupe: { scope: 'campaign' } } as const;
    const upload = { campaign: id, file: 'race.csv', content, bytesTotal: 1000, ...read };
    const view = await center.db.transaction().execute((trx) => desk.begin(trx, upload));
    const [ran, asked] = await Promise.allSettled([
      desk.run(view, upload),
      new Promise((resolve) => setTimeout(resolve, round * 12)).then(() =>
        center.db.transaction().execute((trx) => campaigns.requestCancel(trx, view.id)),
      ),
    ]);
    const { state } = await campaigns.findImport(center.db, view.id);
    ends.add(state);
    expect([state, await leadsOf(id)]).toEqual(ran.status === 'fulfilled' ? ['done', 800] : ['cancelled', 0]);
    expect(asked.status).toBe(state === 'done' ? 'rejected' : 'fulfilled');
  }
  expect([...ends].toSorted()).toEqual(['cancelled', 'done']);
});

test('two lists of two campaigns come in at once; a campaign takes one at a time, in or out', async () => {
  const [one, two] = [await campaign(), await campaign()];
  const slow = await waiting(one);
  expect((await center.admin.upload(two, list(300))).body).toMatchObject({ state: 'done', imported: 300 });
  expect(await center.admin.upload(one, list(300))).toMatchObject({
    status: 409,
    body: { code: 'BL_API_CONFLICT' },
  });
  slow.slow.end();
  expect(await slow.upload.answer).toMatchObject({ status: 201, body: { state: 'done', imported: 6000 } });

  const { id } = slow.view;
  const busy = await waiting(one, list(2000, 50_000));
  expect(await operations.call('POST', `/imports/${id}/undo`)).toMatchObject({
    status: 409,
    body: { code: 'BL_API_CONFLICT' },
  });
  await operations.call('POST', `/imports/${busy.view.id}/cancel`);
  await busy.upload.answer;
});

async function lend(db: Db, campaign: string, count: number): Promise<string[]> {
  const keys = await db
    .selectFrom('campaign_zones')
    .select('zone_key')
    .where('campaign', '=', campaign)
    .execute();
  return db.transaction().execute((trx) =>
    assignLeads(
      trx,
      {
        edge: 'box',
        site: 'site',
        campaign,
        settings: { ...defaultCampaign, window: always, attemptsCap: 4, leaseSeconds: 3600 },
        branch: { callerIds: [], emergencyNumbers: [] },
        cells: keys.map(({ zone_key }) => ({ key: zone_key, count })),
        epoch: newId(),
        now: Date.now() + 1000,
      },
      newId,
    ),
  );
}

test('an undo takes back what nobody has called, keeps and counts the rest, and the list can come again', async () => {
  const id = await campaign();
  const { body: view } = await center.admin.upload<ImportView>(id, list(500));
  await lend(center.db, id, 20);
  await sql`update leads set attempts = 1, last_attempt_at = 1, last_outcome = 'BUSY' where id in
    (select id from leads where campaign = ${id} and state = 'open' order by id limit 7)`.execute(center.db);
  await sql`update leads set state = 'finished', reason = 'answered', attempts = 1, last_attempt_at = 1 where id in
    (select id from leads where campaign = ${id} and state = 'open' and attempts = 0 order by id limit 3)`.execute(
    center.db,
  );
  // Closed by the do-not-call list, and called by nobody: what is on that list stays there.
  await sql`update leads set state = 'exhausted', reason = 'do-not-call' where id in
    (select id from leads where campaign = ${id} and state = 'open' and attempts = 0 order by id limit 2)`.execute(
    center.db,
  );
  const forecast = await operations.call('GET', `/imports/${view.id}/undo`);
  expect(forecast.body).toEqual({ takes: 470, listed: 2, lent: 20, worked: 10 });
  await operations.call('POST', `/imports/${view.id}/undo`);
  const undone = await reaches(view.id, 'undone');
  expect(undone).toMatchObject({ imported: 500, takenBack: 470, kept: { lent: 20, worked: 10 } });
  expect(await leadsOf(id)).toBe(30);
  expect((await center.admin.upload(id, list(500))).body).toMatchObject({ imported: 470, duplicates: 30 });

  // What was lent comes back unworked: a second undo takes it, too.
  await sql`update leads set state = 'open', lease = null where campaign = ${id} and lease is not null`.execute(
    center.db,
  );
  await operations.call('POST', `/imports/${view.id}/undo`);
  await until('the rest to be taken back', async () => {
    const { body } = await center.admin.call<ImportView>('GET', `/imports/${view.id}`);
    return body.state === 'undone' && body.takenBack === 490;
  });
  const audit = await center.admin.call<{ items: { detail: unknown }[] }>('GET', `/audit?target=${id}`);
  expect(audit.body.items.map(({ detail }) => detail)).toContainEqual({ import: view.id, move: 'undo' });
});

test('an undo that races with the planner: no lead is both taken back and lent', async () => {
  for (let round = 0; round < 4; round++) {
    const id = await campaign();
    const { body: view } = await center.admin.upload<ImportView>(id, list(12_000));
    const enough = new AbortController();
    const planners = [1, 2].map(async () => {
      while (!enough.signal.aborted) await lend(center.db, id, 40);
    });
    await until('the first leads to be lent', async () => (await lend(center.db, id, 1)).length > 0);
    await operations.call('POST', `/imports/${view.id}/undo`);
    // Another controller takes part.
    const other = otherDesk();
    other.undo(view.id);
    const undone = await reaches(view.id, 'undone');
    enough.abort();
    await Promise.all(planners);
    await other.stop();

    const { rows } = await sql<{ lent: number; missing: number; left: number; numbers: number }>`
      with lent as (
        select (lead->>'id')::uuid as id from leases, jsonb_array_elements(payload->'leads') as lead
        where campaign = ${id})
      select (select count(*) from lent) as lent,
        (select count(*) from lent where not exists (select from leads where leads.id = lent.id)) as missing,
        (select count(*) from leads where campaign = ${id}) as left,
        (select count(*) from leased_numbers n join leads l on l.id = n.lead where l.campaign = ${id}) as numbers`.execute(
      center.db,
    );
    const { lent = 0, missing, left, numbers } = rows[0] ?? {};
    expect({ missing, left, numbers }).toEqual({ missing: 0, left: lent, numbers: lent });
    expect(lent).toBeGreaterThan(0);
    expect(undone.takenBack).toBe(12_000 - lent);
    await sql`delete from leased_numbers`.execute(center.db);
  }
});

test('a preview says what a whole list would become, and keeps nothing', async () => {
  const id = await campaign();
  await center.admin.upload(id, 'phone\n13900000001\n');
  const form = new FormData();
  const rows = [
    '13900000001,known',
    '13900000002,new',
    '13900000002,twice',
    '12,short',
    '13900000003,too,many',
  ];
  form.append('file', new Blob([`手机,姓名\n${rows.join('\n')}\n`]), 'list.csv');
  const { status, body } = await operations.call<ImportPreview>(
    'POST',
    `/campaigns/${id}/imports/preview`,
    form,
  );
  expect(status).toBe(200);
  expect(body).toMatchObject({
    columns: ['手机', '姓名'],
    phones: ['手机'],
    fields: [{ column: '姓名', name: 'name' }],
    rows: 5,
    complete: true,
    leads: 3,
    duplicates: 2,
    rejected: 2,
  });
  expect(body.samples.map(({ row, number, problem }) => [row, number ?? problem])).toEqual([
    [1, '+8613900000001'],
    [2, '+8613900000002'],
    [3, '+8613900000002'],
    [4, expect.stringContaining('is not a phone number')],
    [5, 'it has 3 cells, the heading has 2'],
  ]);
  const big = new FormData();
  big.append('file', new Blob([list(50_000)]), 'big.csv');
  const first = await operations.call<ImportPreview>('POST', `/campaigns/${id}/imports/preview`, big);
  expect(first.body).toMatchObject({ rows: 50_000, complete: true, leads: 50_000, duplicates: 1 });
  expect(await leadsOf(id)).toBe(1);
  const { body: left } = await center.admin.call<{ items: ImportView[] }>('GET', `/campaigns/${id}/imports`);
  expect(left.items).toHaveLength(1);
});
