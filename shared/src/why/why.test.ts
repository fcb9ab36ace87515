import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CallMoment, CallStory, LeadCounts, SiteView, WhyReason } from '../api/index.ts';
import { whyCodes, WhyReason as WhyReasonSchema } from '../api/why.ts';
import { CampaignStanding } from '../contract/presence.ts';
import { GateRule, Outcome } from '../contract/outcome.ts';
import { findProblem } from '../contract/validate.ts';
import { whyCall, whyCampaign, whyLead, whyNumber, whySite } from './index.ts';
import type { CampaignFacts, LeadFacts, WhyCampaign } from './index.ts';

const id = (n: number): string => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
/** A Thursday, noon in Shanghai. */
const now = Date.parse('2026-11-26T04:00:00Z');
const hour = 3_600_000;

const campaign: WhyCampaign = {
  id: id(1),
  name: 'Autumn',
  status: 'running',
  mode: 'progressive',
  window: { fromMinute: 540, toMinute: 1200, weekdays: [1, 2, 3, 4, 5] },
  sites: [],
  attemptsCap: 3,
};
const broadcast: WhyCampaign = { ...campaign, mode: 'broadcast' };
const counts: LeadCounts = {
  total: 9,
  ready: 9,
  waiting: 0,
  leased: 0,
  inDoubt: 0,
  finished: 0,
  exhausted: 0,
};
const standing = (code: string, reason?: string) =>
  ({
    status: 'running',
    standing: { code, ...(reason !== undefined && { reason }) },
    dialing: 2,
    waiting: 0,
    talking: 1,
    leadsHeld: 5,
    attempts: 0,
    answered: 0,
    abandoned: 0,
    refused: 0,
  }) as NonNullable<SiteView['edges'][number]['live']>['campaigns'][string];
const edge: SiteView['edges'][number] = {
  id: 'bj-1',
  site: 'beijing',
  status: 'online',
  desiredVersion: 1,
  liveAgeMs: 400,
  live: {
    agents: { ann: { state: 'ready', since: 0 } },
    campaigns: { [id(1)]: standing('dialing') },
    lines: { 'trunk-1': { state: 'up' } as never },
    calls: { dialing: 2, ringing: 0, waiting: 0, talking: 1, inbound: 0 },
    switch: 'up',
    clock: 'trusted',
    outboxPending: 0,
    lent: { leases: 0, unconfirmed: 0 },
    cpu: 0,
    memory: 0,
    disk: 0,
  },
};
const siteWith = (box: Partial<SiteView['edges'][number]>): SiteView => ({
  id: 'beijing',
  name: 'Beijing',
  zone: 'Asia/Shanghai',
  region: 'CN',
  edges: [{ ...edge, ...box }],
});
const live = (changes: Partial<NonNullable<typeof edge.live>>): Partial<typeof edge> => ({
  live: { ...edge.live!, ...changes },
});
const codes = (reasons: readonly WhyReason[]): string[] => reasons.map(({ code }) => code);

