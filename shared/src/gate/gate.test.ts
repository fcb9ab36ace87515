import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultGate, strictestGate, type GateSettings } from '../contract/gate-settings.ts';
import { callMemoryMs } from '../contract/lease.ts';
import type { GateRule } from '../contract/outcome.ts';
import { firstAllowed, gate, mergeCalls, type GateAttempt, type GateSnapshot } from './gate.ts';
import { regionRules, type RegionRules } from './region-rules.ts';
import { termsOf } from './terms.ts';

/** Wednesday noon in Shanghai. */
const noon = Date.parse('2026-11-18T04:00:00Z');
const hour = 3_600_000;
const day = 24 * hour;
const everyDay = [1, 2, 3, 4, 5, 6, 7];

const attempt: GateAttempt = {
  number: '+8613912345678',
  zones: ['Asia/Shanghai'],
  attemptsMade: 0,
  dueAt: noon - 1,
  leaseExpiresAt: noon + hour,
};
const campaign = {
  status: 'running' as const,
  mode: 'progressive',
  attemptsCap: 4,
  ringSeconds: 30,
  record: true,
  gate: defaultGate,
  window: { fromMinute: 540, toMinute: 1200, weekdays: [1, 2, 3, 4, 5] },
};
const snapshot: GateSnapshot = {
  now: noon,
  clock: 'trusted',
  campaign,
  attemptsCap: 4,
  emergencyNumbers: ['110', '119', '120', '122'],
  callerIds: ['02112345678'],
  facts: { region: 'CN', type: 'MOBILE', national: '13912345678' },
  listed: [],
  calls: { calledAt: [] },
};
const consent = { at: noon - day, how: 'web form', reference: 'form 12' };

/** A campaign of the snapshot with other settings. */
function campaignWith(change: object, asks: Partial<GateSettings> = {}): Partial<GateSnapshot> {
  return { campaign: { ...campaign, ...change, gate: { ...defaultGate, ...asks } } };
}

/** A call to somewhere else at noon there. */
const abroad = {
  US: {
    attempt: { number: '+12125550123', zones: ['America/New_York'] },
    facts: { region: 'US', type: 'FIXED_LINE_OR_MOBILE', national: '2125550123' },
    now: Date.parse('2026-11-18T17:00:00Z'),
  },
  GB: {
    attempt: { number: '+447700900123', zones: ['Europe/London'] },
    facts: { region: 'GB', type: 'MOBILE', national: '7700900123' },
    now: Date.parse('2026-11-18T12:00:00Z'),
  },
  DE: {
    attempt: { number: '+4915112345678', zones: ['Europe/Berlin'] },
    facts: { region: 'DE', type: 'MOBILE', national: '15112345678' },
    now: Date.parse('2026-11-18T11:00:00Z'),
  },
  FR: {
    attempt: { number: '+33612345678', zones: ['Europe/Paris'] },
    facts: { region: 'FR', type: 'MOBILE', national: '612345678' },
    now: Date.parse('2026-11-18T11:00:00Z'),
  },
};

/** Asks for a call to one of those. */
function askAbroad(
  where: keyof typeof abroad,
  asks: Partial<GateSettings>,
  change: { now?: number; consent?: GateAttempt['consent']; mode?: string } & Partial<GateSnapshot> = {},
) {
  const { attempt: there, facts, now } = abroad[where];
  const { mode = 'progressive', consent: given, ...more } = change;
  const at = more.now ?? now;
  return gate(
    { ...attempt, ...there, dueAt: 0, leaseExpiresAt: Infinity, consent: given && { ...given, at: 0 } },
    {
      ...snapshot,
      now: at,
      facts,
      ...campaignWith({ mode, window: { fromMinute: 0, toMinute: 1440, weekdays: everyDay } }, asks),
      ...more,
    },
  );
}

test('a lawful call is let out', () => expect(gate(attempt, snapshot)).toEqual({ verdict: 'allow' }));

