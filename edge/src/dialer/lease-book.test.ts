import { expect, test } from 'vitest';
import {
  defaultCampaign,
  idSource,
  ownCallbackMs,
  type EdgeCampaign,
  type Lease,
  type LeasedLead,
} from '@branchline/shared';
import { LeaseBook } from './lease-book.ts';

type Taken = { lease: string; lead: string };

const ids = idSource();
const noon = Date.parse('2026-11-18T04:00:00Z');
const hour = 3_600_000;
const { region: _r, sites: _s, retries: _t, leaseSeconds: _l, inDoubt: _d, ...settings } = defaultCampaign;
const campaign: EdgeCampaign = { ...settings, id: ids(), name: 'k', status: 'running' };

function lease(leads: number, change: Partial<Lease> = {}): Lease {
  return {
    id: ids(),
    epoch: ids(),
    campaign: campaign.id,
    issuedAt: noon,
    expiresAt: noon + hour,
    budgets: { attemptsPerLead: 4 },
    leads: Array.from({ length: leads }, (_, i) => ({
      id: ids(),
      numbers: [{ number: `+861380000000${i}`, zones: ['Asia/Shanghai'] }],
      attemptsMade: 0,
      dueAt: 0,
      fields: {},
    })),
    ...change,
  };
}

test('each lead is given out once, in order, and the lease ends with the last result', () => {
  const book = new LeaseBook();
  const one = lease(2);
  book.add(one);
  expect([
    book.take(campaign, noon)?.lead.id,
    book.take(campaign, noon)?.lead.id,
    book.take(campaign, noon),
  ]).toEqual([one.leads[0]!.id, one.leads[1]!.id, undefined]);
  const [first, second] = one.leads.map(({ id }) => ({ lease: one.id, lead: id })) as [Taken, Taken];
  expect(book.settle(first)).toBeUndefined();
  expect(book.settle(first)).toBeUndefined();
  expect(book.settle(second)).toMatchObject({ id: one.id, how: 'returned' });
});

test('a lease that runs out ends only after the attempts that are under way', () => {
  const book = new LeaseBook();
  const one = lease(3);
  book.add(one);
  book.take(campaign, noon);
  expect(book.take(campaign, noon + hour)).toBeUndefined();
  expect(book.expire(noon + hour)).toEqual([]);
  expect(book.held(campaign.id)).toBe(0);
  expect(book.settle({ lease: one.id, lead: one.leads[0]!.id })).toMatchObject({
    id: one.id,
    how: 'expired',
  });
});

test('leads taken back are not given out, and a lease without leads ends as revoked', () => {
  const book = new LeaseBook();
  const one = lease(2);
  book.add(one);
  const ended = book.drop(one.leads.map(({ id }) => ({ lease: one.id, lead: id })));
  expect(ended).toMatchObject([{ id: one.id, how: 'revoked' }]);
  expect(book.take(campaign, noon)).toBeUndefined();
});

test('a lead taken back while somebody looks at it does not come back, and ends its lease no sooner than the others', () => {
  const book = new LeaseBook();
  const one = lease(2);
  book.add(one);
  const [looked, dialed] = [book.take(campaign, noon)!, book.take(campaign, noon)!];
  expect(book.drop([{ lease: one.id, lead: looked.lead.id }])).toEqual([]);
  expect([book.lends(looked), book.lends(dialed)]).toEqual([false, true]);
  book.putBack(looked);
  book.postpone(looked, noon + 1);
  expect(book.held(campaign.id)).toBe(0);
  // Its refusal on the way to the ledger, say, says again that it is settled.
  expect(book.settle({ lease: one.id, lead: looked.lead.id })).toBeUndefined();
  expect(book.expire(noon + hour)).toEqual([]);
  expect(book.settle({ lease: one.id, lead: dialed.lead.id })).toMatchObject({ id: one.id });
});

