import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { defaultCampaign, ManualClock, type CampaignSettings, type Lent } from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import { newId } from './center.ts';
import {
  assignLeads,
  campaigns,
  clockToleranceMs,
  expireLeases,
  settleEnded,
  temporaryDatabase,
  type TemporaryDatabase,
} from './parts.ts';

const { CampaignEffects, LeaseEpoch, addDoNotCall, writeOffEdge } = campaigns;
const effects = new CampaignEffects(newId, silentLog);
/** Open at any hour. */
const always = { fromMinute: 0, toMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] };
const start = Date.parse('2026-05-12T04:00:00Z');
const ledger = newId();
const epoch = newId();

let database: TemporaryDatabase;
let campaign: string;

beforeAll(async () => {
  database = await temporaryDatabase();
  await database.kysely
    .insertInto('sites')
    .values({ id: 'site', name: 'Site', zone: 'Asia/Shanghai', region: 'CN', created_at: 0 })
    .execute();
  await database.kysely
    .insertInto('edges')
    .values({ id: 'edge', site: 'site', created_at: 0, status: 'online' })
    .execute();
});
afterAll(() => database.drop());

beforeEach(async () => {
  const db = database.kysely;
  for (const table of [
    'leased_numbers',
    'leases',
    'leads',
    'attempts',
    'attempt_calls',
    'revocations',
    'do_not_call',
    'ingest_position',
    'campaigns',
  ] as const) {
    await db.deleteFrom(table).execute();
  }
  campaign = await addCampaign({});
});

async function addCampaign(change: Partial<CampaignSettings>): Promise<string> {
  const id = newId();
  const settings = { ...defaultCampaign, name: 'doubt', ...change };
  await database.kysely
    .insertInto('campaigns')
    .values({
      id,
      name: 'doubt',
      status: 'running',
      settings: JSON.stringify(settings),
      created_at: start,
      changed_at: start,
    })
    .execute();
  return id;
}

async function addLead(numbers: readonly string[], into = campaign): Promise<string> {
  const id = newId();
  await database.kysely
    .insertInto('leads')
    .values({
      id,
      campaign: into,
      import: null,
      state: 'open',
      numbers: JSON.stringify(numbers.map((number) => ({ number, zones: ['Asia/Shanghai'] }))),
      first_number: numbers[0] ?? '',
      zone_key: 'Asia/Shanghai',
      fields: '{}',
      due_at: start,
      lease: null,
      last_outcome: null,
      last_attempt_at: null,
      reason: null,
      final_state: null,
      created_at: start,
    })
    .execute();
  return id;
}

function lend(into = campaign, edge = 'edge', now = start): Promise<string[]> {
  return database.kysely.transaction().execute((trx) =>
    assignLeads(
      trx,
      {
        edge,
        site: 'site',
        campaign: into,
        settings: { ...defaultCampaign, window: always, attemptsCap: 4, leaseSeconds: 7200 },
        branch: { callerIds: [], emergencyNumbers: [] },
        cells: [{ key: 'Asia/Shanghai', count: 100 }],
        epoch,
        now,
      },
      newId,
    ),
  );
}

async function sent(lease: string): Promise<void> {
  await database.kysely
    .updateTable('leases')
    .set({ sent_at: start, state: 'stored' })
    .where('id', '=', lease)
    .execute();
}

const lead = (id: string) =>
  database.kysely.selectFrom('leads').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const lease = (id: string) =>
  database.kysely.selectFrom('leases').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const locked = async () =>
  (await database.kysely.selectFrom('leased_numbers').select('number').orderBy('number').execute()).map(
    (row) => row.number,
  );

function report(id: string, from: string, outcome: 'ANSWERED' | 'BUSY', at: number, attempt = newId()) {
  return database.kysely.transaction().execute((trx) =>
    effects.apply(trx, [
      {
        edge: 'edge',
        site: 'site',
        epoch: ledger,
        stream: 'attempt',
        rows: [
          {
            seq: 1,
            at,
            clock: 'trusted',
            id: attempt,
            campaign,
            lead: id,
            lease: from,
            number: '+8613900000001',
            ordinal: 1,
            dueAt: start,
            startedAt: at,
            endedAt: at,
            outcome,
            deadNumbers: [],
            tries: [],
          },
        ],
      },
    ]),
  );
}

const expiry = start + 7200_000;
const after = expiry + clockToleranceMs + 1;