describe('where only agents begin calls', () => {
  const asked = (change: object, asks: Partial<GateSettings>) =>
    gate(attempt, { ...snapshot, ...campaignWith(change, asks) });
  test.each<Partial<GateSettings>>([{ manualOnly: true }, { manualRegions: ['US', 'CN'] }])(
    'no dialer calls (%j)',
    (asks) => {
      for (const mode of ['progressive', 'power', 'predictive', 'broadcast', 'unheard-of'])
        expect(asked({ mode, previewSeconds: 0 }, asks)).toMatchObject({ rule: 'manual-only' });
      expect(asked({ mode: 'preview', previewSeconds: 20 }, asks)).toMatchObject({ rule: 'manual-only' });
      expect(asked({ mode: 'preview' }, asks)).toMatchObject({ rule: 'manual-only' });
      expect(asked({ mode: 'preview', previewSeconds: 0 }, asks).verdict).toBe('allow');
      expect(asked({ mode: 'manual', previewSeconds: 20 }, asks).verdict).toBe('allow');
    },
  );
  test('other regions are dialed as ever', () =>
    expect(asked({ mode: 'predictive' }, { manualRegions: ['US'] }).verdict).toBe('allow'));
  test('the law of a region may ask it of all its numbers, and lets no preview through', () => {
    const law: RegionRules = { ...open, rules: [{ rule: 'manual-only', ...rule }] };
    const under = (change: object) => gate(attempt, { ...snapshot, ...campaignWith(change) }, () => law);
    expect(under({ mode: 'preview', previewSeconds: 0 })).toMatchObject({ rule: 'manual-only' });
    expect(under({ mode: 'manual' }).verdict).toBe('allow');
  });
});

test.each<[GateRule, Partial<GateAttempt>, Partial<GateSnapshot>]>([
  ['campaign-stopped', {}, campaignWith({ status: 'paused' })],
  ['campaign-stopped', {}, { campaign: undefined }],
  ['clock-untrusted', {}, { clock: 'untrusted' }],
  ['lease-expired', { leaseExpiresAt: noon }, {}],
  ['emergency-number', { number: '+86110' }, { facts: undefined }],
  ['emergency-number', { number: '+86119' }, { facts: { region: 'CN', type: undefined, national: '119' } }],
  ['short-number', { number: '+8612345' }, { facts: { region: 'CN', type: 'UNKNOWN', national: '12345' } }],
  ['invalid-number', { number: '+8613912345' }, { facts: undefined }],
  ['premium-number', {}, { facts: { region: 'CN', type: 'PREMIUM_RATE', national: '16812345678' } }],
  ['region-unknown', {}, { facts: { region: 'AQ', type: 'MOBILE', national: '13912345678' } }],
  ['do-not-call', {}, { listed: ['all'] }],
  ['do-not-call', {}, { listed: ['register', 'campaign'] }],
  ['do-not-call', {}, { listed: undefined }],
  ['consent', {}, campaignWith({}, { needsConsent: true })],
  ['consent', {}, campaignWith({}, { purpose: 'marketing' })],
  ['consent', { consent: { ...consent, at: noon + 1 } }, campaignWith({}, { needsConsent: true })],
  ['caller-id', {}, campaignWith({ callerId: '02187654321' })],
  ['recording-notice', {}, campaignWith({}, { recordingNotice: ' ' })],
  ['attempts-cap', { attemptsMade: 4 }, {}],
  ['attempts-cap', { attemptsMade: 2 }, { attemptsCap: 2 }],
  [
    'drop-lockout',
    {},
    { ...campaignWith({ mode: 'predictive' }), calls: { calledAt: [], abandonedAt: noon - 71 * hour } },
  ],
  [
    'drop-lockout',
    {},
    { ...campaignWith({ mode: 'a mode of tomorrow' }), calls: { calledAt: [], abandonedAt: noon - hour } },
  ],
  ['drop-lockout', {}, { ...campaignWith({ mode: 'predictive' }), calls: undefined }],
  ['frequency-cap', {}, { calls: { calledAt: [1, 6, 11, 16, 21].map((h) => noon - h * hour) } }],
  ['frequency-cap', {}, { calls: { calledAt: [1, 2, 3].map((m) => noon - m * 60_000) } }],
  ['frequency-cap', {}, { calls: undefined }],
  ['not-due', { dueAt: noon + 1 }, {}],
  ['public-holiday', {}, campaignWith({}, { holidays: ['2026-11-18'] })],
  ['calling-window', {}, { now: Date.parse('2026-11-18T00:59:00Z') }],
  ['calling-window', {}, { now: Date.parse('2026-11-21T04:00:00Z') }],
  [
    'calling-window',
    { zones: ['Asia/Shanghai', 'Asia/Urumqi'] },
    campaignWith({ window: { ...campaign.window, toMinute: 12 * 60 } }),
  ],
  ['public-holiday', { zones: [] }, {}],
])('%s refuses (%o %o)', (rule, attemptChange, snapshotChange) => {
  const changed = { ...attempt, leaseExpiresAt: noon + 99 * day, dueAt: 0, ...attemptChange };
  expect(gate(changed, { ...snapshot, ...snapshotChange })).toMatchObject({ verdict: 'refuse', rule });
});

