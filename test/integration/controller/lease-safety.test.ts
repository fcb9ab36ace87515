import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  defaultCampaign,
  defaultGate,
  ManualClock,
  type CampaignSettings,
  type EdgeCampaign,
  type Lease,
  type LeasedLead,
} from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
// @boundaries-ignore the lease book of a branch is the other half of what is lent
import { LeaseBook, type EndedLease } from '../../../edge/src/dialer/lease-book.ts';
import { newId } from './center.ts';
import {
  assignLeads,
  campaigns,
  clockToleranceMs,
  countDue,
  countHeld,
  expireLeases,
  plan,
  settleEnded,
  temporaryDatabase,
  type TemporaryDatabase,
} from './parts.ts';

const { CampaignEffects } = campaigns;
const effects = new CampaignEffects(newId, silentLog);
const always = { fromMinute: 0, toMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] };
const start = Date.parse('2026-05-12T04:00:00Z');
const zone = 'Asia/Shanghai';
const attemptsCap = 3;
const leaseSeconds = 600;
/** Leads in each campaign. */
const leadsEach = 9;
const names = ['A', 'B'] as const;
type Name = (typeof names)[number];
const streams = ['attempt', 'event'] as const;

let database: TemporaryDatabase;

beforeAll(async () => {
  database = await temporaryDatabase();
});
afterAll(() => database.drop());

/** What may happen between a center and two branches. */
type Step =
  | { readonly do: 'plan'; readonly there: readonly Name[] }
  | { readonly do: 'deliver'; readonly edge: Name; readonly again: boolean }
  | { readonly do: 'dial'; readonly edge: Name; readonly count: number }
  | {
      readonly do: 'report';
      readonly edge: Name;
      readonly stream: (typeof streams)[number];
      readonly count: number;
      readonly again: boolean;
    }
  | { readonly do: 'crash'; readonly edge: Name }
  | { readonly do: 'wait'; readonly seconds: number };

const edge = fc.constantFrom(...names);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('plan' as const), there: fc.subarray([...names]) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('deliver' as const), edge, again: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('dial' as const), edge, count: fc.integer({ min: 1, max: 2 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('report' as const),
      edge,
      stream: fc.constantFrom(...streams),
      count: fc.integer({ min: 1, max: 5 }),
      again: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), edge }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      seconds: fc.constantFrom(5, 30, 61, 300, 700),
    }),
  },
);
/** A branch is cut off with what it holds for as long as its lease lasts; then another one comes for the leads, and both dial. */
const outage: fc.Arbitrary<Step[]> = fc
  .record({ away: edge, over: fc.constantFrom(30, 59, 61) })
  .map(({ away, over }): Step[] => {
    const other: Name = away === 'A' ? 'B' : 'A';
    const dial = { do: 'dial', count: 1 } as const;
    return [
      { do: 'plan', there: [away] },
      ...[1, 2, 3].map(() => ({ do: 'deliver', edge: away, again: false }) as const),
      { do: 'wait', seconds: leaseSeconds },
      { do: 'wait', seconds: over },
      { do: 'plan', there: [other] },
      ...[1, 2, 3].map(() => ({ do: 'deliver', edge: other, again: false }) as const),
      ...[1, 2, 3].flatMap(() => [
        { ...dial, edge: other },
        { ...dial, edge: away },
      ]),
    ];
  });
const history = fc
  .array(fc.oneof({ weight: 20, arbitrary: step.map((one) => [one]) }, { weight: 1, arbitrary: outage }), {
    minLength: 60,
    maxLength: 120,
  })
  .map((parts) => parts.flat());
const skew = fc.integer({ min: -clockToleranceMs + 1000, max: clockToleranceMs - 1000 });

