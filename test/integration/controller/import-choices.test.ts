import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ownCallbackMs,
  type AuditEntry,
  type CampaignView,
  type ImportPreview,
  type ImportView,
  type LeadView,
  type ListPenetration,
} from '@branchline/shared';
import { branchPlan, Center, type Answer } from './center.ts';

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

const phone = (n: number): string => `1380000${String(n).padStart(4, '0')}`;
const sheet = (rows: readonly (readonly number[])[]): string =>
  `phone,phone2,phone3\n${rows.map((row) => [0, 1, 2].map((i) => (row[i] === undefined ? '' : phone(row[i]))).join(',')).join('\n')}\n`;

test('people are the same by any of their numbers, and a dry run counts as the import does', async () => {
  const row = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 3 });
  const scope = fc.constantFrom('list' as const, 'campaign' as const, 'system' as const);
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 15 }),
      fc.array(row, { minLength: 1, maxLength: 15 }),
      fc.array(row, { minLength: 1, maxLength: 40 }),
      scope,
      async (elsewhere, before, rows, where) => {
        await center.db.deleteFrom('leads').execute();
        const [other, id] = [await campaign(), await campaign()];
        await send(other, sheet(elsewhere));
        await send(id, sheet(before), { dedupe: { scope: 'list' } });
        // By hand: a row is taken unless one of its numbers belongs to somebody who is there.
        const take = (list: readonly (readonly number[])[], there: Set<number>): number =>
          list.filter((numbers) => {
            if (numbers.some((n) => there.has(n))) return false;
            for (const n of numbers) there.add(n);
            return true;
          }).length;
        const [far, near] = [new Set<number>(), new Set<number>()];
        take(elsewhere, far);
        take(before, near);
        const there = new Set([...(where === 'list' ? [] : near), ...(where === 'system' ? far : [])]);
        const imported = take(rows, there);
        const parts = { dedupe: { scope: where } };
        const { body: said } = await send<ImportPreview>(id, sheet(rows), parts, 'imports/preview');
        const { body: done } = await send<ImportView>(id, sheet(rows), parts);
        expect(done).toMatchObject({ rows: rows.length, imported, duplicates: rows.length - imported });
        expect([said.rows, said.leads - said.duplicates, said.duplicates, said.rejected]).toEqual([
          done.rows,
          done.imported,
          done.duplicates,
          done.rejected,
        ]);
      },
    ),
    { numRuns: 12 },
  );
});

