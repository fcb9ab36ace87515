import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { defaultCampaign, defaultGate, type CampaignSettings } from '@branchline/shared';
import { newId } from './center.ts';
import { assignLeads, campaigns, temporaryDatabase, type TemporaryDatabase } from './parts.ts';

const { addDoNotCall, listNumbers, noteClosedBy, removeDoNotCall, reopenLeads, undoDncList } = campaigns;
const zone = 'America/New_York';
/** Two in the afternoon there. */
const now = Date.parse('2026-05-12T18:00:00Z');
const never = new AbortController().signal;
let database: TemporaryDatabase;
let campaign: string;
let settings: CampaignSettings;

beforeAll(async () => {
  database = await temporaryDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  for (const table of ['leased_numbers', 'leases', 'leads', 'do_not_call', 'dnc_lists', 'campaigns'] as const)
    await database.kysely.deleteFrom(table).execute();
  campaign = newId();
  await settle({});
});

async function settle(change: Partial<CampaignSettings>): Promise<void> {
  settings = {
    ...defaultCampaign,
    name: 'return',
    mode: 'manual',
    region: 'US',
    gate: defaultGate,
    ...change,
  };
  const stored = JSON.stringify(settings);
  await database.kysely
    .insertInto('campaigns')
    .values({
      id: campaign,
      name: 'return',
      status: 'running',
      settings: stored,
      created_at: 0,
      changed_at: 0,
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ settings: stored }))
    .execute();
}

const phone = (i: number): string => `+1202555${String(i).padStart(4, '0')}`;

async function addLeads(...leads: readonly (readonly string[])[]): Promise<string[]> {
  const rows = leads.map((numbers) => ({
    id: newId(),
    campaign,
    import: null,
    state: 'open' as const,
    numbers: JSON.stringify(numbers.map((number) => ({ number, zones: [zone] }))),
    first_number: numbers[0]!,
    zone_key: zone,
    fields: '{}',
    due_at: now - 1000,
    created_at: 0,
  }));
  await database.kysely.insertInto('leads').values(rows).execute();
  return rows.map(({ id }) => id);
}

/** The numbers that a branch is lent. */
async function lend(at = now): Promise<string[]> {
  const wish = { edge: 'edge', site: 'site', campaign, settings, epoch: newId(), now: at };
  const branch = { callerIds: [], emergencyNumbers: [] };
  const ids = await database.kysely
    .transaction()
    .execute((trx) => assignLeads(trx, { ...wish, branch, cells: [{ key: zone, count: 100 }] }, newId));
  const found = await database.kysely.selectFrom('leases').select(['id', 'payload']).execute();
  return found.flatMap(({ id, payload }) =>
    ids.includes(id)
      ? (payload?.leads ?? []).flatMap(({ numbers }) => numbers.map(({ number }) => number))
      : [],
  );
}

const reopen = async (): Promise<string[]> => [...(await reopenLeads(database.kysely, never))];

async function standing(id: string | undefined): Promise<(string | null)[]> {
  const row = await database.kysely
    .selectFrom('leads')
    .select(['state', 'reason'])
    .where('id', '=', id!)
    .executeTakeFirstOrThrow();
  return [row.state, row.reason];
}

test.each<[string, Partial<CampaignSettings>, Partial<CampaignSettings>]>([
  ['manual-only', { mode: 'predictive' }, { mode: 'manual' }],
  ['consent', { gate: { ...defaultGate, needsConsent: true } }, {}],
  ['do-not-call', { gate: { ...defaultGate, purpose: 'marketing' } }, {}],
])(
  'leads refused by %s come back when the settings that refused them change, and not before',
  async (rule, bad, good) => {
    await settle(bad);
    const [lead] = await addLeads([phone(100)]);
    if (rule === 'do-not-call') await listed('US', [phone(100)]);
    expect(await lend()).toEqual([]);
    expect(await standing(lead)).toEqual(['exhausted', rule]);
    expect(await reopen()).toEqual([]);
    // What nobody refuses by is no reason to look again.
    await settle({ ...bad, ringSeconds: 40 });
    expect(await reopen()).toEqual([]);
    await settle(good);
    expect(await reopen()).toEqual([campaign]);
    expect(await standing(lead)).toEqual(['open', null]);
    expect(await lend()).toEqual([phone(100)]);
  },
);

