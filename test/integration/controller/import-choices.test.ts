import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CampaignView, ImportPreview, ImportView, ListPenetration } from '@branchline/shared';
import { Center, type Answer } from './center.ts';

let center: Center;

beforeAll(async () => {
  center = await Center.start();
});
afterAll(() => center[Symbol.asyncDispose]());

async function campaign(): Promise<string> {
  return (await center.admin.call<CampaignView>('POST', '/campaigns', { name: 'choices' })).body.id;
}

function send<T>(id: string, content: string, parts: object = {}, path = 'imports'): Promise<Answer<T>> {
  const form = new FormData();
  for (const [name, value] of Object.entries(parts)) form.append(name, JSON.stringify(value));
  form.append('file', new Blob([content], { type: 'text/csv' }), 'list.csv');
  return center.admin.call<T>('POST', `/campaigns/${id}/${path}`, form);
}

const list = (...numbers: number[]): string =>
  `phone,name\n${numbers.map((n) => `1390000${String(n).padStart(4, '0')},Person ${n}\n`).join('')}`;

test('duplicates are looked for in the list, the campaign or everywhere, and only as far back as was said', async () => {
  const [one, other] = [await campaign(), await campaign()];
  await send(one, list(1, 2, 3));
  const counts = async (id: string, content: string, dedupe?: object) => {
    const parts = dedupe ? { dedupe } : {};
    // The preview says the same as the import that follows.
    const { body: said } = await send<ImportPreview>(id, content, parts, 'imports/preview');
    const { body } = await send<ImportView>(id, content, parts);
    expect(said.duplicates).toBe(body.duplicates);
    return [body.imported, body.duplicates];
  };
  expect(await counts(one, list(3, 4))).toEqual([1, 1]);
  expect(await counts(one, list(3, 3, 4), { scope: 'list' })).toEqual([2, 1]);
  expect(await counts(other, list(1, 9))).toEqual([2, 0]);
  expect(await counts(other, list(2, 9, 10), { scope: 'system' })).toEqual([1, 2]);
  const old = Date.now() - 10 * 86_400_000;
  await center.db.updateTable('leads').set({ created_at: old }).where('campaign', '=', one).execute();
  expect(await counts(other, list(4, 10), { scope: 'system', days: 9 })).toEqual([1, 1]);
  expect(await counts(other, list(3), { scope: 'system', days: 11 })).toEqual([0, 1]);
  const refused = await send<{ code: string; place: string }>(one, list(5), { dedupe: { scope: 'world' } });
  expect(refused).toMatchObject({ status: 400, body: { code: 'BL_API_INVALID' } });
});

test('what was said about the columns is offered for the next list with these headings, and for no other', async () => {
  const id = await campaign();
  const content = 'Kontakt,Wer,Wichtig\n13900002001,Anna,90\n13900002002,Bert,\n';
  const mapping = { phones: ['Kontakt'], name: 'Wer', priority: 'Wichtig' };
  const unread = { columns: ['Kontakt', 'Wer', 'Wichtig'], phones: [], leads: 0, rejected: 2 };
  expect((await send(id, content, {}, 'imports/preview')).body).toMatchObject(unread);
  expect((await send(id, content, { mapping })).body).toMatchObject({ imported: 2 });
  const leads = await center.db
    .selectFrom('leads')
    .select(['fields', 'priority'])
    .where('campaign', '=', id)
    .orderBy('first_number')
    .execute();
  expect(leads).toEqual([
    { fields: { name: 'Anna' }, priority: 90 },
    { fields: { name: 'Bert' }, priority: 50 },
  ]);
  const again = await send<ImportPreview>(id, content.toUpperCase(), {}, 'imports/preview');
  expect(again.body).toMatchObject({
    remembered: mapping,
    phones: ['KONTAKT'],
    priority: 'WICHTIG',
    duplicates: 2,
  });
  const different = await send(id, content.replace('Wer', 'Wen'), {}, 'imports/preview');
  expect(different.body).toMatchObject({ phones: [], rejected: 2 });
  expect((await send(id, content)).body).toMatchObject({ code: 'BL_IMPORT_COLUMNS' });
  const bad = await send<ImportView>(id, 'phone,priority\n13900002003,101\n');
  expect(bad.body).toMatchObject({ imported: 0, rejected: 1 });
});

test('a list has a weight that may be changed, and the schema keeps it within bounds', async () => {
  const id = await campaign();
  const { body } = await send<ImportView>(id, list(31));
  expect((await center.admin.call('PATCH', `/imports/${body.id}`, { weight: 101 })).status).toBe(400);
  expect((await center.admin.call('PATCH', `/imports/${body.id}`, { weight: 7 })).status).toBe(200);
  const { items } = (await center.admin.call<ListPenetration>('GET', `/campaigns/${id}/penetration`)).body;
  expect(items).toMatchObject([{ import: body.id, weight: 7 }]);
  const changed = await center.admin.call('PATCH', `/campaigns/${id}`, {
    quotas: [{ disposition: 'nonsense', leads: 5 }],
    filter: [],
  });
  expect(changed).toMatchObject({
    status: 400,
    body: { code: 'BL_API_INVALID', place: '/quotas/0/disposition' },
  });
  const filter = [{ field: 'age', compare: '>', values: ['old'] }];
  expect(await center.admin.call('PATCH', `/campaigns/${id}`, { filter })).toMatchObject({
    status: 400,
    body: { place: '/filter/0/values' },
  });
});
