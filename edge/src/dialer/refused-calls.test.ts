import { beforeEach, expect, test } from 'vitest';
import { idSource, ManualClock, type GateRefusal } from '@branchline/shared';
import type { Call } from '../calls/index.ts';
import type { Place } from '../queues/place.ts';
import type { Places } from '../queues/places.ts';
import { Promises } from '../queues/promises.ts';
import type { NewRow } from '../store/index.ts';
import { CallBacks, type CallBacksOptions, type Promised } from './call-backs.ts';
import { OutsideCalls, type OutsideCallsOptions } from './outside-calls.ts';

const noon = Date.parse('2026-11-18T04:00:00Z');
const ids = idSource();
const call = ids();
const promised: Promised = {
  id: call,
  conversation: ids(),
  queue: 'inbound',
  customer: '13700000002',
  did: '02088888888',
  askedAt: noon - 60_000,
  calls: 0,
};
let told: NewRow[];
beforeEach(() => (told = []));

const options = (refusal: Partial<GateRefusal>) =>
  ({
    business: new ManualClock(noon),
    clockTrust: () => 'trusted',
    ids,
    tell: (row: NewRow) => void told.push(row),
    gate: () => ({ verdict: 'refuse', rule: 'calling-window', reason: 'at night', ...refusal }),
    emergencyNumbers: () => [],
    region: () => 'CN',
  }) as unknown as CallBacksOptions & OutsideCallsOptions;

const row = (what: string, more: object = {}) => ({
  stream: 'event',
  row: {
    type: 'gate-refused',
    at: noon,
    clock: 'trusted',
    what,
    call,
    number: '+8613700000002',
    rule: 'calling-window',
    reason: 'at night',
    ...more,
  },
});

test('a call to somebody outside that is not let out is on record, with who asked for it', () => {
  const outside = new OutsideCalls(options({ rules: 'CN 2026-11-26' }));
  expect(() => outside.place({ id: call, agent: 'li' } as Call, '13700000002')).toThrow('at night');
  expect(told).toMatchObject([row('outside', { agent: 'li', rules: 'CN 2026-11-26' })]);
});

test('so is the call to whoever left a message', () => {
  const callBacks = new CallBacks(options({}));
  expect(callBacks.place({ ...promised, asked: 'left a message' }, 'li')).toEqual({
    not: 'calling-window',
    reason: 'at night',
  });
  expect(told).toMatchObject([row('message', { agent: 'li' })]);
});

test.each([
  ['put off', noon + 3_600_000, 'postponed'],
  ['over', undefined, 'gone'],
] as const)('a promised call back that is not let out is %s, with its rule on record', (_, until, input) => {
  const inputs: { type: string }[] = [];
  const callBacks = new CallBacks(options(until === undefined ? {} : { until }));
  const promises = new Promises({
    places: {
      set: () => undefined,
      input: (_place: Place, what: { type: string }) => void inputs.push(what),
    } as unknown as Places,
    calls: { all: () => [] },
    callBacks,
    business: new ManualClock(noon),
    savePromise: () => undefined,
  });
  const kept = { ...promised, enteredAt: noon, inLineSince: noon, priority: 0 };
  promises.restore([{ data: JSON.stringify(kept) }]);
  promises.call({ call } as Place, 'li', { by: 'only-one' });
  expect(inputs).toMatchObject([{ type: input }]);
  expect(told).toMatchObject([row('call-back', until === undefined ? {} : { until })]);
  expect(told[0]?.row).not.toHaveProperty('agent');
});
