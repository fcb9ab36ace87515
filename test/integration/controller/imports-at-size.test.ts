import { get } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CampaignView, ImportView } from '@branchline/shared';
import { leadList } from '../../support/lead-list.ts';
import { uploadList, type UploadAnswer } from '../../support/list-upload.ts';
import { startProgram, type Program } from '../../support/processes.ts';
import { watchMemory } from '../../support/process-memory.ts';
import { temporaryFolder } from '../stores/support.ts';
import { signIn, until, type Person } from './center.ts';

/** What a list may add to the controller's memory, whatever its size, MB. */
const memoryLimit = 150;
const rows = 150_000;

let folder: ReturnType<typeof temporaryFolder>;
let program: Program;
let url: string;
let admin: Person;
let password: string;

async function start(): Promise<void> {
  const home = join(folder.path, 'center');
  const args = ['--home', home, '--port', '0', '--edge-port', '0', '--mqtt-port', '0'];
  const main = join(import.meta.dirname, '../../../controller/src/main.ts');
  program = startProgram(main, args, join(folder.path, 'center.log'), {
    BRANCHLINE_REQUESTS_PER_MINUTE: '1000000',
  });
  const ready = (await program.ready) as { http: string; admin?: { password: string } };
  url = ready.http;
  password = ready.admin?.password ?? password;
  admin = await signIn(url, 'admin', password);
}

beforeAll(async () => {
  folder = temporaryFolder('imports');
  await start();
});
afterAll(async () => {
  await program.stop();
  folder[Symbol.dispose]();
});

async function campaign(): Promise<string> {
  return (await admin.call<CampaignView>('POST', '/campaigns', { name: 'size' })).body.id;
}

/** The upload's answer, and by how many MB the controller grew meanwhile. */
async function send(
  id: string,
  content: Iterable<Buffer>,
): Promise<UploadAnswer & { body: Record<string, unknown>; grown: number }> {
  const memory = watchMemory(program.child.pid ?? 0);
  const answer = await uploadList(url, admin.cookie, id, content).answer;
  return { ...answer, body: answer.body as Record<string, unknown>, grown: await memory.stop() };
}

/** What the live feed tells about imports, with the time at which it came. */
function listen(): { readonly told: { at: number; view: ImportView }[]; stop(): void } {
  const told: { at: number; view: ImportView }[] = [];
  const call = get(`${url}/api/v1/feed`, { headers: { cookie: admin.cookie } }, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (piece: string) => {
      const events = (text + piece).split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const data = /^event: import$/m.test(event) && /^data: (.*)$/m.exec(event)?.[1];
        if (data) told.push({ at: performance.now(), view: JSON.parse(data) as ImportView });
      }
    });
    response.on('error', () => undefined);
  });
  call.on('error', () => undefined);
  return { told, stop: () => call.destroy() };
}

let imported: ImportView;

test('a big list is read in bounded memory and tells about twice a second how far it is', async () => {
  const id = await campaign();
  const feed = listen();
  const { status, body, grown } = await send(id, leadList(rows, { wrong: 0.01 }));
  feed.stop();
  expect([status, body['code']]).toEqual([201, undefined]);
  imported = body as unknown as ImportView;
  expect(imported.state).toBe('done');
  expect(imported.rows).toBe(rows);
  expect(imported.imported + imported.duplicates + imported.rejected).toBe(rows);
  expect(imported.errorsKept).toBe(imported.rejected);
  expect(grown).toBeLessThan(memoryLimit);

  const running = feed.told.filter(({ view }) => view.state === 'running');
  const gaps = running.slice(1).map(({ at }, i) => at - (running[i]?.at ?? 0));
  expect(gaps.length).toBeGreaterThan(3);
  expect(gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)]).toBeLessThan(600);
  const bytes = running.map(({ view }) => view.bytesRead);
  expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
  expect(new Set(bytes).size).toBeGreaterThan(3);
});

