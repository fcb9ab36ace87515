import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  Comparison,
  defaultCampaign,
  findConditionProblem,
  type CampaignSettings,
  type LeadCondition,
  type Lease,
  type Outcome,
} from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import { newId } from './center.ts';
import { assignLeads, campaigns, countDue, temporaryDatabase, type TemporaryDatabase } from './parts.ts';

const { CampaignEffects, countUnranked, findPassedOver, rankLeads, readChoice } = campaigns;
const effects = new CampaignEffects(newId, silentLog);
const zone = 'Asia/Shanghai';
const noon = Date.parse('2026-05-12T04:00:00Z');
const epoch = newId();
let database: TemporaryDatabase;
let campaign: string;
let made = 0;

beforeAll(async () => {
  database = await temporaryDatabase();
});
afterAll(() => database.drop());

beforeEach(async () => {
  for (const table of ['leased_numbers', 'leases', 'leads', 'imports', 'revocations', 'campaigns'] as const)
    await database.kysely.deleteFrom(table).execute();
  campaign = newId();
  await settle({});
});

const settingsWith = (change: Partial<CampaignSettings>) => ({ ...defaultCampaign, name: 'mix', ...change });

async function settle(change: Partial<CampaignSettings>): Promise<void> {
  const settings = JSON.stringify(settingsWith(change));
  await database.kysely
    .insertInto('campaigns')
    .values({ id: campaign, name: 'mix', status: 'running', settings, created_at: noon, changed_at: noon })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ settings }))
    .execute();
}

async function addList(weight: number): Promise<string> {
  const id = newId();
  const counts = { bytes_read: 0, rows: 0, imported: 0, duplicates: 0, rejected: 0 };
  await database.kysely
    .insertInto('imports')
    .values({ id, campaign, file: `list ${weight}`, state: 'done', started_at: noon, weight, ...counts })
    .execute();
  return id;
}

interface Wanted {
  readonly import?: string;
  readonly priority?: number;
  readonly fields?: Record<string, string>;
  readonly due?: number;
  readonly attempts?: number;
  readonly outcome?: Outcome;
}

async function addLeads(wanted: readonly Wanted[]): Promise<string[]> {
  const rows = wanted.map(
    ({ import: list = null, priority = 50, fields = {}, due = noon - 1000, ...dialed }) => {
      const number = `+86139${String(++made).padStart(8, '0')}`;
      const numbers = JSON.stringify([{ number, zones: [zone] }]);
      const what = {
        numbers,
        first_number: number,
        zone_key: zone,
        fields: JSON.stringify(fields),
        priority,
      };
      return {
        id: newId(),
        campaign,
        import: list,
        state: 'open' as const,
        due_at: due,
        created_at: noon,
        attempts: dialed.attempts ?? 0,
        last_outcome: dialed.outcome ?? null,
        ...what,
      };
    },
  );
  await database.kysely.insertInto('leads').values(rows).execute();
  return rows.map(({ id }) => id);
}

/** The leads that a branch is lent, in the order in which it is told of them. */
async function claim(count: number, change: Partial<CampaignSettings> = {}): Promise<string[]> {
  const terms = { edge: 'edge', site: 'site', campaign, settings: settingsWith(change), epoch, now: noon };
  const branch = { callerIds: [], emergencyNumbers: [] };
  const ids = await database.kysely
    .transaction()
    .execute((trx) => assignLeads(trx, { ...terms, branch, cells: [{ key: zone, count }] }, newId));
  if (ids.length === 0) return [];
  const found = await database.kysely
    .selectFrom('leases')
    .select('payload')
    .where('id', 'in', ids)
    .orderBy('id')
    .execute();
  return found.flatMap(({ payload }) => (payload as Lease).leads.map(({ id }) => id));
}

const due = (change: Partial<CampaignSettings> = {}) =>
  countDue(database.kysely, [{ campaign, key: zone, attemptsCap: 4, ...change }], 1000, noon);

test('the higher priority goes first, then who has been due for longer; nobody before they are due', async () => {
  const [low, old, fresh, later] = await addLeads([
    { priority: 10, due: noon - 9000 },
    { priority: 80, due: noon - 5000 },
    { priority: 80, due: noon - 1000 },
    { priority: 100, due: noon + 3_600_000 },
  ]);
  expect(await due()).toEqual([3]);
  expect(await claim(2)).toEqual([old, fresh]);
  expect(await claim(2)).toEqual([low]);
  expect(later).toBeDefined();
});

