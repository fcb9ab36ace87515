import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  defaultCampaign,
  defaultGate,
  lineFaults,
  ManualClock,
  type AttemptRow,
  type CampaignSettings,
  type Desired,
  type EdgeCampaign,
  type FrequencyCap,
  type Lease,
  type LeasedLead,
  type Lent,
  type Outcome,
  type Revoke,
  type Try,
} from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
// @boundaries-ignore what a branch does with its leases is the other half of what is lent
import { afterTry, attemptRow, type Attempt } from '../../../edge/src/dialer/attempt.ts';
// @boundaries-ignore as above
import { Gatekeeper, type OwnCall } from '../../../edge/src/dialer/gatekeeper.ts';
// @boundaries-ignore as above
import { LeaseBook, type EndedLease, type HeldLead } from '../../../edge/src/dialer/lease-book.ts';
import { newId } from './center.ts';
import {
  assignLeads,
  campaigns,
  clockToleranceMs,
  countDue,
  countHeld,
  emptyHanded,
  expireLeases,
  LeaseEpoch,
  plan,
  releaseUnheard,
  sendRevocations,
  settleEnded,
  temporaryDatabase,
  type Tables,
  type TemporaryDatabase,
} from './parts.ts';

const { CampaignEffects } = campaigns;
const effects = new CampaignEffects(newId, silentLog);
const always = { fromMinute: 0, toMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] };
const start = Date.parse('2026-05-12T04:00:00Z');
const zone = 'Asia/Shanghai';
const attemptsCap = 3;
const frequencyCap: FrequencyCap = { calls: 2, seconds: 1800 };
/** How calls end here; all but the dead number are tried again. */
const outcomes = [
  'BUSY',
  'NO_ANSWER',
  'INVALID_NUMBER',
  'TRUNK_FAULT',
  'ANSWERED',
] as const satisfies Outcome[];
const leaseSeconds = 600;
/** Leads in each campaign. */
const leadsEach = 9;
const names = ['A', 'B'] as const;
type Name = (typeof names)[number];
const streams = ['attempt', 'event'] as const;

let database: TemporaryDatabase;
const home = mkdtempSync(join(tmpdir(), 'branchline-mark-'));
const markFile = join(home, 'mark');
/** What a backup holds of the center; the records that came later are gone with the rest. */
const kept = [
  'lease_epoch_waits',
  'lease_epochs',
  'restore_mark',
  'revocations',
  'leased_numbers',
  'leases',
  'leads',
  'attempts',
  'attempt_calls',
  'ingest_position',
] as const;

beforeAll(async () => {
  database = await temporaryDatabase();
  const db = database.kysely;
  await db
    .insertInto('sites')
    .values({ id: 'site', name: 'Site', zone, region: 'CN', created_at: 0 })
    .execute();
  await db
    .insertInto('edges')
    .values(names.map((id) => ({ id, site: 'site', created_at: 0, status: 'online' as const })))
    .execute();
  await sql`create schema kept`.execute(db);
  for (const table of kept) await sql.raw(`create table kept.${table} as table ${table}`).execute(db);
});
afterAll(async () => {
  rmSync(home, { recursive: true, force: true });
  await database.drop();
});

type CallEnd = (typeof outcomes)[number];

/** What may happen between a center and two branches. */
type Step =
  /** `sends`: what is lent goes out before anything else happens. `torn`: the center dies in the middle of it, and comes back. */
  | { readonly do: 'plan'; readonly there: readonly Name[]; readonly sends: boolean; readonly torn?: boolean }
  | { readonly do: 'deliver'; readonly edge: Name; readonly again: boolean }
  | { readonly do: 'dial'; readonly edge: Name; readonly count: number; readonly outcome: CallEnd }
  | {
      readonly do: 'report';
      readonly edge: Name;
      readonly stream: (typeof streams)[number];
      readonly count: number;
      readonly again: boolean;
      readonly torn?: boolean;
    }
  | { readonly do: 'crash'; readonly edge: Name }
  | { readonly do: 'backup' }
  /** The center is set back to its last backup. `queued`: what was on the way comes all the same. */
  | { readonly do: 'restore'; readonly queued: boolean }
  | { readonly do: 'wait'; readonly seconds: number };

