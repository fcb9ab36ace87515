import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CampaignView, ImportPreview, ImportView, RejectedRows } from '@branchline/shared';
import { Center, signIn, until, type Answer, type Person } from './center.ts';

let center: Center;

beforeAll(async () => {
  center = await Center.start();
});
afterAll(() => center[Symbol.asyncDispose]());

async function campaign(person: Person = center.admin, settings: object = {}): Promise<string> {
  return (await person.call<CampaignView>('POST', '/campaigns', { name: 'import', ...settings })).body.id;
}

async function total(id: string): Promise<number> {
  return (await center.admin.call<CampaignView>('GET', `/campaigns/${id}`)).body.leads.total;
}

/** The answer to a list that must be refused, and proof that it left nothing behind. */
async function refusal(
  content: string | Uint8Array,
  mapping?: unknown,
): Promise<Answer<Record<string, unknown>>> {
  const id = await campaign();
  const answer = await center.admin.upload(id, content, mapping);
  expect(await total(id)).toBe(0);
  const { body } = await center.admin.call<{ items: ImportView[] }>('GET', `/campaigns/${id}/imports`);
  const left = body.items.map(({ state, imported, error }) => ({ state, imported, code: error?.code }));
  expect(left).toEqual([{ state: 'failed', imported: 0, code: answer.body['code'] }]);
  return answer;
}

test('a list with a byte order mark, quotes, semicolons and Chinese headings is imported with its columns as fields', async () => {
  const id = await campaign();
  const content =
    '\uFEFF姓名;手机;城市;备注\n张三;139 0000 0001;上海;"说 ""你好""; 再见"\n李四;+86 139-0000-0002;北京;\n';
  expect((await center.admin.upload(id, content)).body).toMatchObject({
    state: 'done',
    rows: 2,
    imported: 2,
    rejected: 0,
  });
  const rows = await center.db
    .selectFrom('leads')
    .select(['first_number', 'fields', 'zone_key'])
    .where('campaign', '=', id)
    .orderBy('first_number')
    .execute();
  expect(rows).toEqual([
    {
      first_number: '+8613900000001',
      fields: { name: '张三', 城市: '上海', 备注: '说 "你好"; 再见' },
      zone_key: expect.stringContaining('Asia/') as string,
    },
    {
      first_number: '+8613900000002',
      fields: { name: '李四', 城市: '北京' },
      zone_key: expect.stringContaining('Asia/') as string,
    },
  ]);
});

test('several numbers, a zone, and duplicates within the list and against earlier ones', async () => {
  const id = await campaign();
  const content =
    'Phone1,phone2,Zone\n13900000001,13900000002,Asia/Tokyo\n+8613900000001,,\n13900000003,13900000003,\n';
  expect((await center.admin.upload(id, content)).body).toMatchObject({ imported: 2, duplicates: 1 });
  expect((await center.admin.upload(id, content)).body).toMatchObject({ imported: 0, duplicates: 3 });
  const [first] = await center.db
    .selectFrom('leads')
    .select('numbers')
    .where('campaign', '=', id)
    .orderBy('first_number')
    .execute();
  expect(first?.numbers).toEqual([
    { number: '+8613900000001', zones: ['Asia/Tokyo'] },
    { number: '+8613900000002', zones: ['Asia/Tokyo'] },
  ]);
});

test('rows that do not fit are left out and come back as a list with their reasons', async () => {
  const id = await campaign();
  const content =
    'phone,name\n13900000001,good\n12,"bad, number"\n,none\n13900000002,too,many\n13900000003,=cmd()\n';
  const { body } = await center.admin.upload<ImportView>(id, content);
  expect(body).toMatchObject({ state: 'done', rows: 5, imported: 2, rejected: 3 });
  const errors = await center.admin.call<string>('GET', `/imports/${body.id}/errors`);
  const lines = errors.body.split('\r\n');
  // `fetch` takes the byte order mark off.
  expect(lines[0]).toBe('phone,name,reason');
  expect(lines[1]).toMatch(/^12,"bad, number",.*is not a phone number/);
  expect(lines[2]).toMatch(/^,none,it has no phone number$/);
  expect(lines[3]).toMatch(/^13900000002,too,"it has 3 cells, the heading has 2"$/);
  // The same rows page by page, for the console.
  const first = await center.admin.call<RejectedRows>('GET', `/imports/${body.id}/rejected?limit=2`);
  expect(first.body).toMatchObject({
    header: ['phone', 'name'],
    items: [
      { row: 2, cells: ['12', 'bad, number'], reason: expect.stringContaining('is not a phone number') },
      { row: 3, cells: ['', 'none'], reason: 'it has no phone number' },
    ],
  });
  const rest = await center.admin.call<RejectedRows>(
    'GET',
    `/imports/${body.id}/rejected?limit=2&cursor=${first.body.next}`,
  );
  expect(rest.body).toMatchObject({ items: [{ row: 4 }] });
  expect(rest.body.next).toBeUndefined();
});