test('a lease that ran out unreported puts its leads in doubt: nobody gets them, and the report resolves them however late', async () => {
  const id = await addLead(['+8613900000001']);
  const [held = ''] = await lend();
  await sent(held);
  await expireLeases(database.kysely, expiry + clockToleranceMs - 1, newId);
  expect((await lead(id)).state).toBe('leased');
  await expireLeases(database.kysely, after, newId);
  expect((await lead(id)).state).toBe('in-doubt');
  expect(await lend(campaign, 'edge', after)).toEqual([]);
  await report(id, held, 'BUSY', start + 1000);
  expect(await lead(id)).toMatchObject({ state: 'open', attempts: 1, last_outcome: 'BUSY' });
  expect(await locked()).toEqual([]);
});

test('a lease that was never sent is taken back without doubt', async () => {
  const id = await addLead(['+8613900000001']);
  const [held = ''] = await lend();
  await expireLeases(database.kysely, after, newId);
  expect(await lead(id)).toMatchObject({ state: 'open', attempts: 0, lease: null });
  expect((await lease(held)).state).toBe('settled');
  expect(await locked()).toEqual([]);
});

test('by the policy "count-attempt" silence counts as one attempt, and the true report takes its place instead of adding to it', async () => {
  campaign = await addCampaign({ inDoubt: 'count-attempt' });
  const id = await addLead(['+8613900000001']);
  const [held = ''] = await lend();
  await sent(held);
  await expireLeases(database.kysely, after, newId);
  expect(await lead(id)).toMatchObject({
    state: 'open',
    attempts: 1,
    last_outcome: 'LOST',
    due_at: expiry + 3600_000,
  });
  await report(id, held, 'ANSWERED', start + 60_000);
  expect(await lead(id)).toMatchObject({ state: 'finished', attempts: 1, last_outcome: 'ANSWERED' });
});

test('a late answer about a lead that was lent again is kept, and the lead is called back', async () => {
  campaign = await addCampaign({ inDoubt: 'count-attempt' });
  const id = await addLead(['+8613900000001']);
  const [first = ''] = await lend();
  await sent(first);
  await expireLeases(database.kysely, after, newId);
  const later = expiry + 4 * 3600_000;
  await database.kysely.updateTable('leads').set({ due_at: later }).where('id', '=', id).execute();
  const [second = ''] = await lend(campaign, 'edge', later);
  expect(second).not.toBe('');
  await report(id, first, 'ANSWERED', start + 60_000);
  expect(await lead(id)).toMatchObject({ state: 'leased', lease: second, final_state: 'finished' });
  const revoked = await database.kysely.selectFrom('revocations').selectAll().execute();
  expect(revoked.map((row) => row.message.numbers)).toEqual([['+8613900000001']]);
  await database.kysely
    .updateTable('leases')
    .set({ state: 'ended', after_attempt: 0, ledger, unworked: JSON.stringify([id]) })
    .where('id', '=', second)
    .execute();
  expect(await settleEnded(database.kysely, newId)).toBe(1);
  expect(await lead(id)).toMatchObject({ state: 'finished', lease: null, final_state: null });
});

test('a lead that an ended lease neither worked nor gave back counts as tried', async () => {
  const id = await addLead(['+8613900000001']);
  const [held = ''] = await lend();
  await database.kysely
    .updateTable('leases')
    .set({ state: 'ended', after_attempt: 0, ledger, unworked: '[]', sent_at: start })
    .where('id', '=', held)
    .execute();
  await settleEnded(database.kysely, newId);
  expect(await lead(id)).toMatchObject({ attempts: 1, last_outcome: 'LOST', lease: null });
});

test('two controllers that lend at the same moment never lend one number twice', async () => {
  const other = await addCampaign({});
  for (let i = 0; i < 40; i++) {
    const number = `+86139000001${String(i).padStart(2, '0')}`;
    await addLead([number, `+86139000002${String(i % 7).padStart(2, '0')}`]);
    await addLead([number], other);
  }
  await Promise.all([
    lend(campaign, 'edge'),
    lend(other, 'edge'),
    lend(campaign, 'edge'),
    lend(other, 'edge'),
  ]);
  const { rows } = await (
    await import('kysely')
  ).sql<{ number: string; leads: number }>`
    select n->>'number' as number, count(*) as leads from leads, jsonb_array_elements(numbers) n
    where state = 'leased' group by 1 having count(*) > 1`.execute(database.kysely);
  expect(rows).toEqual([]);
  const lent = await database.kysely
    .selectFrom('leads')
    .select(['id', 'numbers'])
    .where('state', '=', 'leased')
    .execute();
  expect(lent.length).toBeGreaterThan(30);
  expect((await locked()).toSorted()).toEqual(
    lent.flatMap((row) => row.numbers.map((entry) => entry.number)).toSorted(),
  );
});