const edge = fc.constantFrom(...names);
const seldom = fc.nat(5).map((n) => n === 0);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('plan' as const),
      there: fc.subarray([...names]),
      sends: fc.boolean(),
      torn: seldom,
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('deliver' as const), edge, again: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('dial' as const),
      edge,
      count: fc.integer({ min: 1, max: 2 }),
      outcome: fc.oneof(
        { weight: 3, arbitrary: fc.constant('BUSY' as const) },
        { weight: 2, arbitrary: fc.constantFrom(...outcomes) },
      ),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('report' as const),
      edge,
      stream: fc.constantFrom(...streams),
      count: fc.integer({ min: 1, max: 5 }),
      again: fc.boolean(),
      torn: seldom,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), edge }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('backup' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      seconds: fc.constantFrom(5, 30, 61, 300, 700),
    }),
  },
);
/** A branch is cut off with what it holds for as long as its lease lasts; then another one comes for the leads, and both dial. */
function outage(away: Name, over: number): Step[] {
  const other: Name = away === 'A' ? 'B' : 'A';
  return [
    ...lendTo(away),
    { do: 'wait', seconds: leaseSeconds },
    { do: 'wait', seconds: over },
    ...lendTo(other),
    ...inTurn(other, away),
  ];
}
/** A branch works on what the center no longer knows of: it was set back, and another branch asks for leads. */
function setBack(away: Name, queued: boolean, wait: number): Step[] {
  const other: Name = away === 'A' ? 'B' : 'A';
  return [
    { do: 'backup' },
    ...lendTo(away),
    ...inTurn(away, other),
    { do: 'restore', queued },
    ...lendTo(other),
    ...inTurn(other, away),
    { do: 'wait', seconds: wait },
    { do: 'plan', there: [...names], sends: true },
    ...reportAll(away),
    ...lendTo(other),
    ...inTurn(other, away),
  ];
}
function lendTo(to: Name): Step[] {
  const deliver = { do: 'deliver', edge: to, again: false } as const;
  return [{ do: 'plan', there: [to], sends: true }, deliver, deliver, deliver];
}
function inTurn(one: Name, two: Name): Step[] {
  return [one, two, one, two, one, two].map((edge) => ({
    do: 'dial',
    edge,
    count: 1,
    outcome: 'BUSY',
  }));
}
function reportAll(from: Name): Step[] {
  return streams.map((stream) => ({ do: 'report', edge: from, stream, count: 1000, again: false }));
}
const history = fc
  .array(
    fc.oneof(
      { weight: 20, arbitrary: step.map((one) => [one]) },
      { weight: 1, arbitrary: fc.tuple(edge, fc.constantFrom(30, 59, 61)).map((args) => outage(...args)) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(edge, fc.boolean(), fc.constantFrom(5, 700, 7300))
          .map((args) => setBack(...args)),
      },
    ),
    { minLength: 60, maxLength: 120 },
  )
  .map((parts) => parts.flat());
const skew = fc.integer({ min: -clockToleranceMs + 1000, max: clockToleranceMs - 1000 });

test('whatever is cut, crashes, comes twice or late, or is set back, and with clocks off within tolerance: no number is dialed under two leases at a time, past a cap or too often, and no lead is lost', async () => {
  let [calls, doubts, restores] = [0, 0, 0];
  const ends = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      history,
      fc.tuple(skew, skew),
      fc.constantFrom('wait' as const, 'count-attempt' as const),
      async (steps, skews, inDoubt) => {
        const { center, branches, clock, dialed, doubted } = await play(steps, skews, inDoubt);
        doubts += doubted;
        calls += dialed.length;
        restores += steps.filter((wish) => wish.do === 'restore').length;
        neverUnderTwoLeases(dialed, center.issued);
        neverPastCap(dialed);
        neverTooOften(dialed);

        // The cable is whole again: what was on the way arrives, leases run out, everything is reported.
        for (let turn = 0; turn < 2; turn++) {
          for (const name of names) while (branches[name].onTheWay.length > 0) branches[name].receive(false);
          await center.meet(names, branches);
          clock.advance(2 * leaseSeconds * 1000);
          for (const name of names) {
            branches[name].expire();
            for (const stream of streams) await branches[name].report(stream, 10_000, false);
          }
          await center.settle();
        }
        await center.meet(names, branches);
        for (const end of await center.allThere(dialed)) ends.add(end);
      },
    ),
    { numRuns: 30, endOnFailure: true },
  );
  // Otherwise it would say nothing.
  expect(calls).toBeGreaterThan(100);
  expect(doubts).toBeGreaterThan(0);
  expect(restores).toBeGreaterThan(10);
  expect([...ends].toSorted()).toEqual(['answered', 'attempts cap', 'frequency-cap', 'no number left']);
}, 300_000);