test('what is nearly forbidden is let out', () => {
  const allowed = (call: Partial<GateAttempt>, known: Partial<GateSnapshot>) =>
    expect(gate({ ...attempt, ...call }, { ...snapshot, ...known })).toEqual({ verdict: 'allow' });
  allowed({ consent }, campaignWith({}, { needsConsent: true, purpose: 'marketing' }));
  allowed({}, campaignWith({ callerId: '02112345678' }));
  allowed({}, campaignWith({ record: false }, { recordingNotice: '' }));
  allowed({}, { calls: { calledAt: [1, 6, 11, 16, 24].map((h) => noon - h * hour) } });
  allowed(
    {},
    { ...campaignWith({ mode: 'predictive' }), calls: { calledAt: [], abandonedAt: noon - 72 * hour } },
  );
  // An agent is there beforehand.
  allowed({}, { calls: { calledAt: [], abandonedAt: noon - 1 } });
  allowed({}, { listed: ['register'] });
});

test('holdover is still dialed, and the window is exact to the minute in the callee’s zone', () => {
  expect(gate(attempt, { ...snapshot, clock: 'holdover' }).verdict).toBe('allow');
  const at = (text: string) =>
    gate({ ...attempt, dueAt: 0, leaseExpiresAt: Infinity }, { ...snapshot, now: Date.parse(text) }).verdict;
  expect([
    at('2026-11-18T00:59:59Z'),
    at('2026-11-18T01:00:00Z'),
    at('2026-11-18T11:59:59Z'),
    at('2026-11-18T12:00:00Z'),
  ]).toEqual(['refuse', 'allow', 'allow', 'refuse']);
});

describe('regions', () => {
  const marketing = { purpose: 'marketing' } as const;

  test('US: a number that may be wireless is dialed by hand only, unless its owner agreed', () => {
    expect(askAbroad('US', {})).toMatchObject({ rule: 'manual-only', rules: 'US 2026-11-26' });
    expect(askAbroad('US', {}, { mode: 'manual' }).verdict).toBe('allow');
    expect(askAbroad('US', {}, { consent }).verdict).toBe('allow');
    expect(askAbroad('US', {}, { facts: { ...abroad.US.facts, type: undefined } })).toMatchObject({
      rule: 'manual-only',
    });
  });
  test('US: marketing from 8 to 20 o’clock, three calls in a day, and the register only without consent', () => {
    const at = (text: string) => askAbroad('US', marketing, { consent, now: Date.parse(text) });
    expect(at('2026-11-18T12:59:00Z')).toMatchObject({
      rule: 'calling-window',
      until: Date.parse('2026-11-18T13:00:00Z'),
    });
    expect(at('2026-11-19T00:59:00Z').verdict).toBe('allow');
    expect(at('2026-11-19T01:00:00Z')).toMatchObject({ rule: 'calling-window' });
    const { now } = abroad.US;
    const calls = { calledAt: [1, 9, 20].map((h) => now - h * hour) };
    expect(askAbroad('US', marketing, { consent, calls })).toMatchObject({
      rule: 'frequency-cap',
      until: now + 4 * hour,
    });
    expect(askAbroad('US', marketing, { mode: 'manual', listed: ['register'] })).toMatchObject({
      rule: 'do-not-call',
    });
    expect(askAbroad('US', marketing, { consent, listed: ['register'] }).verdict).toBe('allow');
    expect(askAbroad('US', marketing, { mode: 'broadcast' })).toMatchObject({ rule: 'consent' });
  });
  test('UK: a recorded message needs consent, and a drop locks automatic calls out for 72 hours', () => {
    expect(askAbroad('GB', marketing, { mode: 'broadcast' })).toMatchObject({ rule: 'consent' });
    expect(askAbroad('GB', marketing, { mode: 'predictive' }).verdict).toBe('allow');
    expect(
      askAbroad(
        'GB',
        { dropLockoutSeconds: 0 },
        {
          mode: 'predictive',
          calls: { calledAt: [], abandonedAt: abroad.GB.now - hour },
        },
      ),
    ).toMatchObject({ rule: 'drop-lockout', until: abroad.GB.now + 71 * hour });
    expect(askAbroad('GB', marketing, { listed: ['register'] })).toMatchObject({ rule: 'do-not-call' });
  });
  test('EU: marketing needs consent; a recording needs a notice whatever the call is for', () => {
    expect(askAbroad('DE', marketing)).toMatchObject({ rule: 'consent' });
    expect(askAbroad('DE', marketing, { consent }).verdict).toBe('allow');
    expect(askAbroad('DE', { recordingNotice: '' })).toMatchObject({ rule: 'recording-notice' });
  });
  test('France: two spans of hours, no weekends, no public holidays, four calls in thirty days', () => {
    const at = (text: string) => askAbroad('FR', marketing, { consent, now: Date.parse(text) });
    expect(at('2026-11-18T11:59:00Z').verdict).toBe('allow');
    expect(at('2026-11-18T12:00:00Z')).toMatchObject({
      rule: 'calling-window',
      until: Date.parse('2026-11-18T13:00:00Z'),
    });
    expect(at('2026-11-21T11:00:00Z')).toMatchObject({
      rule: 'calling-window',
      until: Date.parse('2026-11-23T09:00:00Z'),
    });
    expect(at('2026-11-11T11:00:00Z')).toMatchObject({ rule: 'public-holiday' });
    // The holidays of a year that nobody has entered are not known.
    expect(at('2031-03-05T11:00:00Z')).toMatchObject({ rule: 'public-holiday' });
    const { now } = abroad.FR;
    const calls = { calledAt: [1, 10, 20, 29].map((days) => now - days * day) };
    expect(askAbroad('FR', marketing, { consent, calls })).toMatchObject({
      rule: 'frequency-cap',
      until: now + day,
    });
  });
  test('a rule holds from its first day on', () => {
    const french = regionRules.find(({ name }) => name === 'FR')!;
    const terms = (text: string) =>
      termsOf(
        french,
        { ...campaign, gate: { ...defaultGate, purpose: 'marketing' } },
        false,
        Date.parse(text),
      );
    expect(terms('2026-08-10T12:00:00Z').consent).toHaveLength(0);
    expect(terms('2026-08-11T12:00:00Z').consent).toHaveLength(1);
  });
  test('no region is in two editions, no cap reaches further back than calls are remembered, every holiday is of a year that is known', () => {
    const regions = regionRules.flatMap((edition) => edition.regions);
    expect(new Set(regions).size).toBe(regions.length);
    for (const { rules, holidays } of regionRules) {
      for (const rule of rules)
        if ('seconds' in rule) expect(rule.seconds * 1000).toBeLessThanOrEqual(callMemoryMs);
      for (const date of holidays?.dates ?? []) expect(holidays?.years).toContain(Number(date.slice(0, 4)));
    }
  });
});