describe('why a campaign dials or not', () => {
  const facts: CampaignFacts = {
    now,
    campaign,
    leads: counts,
    zones: [['Asia/Shanghai']],
    sites: [siteWith({})],
  };
  test.each<[string, Partial<CampaignFacts>, string[]]>([
    ['dials', {}, ['campaign-dialing', 'branch-dialing']],
    ['is paused', { campaign: { ...campaign, status: 'paused' } }, ['campaign-paused']],
    [
      'is a draft without leads',
      { campaign: { ...campaign, status: 'draft' }, leads: { ...counts, total: 0 } },
      ['campaign-draft', 'campaign-no-leads'],
    ],
    [
      'has no leads left',
      {
        leads: { ...counts, ready: 0, finished: 9 },
        sites: [siteWith(live({ campaigns: { [id(1)]: standing('no-leads') } }))],
      },
      ['campaign-done', 'branch-standing'],
    ],
    [
      'calls nobody at night',
      { now: now + 12 * hour, sites: [siteWith(live({ campaigns: { [id(1)]: standing('not-due') } }))] },
      ['campaign-outside-hours', 'branch-standing'],
    ],
    [
      'waits for retries',
      {
        leads: { ...counts, ready: 0, waiting: 9 },
        nextDue: now + hour,
        sites: [siteWith(live({ campaigns: { [id(1)]: standing('no-leads') } }))],
      },
      ['campaign-none-due', 'branch-standing'],
    ],
    [
      'needs no agents dials where nobody is logged in',
      { campaign: broadcast, sites: [siteWith(live({ agents: {} }))] },
      ['campaign-dialing', 'branch-dialing'],
    ],
    ['has no branch', { sites: [] }, ['campaign-no-branch']],
    [
      'may not run at the only branch',
      { campaign: { ...campaign, sites: ['chengdu'] } },
      ['campaign-no-branch'],
    ],
    [
      'has no line there, and why',
      {
        sites: [
          siteWith(
            live({
              campaigns: {
                [id(1)]: {
                  ...standing('no-line', 'trunk-1: full'),
                  standing: { code: 'no-line', reason: 'x', lines: [{ line: 'trunk-1', verdict: 'full' }] },
                },
              },
            }),
          ),
        ],
      },
      ['branch-standing-lines'],
    ],
    ['runs at a branch that is away', { sites: [siteWith({ status: 'lost' })] }, ['branch-offline']],
    ['runs at a branch that says nothing', { sites: [siteWith({ liveAgeMs: 60_000 })] }, ['branch-silent']],
    [
      'has no line there',
      { sites: [siteWith(live({ campaigns: { [id(1)]: standing('no-line', 'trunk-1: full') } }))] },
      ['branch-standing-because'],
    ],
    [
      'has not reached the branch',
      { sites: [siteWith(live({ campaigns: {} }))] },
      ['branch-without-campaign'],
    ],
    [
      'waits after a restore',
      {
        lendingBlockedUntil: now + hour,
        sites: [siteWith(live({ campaigns: { [id(1)]: standing('no-leads') } }))],
      },
      ['lending-blocked', 'branch-standing'],
    ],
  ])('one that %s', (_, changes, expected) => {
    expect(codes(whyCampaign({ ...facts, ...changes }))).toEqual(expected);
  });
});

describe('why a site dials or not', () => {
  test.each<[string, SiteView, readonly WhyCampaign[], string[]]>([
    ['dials', siteWith({}), [campaign], ['branch-dialing']],
    ['has no box', { ...siteWith({}), edges: [] }, [campaign], ['site-empty']],
    ['runs nothing', siteWith({}), [{ ...campaign, status: 'paused' }], ['site-no-campaign']],
    ['was never seen', siteWith({ status: 'never' }), [campaign], ['branch-never-seen']],
    ['has nobody logged in', siteWith(live({ agents: {} })), [campaign], ['branch-no-agents']],
    ['needs nobody who is logged in', siteWith(live({ agents: {} })), [broadcast], ['branch-dialing']],
    [
      'needs somebody for one of its campaigns',
      siteWith(live({ agents: {} })),
      [broadcast, campaign],
      ['branch-no-agents', 'branch-dialing'],
    ],
    [
      'has lost its lines and its clock',
      siteWith(live({ clock: 'untrusted', lines: { a: { state: 'down' } as never } })),
      [campaign],
      ['branch-clock-untrusted', 'branch-no-line'],
    ],
  ])('one that %s', (_, site, campaigns, expected) => {
    expect(codes(whySite({ site, campaigns }))).toEqual(expected);
  });
});

const leadFacts: LeadFacts = {
  now,
  campaign,
  lead: { id: id(2), state: 'open', attempts: 0, dueAt: now - hour, zones: ['Asia/Shanghai'] },
  numberLent: false,
  listed: [],
  refusals: [],
  attempts: [],
  recordsAway: false,
};
const leadWith = (lead: Partial<LeadFacts['lead']>, more: Partial<LeadFacts> = {}): LeadFacts => ({
  ...leadFacts,
  ...more,
  lead: { ...leadFacts.lead, ...lead },
});