test('a clock that is off by more than is tolerated would be noticed', async () => {
  const { dialed, center } = await play(outage('A', 61), [-3 * clockToleranceMs, 0], 'count-attempt');
  expect(() => neverUnderTwoLeases(dialed, center.issued)).toThrow(/was dialed at/);
});

/** Lets a center and two branches go through a history. @param skews how far each branch's clock is off, ms */
async function play(
  steps: readonly Step[],
  skews: readonly [number, number],
  inDoubt: CampaignSettings['inDoubt'],
) {
  const clock = new ManualClock(start);
  const center = await standCenter(inDoubt, clock);
  const branches = { A: new Branch('A', clock, skews[0]), B: new Branch('B', clock, skews[1]) };
  for (const wish of steps)
    switch (wish.do) {
      case 'plan':
        await center.lend(wish.there, branches, wish.torn);
        if (wish.sends) await center.send(wish.there, branches);
        break;
      case 'deliver':
        branches[wish.edge].receive(wish.again);
        break;
      case 'dial':
        branches[wish.edge].dial(center.campaigns, wish.count, wish.outcome);
        break;
      case 'report':
        await branches[wish.edge].report(wish.stream, wish.count, wish.again, wish.torn);
        break;
      case 'crash':
        branches[wish.edge].crash();
        break;
      case 'backup':
        await center.backUp();
        break;
      case 'restore':
        await center.restore();
        for (const name of names) await branches[name].onRestore(wish.queued);
        break;
      case 'wait':
        clock.advance(wish.seconds * 1000);
        for (const name of names) branches[name].expire();
        await center.settle();
    }
  const dialed = names.flatMap((name) => branches[name].dialed);
  return { clock, center, branches, dialed, doubted: await center.count('in-doubt') };
}

/** A call that went out. */
interface Dialed {
  readonly number: string;
  readonly lead: string;
  readonly lease: string;
  readonly outcome: Outcome;
  /** Which of its branch's attempts it belongs to, from 0. */
  readonly attempt: number;
  readonly at: number;
  /** A center that was set back stopped waiting for the branch before it told of this call. */
  unheard?: true;
}

/** A number that was lent. */
interface Issued {
  readonly number: string;
  readonly lease: string;
  readonly at: number;
}

/** From the moment that a number is lent anew it is never dialed under a lease that was issued before (ids grow, RFC 9562). */
function neverUnderTwoLeases(dialed: readonly Dialed[], issued: readonly Issued[]): void {
  const lent = Map.groupBy(issued, ({ number }) => number);
  for (const { number, lease, at } of dialed) {
    const later = lent.get(number)!.filter((other) => other.lease > lease && other.at <= at);
    expect(later, `${number} was dialed at ${at} under ${lease}`).toEqual([]);
  }
}

/** No lead is tried twice in one lease, and none of its numbers in one attempt. Of a cap only what a center can have heard of may be asked. */
function neverPastCap(dialed: readonly Dialed[]): void {
  for (const [, calls] of Map.groupBy(dialed, ({ lead }) => lead)) {
    const attempts = Map.groupBy(calls, ({ lease }) => lease);
    for (const [, made] of attempts) {
      expect(new Set(made.map(({ attempt }) => attempt)).size).toBe(1);
      expect(new Set(made.map(({ number }) => number)).size).toBe(made.length);
    }
    const heard = [...attempts.values()].filter((made) => made.some(({ unheard }) => !unheard));
    expect(heard.length).toBeLessThanOrEqual(attemptsCap);
  }
}