test('a dry run reads a list of several batches to its end, as the import does, and keeps nothing', async () => {
  const id = await campaign();
  await send(id, sheet([[1, 2]]));
  const rows = Array.from({ length: 9500 }, (_, i) => {
    if (i === 9000) return '13700000000,,wrong';
    // Its second number is the first of a row in another batch; the last is known from another list.
    if (i === 9100) return '13600000001,13700000007,';
    if (i === 9499) return `13600000002,,${phone(2)}`;
    return `137${String(i).padStart(8, '0')},,`;
  });
  const content = `phone,phone2,phone3\n${rows.join('\n')}\n`;
  expect(content.length).toBeLessThan(256 * 1024);
  const expected = { rows: 9500, duplicates: 2, rejected: 1 };
  for (const text of [content, content + '\n'.repeat(256 * 1024)]) {
    const { body } = await send<ImportPreview>(id, text, {}, 'imports/preview');
    expect(body).toMatchObject({
      ...expected,
      complete: true,
      leads: 9499,
      phones: ['phone', 'phone2', 'phone3'],
    });
    expect(body.samples.map((sample) => sample.row).slice(-1)).toEqual([9001]);
  }
  expect((await send<ImportView>(id, content)).body).toMatchObject({ ...expected, imported: 9497 });
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
  // The whole list is asked about in the reading thread, too.
  const long = await send<ImportPreview>(id, content + '\n'.repeat(256 * 1024), {}, 'imports/preview');
  expect(long.body).toMatchObject({ remembered: mapping, rows: 2, duplicates: 2 });
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

test('how far a campaign has come with each of its lists is what the rows of its leads say', async () => {
  const id = await campaign();
  const numbers = (from: number, count: number): number[] =>
    Array.from({ length: count }, (_, i) => from + i);
  const first = await send<ImportView>(id, list(...numbers(5000, 40)));
  const second = await send<ImportView>(id, list(...numbers(6000, 25)));
  const states = ['open', 'finished', 'open', 'exhausted', 'open'] as const;
  const before = await center.db.selectFrom('leads').select('id').where('campaign', '=', id).execute();
  for (const [i, lead] of before.entries())
    await center.db
      .updateTable('leads')
      .set({ state: states[i % 5]!, last_attempt_at: i % 3 === 0 ? null : Date.now() })
      .where('id', '=', lead.id)
      .execute();
  const rows = await center.db
    .selectFrom('leads')
    .select(['import', 'state', 'last_attempt_at'])
    .where('campaign', '=', id)
    .execute();
  const { items } = (await center.admin.call<ListPenetration>('GET', `/campaigns/${id}/penetration`)).body;
  expect(items.map(({ import: list, leads, touched, done }) => ({ list, leads, touched, done }))).toEqual(
    // The newest first.
    [second.body.id, first.body.id].map((list) => {
      const own = rows.filter((row) => row.import === list);
      return {
        list,
        leads: own.length,
        touched: own.filter((row) => row.last_attempt_at !== null).length,
        done: own.filter(({ state }) => state === 'finished' || state === 'exhausted').length,
      };
    }),
  );
  for (const { leads, touched, done } of items)
    expect(0 < done && done < touched && touched < leads).toBe(true);
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

test('a list of VICIdial brings its callbacks, ranks and own statuses, and who refused one campaign is refused to that one alone', async () => {
  await center.site('here');
  await center.enrol('here', 'here-1');
  const plan = branchPlan();
  await center.admin.call('PUT', '/edges/here-1/plan', plan);
  const agent = plan.agents[0]!.id;
  const id = await campaign();
  // The columns of vicidial_list, with those of vicidial_callbacks beside them.
  const header =
    'lead_id,entry_date,status,user,list_id,phone_code,phone_number,first_name,called_count,rank,owner,callback_time,recipient';
  const when = '2030-01-02 10:00:00';
  const at = Date.parse('2030-01-02T15:00:00Z');
  const rows = [
    `1,,CALLBK,${agent.toUpperCase()},7,86,13911120001,Own,1,0,,${when},USERONLY`,
    `2,,CALLBK,${agent},7,86,13911120002,Anyone,1,99,,${when},ANYONE`,
    `3,,CALLBK,,7,86,13911120003,Owner,1,0,${agent},${when},`,
    `4,,CALLBK,nobody,7,86,13911120004,Left,1,0,,${when},USERONLY`,
    `5,,HOTLED,${agent},7,86,13911120005,Hot,1,-99,,,`,
    `6,,LEGAL,,7,86,13911120006,Legal,1,0,,,`,
    `7,,DNCC,,7,86,13911120007,Here,1,0,,,`,
    `8,,OTHER,,7,86,13911120008,Unknown,1,0,,,`,
  ];
  const content = `${header}\n${rows.join('\n')}\n`;
  const table =
    'status,status_name,selectable,campaign_id,human_answered,category,sale,dnc,customer_contact,not_interested,unworkable,scheduled_callback,completed\n' +
    'HOTLED,Hot,Y,TEST,Y,UNDEFINED,N,N,Y,N,N,N,N\nLEGAL,Lawyer,Y,TEST,Y,UNDEFINED,N,Y,Y,N,N,N,N\n';
  const sent = <T>(path: string, mapping: object): Promise<Answer<T>> => {
    const form = new FormData();
    form.append('mapping', JSON.stringify(mapping));
    form.append('statuses', table);
    form.append('file', new Blob([content], { type: 'text/csv' }), 'list.csv');
    return center.admin.call<T>('POST', `/campaigns/${id}/${path}`, form);
  };
  const mapping = { callbackZone: 'America/New_York' };
  expect(await sent('imports', { callbackZone: 'Mars/Olympus' })).toMatchObject({
    status: 400,
    body: { place: '/mapping/callbackZone' },
  });
  const { body: said } = await sent<ImportPreview>('imports/preview', mapping);
  expect(said).toMatchObject({ leads: 7, rejected: 1, unknownStatuses: ['OTHER'] });
  expect((await sent<ImportView>('imports', mapping)).body).toMatchObject({ imported: 7, rejected: 1 });
  const leads = await center.db
    .selectFrom('leads')
    .select(['state', 'priority', 'callback_at', 'callback_edge', 'callback_agent', 'due_at'])
    .where('campaign', '=', id)
    .orderBy('first_number')
    .execute();
  const anyone = { state: 'open', callback_at: at, callback_edge: null, callback_agent: null, due_at: at };
  const own = { ...anyone, callback_edge: 'here-1', callback_agent: agent, due_at: at + ownCallbackMs };
  expect(leads).toMatchObject([
    { ...own, priority: 50 },
    { ...anyone, priority: 100 },
    own,
    anyone,
    { state: 'open', priority: 0, callback_at: null },
    { state: 'exhausted' },
    { state: 'exhausted' },
  ]);
  const listed = await center.db
    .selectFrom('do_not_call')
    .select(['number', 'scope'])
    .where('number', 'like', '+861391112%')
    .orderBy('number')
    .execute();
  expect(listed).toEqual([
    { number: '+8613911120006', scope: '*' },
    { number: '+8613911120007', scope: id },
  ]);
});

test('one lead or all that fit a filter are given a priority, on record, by those who may; bad filters are refused', async () => {
  const id = await campaign();
  await send<ImportView>(id, list(61, 62, 63));
  const leads = await center.db.selectFrom('leads').select('id').where('campaign', '=', id).execute();
  const one = leads[0]!.id;
  expect((await center.admin.call('PATCH', `/leads/${one}`, { priority: 101 })).status).toBe(400);
  const changed = await center.admin.call<LeadView>('PATCH', `/leads/${one}`, { priority: 80 });
  expect(changed).toMatchObject({
    status: 200,
    body: { id: one, campaign: id, state: 'open', priority: 80 },
  });
  expect((await center.admin.call<LeadView>('GET', `/leads/${one}`)).body).toEqual(changed.body);
  expect(await center.admin.call('GET', `/leads/${id}`)).toMatchObject({
    status: 404,
    body: { code: 'BL_API_NOT_FOUND' },
  });
  const rank = (body: object) => center.admin.call('POST', `/campaigns/${id}/priorities`, body);
  const filter = [
    { of: 'attempts', compare: '=', values: ['0'] },
    { field: 'name', compare: 'contains', values: ['person'] },
  ];
  expect(await rank({ priority: 80, filter, dryRun: true })).toMatchObject({
    status: 200,
    body: { leads: 2 },
  });
  const { items } = (await center.admin.call<{ items: AuditEntry[] }>('GET', `/audit?target=campaign ${id}`))
    .body;
  expect(items[0]?.detail).toEqual({ lead: one, priority: { from: 50, to: 80 } });
  expect(await rank({ priority: 80, filter })).toMatchObject({ status: 200, body: { leads: 2 } });
  expect(await rank({ priority: 80, filter })).toMatchObject({ status: 200, body: { leads: 0 } });
  const trail = await center.admin.call<{ items: AuditEntry[] }>('GET', `/audit?target=campaign ${id}`);
  expect(trail.body.items[1]?.detail).toEqual({ priorities: { priority: 80, filter }, leads: 2 });
  const bad = await rank({ priority: 80, filter: [{ of: 'outcome', compare: '=', values: ['ENGAGED'] }] });
  expect(bad).toMatchObject({ status: 400, body: { code: 'BL_API_INVALID', place: '/filter/0/values' } });
  const auditor = await center.person('looks-on', 'auditor');
  expect((await auditor.call('PATCH', `/leads/${one}`, { priority: 1 })).status).toBe(403);
  expect((await auditor.call('POST', `/campaigns/${id}/priorities`, { priority: 1 })).status).toBe(403);
  // A list can still be taken back whole.
  const taken = await center.admin.call<{ items: ImportView[] }>('GET', `/campaigns/${id}/imports`);
  const undone = await center.admin.call<ImportView>('POST', `/imports/${taken.body.items[0]!.id}/undo`);
  expect(undone.status).toBe(200);
  await expect
    .poll(
      async () => (await center.admin.call<ImportView>('GET', `/imports/${taken.body.items[0]!.id}`)).body,
    )
    .toMatchObject({ state: 'undone', takenBack: 3 });
});