test('lists are mixed by their weights; one of weight 0 rests, and one alone gives all', async () => {
  const [heavy, light, resting] = [await addList(6), await addList(2), await addList(0)];
  const of = async (list: string, count: number) =>
    new Set(await addLeads(Array.from({ length: count }, () => ({ import: list }))));
  const [heavies, lights, rests] = [await of(heavy, 300), await of(light, 300), await of(resting, 50)];
  expect(await due()).toEqual([600]);
  const first = [...(await claim(100)), ...(await claim(100))];
  expect(first).toHaveLength(200);
  const heavyOnes = first.filter((id) => heavies.has(id)).length;
  // 150 on average; seven standard deviations to each side.
  expect(heavyOnes).toBeGreaterThan(107);
  expect(heavyOnes).toBeLessThan(193);
  expect(first.some((id) => rests.has(id))).toBe(false);
  await database.kysely.updateTable('imports').set({ weight: 0 }).where('id', '=', heavy).execute();
  const then = await claim(100);
  expect(then).toHaveLength(100);
  expect(then.every((id) => lights.has(id))).toBe(true);
});

const texts = ['', 'a', 'Ab', 'b', '5', '10', '-3.5', '5 ', '1e3'];
const ofField: fc.Arbitrary<LeadCondition> = fc
  .record({
    field: fc.constantFrom('city', "it's", 'age'),
    compare: fc.constantFrom(...Comparison.enum),
    values: fc.array(fc.constantFrom(...texts, "x' or true --"), { minLength: 1, maxLength: 3 }),
    number: fc.constantFrom('5', '-3', '10.5'),
  })
  .map(({ field, compare, values, number }) => ({
    field,
    compare,
    values: /[<>]/.test(compare) ? [number] : compare === 'in' ? values : values.slice(0, 1),
  }));

const ofCalls: fc.Arbitrary<LeadCondition> = fc
  .record({
    of: fc.constantFrom('attempts' as const, 'outcome' as const),
    compare: fc.constantFrom(...Comparison.enum),
    values: fc.array(fc.constantFrom('0', '1', '2', '3', 'BUSY', 'NO_ANSWER'), {
      minLength: 1,
      maxLength: 2,
    }),
  })
  .filter((wanted) => findConditionProblem(wanted) === undefined);
const condition = fc.oneof(ofField, ofCalls);

interface Candidate {
  readonly fields: Record<string, string>;
  readonly attempts: number;
  readonly outcome?: Outcome;
}

function meets({ of = 'field', field = '', compare, values }: LeadCondition, lead: Candidate): boolean {
  const traits = { field: lead.fields[field], attempts: String(lead.attempts), outcome: lead.outcome };
  const text = traits[of] ?? '';
  const [first = ''] = values;
  const number = /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : NaN;
  switch (compare) {
    case '=':
      return text === first;
    case '!=':
      return text !== first;
    case 'in':
      return values.includes(text);
    case 'contains':
      return text.toLowerCase().includes(first.toLowerCase());
    case '<':
      return number < Number(first);
    case '<=':
      return number <= Number(first);
    case '>':
      return number > Number(first);
    case '>=':
      return number >= Number(first);
  }
}

test('a filter lends exactly who meets it, the planner counts the same, and Why? knows the others', async () => {
  const all = texts.flatMap((city, i) =>
    texts.map((age, j): Candidate => {
      const attempts = (i + j) % 4;
      const fields = { city, age, "it's": city };
      return { fields, attempts, ...(attempts > 0 && { outcome: j % 2 === 0 ? 'BUSY' : 'NO_ANSWER' }) };
    }),
  );
  const ids = await addLeads(all);
  await fc.assert(
    fc.asyncProperty(fc.array(condition, { maxLength: 3 }), async (filter) => {
      const expected = ids.filter((_, i) => filter.every((one) => meets(one, all[i]!)));
      expect(await due({ filter })).toEqual([expected.length]);
      const over = await findPassedOver(database.kysely, campaign, { filter }, ids);
      expect([...over.keys()].toSorted()).toEqual(ids.filter((id) => !expected.includes(id)).toSorted());
      const lent = await claim(100, { filter });
      await database.kysely.updateTable('leads').set({ state: 'open', lease: null }).execute();
      await database.kysely.deleteFrom('leased_numbers').execute();
      expect(lent.toSorted()).toEqual(expected.toSorted());
    }),
    { numRuns: 40 },
  );
});