/** The frequency cap over all sites and campaigns, as far as two clocks that are both off can tell. */
function neverTooOften(dialed: readonly Dialed[]): void {
  const counted = dialed.filter(({ outcome, unheard }) => !unheard && !lineFaults.has(outcome));
  for (const [number, calls] of Map.groupBy(counted, (call) => call.number)) {
    const times = calls.map(({ at }) => at).toSorted((a, b) => a - b);
    const { calls: most, seconds } = frequencyCap;
    for (const [i, at] of times.entries())
      if (i >= most)
        expect(at - times[i - most]!, `${number} was dialed at ${at}`).toBeGreaterThan(
          seconds * 1000 - 2 * clockToleranceMs,
        );
  }
}

/** The center's half: two campaigns with the same people in them. */
async function standCenter(inDoubt: CampaignSettings['inDoubt'], clock: ManualClock) {
  const db = database.kysely;
  for (const table of [...kept, 'campaigns'] as const)
    if (table !== 'restore_mark') await db.deleteFrom(table).execute();
  const clocks = { business: clock, transport: clock, speed: 1 };
  const openEpoch = async (): Promise<LeaseEpoch> => {
    const opened = new LeaseEpoch({ db, clocks, newId, log: silentLog, markFile });
    await opened.load();
    return opened;
  };
  let epoch = await openEpoch();
  const issued: Issued[] = [];
  const settings: CampaignSettings = {
    ...defaultCampaign,
    name: 'safety',
    window: always,
    gate: { ...defaultGate, frequencyCaps: [frequencyCap] },
    attemptsCap,
    leaseSeconds,
    inDoubt,
    retries: (['BUSY', 'NO_ANSWER', 'TRUNK_FAULT', 'LOST'] as const).map((outcome) => ({
      outcome,
      delaySeconds: 20,
    })),
  };
  const ids = [newId(), newId()];
  for (const id of ids) {
    await db
      .insertInto('campaigns')
      .values({
        id,
        name: 'safety',
        status: 'running',
        settings: JSON.stringify(settings),
        created_at: start,
        changed_at: start,
      })
      .execute();
    for (let i = 0; i < leadsEach; i++) {
      // Every third person is in both campaigns, every second has a second number; one of those two share.
      const own = `${ids.indexOf(id) + 1}0${i}`;
      const number = `+8613900000${i % 3 === 0 ? `00${i}` : own}`;
      const other = `+8613800000${i === 1 ? '001' : own}`;
      const numbers = [number, ...(i % 2 === 1 ? [other] : [])].map((each) => ({
        number: each,
        zones: [zone],
      }));
      await db
        .insertInto('leads')
        .values({
          id: newId(),
          campaign: id,
          import: null,
          state: 'open',
          numbers: JSON.stringify(numbers),
          first_number: number,
          zone_key: zone,
          fields: '{}',
          due_at: start - leaseSeconds * 1000,
          lease: null,
          last_outcome: null,
          last_attempt_at: null,
          reason: null,
          final_state: null,
          created_at: start,
        })
        .execute();
    }
  }
  const count = async (state: string): Promise<number> =>
    (await db.selectFrom('leads').select('state').execute()).filter((row) => row.state === state).length;
  const backUp = async (): Promise<void> => {
    for (const table of kept) {
      await sql.raw(`truncate kept.${table}`).execute(db);
      await sql.raw(`insert into kept.${table} select * from ${table}`).execute(db);
    }
    await epoch.advanceMark();
  };
  await backUp();
  return {
    campaigns: ids.map((id) => ({ ...settings, id, status: 'running' }) as unknown as EdgeCampaign),
    count,
    issued,
    backUp,
    async restore(): Promise<void> {
      for (const table of kept) await db.deleteFrom(table).execute();
      for (const table of kept.toReversed()) {
        const { rows } = await sql<{
          columns: string;
        }>`select string_agg(quote_ident(column_name), ', ') as columns
          from information_schema.columns where table_schema = 'public' and table_name = ${table} and is_generated = 'NEVER'`.execute(
          db,
        );
        const { columns } = rows[0]!;
        await sql.raw(`insert into ${table} (${columns}) select ${columns} from kept.${table}`).execute(db);
      }
      epoch = await openEpoch();
    },
    /** Hears what branches hold and calls back what they must not. @returns whether leads may be lent */
    async meet(there: readonly Name[], branches: Branches): Promise<boolean> {
      for (const name of names) branches[name].connect(there.includes(name) ? epoch.id : undefined);
      await sendRevocations(
        db,
        {
          publish: async (_channel: string, to: string, message: Revoke) =>
            branches[to as Name].revoke(message),
        } as never,
        (name) => branches[name as Name].session,
        clock,
      );
      const holdings = there.map((name) => ({ edge: name, lent: branches[name].lent }));
      const clear = emptyHanded(holdings, epoch.id);
      await releaseUnheard(db, clear, clock.now() - clockToleranceMs);
      const awaited = await db
        .selectFrom('lease_epoch_waits')
        .select('edge')
        .where('epoch', '=', epoch.id)
        .execute();
      if ((await epoch.blockedBy(holdings)) !== undefined) return false;
      for (const { edge: name } of awaited) if (!clear.includes(name)) branches[name as Name].giveUpOn();
      return true;
    },
    /** Sends what is not confirmed, for the first time or again. */
    async send(there: readonly Name[], branches: Branches): Promise<void> {
      const now = clock.now();
      const rows = await db
        .updateTable('leases')
        .set({ sent_at: now })
        .where('state', '=', 'issued')
        .where('expires_at', '>', now)
        .where('edge', 'in', there.length > 0 ? [...there] : [''])
        .where((eb) => eb.or([eb('sent_at', 'is', null), eb('sent_at', '<=', now - 10_000)]))
        .returning(['edge', 'payload'])
        .execute();
      for (const { edge: name, payload } of rows) if (payload) branches[name as Name].onTheWay.push(payload);
    },
    async lend(there: readonly Name[], branches: Branches, torn = false): Promise<void> {
      if (!(await this.meet(there, branches))) return;
      const now = clock.now();
      const lent = await countHeld(db);
      const due = await countDue(
        db,
        ids.map((campaign) => ({ campaign, key: zone, attemptsCap })),
        100,
        now,
      );
      const heldBy = (name: Name, campaign: string): number =>
        lent.find((each) => each.edge === name && each.campaign === campaign)?.count ?? 0;
      const grants = plan({
        now,
        edges: names.map((id) => ({
          id,
          site: 'site',
          online: there.includes(id),
          clock: 'trusted',
          channels: 10,
          agents: [ids, ids],
          prices: new Map(),
        })),
        campaigns: ids.map((id, c) => ({
          ...settings,
          id,
          cells: [
            {
              key: zone,
              closesAt: Infinity,
              due: due[c]!,
              held: names.reduce((sum, name) => sum + heldBy(name, id), 0),
            },
          ],
        })),
        held: new Map(names.map((name) => [name, new Map(ids.map((id) => [id, heldBy(name, id)]))])),
        leadsPerAgent: 6,
      });
      for (const grant of grants)
        await whole(torn, (trx) =>
          assignLeads(
            trx,
            {
              edge: grant.edge,
              site: 'site',
              campaign: grant.campaign,
              settings,
              branch: { callerIds: [], emergencyNumbers: [] },
              cells: grant.cells,
              epoch: epoch.id,
              now,
            },
            newId,
          ),
        );
      const lentNow = await db
        .selectFrom('leases')
        .select(['id', 'payload'])
        .where('issued_at', '=', now)
        .execute();
      for (const { id, payload } of lentNow)
        for (const { numbers } of payload?.leads ?? [])
          issued.push(...numbers.map(({ number }) => ({ number, lease: id, at: now })));
      // Nothing else happens in the same moment.
      clock.advance(1);
    },
    async settle(): Promise<void> {
      await settleEnded(db, newId);
      await expireLeases(db, clock.now(), newId);
    },
    /** Every lead can be called again or is done with for a reason that is true, and nobody holds anything. @returns the reasons */
    async allThere(dialed: readonly Dialed[]): Promise<string[]> {
      const rows = await db
        .selectFrom('leads')
        .select(['id', 'state', 'attempts', 'reason', 'numbers'])
        .execute();
      expect(rows).toHaveLength(2 * leadsEach);
      expect(rows.filter(({ state }) => state === 'leased' || state === 'in-doubt')).toEqual([]);
      for (const { id, state, attempts, reason, numbers } of rows) {
        const calls = dialed.filter((call) => call.lead === id);
        const unheard = calls.filter((call) => call.unheard).length;
        expect(attempts).toBeLessThanOrEqual(attemptsCap + unheard);
        expect(attempts).toBeGreaterThanOrEqual(new Set(calls.map(({ lease }) => lease)).size);
        const ended = (outcome: Outcome): number => calls.filter((call) => call.outcome === outcome).length;
        if (state === 'finished') expect(ended('ANSWERED')).toBeGreaterThan(0);
        else if (reason === 'no number left')
          expect(ended('INVALID_NUMBER')).toBeGreaterThanOrEqual(numbers.length);
        else if (state === 'exhausted') expect(attempts, `${reason}`).toBeGreaterThanOrEqual(attemptsCap);
      }
      expect(await db.selectFrom('leased_numbers').selectAll().execute()).toEqual([]);
      const open = await db.selectFrom('leases').select('id').where('state', '<>', 'settled').execute();
      expect(open).toEqual([]);
      const refused = await db.selectFrom('gate_refusals').select('rule').distinct().execute();
      return [...rows.flatMap(({ reason }) => reason ?? []), ...refused.map(({ rule }) => rule)];
    },
  };
}