test('whatever is cut, crashes, comes twice or late, and with clocks off within tolerance: no number is dialed under two leases at a time or past its cap, and no lead is lost', async () => {
  let [calls, doubts] = [0, 0];
  await fc.assert(
    fc.asyncProperty(
      history,
      fc.tuple(skew, skew),
      fc.constantFrom('wait' as const, 'count-attempt' as const),
      async (steps, skews, inDoubt) => {
        const clock = new ManualClock(start);
        const center = await standCenter(inDoubt, clock);
        const branches = { A: new Branch('A', clock, skews[0]), B: new Branch('B', clock, skews[1]) };
        for (const wish of steps)
          switch (wish.do) {
            case 'plan':
              for (const lease of await center.lend(wish.there))
                branches[lease.edge].onTheWay.push(lease.payload);
              break;
            case 'deliver':
              branches[wish.edge].receive(wish.again);
              break;
            case 'dial':
              branches[wish.edge].dial(center.campaigns, wish.count);
              break;
            case 'report':
              await branches[wish.edge].report(wish.stream, wish.count, wish.again);
              break;
            case 'crash':
              branches[wish.edge].crash();
              break;
            case 'wait':
              clock.advance(wish.seconds * 1000);
              for (const name of names) branches[name].expire();
              await center.settle();
          }
        doubts += await center.count('in-doubt');
        const dialed = names.flatMap((name) => branches[name].dialed);
        calls += dialed.length;
        neverUnderTwoLeases(dialed);
        neverPastCap(dialed);

        // The cable is whole again: what was on the way arrives, leases run out, everything is reported.
        for (const name of names) while (branches[name].onTheWay.length > 0) branches[name].receive(false);
        clock.advance(2 * leaseSeconds * 1000);
        for (const name of names) {
          branches[name].expire();
          for (const stream of streams) await branches[name].report(stream, 10_000, false);
        }
        await center.settle();
        await center.allThere();
      },
    ),
    { numRuns: 40, endOnFailure: true },
  );
  // Otherwise it would say nothing.
  expect(calls).toBeGreaterThan(100);
  expect(doubts).toBeGreaterThan(0);
}, 180_000);

interface Dialed {
  readonly number: string;
  readonly lead: string;
  readonly lease: string;
  readonly at: number;
}

/** Once a number was dialed under a lease, it is never dialed under one that was issued before (ids grow, RFC 9562). */
function neverUnderTwoLeases(dialed: readonly Dialed[]): void {
  for (const [, calls] of Map.groupBy(dialed, ({ number }) => number)) {
    const leases = calls.toSorted((a, b) => a.at - b.at).map(({ lease }) => lease);
    expect(leases).toEqual(leases.toSorted());
  }
}

/** One call for each attempt, and no lead twice in one lease. */
function neverPastCap(dialed: readonly Dialed[]): void {
  for (const [, calls] of Map.groupBy(dialed, ({ lead }) => lead)) {
    expect(calls.length).toBeLessThanOrEqual(attemptsCap);
    expect(new Set(calls.map(({ lease }) => lease)).size).toBe(calls.length);
  }
}

