import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  check,
  defaultPolicies,
  Line,
  type LinePolicy,
  type Route,
  type BranchPlan,
  type Tariff,
} from '@branchline/shared';
import { en } from '../words/en.ts';
import { wordsOf } from '../words/testing.ts';
import { lineFaults, lineForm, lineOf, type LineForm, type PlannedLine } from './line-form.ts';
import { planChanges } from './plan-changes.ts';
import { routeFaults, routeForm, routesOf, type RouteForm } from './route-form.ts';

const t = wordsOf();

const line: PlannedLine = {
  id: 'e1-1',
  kind: 'e1-card',
  enabled: true,
  channels: 30,
  span: { number: 1, name: 'e1_1', type: 'e1', hunt: 'down' },
  callerIds: ['01088886600'],
  answerSupervision: 'reliable',
  emergency: true,
};
const own = (change: LineForm['policy'], of = line): LineForm => ({
  ...lineForm(of),
  ownPolicy: true,
  policy: change,
});
const faultsOf = (form: LineForm, of = line) =>
  lineFaults(t, of, form).map(({ field, text }) => [field.join('/'), text]);

const whole = (low: number, high: number) =>
  fc.option(fc.integer({ min: low, max: high }), { nil: undefined });
const some = <V extends object>(value: V): V =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as V;
const policies = fc
  .record({
    callsPerHour: whole(1, 1000),
    minutesPerMonth: whole(1, 40_000),
    rest: fc.option(fc.record({ afterCalls: fc.integer({ min: 2, max: 1000 }), seconds: fc.constant(60) }), {
      nil: undefined,
    }),
    balanceFloor: whole(0, 100),
    answeredFloor: fc.option(
      fc.record({
        share: fc.integer({ min: 1, max: 100 }).map((percent) => percent / 100),
        calls: fc.integer({ min: 5, max: 200 }),
      }),
      { nil: undefined },
    ),
    quarantineMinutes: whole(0, 44_640),
  })
  .map((policy) => some(policy) as LinePolicy);
const tariffs: fc.Arbitrary<Tariff> = fc
  .record({
    currency: fc.constantFrom('CNY', 'EUR'),
    perMinute: fc.nat(9_000_000),
    perCall: fc.nat(9_000_000),
    stepSeconds: fc.constantFrom(1, 60),
    operators: fc.option(
      fc.dictionary(fc.constantFrom('China Mobile', 'China Unicom'), fc.nat(9_000_000), { minKeys: 1 }),
      { nil: undefined },
    ),
  })
  .map((tariff) => some(tariff) as Tariff);