/** Does it in one transaction. @param torn the first time the center dies when all is done, and nothing is kept */
async function whole(torn: boolean, work: (trx: Transaction<Tables>) => Promise<unknown>): Promise<void> {
  const died = new Error('died');
  const doAll = (dies: boolean): Promise<void> =>
    database.kysely.transaction().execute(async (trx) => {
      await work(trx);
      if (dies) throw died;
    });
  if (torn) await expect(doAll(true)).rejects.toBe(died);
  await doAll(false);
}

type Branches = Readonly<Record<Name, Branch>>;

type AttemptFacts = ReturnType<typeof attemptRow>['row'];

/** The branch's half: its ledger survives, its lease book does not, its clock is off. */
class Branch {
  readonly onTheWay: Lease[] = [];
  readonly dialed: Dialed[] = [];
  readonly #name: Name;
  readonly #clock: ManualClock;
  readonly #skewMs: number;
  readonly #ledger = newId();
  /** Leases as the ledger has them, with the leads not worked; without leads of those that ended. */
  readonly #stored = new Map<string, { lease: Lease; open: Map<string, LeasedLead>; ended: boolean }>();
  readonly #rows = { attempt: [] as AttemptFacts[], event: [] as object[] };
  readonly #told = { attempt: 0, event: 0 };
  /** Leads that were called back, by lease. */
  readonly #revoked = new Set<string>();
  #book = new LeaseBook();
  #gatekeeper: Gatekeeper;
  /** The campaigns in force. */
  #served: readonly EdgeCampaign[] = [];
  #attempts = 0;
  /** The epoch that was announced to it. */
  #epoch: string | undefined;
  /** While it is connected. */
  session: string | undefined;

