import { expect, it } from 'vitest';
import { ManualClock, type QueueExit } from '@branchline/shared';
import { guestCall, inboundCall, type Call, type CallInput, type SiteAgent } from '../calls/index.ts';
import { OtherSites, type SoughtAway } from './other-sites.ts';
import type { Place } from './place.ts';

const party = { id: 'c', leg: 'l', conversation: 'k', customer: '139', did: '400', at: 0, recordTo: 'r.wav' };
const caller: Call = { ...inboundCall({ ...party, line: 'carrier-a' }), phase: 'waiting' };
const guest: Call = {
  ...guestCall({ ...party, site: 'east', queue: 'inbound', since: 0 }),
  phase: 'waiting',
};
const waiting: Place = {
  call: 'c',
  conversation: 'k',
  queue: 'inbound',
  inLineSince: 5,
  enteredAt: 5,
  priority: 0,
  phase: 'waiting',
  passedOver: new Set(),
  sitesTried: new Map([['south', 0]]),
  announcedAt: 5,
};
const west: SiteAgent = { site: 'west', address: '10.99.0.2:5070', ticket: 't' };
const left: readonly QueueExit[] = [{ to: 'voicemail' }];

/** Other sites with what they were asked, and what came of it. */
function sites(call: Call, answer: SiteAgent | undefined) {
  const asked: SoughtAway[] = [];
  const inputs: CallInput[] = [];
  const nobody: (readonly QueueExit[])[] = [];
  let place = waiting;
  const other = new OtherSites({
    places: { get: () => place },
    calls: { get: () => call, input: (_id, input) => void inputs.push(input) },
    business: new ManualClock(),
    seekAway: (sought) => {
      asked.push(sought);
      return Promise.resolve(answer);
    },
    onNobody: (_place, others) => void nobody.push(others),
  });
  return { other, asked, inputs, nobody, becomes: (now: Place) => (place = now) };
}
const answered = () => new Promise((resolve) => setImmediate(resolve));

it('somebody for whom an agent is found goes there; while one is asked they are not asked for again', async () => {
  const { other, asked, inputs, nobody } = sites(caller, west);
  expect([other.seek(waiting, 'sales', left), other.seek(waiting, 'sales', left)]).toEqual([true, true]);
  await answered();
  expect(asked).toEqual([
    { conversation: 'k', queue: 'sales', callerId: '400', since: 5, except: ['south'] },
  ]);
  expect(inputs).toMatchObject([{ type: 'site', to: west }]);
  expect(nobody).toEqual([]);
});

it.each([
  ['who rings for the first time', guest],
  ['whom an agent here has talked to and given back to a queue', { ...guest, answeredAt: 1, bridgedAt: 1 }],
])('a caller of another site %s is never sent on to a third one', (_, call) => {
  const { other, asked } = sites(call, west);
  expect(other.seek(waiting, 'sales', left)).toBe(false);
  expect(asked).toEqual([]);
});

it('nobody there, or nobody who takes it: the ways that are left are taken, each time once', async () => {
  const { other, inputs, nobody } = sites(caller, undefined);
  other.seek(waiting, 'sales', left);
  await answered();
  other.onMissed(waiting);
  expect(nobody).toEqual([left]);
  expect(other.seek(waiting, 'sales', left)).toBe(true);
  other.onMissed(waiting);
  expect(nobody).toEqual([left, left]);
  expect(inputs).toEqual([]);
});

it('whoever was taken here meanwhile stays here', async () => {
  const { other, inputs, nobody, becomes } = sites(caller, west);
  other.seek(waiting, 'sales', left);
  becomes({ ...waiting, phase: 'offered', agent: 'a' });
  await answered();
  expect([inputs, nobody]).toEqual([[], []]);
});