test('leads are ranked anew by a filter, also while they are lent; who is over keeps what they had, and the planner counts the same', async () => {
  // Its turn comes by chance: not before this test wants it.
  const list = await addList(0);
  const [plain, busy, listed, lent, over] = await addLeads([
    { due: noon - 4000 },
    { due: noon - 3000, attempts: 1, outcome: 'BUSY' },
    { due: noon - 2000, attempts: 2, outcome: 'BUSY', import: list },
    { due: noon - 9000, attempts: 1, outcome: 'BUSY' },
    { attempts: 3, outcome: 'BUSY' },
  ]);
  const put = (id: string | undefined, change: object) =>
    database.kysely.updateTable('leads').set(change).where('id', '=', id!).execute();
  await put(over, { state: 'exhausted', reason: 'attempts cap' });
  expect(await claim(1)).toEqual([lent]);
  const change = {
    priority: 90,
    filter: [{ of: 'outcome' as const, compare: '=' as const, values: ['BUSY'] }],
  };
  expect(await countUnranked(database.kysely, campaign, { ...change, list })).toBe(1);
  expect(await countUnranked(database.kysely, campaign, change)).toBe(3);
  expect(await rankLeads(database.kysely, campaign, change)).toBe(3);
  expect(await rankLeads(database.kysely, campaign, change)).toBe(0);
  await put(lent, { state: 'open', lease: null });
  await database.kysely.deleteFrom('leased_numbers').execute();
  const ranked = await database.kysely.selectFrom('leads').select(['id', 'priority']).execute();
  expect(new Map(ranked.map(({ id, priority }) => [id, priority]))).toEqual(
    new Map([plain, busy, listed, lent, over].map((id) => [id, id === plain || id === over ? 50 : 90])),
  );
  await database.kysely.updateTable('imports').set({ weight: 1 }).where('id', '=', list).execute();
  expect(await due()).toEqual([4]);
  const order = await claim(10);
  expect(order).toHaveLength(4);
  expect(order.filter((id) => id !== listed)).toEqual([lent, busy, plain]);
});

/** Somebody of a list, not disposed of before, is interested. */
async function dispose(list: string): Promise<void> {
  const lead = await database.kysely
    .selectFrom('leads')
    .selectAll()
    .where('import', '=', list)
    .where('disposition', 'is', null)
    .executeTakeFirstOrThrow();
  const call = newId();
  await database.kysely
    .insertInto('attempt_calls')
    .values({ call, attempt: newId(), lead: lead.id, number: lead.first_number, started_at: noon })
    .execute();
  const row = {
    seq: 1,
    at: noon,
    clock: 'trusted' as const,
    id: newId(),
    type: 'disposition' as const,
    call,
  };
  await database.kysely.transaction().execute((trx) =>
    effects.apply(trx, [
      {
        edge: 'edge',
        site: 'site',
        epoch,
        stream: 'event',
        rows: [{ ...row, agent: 'li', code: 'interested', by: 'phone' }],
      },
    ]),
  );
}

test('a full quota ends the lending, of a list or of the whole campaign, and calls back what the campaign has lent', async () => {
  const [one, other] = [await addList(1), await addList(1)];
  await addLeads([
    ...Array.from({ length: 5 }, () => ({ import: one })),
    { import: other },
    { import: other },
  ]);
  const quotas = [
    { disposition: 'interested', leads: 1, list: one },
    { disposition: 'interested', leads: 2 },
  ];
  await settle({ quotas });
  // A lead that is disposed of while it is lent is called back by its number, beside.
  const revoked = async () =>
    (await database.kysely.selectFrom('revocations').selectAll().execute()).filter(
      ({ message }) => message.campaign !== undefined,
    );
  expect(await due({ quotas })).toEqual([7]);
  await dispose(one);
  expect((await readChoice(database.kysely, campaign, { quotas })).full).toEqual([quotas[0]]);
  expect(await due({ quotas })).toEqual([2]);
  expect(await claim(1, { quotas })).toHaveLength(1);
  expect(await revoked()).toEqual([]);
  await dispose(other);
  expect(await due({ quotas })).toEqual([0]);
  expect(await claim(5, { quotas })).toEqual([]);
  await dispose(one);
  expect(await revoked()).toMatchObject([
    { edge: 'edge', message: { campaign, reason: expect.stringContaining('enough') as string } },
  ]);
});

test('when the quota of a list is full, what is lent of that list comes back, each number called once, and nothing of the others', async () => {
  const [one, other] = [await addList(1), await addList(1)];
  await addLeads([
    ...Array.from({ length: 5 }, () => ({ import: one })),
    { import: other },
    { import: other },
  ]);
  const quotas = [{ disposition: 'interested', leads: 2, list: one }];
  await settle({ quotas });
  expect(await claim(7, { quotas })).toHaveLength(7);
  const { rows } = await sql<{
    number: string;
  }>`select first_number as number from leads where import = ${one} order by 1`.execute(database.kysely);
  const calledBack = async (why: string) =>
    (await database.kysely.selectFrom('revocations').selectAll().execute())
      .filter(({ message }) => message.reason.includes(why))
      .flatMap(({ message }) => message.numbers ?? [])
      .toSorted();
  await dispose(one);
  expect(await calledBack('enough')).toEqual([]);
  // Whoever said so is called back for that.
  const [said] = await calledBack('disposition');
  for (let more = 0; more < 2; more++) await dispose(one);
  expect(await calledBack('enough')).toEqual(
    rows.map(({ number }) => number).filter((number) => number !== said),
  );
});