test.each<Partial<CampaignSettings['gate']>>([{ manualOnly: true }, { manualRegions: ['FR', 'US'] }])(
  'a campaign without automatic dialing lends to agents who begin their calls, and what it held comes back (%j)',
  async (asks) => {
    const gate = { ...defaultGate, ...asks };
    const [lead] = await addLeads([phone(100)]);
    // With consent the law of the region lets a dialer call.
    const consent = JSON.stringify({ at: 0, how: 'web form', reference: 'form 12' });
    await database.kysely.updateTable('leads').set({ consent }).execute();
    await settle({ mode: 'preview', previewSeconds: 20, gate });
    expect(await lend()).toEqual([]);
    expect(await standing(lead)).toEqual(['exhausted', 'manual-only']);
    expect(await reopen()).toEqual([]);
    await settle({ mode: 'preview', previewSeconds: 0, gate });
    expect(await reopen()).toEqual([campaign]);
    expect(await lend()).toEqual([phone(100)]);
  },
);

test('leads refused under an older edition of the rules are judged again, and held again by the one in force', async () => {
  await settle({ mode: 'predictive' });
  const [lead, finished, spent] = await addLeads([phone(100)], [phone(101)], [phone(102)]);
  await lend();
  await database.kysely.updateTable('leads').set({ refused_under: 'an older edition' }).execute();
  await database.kysely.updateTable('leads').set({ state: 'finished' }).where('id', '=', finished!).execute();
  await database.kysely.updateTable('leads').set({ attempts: 99 }).where('id', '=', spent!).execute();
  expect(await reopen()).toEqual([campaign]);
  expect(await standing(lead)).toEqual(['open', null]);
  expect((await standing(finished))[0]).toBe('finished');
  expect(await standing(spent)).toEqual(['exhausted', 'attempts cap']);
  expect(await lend()).toEqual([]);
  expect(await standing(lead)).toEqual(['exhausted', 'manual-only']);
  expect(await reopen()).toEqual([]);
});

test('more leads than one batch come back, and of a stopped campaign none', async () => {
  await sql`insert into leads (id, campaign, state, reason, refused_under, numbers, first_number, zone_key, fields, due_at, created_at)
    select gen_random_uuid(), ${campaign}, 'exhausted', 'consent', case when i % 2 = 0 then 'zzz' else 'an older one' end,
      '[]', i::text, ${zone}, '{}', 0, 0 from generate_series(1, 13000) as i`.execute(database.kysely);
  const open = async (): Promise<number> =>
    (await database.kysely.selectFrom('leads').select('id').where('state', '=', 'open').execute()).length;
  const stop = (status: 'stopped' | 'running') =>
    database.kysely.updateTable('campaigns').set({ status }).execute();
  await stop('stopped');
  expect(await reopen()).toEqual([]);
  await stop('running');
  // One key at a time.
  await reopen();
  expect(await open()).toBe(6500);
  await reopen();
  expect(await open()).toBe(13_000);
});

/** Uploads a list of numbers. @param scope a region, or `*` or a campaign */
async function listed(scope: string, numbers: readonly string[], at = now - 1000): Promise<string> {
  const wish = scope === '*' ? {} : scope.length === 2 ? { register: scope } : { campaign: scope };
  const { list } = await database.kysely
    .transaction()
    .execute((trx) =>
      listNumbers(
        trx,
        Readable.from([Buffer.from(`phone\n${numbers.join('\n')}\n`)]),
        wish,
        { by: 'admin', at, name: 'list.csv' },
        { bytes: '100', signal: never },
      ),
    );
  return list;
}

const inTransaction = <T>(work: (trx: Parameters<typeof addDoNotCall>[0]) => Promise<T>): Promise<T> =>
  database.kysely.transaction().execute(work);

const undo = (list: string): Promise<number> =>
  database.kysely.transaction().execute((trx) => undoDncList(trx, list, now));