/** The center's half: two campaigns with the same people in them. */
async function standCenter(inDoubt: CampaignSettings['inDoubt'], clock: ManualClock) {
  const db = database.kysely;
  for (const table of [
    'leased_numbers',
    'leases',
    'leads',
    'attempts',
    'attempt_calls',
    'ingest_position',
    'campaigns',
  ] as const)
    await db.deleteFrom(table).execute();
  const epoch = newId();
  const settings: CampaignSettings = {
    ...defaultCampaign,
    name: 'safety',
    window: always,
    gate: { ...defaultGate, frequencyCaps: [] },
    attemptsCap,
    leaseSeconds,
    inDoubt,
    retries: (['BUSY', 'LOST'] as const).map((outcome) => ({ outcome, delaySeconds: 20 })),
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
      // Every third person is in both campaigns.
      const number = `+8613900000${i % 3 === 0 ? 0 : ids.indexOf(id) + 1}0${i}`;
      await db
        .insertInto('leads')
        .values({
          id: newId(),
          campaign: id,
          import: null,
          state: 'open',
          numbers: JSON.stringify([{ number, zones: [zone] }]),
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
  return {
    campaigns: ids.map((id) => ({ ...settings, id, status: 'running' }) as unknown as EdgeCampaign),
    count,
    async lend(there: readonly Name[]): Promise<{ edge: Name; payload: Lease }[]> {
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
        await db.transaction().execute((trx) =>
          assignLeads(
            trx,
            {
              edge: grant.edge,
              site: 'site',
              campaign: grant.campaign,
              settings,
              branch: { callerIds: [], emergencyNumbers: [] },
              cells: grant.cells,
              epoch,
              now,
            },
            newId,
          ),
        );
      const rows = await db
        .updateTable('leases')
        .set({ sent_at: now })
        .where('sent_at', 'is', null)
        .returning(['edge', 'payload'])
        .execute();
      return rows.flatMap((row) => (row.payload ? [{ edge: row.edge as Name, payload: row.payload }] : []));
    },
    async settle(): Promise<void> {
      await settleEnded(db, newId);
      await expireLeases(db, clock.now(), newId);
    },
    /** Every lead can be called again or is done with, and nobody holds anything. */
    async allThere(): Promise<void> {
      const rows = await db.selectFrom('leads').select(['state', 'lease', 'attempts']).execute();
      expect(rows).toHaveLength(2 * leadsEach);
      expect(rows.filter(({ state }) => state === 'leased' || state === 'in-doubt')).toEqual([]);
      for (const { attempts } of rows) expect(attempts).toBeLessThanOrEqual(attemptsCap);
      expect(await db.selectFrom('leased_numbers').selectAll().execute()).toEqual([]);
      const open = await db.selectFrom('leases').select('id').where('state', '<>', 'settled').execute();
      expect(open).toEqual([]);
    },
  };
}

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
  readonly #rows = { attempt: [] as object[], event: [] as object[] };
  readonly #told = { attempt: 0, event: 0 };
  #book = new LeaseBook();

  constructor(name: Name, clock: ManualClock, skewMs: number) {
    this.#name = name;
    this.#clock = clock;
    this.#skewMs = skewMs;
  }

  get #now(): number {
    return this.#clock.now() + this.#skewMs;
  }

  /** Takes the next lease in. @param again whether it comes once more later */
  receive(again: boolean): void {
    const lease = this.onTheWay.shift();
    if (!lease) return;
    if (again) this.onTheWay.push(lease);
    if (this.#stored.has(lease.id)) return;
    const open = new Map(lease.leads.map((lead) => [lead.id, lead]));
    this.#stored.set(lease.id, { lease, open, ended: false });
    this.#book.add(lease);
    const { id, epoch, leads } = lease;
    this.#write('event', { type: 'lease-stored', lease: id, leaseEpoch: epoch, leads: leads.length });
  }

  dial(served: readonly EdgeCampaign[], count: number): void {
    for (let i = 0; i < count; i++)
      for (const campaign of served) {
        const held = this.#book.take(campaign, this.#now);
        if (!held) continue;
        const { lead, lease } = held;
        const [{ number }] = lead.numbers as [LeasedLead['numbers'][number]];
        const at = this.#now;
        this.dialed.push({ number, lead: lead.id, lease, at: this.#clock.now() });
        this.#clock.advance(1);
        this.#stored.get(lease)!.open.delete(lead.id);
        this.#write('attempt', {
          campaign: campaign.id,
          lead: lead.id,
          lease,
          number,
          ordinal: lead.attemptsMade + 1,
          dueAt: lead.dueAt,
          startedAt: at,
          endedAt: at,
          outcome: 'BUSY',
          deadNumbers: [],
          tries: [
            { id: newId(), ordinal: 1, number, line: 'line', startedAt: at, endedAt: at, outcome: 'BUSY' },
          ],
        });
        const ended = this.#book.settle(lease);
        if (ended) this.#end(ended);
      }
  }

  /** Memory is lost; what the ledger has is there again. */
  crash(): void {
    this.#book = new LeaseBook();
    for (const { lease, open, ended } of this.#stored.values())
      if (!ended)
        this.#book.restore(
          [...open.values()].map((lead) => ({
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
  async report(stream: (typeof streams)[number], count: number, again: boolean): Promise<void> {
    const from = again ? Math.max(0, this.#told[stream] - 2) : this.#told[stream];
    const to = Math.min(this.#rows[stream].length, this.#told[stream] + count);
    if (to <= from) return;
    this.#told[stream] = to;
    const rows = this.#rows[stream].slice(from, to).map((row, i) => ({ ...row, seq: from + i + 1 }));
    const at = { edge: this.#name, epoch: this.#ledger, stream };
    await database.kysely.transaction().execute(async (trx) => {
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
    this.#write('event', { type: 'lease-ended', lease: id, leaseEpoch: epoch, how, unworked, afterAttempt });
  }

  #write(stream: (typeof streams)[number], row: object): void {
    this.#rows[stream].push({ id: newId(), at: this.#now, clock: 'trusted', ...row });
  }
}