const settings = fc.record<GateSettings>({
  manualOnly: fc.boolean(),
  manualRegions: fc.constantFrom([], ['US'], ['US', 'CN']),
  purpose: fc.constantFrom('marketing' as const, 'service' as const),
  needsConsent: fc.boolean(),
  frequencyCaps: fc.array(
    fc.record({ calls: fc.integer({ min: 1, max: 6 }), seconds: fc.integer({ min: 60, max: 90_000 }) }),
    { maxLength: 3 },
  ),
  dropLockoutSeconds: fc.integer({ min: 0, max: 300_000 }),
  holidays: fc.constantFrom([], ['2026-11-18']),
  recordingNotice: fc.constantFrom('', 'This call is recorded.'),
});
const rule = {
  purposes: ['marketing' as const, 'service' as const],
  from: '2000-01-01',
  source: { kind: 'law' as const, title: 't', section: 's', checked: '2026-01-01' },
};
const edition = fc
  .record({
    caps: fc.array(
      fc.record({ calls: fc.integer({ min: 1, max: 6 }), seconds: fc.integer({ min: 60, max: 90_000 }) }),
      { maxLength: 2 },
    ),
    lockout: fc.integer({ min: 1, max: 300_000 }),
    ring: fc.integer({ min: 1, max: 60 }),
    consent: fc.boolean(),
    hours: fc.record({
      fromMinute: fc.integer({ min: 0, max: 1000 }),
      toMinute: fc.integer({ min: 1001, max: 1440 }),
      weekdays: fc.constantFrom(everyDay, [3], [1]),
    }),
  })
  .map(({ caps, lockout, ring, consent: needed, hours }): RegionRules => ({
    name: 'CN',
    version: '2026-01-01',
    regions: ['CN'],
    rules: [
      ...caps.map((cap) => ({ rule: 'frequency-cap' as const, ...rule, ...cap })),
      { rule: 'drop-lockout', ...rule, seconds: lockout },
      { rule: 'ring-time', ...rule, seconds: ring },
      { rule: 'calling-window', ...rule, hours: [hours] },
      ...(needed ? [{ rule: 'consent' as const, ...rule }] : []),
    ],
  }));
