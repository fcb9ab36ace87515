import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  defaultGate,
  ManualClock,
  type CampaignSettings,
  type CampaignView,
  type EdgeCampaign,
  type Outcome,
  type RefusedLead,
} from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
// @boundaries-ignore the gatekeeper of a branch stands at the same gate as the planner
import { Gatekeeper } from '../../../edge/src/dialer/gatekeeper.ts';
import { Center, newId, until, type Person } from './center.ts';
import { assignLeads, campaigns, expireLeases } from './parts.ts';

const { CampaignEffects } = campaigns;
const effects = new CampaignEffects(newId, silentLog);
/** Open at any hour. */
const always = { fromMinute: 0, toMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] };
const branch = { callerIds: ['02112345678'], emergencyNumbers: ['110'] };
const epoch = newId();
const ledgers = { A: newId(), B: newId() };
type Edge = keyof typeof ledgers;

let center: Center;
let operations: Person;

beforeAll(async () => {
  center = await Center.start();
  operations = await center.person('operations', 'operations');
});
afterAll(() => center[Symbol.asyncDispose]());

async function addCampaign(change: Partial<CampaignSettings>): Promise<CampaignView> {
  const { body } = await operations.call<CampaignView>('POST', '/campaigns', {
    name: `gate ${newId()}`,
    window: always,
    attemptsCap: 20,
    retries: (['BUSY', 'NO_ANSWER', 'ABANDONED', 'LOST'] as const).map((outcome) => ({
      outcome,
      delaySeconds: 60,
    })),
    ...change,
  });
  return body;
}

async function lend(campaign: CampaignView, edge: Edge, now: number) {
  const keys = await center.db
    .selectFrom('campaign_zones')
    .select('zone_key')
    .where('campaign', '=', campaign.id)
    .execute();
  const leases = await center.db.transaction().execute((trx) =>
    assignLeads(
      trx,
      {
        edge,
        site: 'site',
        campaign: campaign.id,
        settings: { ...campaign.settings, leaseSeconds: 1800 },
        branch,
        cells: keys.map(({ zone_key }) => ({ key: zone_key, count: 100 })),
        epoch,
        now,
      },
      newId,
    ),
  );
  // A branch has it: one that was never sent would be free again when it is over.
  const rows = await center.db
    .updateTable('leases')
    .set({ sent_at: now })
    .where('id', 'in', leases.length > 0 ? leases : [newId()])
    .returning(['id', 'payload'])
    .execute();
  return rows.flatMap(({ id, payload }) => (payload ? [{ ...payload, id }] : []));
}

test('what the gate refuses where leads are lent never reaches a branch, and is on record with rule and reason', async () => {
  const campaign = await addCampaign({ gate: { ...defaultGate, needsConsent: true } });
  await operations.call('POST', '/dnc', { numbers: ['13900000003'], campaign: campaign.id });
  await operations.upload(
    campaign.id,
    [
      'phone,phone 2,consent_at,consent_how,consent_reference',
      '13900000001,,2026-05-01,web form,f/1',
      '13900000002,,,,',
      '13900000003,13900000004,2026-05-01,web form,f/2',
      '13900000005,,2199-01-01,web form,f/3',
      '+14162345678,,2026-05-01,web form,f/4',
    ].join('\n'),
  );
  const now = Date.now() + 1000;
  const [lease] = await lend(campaign, 'A', now);
  expect(lease?.leads.flatMap(({ numbers }) => numbers.map(({ number }) => number)).toSorted()).toEqual([
    '+8613900000001',
    '+8613900000004',
  ]);
  expect(lease?.leads[0]).toMatchObject({ consent: { how: 'web form' }, numbers: [{ calledAt: [] }] });
  const path = `/campaigns/${campaign.id}/refusals`;
  const { body } = await operations.call<{ items: RefusedLead[] }>('GET', path);
  expect(
    Object.fromEntries(body.items.map(({ number, rule, times, edge }) => [number, [rule, times, edge]])),
  ).toEqual({
    '+8613900000002': ['consent', 1, 'A'],
    '+8613900000003': ['do-not-call', 1, 'A'],
    '+8613900000005': ['consent', 1, 'A'],
    '+14162345678': ['region-unknown', 1, 'A'],
  });
  const consent = body.items.find(({ number }) => number === '+8613900000002');
  expect(consent).toMatchObject({ reason: expect.stringContaining('evidence of consent'), rules: /./ });
  const one = await operations.call<{ items: RefusedLead[] }>('GET', `${path}?number=8613900000003`);
  expect(one.body.items).toHaveLength(1);
  // Whose numbers were refused are free for others.
  const locked = await center.db.selectFrom('leased_numbers').select('number').orderBy('number').execute();
  expect(locked.map(({ number }) => number)).toEqual(['+8613900000001', '+8613900000004']);
  // Somebody had asked for consent by mistake.
  await operations.call('PATCH', `/campaigns/${campaign.id}`, { gate: defaultGate });
  await until('leads to be open again', async () => {
    const open = await center.db
      .selectFrom('leads')
      .select('first_number')
      .where('campaign', '=', campaign.id)
      .where('state', '=', 'open')
      .execute();
    return open.map(({ first_number }) => first_number).includes('+8613900000002');
  });
});