test('leads that a do-not-call list closed are open again when it is taken back, unless another entry closes them', async () => {
  const leads = await addLeads(
    [phone(100)],
    [phone(101)],
    [phone(102)],
    ['+12125550100'],
    [phone(103), phone(104)],
    [phone(105)],
  );
  const [byList, byTwo, byPerson, byBeginning, byBoth, before] = leads;
  // Closed before the list came, and taken off by hand: that stays as it was.
  await database.kysely
    .transaction()
    .execute((trx) =>
      addDoNotCall(trx, { numbers: [phone(105)], reason: 'asked', by: 'admin', at: now - 9000 }),
    );
  await database.kysely.deleteFrom('do_not_call').execute();
  const first = await listed('*', [100, 101, 102, 103, 104, 105].map(phone).concat('+1212*'), now - 1000);
  const second = await listed('*', [phone(101)]);
  await database.kysely
    .transaction()
    .execute((trx) =>
      addDoNotCall(trx, { numbers: [phone(102)], reason: 'asked', by: 'admin', at: now - 500 }),
    );
  expect(await lend()).toEqual([]);
  for (const lead of leads) expect(await standing(lead)).toEqual(['exhausted', 'do-not-call']);
  expect(await undo(first)).toBe(5);
  expect(await reopen()).toEqual([campaign]);
  const open = async () => (await Promise.all(leads.map(standing))).map(([state]) => state === 'open');
  expect(await open()).toEqual(
    [byList, byTwo, byPerson, byBeginning, byBoth, before].map((lead) =>
      [byList, byBeginning, byBoth].includes(lead),
    ),
  );
  expect(await undo(second)).toBe(1);
  expect(await reopen()).toEqual([campaign]);
  expect(await standing(byTwo)).toEqual(['open', null]);
  expect((await lend()).toSorted()).toEqual([phone(100), phone(101), phone(103), phone(104), '+12125550100']);
  expect(await reopen()).toEqual([]);
});

test('leads that an entry closed are opened when it is removed with that wish, and none that has another reason to stay closed', async () => {
  const leads = await addLeads(
    [phone(100)],
    [phone(101)],
    [phone(102)],
    [phone(103), phone(104)],
    [phone(105)],
  );
  const [asked, spent, decided] = leads as [string, string, string, ...string[]];
  const numbers = [100, 101, 102, 103, 104, 105].map(phone);
  await inTransaction((trx) => addDoNotCall(trx, { numbers, reason: 'asked', by: 'admin', at: now }));
  await inTransaction((trx) =>
    addDoNotCall(trx, { numbers: [phone(105)], campaign, reason: 'asked', by: 'admin', at: now }),
  );
  expect(await lend()).toEqual([]);
  const change = (lead: string, what: object) =>
    database.kysely.updateTable('leads').set(what).where('id', '=', lead).execute();
  await change(spent, { attempts: 9 });
  await change(decided, { state: 'finished', reason: 'do-not-call' });
  const remove = (reopen: boolean, wanted = numbers) =>
    inTransaction(async (trx) => {
      await removeDoNotCall(trx, wanted, undefined);
      return reopen ? noteClosedBy(trx, wanted, undefined) : 0;
    });
  expect(await remove(true)).toBe(3);
  expect(await reopen()).toEqual([campaign]);
  expect(await Promise.all(leads.map(standing))).toEqual([
    ['open', null],
    ['exhausted', 'do-not-call'],
    ['finished', 'do-not-call'],
    ['open', null],
    ['exhausted', 'do-not-call'],
  ]);
  await change(asked, { state: 'exhausted', reason: 'do-not-call' });
  await inTransaction((trx) => addDoNotCall(trx, { numbers: ['+1202*'], reason: 'asked', by: 'a', at: now }));
  expect(await remove(true, ['+1202*'])).toBeGreaterThan(0);
  expect(await reopen()).toEqual([campaign]);
  expect(await standing(asked)).toEqual(['open', null]);
});

test('a list of one campaign that is taken back opens its leads, and not those that are still listed for all', async () => {
  const [own, all] = await addLeads([phone(100)], [phone(101)]);
  const list = await listed(campaign, [phone(100), phone(101)]);
  await listed('*', [phone(101)]);
  await lend();
  await undo(list);
  expect(await reopen()).toEqual([campaign]);
  expect(await standing(own)).toEqual(['open', null]);
  expect(await standing(all)).toEqual(['exhausted', 'do-not-call']);
});