const call = fc.record({
  mode: fc.constantFrom('progressive', 'predictive', 'manual', 'broadcast'),
  consented: fc.boolean(),
  calledAt: fc.array(
    fc.integer({ min: 1, max: 100_000 }).map((seconds) => noon - seconds * 1000),
    { maxLength: 8 },
  ),
  abandonedAt: fc.option(
    fc.integer({ min: 1, max: 400_000 }).map((seconds) => noon - seconds * 1000),
    { nil: undefined },
  ),
});
const open: RegionRules = { name: 'CN', version: '2026-01-01', regions: ['CN'], rules: [] };
const undemanding: GateSettings = { ...defaultGate, frequencyCaps: [], dropLockoutSeconds: 0 };
const anyTime = { fromMinute: 0, toMinute: 1440, weekdays: everyDay };

function decide(
  own: GateSettings,
  rules: RegionRules,
  {
    mode,
    consented,
    calledAt,
    abandonedAt,
  }: { mode: string; consented: boolean; calledAt: number[]; abandonedAt: number | undefined },
  window = campaign.window,
) {
  return gate(
    { ...attempt, ...(consented && { consent }) },
    { ...snapshot, campaign: { ...campaign, mode, window, gate: own }, calls: { calledAt, abandonedAt } },
    () => rules,
  );
}

test('the stricter of region and campaign wins: a call goes out only if each alone would let it out', () => {
  fc.assert(
    fc.property(settings, edition, call, (own, rules, wish) => {
      const both = decide(own, rules, wish).verdict;
      const campaignAlone = decide(own, open, wish).verdict;
      const regionAlone = decide({ ...undemanding, purpose: own.purpose }, rules, wish, anyTime).verdict;
      expect(both === 'allow').toBe(campaignAlone === 'allow' && regionAlone === 'allow');
    }),
    { numRuns: 400 },
  );
});

test('whatever fact is missing, nothing goes out', () => {
  const { gate: _, ...ungated } = campaign;
  const missing: Partial<GateSnapshot>[] = [
    { campaign: undefined },
    { facts: undefined },
    { listed: undefined },
    { calls: undefined },
    { clock: 'untrusted' },
    { now: NaN },
    { attemptsCap: NaN },
    { facts: { region: '001', type: 'MOBILE', national: '13912345678' } },
    { campaign: ungated },
  ];
  const missingOfAttempt: Partial<GateAttempt>[] = [
    { zones: [] },
    { dueAt: NaN },
    { leaseExpiresAt: NaN },
    { attemptsMade: NaN },
  ];
  fc.assert(
    fc.property(settings, call, fc.constantFrom(...missing), (own, { mode }, gap) => {
      const asked: GateSettings = {
        ...own,
        frequencyCaps: [...own.frequencyCaps, { calls: 5, seconds: 60 }],
      };
      const known = { ...snapshot, ...campaignWith({ mode }, asked), ...gap };
      expect(gate(attempt, known).verdict).toBe('refuse');
    }),
  );
  for (const gap of missingOfAttempt) expect(gate({ ...attempt, ...gap }, snapshot).verdict).toBe('refuse');
  expect(strictestGate).toMatchObject({ purpose: 'marketing', needsConsent: true, recordingNotice: '' });
});

test('the first allowed instant is allowed, and nothing before it is', () => {
  fc.assert(
    fc.property(
      settings,
      edition,
      call,
      fc.integer({ min: -hour, max: 2 * day }),
      (own, rules, wish, due) => {
        const eager = { ...attempt, dueAt: noon + due, leaseExpiresAt: Infinity, consent };
        const known = {
          ...snapshot,
          campaign: { ...campaign, mode: wish.mode, gate: { ...own, recordingNotice: 'x' } },
          calls: { calledAt: wish.calledAt, abandonedAt: wish.abandonedAt },
        };
        const found = firstAllowed(eager, known, noon + 7 * day, () => rules);
        if (found.verdict === 'refuse') return;
        expect(gate(eager, { ...known, now: found.from }, () => rules).verdict).toBe('allow');
        if (found.from > noon)
          expect(gate(eager, { ...known, now: found.from - 1 }, () => rules).verdict).toBe('refuse');
      },
    ),
    { numRuns: 200 },
  );
});

test('a call that two places tell of counts once', () => {
  expect(mergeCalls({ calledAt: [1, 2], abandonedAt: 2 }, { calledAt: [2, 3], abandonedAt: 3 })).toEqual({
    calledAt: [1, 2, 3],
    abandonedAt: 3,
  });
});