test('a mapping names the columns that no heading gives away', async () => {
  const id = await campaign();
  const done = await center.admin.upload(id, 'contact,who\n13900000001,Ann\n', {
    phones: ['Contact'],
    name: 'who',
  });
  expect(done.body).toMatchObject({ imported: 1 });
  expect(await refusal('contact,who\n13900000001,Ann\n', { phones: ['nothing'] })).toMatchObject({
    status: 400,
    body: { code: 'BL_IMPORT_COLUMNS' },
  });
});

test('a wrong encoding is refused with the position of the first wrong byte', async () => {
  const gbk = Buffer.concat([
    Buffer.from('phone,name\n13900000001,'),
    Buffer.from([0xd5, 0xc5, 0xc8, 0xfd]),
    Buffer.from('\n'),
  ]);
  const answer = await refusal(gbk);
  expect(answer).toMatchObject({ status: 400, body: { code: 'BL_IMPORT_ENCODING' } });
  expect(answer.body['message']).toContain('position 23');
  expect((await refusal(Buffer.from('\uFEFFphone\n13900000001\n', 'utf16le'))).body).toMatchObject({
    code: 'BL_IMPORT_ENCODING',
  });
});

test('wrong columns are refused and the columns that are there are named', async () => {
  const answer = await refusal('name,city\nAnn,Rome\n');
  expect(answer).toMatchObject({ status: 400, body: { code: 'BL_IMPORT_COLUMNS' } });
  expect(answer.body['message']).toContain('name, city');
  expect((await refusal('')).body).toMatchObject({ code: 'BL_IMPORT_COLUMNS' });
});

test('broken quotes are refused with their line, in a small list and far down in a big one', async () => {
  const small = await refusal('phone,name\n13900000001,"open\n13900000002,x\n');
  expect(small).toMatchObject({ status: 400, body: { code: 'BL_IMPORT_SYNTAX' } });
  const stray = await refusal('phone,name\n13900000001,fine\n13900000002,a"b\n');
  expect(stray).toMatchObject({ status: 400, body: { code: 'BL_IMPORT_SYNTAX' } });
  expect(stray.body['message']).toContain('Line 3');
  const rows = Array.from(
    { length: 30_000 },
    (_, i) => `139${String(i).padStart(8, '0')},person ${i} with a name that is long enough`,
  );
  rows[5000] = '13900099999,"never closed';
  expect((await refusal(`phone,name\n${rows.join('\n')}\n`)).body).toMatchObject({
    code: 'BL_IMPORT_SYNTAX',
  });
});

test('a line of 10 MB is refused by its number and does not fill the memory', async () => {
  const before = process.memoryUsage().rss;
  const answer = await refusal(`phone,name\n13900000001,${'x'.repeat(10 * 1024 * 1024)}\n`);
  expect(answer).toMatchObject({ status: 413, body: { code: 'BL_IMPORT_TOO_LARGE' } });
  expect(answer.body['message']).toContain('Line 2');
  expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
});

test('an upload without a file, or that is no upload, is refused', async () => {
  const id = await campaign();
  expect(await center.admin.call('POST', `/campaigns/${id}/imports`, { file: 'x' })).toMatchObject({
    status: 400,
    body: { code: 'BL_API_INVALID' },
  });
  expect(await center.admin.call('POST', `/campaigns/${id}/imports`, new FormData())).toMatchObject({
    status: 400,
    body: { code: 'BL_API_INVALID' },
  });
});

/** Sends the beginning of a list and then nothing more. */
function beginUpload(url: string, cookie: string, id: string, rows: number) {
  const call = request(`${url}/api/v1/campaigns/${id}/imports`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'multipart/form-data; boundary=edge' },
  });
  call.on('error', () => undefined);
  call.write(
    '--edge\r\ncontent-disposition: form-data; name="file"; filename="slow.csv"\r\ncontent-type: text/csv\r\n\r\nphone,name\n',
  );
  for (let i = 0; i < rows; i++) call.write(`139${String(i).padStart(8, '0')},somebody\n`);
  return call;
}

async function running(person: Person, id: string): Promise<ImportView> {
  return until('the import to be on its way', async () => {
    const { body } = await person.call<{ items: ImportView[] }>('GET', `/campaigns/${id}/imports`);
    return body.items.find((view) => view.rows >= 4000 || view.state !== 'running');
  });
}

