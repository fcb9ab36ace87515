import { expect, test } from 'vitest';
import { ManualClock } from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import type { Channel } from '../switch/index.ts';
import { Reconciler, type ReconcileOptions } from './reconcile.ts';

const caller = (leg: string): Channel =>
  ({
    leg,
    direction: 'inbound',
    answered: true,
    createdAt: 0,
    marks: { role: 'customer', wants: 'inbound' },
  }) as unknown as Channel;

test('a caller whom nobody has taken is taken, one whose call is just over is not, though FreeSWITCH lists both', async () => {
  const taken: string[] = [];
  const reconciler = new Reconciler({
    switch: { up: true, channels: () => Promise.resolve([caller('forgotten'), caller('over')]) },
    spool: { merge: () => Promise.resolve(0) },
    calls: { byCustomerLeg: () => undefined, isOver: (leg: string) => leg === 'over', all: () => [] },
    roster: { all: () => [], byLeg: () => undefined },
    onLegs: () => undefined,
    business: new ManualClock(),
    log: silentLog,
    onInbound: (leg: string) => taken.push(leg),
  } as unknown as ReconcileOptions);
  await reconciler.run();
  expect(taken).toEqual(['forgotten']);
});
