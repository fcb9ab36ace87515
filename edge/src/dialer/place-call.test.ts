import { expect, test } from 'vitest';
import { silentLog } from '@branchline/shared/node';
import type { Call } from '../calls/index.ts';
import { placeCall, type PlaceCallOptions } from './place-call.ts';

test('a call counts for its callee before it is on disk and out, and its failure is told whatever happens', async () => {
  const steps: string[] = [];
  const step = (what: string) => () => void steps.push(what);
  const options = {
    calls: { add: step('added'), onFailed: step('failed') },
    lines: { get: () => ({ line: {} }), target: () => ({}) },
    ledger: { saveCall: async () => step('stored')() },
    switch: {
      originate: async () => {
        step('dialed')();
        throw new Error('the switch is gone');
      },
    },
    onPlaced: ({ customer }: Call) => void steps.push(`counted ${customer}`),
    log: silentLog,
  } as unknown as PlaceCallOptions;
  const call = { id: 'c', customer: '+8613800000001', line: 'l', startedAt: 1 } as unknown as Call;
  const placed = placeCall(options, call, () => ({}) as never);
  expect(steps.slice(0, 2)).toEqual(['added', 'counted +8613800000001']);
  await placed;
  expect(steps).toEqual(['added', 'counted +8613800000001', 'stored', 'dialed', 'failed']);
});