test('a call that a branch made without an attempt counts against the cap at every branch, once, and not when our line failed', async () => {
  const campaign = await addCampaign({
    gate: { ...defaultGate, frequencyCaps: [{ calls: 1, seconds: 3600 }] },
  });
  await operations.upload(campaign.id, 'phone\n13900000081\n13900000082\n13900000083\n');
  const now = Date.now() + 1000;
  const made = (customer: string, change: object = {}) => ({
    seq: 1,
    at: now,
    clock: 'trusted',
    id: newId(),
    conversation: newId(),
    direction: 'outbound',
    customer,
    startedAt: now - 60_000,
    endedAt: now - 30_000,
    outcome: 'BUSY',
    ...change,
  });
  const rows = [
    made('+8613900000081'),
    made('+8613900000082', { outcome: 'TRUNK_FAULT' }),
    made('+8613900000083', { direction: 'inbound' }),
  ];
  const batch = { edge: 'A', site: 'site', epoch: ledgers.A, stream: 'call' as const, rows: rows as never[] };
  for (let again = 0; again < 2; again++)
    await center.db.transaction().execute((trx) => effects.apply(trx, [batch]));
  const leases = await lend(campaign, 'B', now);
  const lent = leases.flatMap(({ leads }) => leads.flatMap(({ numbers }) => numbers));
  expect(lent.map(({ number }) => number).toSorted()).toEqual(['+8613900000082', '+8613900000083']);
  // An hour after that call they may be called again, and the branch is told of it.
  const later = (await lend(campaign, 'B', now + 3_600_000)).flatMap(({ leads }) => leads);
  expect(later.map(({ numbers }) => numbers)).toMatchObject([
    [{ number: '+8613900000081', calledAt: [now - 60_000] }],
  ]);
});

/** What may happen to two branches that share the numbers of two campaigns. */
type Step =
  | { readonly do: 'lend'; readonly edge: Edge; readonly campaign: 0 | 1 }
  | { readonly do: 'dial'; readonly edge: Edge; readonly count: number; readonly outcome: Outcome }
  | { readonly do: 'report'; readonly edge: Edge; readonly count: number }
  | { readonly do: 'restart'; readonly edge: Edge }
  | { readonly do: 'wait'; readonly seconds: number };

const edge = fc.constantFrom<Edge>('A', 'B');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('lend' as const), edge, campaign: fc.constantFrom(0, 1) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('dial' as const),
      edge,
      count: fc.integer({ min: 1, max: 3 }),
      outcome: fc.constantFrom<Outcome>('BUSY', 'NO_ANSWER', 'ABANDONED'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('report' as const), edge, count: fc.integer({ min: 1, max: 6 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), edge }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      seconds: fc.constantFrom(20, 65, 65, 65, 400, 3000),
    }),
  },
);

test('no interleaving of leases, crashes and late reports takes two branches past a cap together', async () => {
  const caps = [
    { calls: 2, seconds: 300 },
    { calls: 4, seconds: 86_400 },
  ];
  const gate = { ...defaultGate, frequencyCaps: caps };
  let calls = 0;
  let refusals = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 80 }), async (steps) => {
      const shared = [0, 1, 2].map(() => `+86139${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`);
      const made = [
        await addCampaign({ gate, inDoubt: 'count-attempt' }),
        await addCampaign({ gate, inDoubt: 'wait' }),
      ];
      for (const { id } of made) await operations.upload(id, `phone\n${shared.join('\n')}`);
      const clock = new ManualClock(Date.now() + 1000);
      const placed: { number: string; at: number; outcome: Outcome; edge: Edge }[] = [];
      const branches = Object.fromEntries(
        (['A', 'B'] as const).map((name) => [name, new Branch(name, clock, made, placed)]),
      ) as Record<Edge, Branch>;
      for (const wish of steps) {
        switch (wish.do) {
          case 'lend':
            branches[wish.edge].take(await lend(made[wish.campaign]!, wish.edge, clock.now()));
            break;
          case 'dial':
            for (let i = 0; i < wish.count; i++)
              if (branches[wish.edge].dial(wish.outcome) === 'refused') refusals++;
            break;
          case 'report':
            await branches[wish.edge].report(wish.count);
            break;
          case 'restart':
            branches[wish.edge].restart();
            break;
          case 'wait':
            clock.advance(wish.seconds * 1000);
            await expireLeases(center.db, clock.now(), newId);
        }
      }
      calls += placed.length;
      for (const { number, at } of placed)
        for (const cap of caps) {
          const within = placed.filter(
            (other) => other.number === number && other.at >= at && other.at < at + cap.seconds * 1000,
          );
          expect(within.length).toBeLessThanOrEqual(cap.calls);
        }
    }),
    { numRuns: 25, endOnFailure: true },
  );
  // Otherwise it would say nothing.
  expect(calls).toBeGreaterThan(40);
  expect(refusals).toBeGreaterThan(0);
}, 180_000);

