import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { defaultCampaign, ownCallbackMs, type EventRow, type Lease, type Outcome } from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import { newId } from './center.ts';
import {
  assignLeads,
  campaigns,
  countCallbacks,
  countDue,
  findPromised,
  settleEnded,
  temporaryDatabase,
  type TemporaryDatabase,
} from './parts.ts';

const effects = new campaigns.CampaignEffects(newId, silentLog);
const zone = 'Asia/Shanghai';
/** Noon there: the window is 9–20. */
const noon = Date.parse('2026-05-12T04:00:00Z');
const hour = 3_600_000;
const number = '+8613900000001';
const epoch = newId();
const ledger = newId();
let database: TemporaryDatabase;
let campaign: string;
let lead: string;
let rows: number;

beforeAll(async () => {
  database = await temporaryDatabase();
  const created_at = 0;
  await database.kysely
    .insertInto('sites')
    .values({ id: 'east', name: 'East', zone, region: 'CN', created_at })
    .execute();
  await database.kysely.insertInto('edges').values({ id: 'east-1', site: 'east', created_at }).execute();
});
afterAll(() => database.drop());

beforeEach(async () => {
  campaign = newId();
  lead = newId();
  rows = 0;
  const db = database.kysely;
  for (const table of [
    'leased_numbers',
    'leases',
    'attempts',
    'attempt_calls',
    'ingest_position',
    'campaigns',
  ] as const)
    await db.deleteFrom(table).execute();
  const settings = JSON.stringify({ ...defaultCampaign, name: 'callbacks' });
  await db
    .insertInto('campaigns')
    .values({
      id: campaign,
      name: 'callbacks',
      status: 'running',
      settings,
      created_at: noon,
      changed_at: noon,
    })
    .execute();
  await addLead(lead, number);
});

async function addLead(id: string, first: string): Promise<void> {
  const numbers = JSON.stringify([{ number: first, zones: [zone] }]);
  const state = { state: 'open', numbers, first_number: first, zone_key: zone, fields: '{}' } as const;
  await database.kysely
    .insertInto('leads')
    .values({ id, campaign, ...state, due_at: noon, created_at: noon })
    .execute();
}

/** Lends to a branch and gives what it is sent. */
async function lend(
  now: number,
  to: { cells: number } | { agents: string[] },
  edge = 'east-1',
): Promise<Lease[]> {
  const terms = {
    edge,
    site: 'east',
    campaign,
    settings: { ...defaultCampaign, name: 'callbacks' },
    branch: { callerIds: [], emergencyNumbers: [] },
    epoch,
    now,
  };
  const what = 'cells' in to ? { cells: [{ key: zone, count: to.cells }] } : to;
  const ids = await database.kysely
    .transaction()
    .execute((trx) => assignLeads(trx, { ...terms, ...what }, newId));
  if (ids.length === 0) return [];
  const found = await database.kysely.selectFrom('leases').select('payload').where('id', 'in', ids).execute();
  return found.map(({ payload }) => payload!);
}

async function report(lease: Lease, outcome: Outcome, at: number): Promise<string> {
  const call = newId();
  const id = lease.leads[0]!.id;
  const made = { id: call, ordinal: 1, number, line: 'trunk', startedAt: at, endedAt: at, outcome };
  const row = {
    id: newId(),
    campaign,
    lead: id,
    lease: lease.id,
    number,
    ordinal: 1,
    dueAt: at,
    startedAt: at,
    endedAt: at,
  };
  await database.kysely.transaction().execute((trx) =>
    effects.apply(trx, [
      {
        edge: 'east-1',
        site: 'east',
        epoch: ledger,
        stream: 'attempt',
        rows: [{ seq: ++rows, at, clock: 'trusted', ...row, outcome, deadNumbers: [], tries: [made] }],
      },
    ]),
  );
  return call;
}

async function dispose(
  call: string,
  at: number,
  wish: Partial<Extract<EventRow, { type: 'disposition' }>>,
): Promise<void> {
  const row = {
    id: newId(),
    type: 'disposition' as const,
    call,
    agent: 'li',
    code: 'call-again',
    by: 'api' as const,
  };
  await database.kysely.transaction().execute((trx) =>
    effects.apply(trx, [
      {
        edge: 'east-1',
        site: 'east',
        epoch: ledger,
        stream: 'event',
        rows: [{ seq: ++rows, at, clock: 'trusted', ...row, ...wish }],
      },
    ]),
  );
}

const stored = (id = lead) =>
  database.kysely.selectFrom('leads').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const due = (now: number) => countDue(database.kysely, [{ campaign, key: zone, attemptsCap: 4 }], 100, now);

/** The lead was answered at noon, and an agent promised to call at a time. */
async function promised(wish: Partial<Extract<EventRow, { type: 'disposition' }>>): Promise<void> {
  const [lease] = await lend(noon, { cells: 1 });
  const call = await report(lease!, 'ANSWERED', noon + 60_000);
  await dispose(call, noon + 90_000, wish);
}