describe('the settings of a line', () => {
  it('are what they were when nothing is changed, and without a fault', () => {
    fc.assert(
      fc.property(
        fc.option(policies, { nil: undefined }),
        fc.option(tariffs, { nil: undefined }),
        (policy, tariff) => {
          const before = some({ ...line, policy, tariff }) as PlannedLine;
          expect(lineOf(before, lineForm(before))).toEqual(before);
          expect(lineFaults(t, before, lineForm(before))).toEqual([]);
        },
      ),
    );
  });

  it('show the limits of the kind, and take them over only when the line gets its own', () => {
    const modem: PlannedLine = { ...line, kind: 'gsm-modem', channels: 1 };
    const form = lineForm(modem);
    expect(form.policy.callsPerHour).toBe(defaultPolicies.gsm.callsPerHour);
    expect(lineOf(modem, form)).not.toHaveProperty('policy');
    expect(lineOf(modem, { ...form, ownPolicy: true }).policy).toEqual(defaultPolicies.gsm);
  });

  it('take an emptied field for no limit', () => {
    expect(lineOf(line, own({ callsPerDay: null, gapSeconds: 5, rest: {} })).policy).toEqual({
      gapSeconds: 5,
    });
    // All emptied: no limit at all, which is another thing than those of the kind.
    expect(lineOf(line, own({})).policy).toEqual({});
  });

  it('say what is wrong at the field', () => {
    expect(faultsOf(own({ callsPerHour: 0 }))).toEqual([['policy/callsPerHour', 'At least 1.']]);
    expect(faultsOf(own({ gapSeconds: 1.5 }))).toEqual([['policy/gapSeconds', en.fault.whole]]);
    expect(faultsOf(own({ rest: { afterCalls: 10 } }))).toEqual([['policy/rest/seconds', en.fault.required]]);
    expect(faultsOf(own({ rest: { afterCalls: 1, seconds: 9 } }))).toEqual([
      ['policy/rest/afterCalls', 'At least 2.'],
    ]);
    const priced = { ...lineForm(line), priced: true };
    expect(faultsOf({ ...priced, tariff: { currency: 'yen!', perMinute: 1 } })).toEqual([
      ['tariff/currency', en.fault.form],
      ['tariff/perCall', en.fault.required],
      ['tariff/stepSeconds', en.fault.required],
    ]);
    const twice = [1, 2].map((perMinute) => ({ operator: 'China Mobile', perMinute }));
    expect(faultsOf({ ...priced, tariff: { ...priced.tariff, operators: [...twice, {}] } })).toEqual([
      ['tariff/operators/2/operator', en.fault.required],
      ['tariff/operators/2/perMinute', en.fault.required],
      ['tariff/operators/1/operator', en.fault.twice],
    ]);
    expect(faultsOf({ ...lineForm(line), channels: null })).toEqual([['channels', en.fault.required]]);
    const modem: PlannedLine = { ...line, kind: 'gsm-modem' };
    expect(faultsOf({ ...lineForm(modem), channels: 2 }, modem)).toEqual([['channels', 'At most 1.']]);
  });

  it('without a fault fit the contract, whatever was entered', () => {
    const entry = fc.option(fc.oneof(fc.integer(), fc.double({ noNaN: true })), { nil: null });
    const forms = fc.record({
      enabled: fc.boolean(),
      channels: fc.oneof(fc.constant(30), entry),
      ownPolicy: fc.boolean(),
      policy: fc.record({
        callsPerDay: entry,
        balanceFloor: entry,
        rest: fc.record({ afterCalls: entry, seconds: entry }),
        answeredFloor: fc.record({ share: entry, calls: entry }),
      }),
      priced: fc.boolean(),
      tariff: fc.record({
        currency: fc.constantFrom('CNY', 'cny', 'x'),
        perMinute: entry,
        perCall: fc.constant(0),
        stepSeconds: fc.constant(60),
      }),
    });
    fc.assert(
      fc.property(forms, (form) => {
        if (lineFaults(t, line, form).length > 0) return;
        const stated = lineOf(line, form);
        expect(check(Line, stated)).toBe(stated);
      }),
    );
  });
});

describe('routes', () => {
  const plan = (routes: Route[]): BranchPlan => ({ routes }) as BranchPlan;

  it('are what they were when nothing is changed', () => {
    const routes: Route[] = [
      { prefix: '', lines: ['a', 'b'] },
      { prefix: '+8613', lines: ['b'], hunt: 'cheapest' },
    ];
    expect(routesOf(routeForm(plan(routes)))).toEqual(routes);
    expect(routeFaults(t, routeForm(plan(routes)))).toEqual([]);
  });

  it('say what is wrong at the field', () => {
    const one = (prefix: string, ...lines: string[]): RouteForm['routes'][number] => ({
      prefix,
      hunt: 'order',
      lines,
    });
    const faults = (...routes: RouteForm['routes']) =>
      routeFaults(t, { routes }).map(({ field, text }) => [field.join('/'), text]);
    expect(faults(one('13', 'a'))).toEqual([['routes/0/prefix', en.fault.form]]);
    expect(faults(one('+86'))).toEqual([['routes/0/lines', 'At least 1.']]);
    expect(faults(one('', 'a'), one('', 'b'))).toEqual([['routes/1/prefix', en.fault.twice]]);
    // As people write numbers.
    expect(routesOf({ routes: [one('+86 139-1', 'a')] })).toEqual([{ prefix: '+861391', lines: ['a'] }]);
  });
});

test('two versions of a plan differ in what was changed, not in the order of keys', () => {
  const before = { domain: 'a', lines: [line, { ...line, id: 'b' }], routes: [] } as unknown as BranchPlan;
  const { id, ...rest } = line;
  const same = {
    routes: [],
    lines: [{ ...rest, id }, before.lines[1]],
    domain: 'a',
  } as unknown as BranchPlan;
  const none = { added: [], removed: [], changed: [], routes: false, rest: false };
  expect(planChanges(before, same)).toEqual(none);
  const after = {
    domain: 'b',
    lines: [
      { ...line, channels: 15 },
      { ...line, id: 'c' },
    ],
    routes: [{ prefix: '', lines: ['c'] }],
  } as unknown as BranchPlan;
  expect(planChanges(before, after)).toEqual({
    added: ['c'],
    removed: ['b'],
    changed: ['e1-1'],
    routes: true,
    rest: true,
  });
});