  constructor(name: Name, clock: ManualClock, skewMs: number) {
    this.#name = name;
    this.#clock = clock;
    this.#skewMs = skewMs;
    this.#gatekeeper = this.#newGatekeeper();
  }

  #newGatekeeper(): Gatekeeper {
    const gatekeeper = new Gatekeeper({
      business: {
        now: () => this.#now,
        monotonic: () => this.#clock.monotonic(),
        schedule: (afterMs, run) => this.#clock.schedule(afterMs, run),
      },
      clockTrust: () => 'trusted',
      campaign: (id) => this.#served.find((each) => each.id === id),
      listed: () => [],
      saysNotice: () => true,
    });
    gatekeeper.configure({ emergencyNumbers: [], lines: [], site: { region: 'CN' } } as unknown as Desired);
    const calls = this.#rows.attempt.flatMap(({ tries }) => tries);
    gatekeeper.restore(
      calls.map(({ number, startedAt, outcome }): OwnCall => ({ number, at: startedAt, outcome })),
    );
    return gatekeeper;
  }

  get #now(): number {
    return this.#clock.now() + this.#skewMs;
  }

  /** Takes the next lease in. @param again whether it comes once more later */
  receive(again: boolean): void {
    const lease = this.onTheWay.shift();
    if (!lease) return;
    if (again) this.onTheWay.push(lease);
    if (this.#stored.has(lease.id) || lease.epoch < (this.#epoch ?? '')) return;
    const open = new Map(lease.leads.map((lead) => [lead.id, lead]));
    this.#stored.set(lease.id, { lease, open, ended: false });
    this.#book.add(lease);
    const { id, epoch, leads } = lease;
    this.#write({ type: 'lease-stored', lease: id, leaseEpoch: epoch, leads: leads.length });
  }

  /** The center announces its epoch to a branch that it reaches; what was sent before has come then. */
  connect(epoch: string | undefined): void {
    if (epoch === undefined) {
      this.session = undefined;
      return;
    }
    this.session ??= newId();
    if (epoch === this.#epoch) return;
    while (this.onTheWay.length > 0) this.receive(false);
    this.#epoch = epoch;
  }

  get lent(): Lent {
    const unconfirmed = streams.reduce(
      (sum, stream) => sum + this.#rows[stream].length - this.#told[stream],
      0,
    );
    return {
      ...(this.#epoch !== undefined && { epoch: this.#epoch }),
      leases: this.#book.leases,
      unconfirmed,
    };
  }

  revoke({ lease, campaign, numbers }: Revoke): void {
    const revoked = [...this.#stored.values()]
      .filter((stored) => !stored.ended && (lease === undefined || stored.lease.id === lease))
      .filter((stored) => campaign === undefined || stored.lease.campaign === campaign)
      .flatMap((stored) =>
        [...stored.open.values()]
          .filter((lead) => !numbers || lead.numbers.some(({ number }) => numbers.includes(number)))
          .map((lead) => ({ lease: stored.lease.id, lead: lead.id })),
      )
      .filter((each) => !this.#revoked.has(`${each.lease} ${each.lead}`));
    for (const each of revoked) this.#revoked.add(`${each.lease} ${each.lead}`);
    for (const ended of this.#book.drop(revoked)) this.#end(ended);
  }

  /** The center asks for the rows again that it has no longer. */
  async onRestore(queued: boolean): Promise<void> {
    if (!queued) this.onTheWay.length = 0;
    this.session = undefined;
    for (const stream of streams) {
      const row = await database.kysely
        .selectFrom('ingest_position')
        .select('position')
        .where('edge', '=', this.#name)
        .where('epoch', '=', this.#ledger)
        .where('stream', '=', stream)
        .executeTakeFirst();
      this.#told[stream] = row?.position ?? 0;
    }
  }

  /** What it has not told yet is waited for no longer. */
  giveUpOn(): void {
    for (const call of this.dialed) if (call.attempt >= this.#told.attempt) call.unheard = true;
  }

  dial(served: readonly EdgeCampaign[], count: number, outcome: CallEnd): void {
    this.#served = served;
    for (let i = 0; i < count; i++)
      for (const campaign of served) {
        const held = this.#book.take(campaign, this.#now);
        if (!held) continue;
        this.#attempt(held, outcome);
        const { lease } = held;
        this.#stored.get(lease)!.open.delete(held.lead.id);
        const ended = this.#book.settle({ lease, lead: held.lead.id });
        if (ended) this.#end(ended);
      }
  }

  /** Dials one number of a lead after the other for as long as they do not exist and the gate allows. */
  #attempt(held: HeldLead, outcome: CallEnd): void {
    const { lead, lease } = held;
    let attempt: Attempt = {
      id: newId(),
      lead: lead.id,
      lease,
      leaseEpoch: held.epoch,
      leaseExpiresAt: held.expiresAt,
      campaign: held.campaign,
      number: lead.numbers[0]!.number,
      ordinal: lead.attemptsMade + 1,
      dueAt: lead.dueAt,
      startedAt: this.#now,
      attemptsCap: held.attemptsCap,
      leadNumbers: lead.numbers,
      fields: lead.fields,
      position: 0,
      failedLines: [],
      deadNumbers: [],
      tries: [],
    };
    const own = this.#attempts++;
    for (;;) {
      const decision = this.#gatekeeper.ask(attempt);
      if (decision.verdict === 'refuse') {
        const { verdict: _, ...why } = decision;
        const last = attempt.tries.at(-1);
        // What was tried stands, with the number that was tried.
        this.#writeAttempt(
          { ...attempt, number: last?.number ?? attempt.number },
          last?.outcome ?? 'REFUSED',
          last ? { ...why, number: attempt.number } : why,
        );
        return;
      }
      const { number } = attempt;
      const at = this.#now;
      this.dialed.push({ number, lead: lead.id, lease, outcome, attempt: own, at: this.#clock.now() });
      this.#clock.advance(1);
      this.#gatekeeper.note({ number, at, outcome });
      const ordinal = attempt.tries.length + 1;
      const ended: Try = { id: newId(), ordinal, number, line: 'line', startedAt: at, endedAt: at, outcome };
      const after = afterTry(attempt, ended, () => false);
      attempt = after.attempt;
      if (after.next === 'close') return this.#writeAttempt(attempt, after.outcome);
    }
  }

  #writeAttempt(attempt: Attempt, outcome: Outcome, refusal?: AttemptRow['refusal']): void {
    const facts = { endedAt: this.#now, outcome, clock: 'trusted', ...(refusal && { refusal }) } as const;
    this.#rows.attempt.push(attemptRow(attempt, facts).row);
  }

  /** Memory is lost; what the ledger has is there again. */
  crash(): void {
    this.#book = new LeaseBook();
    this.#gatekeeper = this.#newGatekeeper();
    this.#epoch = undefined;
    this.session = undefined;
    for (const { lease, open, ended } of this.#stored.values())
      if (!ended)
        this.#book.restore(
          [...open.values()]
            .filter((lead) => !this.#revoked.has(`${lease.id} ${lead.id}`))
            .map((lead) => ({
              lease: lease.id,
              epoch: lease.epoch,
              campaign: lease.campaign,
              expiresAt: lease.expiresAt,
              attemptsCap: lease.budgets.attemptsPerLead,
              payload: JSON.stringify(lead),
            })),
          [],
        );
  }

  expire(): void {
    for (const ended of this.#book.expire(this.#now)) this.#end(ended);
  }

  /** The center hears the next rows of a stream. @param again whether it heard the ones before once more */
  async report(stream: (typeof streams)[number], count: number, again: boolean, torn = false): Promise<void> {
    const from = again ? Math.max(0, this.#told[stream] - 2) : this.#told[stream];
    const to = Math.min(this.#rows[stream].length, this.#told[stream] + count);
    if (to <= from) return;
    this.#told[stream] = to;
    const rows = this.#rows[stream].slice(from, to).map((row, i) => ({ ...row, seq: from + i + 1 }));
    const at = { edge: this.#name, epoch: this.#ledger, stream };
    await whole(torn, async (trx) => {
      await effects.apply(trx, [{ ...at, site: 'site', rows: rows as never[] }]);
      await trx
        .insertInto('ingest_position')
        .values({ ...at, position: to, updated_at: this.#clock.now() })
        .onConflict((held) => held.columns(['edge', 'epoch', 'stream']).doUpdateSet({ position: to }))
        .execute();
    });
  }

  #end({ id, epoch, how }: EndedLease): void {
    const stored = this.#stored.get(id)!;
    stored.ended = true;
    this.#book.forget(id);
    const afterAttempt = this.#rows.attempt.length;
    const unworked = [...stored.open.keys()];
    this.#write({ type: 'lease-ended', lease: id, leaseEpoch: epoch, how, unworked, afterAttempt });
  }

  #write(row: object): void {
    this.#rows.event.push({ id: newId(), at: this.#now, clock: 'trusted', ...row });
  }
}