test('what an agent promised is lent at its time to their branch, for them alone, and to others only after a while', async () => {
  const at = noon + 3 * hour;
  await promised({ callbackAt: at, callbackFor: 'own' });
  expect(await stored()).toMatchObject({
    state: 'open',
    callback_at: at,
    callback_agent: 'li',
    callback_edge: 'east-1',
  });
  expect(await findPromised(database.kysely, [campaign], at - hour)).toEqual([]);
  expect(await lend(at - hour, { agents: ['li'] })).toEqual([]);
  expect(await findPromised(database.kysely, [campaign], at)).toEqual([
    { campaign, edge: 'east-1', agent: 'li' },
  ]);
  expect(await countCallbacks(database.kysely, campaign, 'all', at)).toEqual([
    { edge: 'east-1', agent: 'li', promised: 1, due: 1, nextAt: at },
  ]);
  expect(await countCallbacks(database.kysely, campaign, ['east'], at)).toHaveLength(1);
  expect(await countCallbacks(database.kysely, campaign, ['west'], at)).toEqual([]);
  // Not to another branch, not for another agent, and the planner counts it for nobody.
  expect(await due(at)).toEqual([0]);
  expect(await lend(at, { cells: 1 }, 'west-1')).toEqual([]);
  expect(await lend(at, { agents: ['li'] }, 'west-1')).toEqual([]);
  expect(await lend(at, { agents: ['wang'] })).toEqual([]);
  expect(await due(at + ownCallbackMs)).toEqual([1]);
  const [lease] = await lend(at, { agents: ['li'] });
  expect(lease?.leads).toMatchObject([{ id: lead, dueAt: at, callback: { at, agent: 'li' } }]);
  // The customer was busy: the promise stands, ten minutes later.
  await report(lease!, 'BUSY', at + 1000);
  expect(await stored()).toMatchObject({ callback_at: at + 601_000, callback_agent: 'li' });
  // Nobody who promised is there: anyone, anywhere, once the while is over.
  const later = at + 601_000 + ownCallbackMs;
  expect(await lend(later - 400_000, { cells: 1 }, 'west-1')).toEqual([]);
  const [elsewhere] = await lend(later, { cells: 1 }, 'west-1');
  expect(elsewhere?.leads).toMatchObject([{ id: lead, callback: { agent: 'li' } }]);
  await report(elsewhere!, 'ANSWERED', later + 1000);
  expect(await stored()).toMatchObject({ state: 'finished', callback_at: null, callback_agent: null });
  expect(await countCallbacks(database.kysely, campaign, 'all', later)).toEqual([]);
});

test('a promise outside the hours of the callee waits for the next opening; unworked it comes back as it was', async () => {
  await promised({ callbackAt: noon + 9 * hour, callbackFor: 'own' });
  // 21:00 there becomes 9:00.
  const at = noon + 21 * hour;
  expect(await stored()).toMatchObject({ callback_at: at, due_at: at + ownCallbackMs });
  const [lease] = await lend(at, { agents: ['li'] });
  await database.kysely
    .updateTable('leases')
    .set({ state: 'ended', after_attempt: 0, ledger, unworked: JSON.stringify([lead]) })
    .where('id', '=', lease!.id)
    .execute();
  await settleEnded(database.kysely, newId);
  expect(await stored()).toMatchObject({ state: 'open', callback_at: at, callback_agent: 'li', lease: null });
});

test('for anyone: lent to any branch at its time; told before its attempt it is kept until that comes', async () => {
  const at = noon + 2 * hour;
  const [lease] = await lend(noon, { cells: 1 });
  const call = await report(lease!, 'ANSWERED', noon + 60_000);
  await dispose(call, noon + 90_000, { callbackAt: at });
  expect(await stored()).toMatchObject({ due_at: at, callback_at: at, callback_agent: null });
  expect(await due(at)).toEqual([1]);
  const [again] = await lend(at, { cells: 1 }, 'west-1');
  expect(again?.leads).toMatchObject([{ dueAt: at, callback: { at } }]);
  expect(again?.leads[0]!.callback).not.toHaveProperty('agent');
});

test('who promised moves the time and takes it back, also while the lead is lent; another agent’s late words change nothing', async () => {
  const at = noon + hour;
  const [lease] = await lend(noon, { cells: 1 });
  const call = await report(lease!, 'ANSWERED', noon + 60_000);
  await dispose(call, noon + 90_000, { callbackAt: at, callbackFor: 'own' });
  await dispose(call, noon + 100_000, { callbackAt: at + hour, callbackFor: 'own' });
  expect(await stored()).toMatchObject({ state: 'open', callback_at: at + hour, callback_agent: 'li' });
  const [held] = await lend(at + hour, { agents: ['li'] });
  await dispose(call, at + hour + 1000, { callbackAt: at + 2 * hour, callbackFor: 'own' });
  expect(await stored()).toMatchObject({ state: 'leased', callback_at: at + 2 * hour });
  await database.kysely
    .updateTable('leases')
    .set({ state: 'ended', after_attempt: 0, ledger, unworked: JSON.stringify([lead]) })
    .where('id', '=', held!.id)
    .execute();
  await settleEnded(database.kysely, newId);
  expect(await stored()).toMatchObject({ state: 'open', callback_at: at + 2 * hour, callback_agent: 'li' });
  await dispose(call, at + hour + 2000, { agent: 'wang' });
  expect(await stored()).toMatchObject({ callback_at: at + 2 * hour });
  await dispose(call, at + hour + 3000, {});
  expect(await stored()).toMatchObject({
    state: 'open',
    callback_at: null,
    callback_agent: null,
    due_at: at + 25 * hour + 3000,
  });
});