test('a controller killed in the middle of an undo goes on with it by itself, and the list can come again whole', async () => {
  const { id, campaign: of } = imported;
  expect((await admin.call('GET', `/imports/${id}/undo`)).body).toEqual({
    takes: imported.imported,
    listed: 0,
    lent: 0,
    worked: 0,
  });
  expect((await admin.call<ImportView>('POST', `/imports/${id}/undo`)).body.state).toBe('undoing');
  const midway = await until('the undo to be on its way', async () => {
    const { body } = await admin.call<ImportView>('GET', `/imports/${id}`);
    return body.takenBack > 0 ? body : undefined;
  });
  await program.kill();
  expect([midway.state, midway.takenBack < imported.imported]).toEqual(['undoing', true]);

  await start();
  const undone = await until(
    'the undo to go on',
    async () => {
      const { body } = await admin.call<ImportView>('GET', `/imports/${id}`);
      return body.state === 'undone' ? body : undefined;
    },
    60_000,
  );
  expect(undone).toMatchObject({ takenBack: imported.imported, kept: { lent: 0, worked: 0 } });
  expect((await admin.call<CampaignView>('GET', `/campaigns/${of}`)).body.leads.total).toBe(0);
  const again = await send(of, leadList(5000));
  expect(again.body).toMatchObject({ state: 'done', duplicates: 0 });
});

test('of very many rejected rows the first are kept, all are counted, and the file of them streams', async () => {
  const id = await campaign();
  const { body, grown } = await send(id, leadList(130_000, { wrong: 1 }));
  expect(body).toMatchObject({ state: 'done', imported: 0, rejected: 130_000, errorsKept: 100_000 });
  expect(grown).toBeLessThan(memoryLimit);
  const memory = watchMemory(program.child.pid ?? 0);
  const file = await admin.call<string>('GET', `/imports/${String(body['id'])}/errors`);
  expect(file.body.split('\r\n')).toHaveLength(100_000 + 2);
  expect(await memory.stop()).toBeLessThan(memoryLimit);
});

function* pieces(mebibytes: number, piece: string, first = ''): Generator<Buffer> {
  yield Buffer.from(first);
  const block = Buffer.from(piece.repeat(Math.ceil((1024 * 1024) / piece.length)));
  for (let i = 0; i < mebibytes; i++) yield block;
}

test.each([
  ['one endless line', () => pieces(100, 'x'), 'BL_IMPORT_TOO_LARGE'],
  ['one endless line of cells', () => pieces(100, 'x,', 'phone\n'), 'BL_IMPORT_TOO_LARGE'],
  ['a quote that is never closed', () => pieces(100, 'line\n', 'phone,name\n1,"'), 'BL_IMPORT_SYNTAX'],
  ['nothing but zeros', () => pieces(100, '\0'), 'BL_IMPORT_ENCODING'],
  [
    'zeros far down',
    () => pieces(2, '1,\0,\n', `phone\n${'13900000001\n'.repeat(50_000)}`),
    'BL_IMPORT_ENCODING',
  ],
  ['lines without a heading', () => pieces(100, 'junk\n'), 'BL_IMPORT_COLUMNS'],
  ['empty lines', () => pieces(40, '\n'), 'BL_IMPORT_COLUMNS'],
])('%s is refused, leaves nothing and fills no memory', async (_, content, code) => {
  const id = await campaign();
  const { status, body, grown } = await send(id, content());
  expect([status >= 400 && status < 500, body['code']]).toEqual([true, code]);
  expect(grown).toBeLessThan(memoryLimit);
  expect((await admin.call<CampaignView>('GET', `/campaigns/${id}`)).body.leads.total).toBe(0);
  const { body: left } = await admin.call<{ items: ImportView[] }>('GET', `/campaigns/${id}/imports`);
  expect(left.items.map(({ state, error }) => [state, error?.code])).toEqual([['failed', code]]);
});