describe('why a lead is dialed or not', () => {
  test.each<[string, LeadFacts, string[]]>([
    ['is next', leadFacts, ['lead-next']],
    ['is not due', leadWith({ dueAt: now + hour }), ['lead-not-due']],
    ['was busy', leadWith({ dueAt: now + hour, lastOutcome: 'BUSY' }), ['lead-not-due-after']],
    ['sleeps', leadWith({ zones: ['America/New_York'] }), ['lead-outside-hours']],
    ['is nowhere', leadWith({ zones: [] }), ['lead-no-hour']],
    [
      'was refused for now',
      leadWith(
        { dueAt: now + hour },
        {
          refusals: [
            { rule: 'frequency-cap', at: now, until: now + hour },
            { rule: 'caller-id', at: now },
            { rule: 'public-holiday', at: 1, until: now },
          ],
        },
      ),
      ['lead-refused-until', 'lead-refused', 'lead-not-due'],
    ],
    ['does not meet the filter', leadWith({}, { passedOver: 'filter' }), ['lead-filtered']],
    ['is of a list that is off', leadWith({}, { passedOver: 'list' }), ['lead-list-off']],
    ['shares a number', leadWith({}, { numberLent: true }), ['lead-number-lent']],
    [
      'is of a paused campaign',
      leadWith({}, { campaign: { ...campaign, status: 'paused' } }),
      ['campaign-paused', 'lead-next'],
    ],
    ['is listed', leadWith({}, { listed: [{ reason: 'asked', at: 5 }] }), ['number-listed', 'lead-next']],
    [
      'is lent',
      leadWith({ state: 'leased' }, { lease: { site: 'Beijing', expiresAt: now + hour } }),
      ['lead-lent'],
    ],
    [
      'is lent to a site of others',
      leadWith({ state: 'leased' }, { lease: { expiresAt: now + hour } }),
      ['lead-lent-elsewhere'],
    ],
    ['is in doubt', leadWith({ state: 'in-doubt' }), ['lead-in-doubt']],
    ['was answered', leadWith({ state: 'finished', reason: 'answered' }), ['lead-answered']],
    ['was disposed of', leadWith({ state: 'finished', reason: 'interested' }), ['lead-disposition']],
    ['was tried enough', leadWith({ state: 'exhausted', reason: 'attempts cap' }), ['lead-attempts-spent']],
    ['is on the list', leadWith({ state: 'exhausted', reason: 'do-not-call' }), ['lead-opted-out']],
    ['was refused', leadWith({ state: 'exhausted', reason: 'premium-number' }), ['lead-refused-for-good']],
    [
      'was refused by what may change',
      leadWith({ state: 'exhausted', reason: 'manual-only', held: true }),
      ['lead-refused'],
    ],
    ['was barred', leadWith({ state: 'exhausted', reason: 'outcome BARRED' }), ['lead-outcome-final']],
    ['ended otherwise', leadWith({ state: 'exhausted', reason: 'by hand' }), ['lead-over']],
    [
      'was tried, and the records are away',
      leadWith(
        {},
        {
          recordsAway: true,
          attempts: [
            { at: 3, ordinal: 3, outcome: 'REFUSED', rule: 'calling-window' },
            { at: 2, ordinal: 2, outcome: 'ANSWERED', line: 'a', agent: 'ann', call: id(3) },
            { at: 1, ordinal: 1, outcome: 'BUSY', line: 'a' },
            { at: 0, ordinal: 0, outcome: 'BUSY' },
          ],
        },
      ),
      [
        'lead-next',
        'attempt-refused',
        'attempt-connected',
        'attempt-dialed',
        'attempt-recorded',
        'records-away',
      ],
    ],
  ])('one that %s', (_, facts, expected) => {
    expect(codes(whyLead(facts))).toEqual(expected);
  });

  test('a number without leads is unknown, one that is none is unreadable, and the list comes first', () => {
    const number = { readable: true, listed: [], refused: [], leads: [], recordsAway: false };
    expect(codes(whyNumber(number))).toEqual(['number-unknown']);
    expect(codes(whyNumber({ ...number, readable: false }))).toEqual(['number-unreadable']);
    const refused = [{ at: 1, what: 'call-back', call: id(4), rule: 'do-not-call' }] as const;
    expect(codes(whyNumber({ ...number, refused }))).toEqual(['number-unknown', 'call-refused']);
    expect(
      codes(
        whyNumber({
          ...number,
          leads: [leadFacts],
          listed: [{ reason: 'asked', at: 1, campaign: 'Autumn' }],
        }),
      ),
    ).toEqual(['number-listed-campaign', 'lead-next']);
  });
});