test('progress can be read while an import runs, a second one is refused, and a closed browser leaves nothing behind', async () => {
  const id = await campaign();
  const call = beginUpload(center.controller.httpUrl, center.admin.cookie, id, 5000);
  const view = await running(center.admin, id);
  expect(view).toMatchObject({ state: 'running', file: 'slow.csv' });
  expect(view.bytesRead).toBeGreaterThan(50_000);
  expect(await total(id)).toBe(0);
  expect(await center.admin.upload(id, 'phone\n13900000001\n')).toMatchObject({
    status: 409,
    body: { code: 'BL_API_CONFLICT' },
  });
  call.destroy();
  const failed = await until('the import to fail', async () => {
    const { body } = await center.admin.call<ImportView>('GET', `/imports/${view.id}`);
    return body.state === 'failed' ? body : undefined;
  });
  expect(failed.error).toMatchObject({ code: 'BL_IMPORT_INTERRUPTED' });
  expect(await total(id)).toBe(0);
  expect((await center.admin.upload(id, 'phone\n13900000001\n')).body).toMatchObject({ imported: 1 });
});

interface Announcement {
  http: string;
  admin?: { name: string; password: string };
}

async function startProgram(home: string): Promise<{ child: ChildProcess; said: Announcement }> {
  const program = fileURLToPath(new URL('../../../controller/src/main.ts', import.meta.url));
  const child = fork(program, ['--home', home, '--port', '0', '--edge-port', '0', '--mqtt-port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    execArgv: [],
  });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, said: JSON.parse(line.toString()) as Announcement };
}

test('a controller that is killed in the middle of an import marks it failed at its next start, and nothing of it is left', async () => {
  const home = mkdtempSync(join(tmpdir(), 'branchline-killed-'));
  const first = await startProgram(home);
  try {
    const { name, password } = first.said.admin!;
    const person = await signIn(first.said.http, name, password);
    const id = await campaign(person);
    beginUpload(first.said.http, person.cookie, id, 5000);
    const view = await running(person, id);
    expect(view.state).toBe('running');
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');

    const second = await startProgram(home);
    try {
      expect(second.said.admin).toBeUndefined();
      const again = await signIn(second.said.http, name, password);
      const failed = await again.call<ImportView>('GET', `/imports/${view.id}`);
      expect(failed.body).toMatchObject({
        state: 'failed',
        imported: 0,
        error: { code: 'BL_IMPORT_INTERRUPTED' },
      });
      expect((await again.call<CampaignView>('GET', `/campaigns/${id}`)).body.leads.total).toBe(0);
    } finally {
      // Asked by its parent's going away, as in a demonstration that is killed.
      second.child.disconnect();
      const [code] = (await once(second.child, 'exit')) as [number];
      expect(code).toBe(0);
    }
  } finally {
    first.child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
});

test('a list that VICIdial exported goes on where it was: calls made count, what is done stays done, who said no is listed', async () => {
  const id = await campaign(center.admin, { attemptsCap: 3, region: 'CN' });
  const header = 'vendor_lead_code,list_id,phone_code,phone_number,first_name,status,called_count';
  const rows = [
    ',7,86,13911110001,New,NEW,0',
    ',7,86,13911110002,Again,NA,2',
    ',7,86,13911110003,Often,B,3',
    ',7,86,13911110004,Sold,SALE,1',
    ',7,86,13911110005,No,DNC,1',
    ',7,86,13911110006,Own,HOTLED,1',
  ];
  const content = `${[header, ...rows].join('\n')}\n`;
  const form = new FormData();
  form.append('file', new Blob([content], { type: 'text/csv' }), 'list.csv');
  const preview = await center.admin.call<ImportPreview>('POST', `/campaigns/${id}/imports/preview`, form);
  expect(preview.body).toMatchObject({
    standings: { open: 3, finished: 1, exhausted: 0, 'do-not-call': 1 },
    rejected: 1,
  });
  const done = await center.admin.upload<ImportView>(id, content);
  expect(done.body).toMatchObject({ state: 'done', imported: 5, rejected: 1 });
  const leads = await center.db
    .selectFrom('leads')
    .select(['state', 'attempts', 'reason'])
    .where('campaign', '=', id)
    .orderBy('first_number')
    .execute();
  expect(leads).toEqual([
    { state: 'open', attempts: 0, reason: null },
    { state: 'open', attempts: 2, reason: null },
    { state: 'exhausted', attempts: 3, reason: 'attempts cap' },
    { state: 'finished', attempts: 1, reason: 'done elsewhere' },
    { state: 'exhausted', attempts: 1, reason: 'do-not-call' },
  ]);
  const listed = await center.admin.call<{ items: { number: string }[] }>(
    'GET',
    '/dnc?number=%2B8613911110005',
  );
  expect(JSON.stringify(listed.body)).toContain('+8613911110005');
  await center.admin.call('POST', `/imports/${done.body.id}/undo`);
  await until('the list is taken back', async () => (await total(id)) === 0);
  const still = await center.admin.call('GET', '/dnc?number=%2B8613911110005');
  expect(JSON.stringify(still.body)).toContain('+8613911110005');
});
