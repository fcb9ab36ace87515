import { expect, test } from 'vitest';
import { applyMergePatch, unheardLine, type LiveSnapshot } from '@branchline/shared';
import { LiveFeed } from './live-feed.ts';

const snapshot: LiveSnapshot = {
  agents: { a: { state: 'ready', since: 1 } },
  campaigns: {},
  lines: { l: { ...unheardLine(3), state: 'up' } },
  calls: { dialing: 0, ringing: 0, waiting: 0, talking: 0, inbound: 0 },
  switch: 'up',
  clock: 'trusted',
  outboxPending: 0,
  lent: { leases: 0, unconfirmed: 0 },
  cpu: 0,
  memory: 0,
  disk: 0,
};

test('the first message is whole, the next ones carry what changed, and putting them together gives the state', () => {
  const feed = new LiveFeed();
  const first = feed.next('s', snapshot, 1, 1);
  const later: LiveSnapshot = {
    ...snapshot,
    agents: { b: { state: 'talking', since: 5, call: 'c' } },
    cpu: 0.5,
  };
  const second = feed.next('s', later, 2, 2);
  expect([first.n, second.n]).toEqual([0, 1]);
  expect(second.changes).toEqual({
    agents: { a: null, b: { state: 'talking', since: 5, call: 'c' } },
    cpu: 0.5,
  });
  expect(applyMergePatch(first.snapshot, second.changes)).toEqual(later);
  feed.restart();
  expect(feed.next('s', later, 3, 3).snapshot).toEqual(later);
});