const made = (line: string, outcome: Outcome, thisCall: boolean, number = '10'): CallMoment => ({
  at: 2,
  what: 'try',
  thisCall,
  try: { id: id(thisCall ? 4 : 5), ordinal: 1, number, line, startedAt: 2, endedAt: 9, outcome },
});
const story = (outcome: Outcome, moments: readonly CallMoment[], agent?: string): CallStory => ({
  call: {
    id: id(4),
    at: 2,
    site: 'beijing',
    edge: 'bj-1',
    direction: 'outbound',
    customer: '10',
    line: 'b',
    outcome,
    durationMs: 7,
    talkMs: 3,
    ...(agent !== undefined && { agent }),
  },
  callerId: '',
  conversation: id(6),
  endedAt: 9,
  evidence: 'live',
  clock: 'trusted',
  legs: [],
  moments: [...moments],
  related: [],
});
const began: Extract<CallMoment, { what: 'attempt' }> = {
  at: 1,
  what: 'attempt',
  ordinal: 2,
  dueAt: 1,
  number: '10',
};
const ended: CallMoment = {
  at: 9,
  what: 'ended',
  by: 'customer',
  cause: 'NORMAL_CLEARING',
  q850: 16,
  sipStatus: 0,
};

describe('why a call came to be and ended', () => {
  test.each<[string, CallStory, string[]]>([
    [
      'dropped',
      story('ABANDONED', [began, made('b', 'ABANDONED', true), { at: 4, what: 'answered' }, ended]),
      ['call-abandoned', 'call-ended', 'call-due', 'call-line'],
    ],
    [
      'connected over the second line',
      story(
        'ANSWERED',
        [
          began,
          made('a', 'CONGESTION', false),
          made('b', 'ANSWERED', true),
          { at: 3, what: 'agent', agent: 'ann', from: 'ready', to: 'reserved', reason: 'promised to a call' },
        ],
        'ann',
      ),
      ['call-talked', 'call-due', 'call-line-after', 'call-agent'],
    ],
    [
      'to the next number',
      story('BUSY', [began, made('a', 'INVALID_NUMBER', false, '11'), made('b', 'BUSY', true)]),
      ['call-outcome', 'call-due', 'call-number-after', 'call-line'],
    ],
    [
      'over the cheapest line that was no full one',
      story('BUSY', [
        began,
        { at: 2, what: 'line-chosen', line: 'b', by: 'price', passed: [{ line: 'a', verdict: 'full' }] },
        made('b', 'BUSY', true),
      ]),
      ['call-outcome', 'call-due', 'call-line-price', 'call-lines-passed'],
    ],
    [
      'over a line that came before others that could have taken it',
      story('BUSY', [
        began,
        { at: 2, what: 'line-chosen', line: 'b', by: 'order', passed: [{ line: 'a', verdict: 'candidate' }] },
        made('b', 'BUSY', true),
      ]),
      ['call-outcome', 'call-due', 'call-line'],
    ],
    [
      'at a pace, to the agent of last time, before others',
      story(
        'ANSWERED',
        [
          { ...began, pace: { mode: 'predictive', because: 'learning', ready: 2, ringing: 1 } },
          made('b', 'ANSWERED', true),
          {
            at: 3,
            what: 'agent',
            agent: 'ann',
            from: 'ready',
            to: 'reserved',
            reason: 'promised to a call',
            choice: { by: 'last-agent', ahead: 'vip' },
          },
        ],
        'ann',
      ),
      ['call-talked', 'call-due', 'call-paced', 'call-line', 'call-agent-last-agent', 'call-ahead-vip'],
    ],
    [
      'by hand, from which others were not let out',
      story('MACHINE', [
        { at: 3, what: 'gate-refused', wanted: 'outside', number: '1', rule: 'do-not-call' },
        { at: 4, what: 'gate-refused', wanted: 'message', number: '1', rule: 'frequency-cap', until: 9 },
      ]),
      ['call-machine', 'call-by-hand', 'call-refused', 'call-refused-until'],
    ],
    ['by hand', story('MACHINE', []), ['call-machine', 'call-by-hand']],
    [
      'inbound, given up',
      { ...story('ANSWERED', []), call: { ...story('ANSWERED', []).call, direction: 'inbound' } },
      ['call-left', 'call-inbound'],
    ],
  ])('%s', (_, told, expected) => {
    expect(codes(whyCall(told))).toEqual(expected);
  });
});