test('a lead that is not due or whose hours begin within the lease waits; one whose hours never come goes to the gate', () => {
  const book = new LeaseBook();
  const early = Date.parse('2026-11-18T00:30:00Z');
  book.add(lease(1, { expiresAt: early + hour }));
  expect(book.take(campaign, early)).toBeUndefined();
  expect(book.take(campaign, Date.parse('2026-11-18T01:00:00Z'))).toBeDefined();
  book.add(lease(1, { expiresAt: early + 60_000 }));
  expect(book.take(campaign, early)).toBeDefined();
});

test('a lead put back after its lease ran out goes with the lease', () => {
  const book = new LeaseBook();
  const one = lease(2);
  book.add(one);
  const taken = book.take(campaign, noon)!;
  expect(book.expire(noon + hour)).toEqual([]);
  book.putBack(taken);
  expect(book.expire(noon + hour)).toMatchObject([{ id: one.id, how: 'expired' }]);
  expect(book.held(campaign.id)).toBe(0);
});

test('a lead that was passed over goes behind the others and is not due before its time', () => {
  const book = new LeaseBook();
  const one = lease(2);
  book.add(one);
  const first = book.take(campaign, noon)!;
  book.postpone(first, noon + 60_000);
  expect(book.held(campaign.id)).toBe(2);
  expect(book.take(campaign, noon)?.lead.id).toBe(one.leads[1]!.id);
  expect(book.hasDue(campaign, noon)).toBe(false);
  expect(book.hasDue(campaign, noon + 60_000)).toBe(true);
  expect(book.take(campaign, noon + 60_000)?.lead.id).toBe(first.lead.id);
});

const promised = (callback: LeasedLead['callback'], more: Partial<LeasedLead> = {}): Lease => {
  const one = lease(1, { expiresAt: noon + 3 * hour });
  return {
    ...one,
    leads: [{ ...one.leads[0]!, dueAt: callback?.at ?? 0, ...more, ...(callback && { callback }) }],
  };
};

test('a callback that is due goes before leads that were there first', () => {
  const book = new LeaseBook();
  book.add(lease(2));
  const callback = promised({ at: noon });
  book.add(callback);
  expect(book.take(campaign, noon - 1)?.lead.id).not.toBe(callback.leads[0]!.id);
  expect(book.take(campaign, noon)?.lead.id).toBe(callback.leads[0]!.id);
});

test('what an agent promised is theirs alone for a while, then anyone may call', () => {
  const book = new LeaseBook();
  const id = campaign.id;
  book.add(promised({ at: noon, agent: 'li' }));
  expect(book.hasOwn(campaign, noon - 1, 'li')).toBe(false);
  expect(book.hasOwn(campaign, noon, 'li')).toBe(true);
  expect(book.hasOwn(campaign, noon, 'wang')).toBe(false);
  for (const agent of [undefined, 'wang'])
    expect(book.take(campaign, noon + ownCallbackMs - 1, agent)).toBeUndefined();
  expect(book.hasDue(campaign, noon + ownCallbackMs - 1)).toBe(false);
  expect(book.held(id)).toBe(1);
  expect(book.take(campaign, noon + ownCallbackMs, 'wang')?.lead.callback?.agent).toBe('li');
});

test('a promise that its agent moves is dialed at the new time, whether its lead is here before or after', () => {
  let at = noon;
  const book = new LeaseBook((lead) => ({ ...lead, dueAt: at, callback: { ...lead.callback!, at } }));
  const one = promised({ at: noon, agent: 'li' });
  book.add(one);
  at = noon + 60_000;
  book.review(one.leads[0]!.id);
  expect(book.promisedTo('li')).toMatchObject([{ lead: { callback: { at } } }]);
  expect(book.promisedTo('wang')).toEqual([]);
  expect(book.take(campaign, noon, 'li')).toBeUndefined();
  expect(book.take(campaign, at, 'li')?.lead.id).toBe(one.leads[0]!.id);
});