test('a listed number is left out of a lease, and a lead with nothing else is closed', async () => {
  const both = await addLead(['+8613900000001', '+8613900000002']);
  const none = await addLead(['+8613900000003']);
  await database.kysely.transaction().execute((trx) =>
    addDoNotCall(trx, {
      numbers: ['+8613900000001', '+8613900000003'],
      reason: 'list',
      by: 'test',
      at: start,
    }),
  );
  const [held = ''] = await lend();
  expect((await lease(held)).payload?.leads).toMatchObject([
    { id: both, numbers: [{ number: '+8613900000002' }] },
  ]);
  expect(await lead(none)).toMatchObject({ state: 'exhausted', reason: 'do-not-call' });
  expect(await locked()).toEqual(['+8613900000002']);
});

test('leads with much to show are cut into leases that fit the contract', async () => {
  for (let i = 0; i < 60; i++) await addLead([`+86139000003${String(i).padStart(2, '0')}`]);
  const fields = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`field ${i}`, 'x'.repeat(400)]));
  await database.kysely
    .updateTable('leads')
    .set({ fields: JSON.stringify(fields) })
    .execute();
  const leases = await lend();
  expect(leases.length).toBeGreaterThan(3);
  for (const id of leases) expect(JSON.stringify((await lease(id)).payload).length).toBeLessThan(128 * 1024);
});

test('what a dead box held is written off as tried once', async () => {
  const id = await addLead(['+8613900000001']);
  const [held = ''] = await lend();
  await sent(held);
  const leads = await database.kysely
    .transaction()
    .execute((trx) => writeOffEdge(trx, 'edge', start + 1000, newId));
  expect(leads).toBe(1);
  expect(await lead(id)).toMatchObject({ state: 'open', attempts: 1, lease: null });
  expect(await lease(held)).toMatchObject({ state: 'settled', how: 'written-off' });
});

test('a database that was set back begins a new epoch and lends nothing until every edge has shown empty hands, or the longest term is over', async () => {
  const home = mkdtempSync(join(tmpdir(), 'branchline-mark-'));
  try {
    const clock = new ManualClock(start);
    const clocks = { business: clock, transport: clock, speed: 1 };
    const options = { db: database.kysely, clocks, newId, log: silentLog, markFile: join(home, 'mark') };
    const first = new LeaseEpoch(options);
    await first.load();
    const before = first.id;
    const same = new LeaseEpoch(options);
    await same.load();
    expect(same.id).toBe(before);
    expect(await same.blockedBy([])).toBeUndefined();

    // The file beside the database has seen more than the restored database.
    writeFileSync(join(home, 'mark'), '999\n');
    const restored = new LeaseEpoch(options);
    await restored.load();
    expect(restored.id).not.toBe(before);
    expect(await restored.blockedBy([{ edge: 'edge' }])).toBe('waiting for edge');
    const shown = (lent: Partial<Lent>) => [
      { edge: 'edge', lent: { epoch: restored.id, leases: 0, unconfirmed: 0, ...lent } },
    ];
    // What was said to the controller as it was before says nothing now.
    for (const lent of [{ leases: 3 }, { unconfirmed: 1 }, { epoch: before }])
      expect(await restored.blockedBy(shown(lent))).toBe('waiting for edge');
    const calledBack = await database.kysely
      .selectFrom('revocations')
      .selectAll()
      .where('edge', '=', 'edge')
      .execute();
    expect(calledBack.map((row) => row.message.campaign)).toEqual([campaign]);
    expect(await restored.blockedBy(shown({}))).toBeUndefined();

    await restored.startNewEpoch('again');
    expect(await restored.blockedBy([{ edge: 'edge' }])).toBe('waiting for edge');
    clock.advance(7200_000 + clockToleranceMs + 1);
    expect(await restored.blockedBy([{ edge: 'edge' }])).toBeUndefined();
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