describe('whatever is known', () => {
  const instant = fc.integer({ min: now - 40 * 24 * hour, max: now + 40 * 24 * hour });
  const anyCampaign = fc.record({
    id: fc.constant(id(1)),
    name: fc.string({ minLength: 1 }),
    status: fc.constantFrom('draft' as const, 'running' as const, 'paused' as const, 'stopped' as const),
    mode: fc.constantFrom('progressive' as const, 'broadcast' as const),
    window: fc.record({
      fromMinute: fc.nat(700),
      toMinute: fc.integer({ min: 701, max: 1440 }),
      weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 })),
    }),
    sites: fc.constantFrom([], ['beijing'], ['chengdu']),
    attemptsCap: fc.integer({ min: 1, max: 9 }),
  });
  const zones = fc.subarray(['Asia/Shanghai', 'America/New_York', 'Europe/London']);
  const anySite = fc
    .record({
      status: fc.constantFrom('never' as const, 'online' as const, 'lost' as const, 'stopped' as const),
      liveAgeMs: fc.constantFrom(0, 60_000),
      live: fc.record(
        {
          agents: fc.constantFrom({}, edge.live!.agents),
          campaigns: fc.option(fc.constantFrom(...CampaignStanding.properties.code.enum), { nil: undefined }),
          switch: fc.constantFrom('up' as const, 'down' as const),
          clock: fc.constantFrom('trusted' as const, 'untrusted' as const),
        },
        { requiredKeys: [] },
      ),
    })
    .map(({ live: { campaigns, ...rest }, ...box }) =>
      siteWith({
        ...box,
        ...live({ ...rest, campaigns: campaigns ? { [id(1)]: standing(campaigns) } : {} }),
      }),
    );
  const nat = fc.nat(3);
  const leads = fc.record({
    ready: nat,
    waiting: nat,
    leased: nat,
    inDoubt: nat,
    finished: nat,
    exhausted: nat,
  });
  const blocked = fc.option(instant, { nil: undefined });
  const lead = fc.record({
    state: fc.constantFrom(
      'open' as const,
      'leased' as const,
      'in-doubt' as const,
      'finished' as const,
      'exhausted' as const,
    ),
    reason: fc.oneof(fc.constantFrom('answered', 'attempts cap', ...GateRule.enum), fc.string()),
    attempts: nat,
    dueAt: instant,
    zones,
    lastOutcome: fc.constantFrom(...Outcome.enum),
  });

  /** What is wrong with an answer. */
  const faults = (ask: () => WhyReason[]): unknown[] => {
    const reasons = ask();
    const wrong = reasons.filter(
      ({ code, params }) =>
        Object.keys(params).toSorted().join() !== Object.keys(whyCodes[code]).toSorted().join() ||
        Object.values(params).includes(Infinity),
    );
    return [
      ...(reasons.length === 0 ? ['empty'] : []),
      ...(JSON.stringify(ask()) === JSON.stringify(reasons) ? [] : ['differs']),
      ...reasons.filter((each) => findProblem(WhyReasonSchema, each)),
      ...wrong,
    ];
  };

  test('there is a reason, the same one each time, with the values of its code', () => {
    fc.assert(
      fc.property(
        anyCampaign,
        anySite,
        leads,
        zones,
        blocked,
        instant,
        lead,
        (of, site, n, set, until, at, one) => {
          const total = Object.values(n).reduce((sum, each) => sum + each, 0);
          const blocking = until !== undefined && { lendingBlockedUntil: until };
          const campaignAnswer = (): WhyReason[] =>
            whyCampaign({
              now: at,
              campaign: of,
              leads: { ...n, total },
              zones: [set],
              sites: [site],
              nextDue: one.dueAt,
              ...blocking,
            });
          expect(faults(campaignAnswer)).toEqual([]);
          expect(faults(() => whySite({ site, campaigns: [of], ...blocking }))).toEqual([]);
          expect(faults(() => whyLead(leadWith(one, { now: at, campaign: of, ...blocking })))).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