/** A branch that dials what it was lent, whenever the gate lets it. */
class Branch {
  readonly #name: Edge;
  readonly #clock: ManualClock;
  readonly #campaigns: readonly CampaignView[];
  readonly #placed: { number: string; at: number; outcome: Outcome; edge: Edge }[];
  readonly #reports: object[] = [];
  #held: ReturnType<typeof attemptsOf> = [];
  #gatekeeper: Gatekeeper;
  #seq = 0;

  constructor(
    name: Edge,
    clock: ManualClock,
    made: readonly CampaignView[],
    placed: { number: string; at: number; outcome: Outcome; edge: Edge }[],
  ) {
    this.#name = name;
    this.#clock = clock;
    this.#campaigns = made;
    this.#placed = placed;
    this.#gatekeeper = this.#stand();
  }

  take(leases: Awaited<ReturnType<typeof lend>>): void {
    this.#held.push(...leases.flatMap(attemptsOf));
  }

  /** Memory is lost; what the ledger has is there again. */
  restart(): void {
    this.#gatekeeper = this.#stand();
    this.#gatekeeper.restore(this.#placed.filter(({ edge: of }) => of === this.#name));
  }

  dial(outcome: Outcome): 'dialed' | 'refused' | 'nothing' {
    const at = this.#clock.now();
    const attempt = this.#held.find(({ dueAt }) => dueAt <= at);
    if (!attempt) return 'nothing';
    const decision = this.#gatekeeper.ask(attempt);
    this.#held = this.#held.filter((other) => other !== attempt);
    const { number } = attempt;
    const { verdict, ...refusal } = decision;
    const tries =
      verdict === 'allow'
        ? [{ id: newId(), ordinal: 1, number, line: 'line', startedAt: at, endedAt: at, outcome }]
        : [];
    if (verdict === 'allow') {
      this.#placed.push({ number, at, outcome, edge: this.#name });
      this.#gatekeeper.note({ number, at, outcome });
    }
    this.#reports.push({
      at,
      clock: 'trusted',
      id: attempt.id,
      campaign: attempt.campaign,
      lead: attempt.lead,
      lease: attempt.lease,
      number,
      ordinal: attempt.ordinal,
      dueAt: attempt.dueAt,
      startedAt: at,
      endedAt: at,
      outcome: verdict === 'allow' ? outcome : 'REFUSED',
      ...(verdict === 'refuse' && { refusal }),
      deadNumbers: [],
      tries,
    });
    return verdict === 'allow' ? 'dialed' : 'refused';
  }

  async report(count: number): Promise<void> {
    const rows = this.#reports.splice(0, count).map((row) => ({ seq: ++this.#seq, ...row }));
    if (rows.length === 0) return;
    await center.db.transaction().execute((trx) =>
      effects.apply(trx, [
        {
          edge: this.#name,
          site: 'site',
          epoch: ledgers[this.#name],
          stream: 'attempt',
          rows: rows as never[],
        },
      ]),
    );
  }

  #stand(): Gatekeeper {
    const gatekeeper = new Gatekeeper({
      business: this.#clock,
      clockTrust: () => 'trusted',
      campaign: (id) => {
        const found = this.#campaigns.find((campaign) => campaign.id === id);
        return found && ({ ...found.settings, id, status: 'running' } as unknown as EdgeCampaign);
      },
      listed: () => [],
      saysNotice: () => true,
    });
    return gatekeeper;
  }
}

function attemptsOf(lease: Awaited<ReturnType<typeof lend>>[number]) {
  return lease.leads.map((lead) => ({
    id: newId(),
    lead: lead.id,
    lease: lease.id,
    leaseEpoch: lease.epoch,
    leaseExpiresAt: lease.expiresAt,
    campaign: lease.campaign,
    number: lead.numbers[0]!.number,
    ordinal: lead.attemptsMade + 1,
    dueAt: lead.dueAt,
    startedAt: lease.issuedAt,
    attemptsCap: lease.budgets.attemptsPerLead,
    leadNumbers: lead.numbers,
    fields: lead.fields,
    consent: lead.consent,
    position: 0,
    failedLines: [],
    deadNumbers: [],
    tries: [],
  }));
}
