import { expect, test } from 'vitest';
import type { LeasedLead } from '@branchline/shared';
import type { NewRow } from '../store/index.ts';
import { afterTakingBackMs, OwnCallbacks, type OwnCallback } from './own-callbacks.ts';

const noon = Date.parse('2026-11-18T04:00:00Z');
const hour = 3_600_000;
const promised: OwnCallback = {
  call: 'call-1',
  campaign: 'spring',
  lead: 'lead-1',
  agent: 'li',
  number: '+8613900000001',
  code: 'call-again',
  at: noon,
};
const row = { stream: 'event', row: {} } as unknown as NewRow;
const lead = (callback?: LeasedLead['callback']): LeasedLead => ({
  id: 'lead-1',
  numbers: [{ number: '+8613900000001', zones: ['Asia/Shanghai'] }],
  attemptsMade: 1,
  dueAt: noon,
  fields: {},
  ...(callback && { callback }),
});
const begin = () => {
  const stored = new Map<string, string>();
  const callbacks = new OwnCallbacks({
    save: ({ call, data }) => {
      if (data === undefined) stored.delete(call);
      else stored.set(call, data);
      return Promise.resolve();
    },
  });
  return { stored, callbacks };
};

test('a promise is its agent’s until the person is reached, over a restart, too', async () => {
  const { callbacks, stored } = begin();
  await callbacks.said('call-2', { ...promised, call: 'call-2', lead: 'lead-2', at: noon + hour }, row);
  await callbacks.said('call-1', promised, row);
  expect(callbacks.of('li').map(({ call }) => call)).toEqual(['call-1', 'call-2']);
  expect(callbacks.of('wang')).toEqual([]);
  const after = begin().callbacks;
  after.restore([...stored.values()].map((data) => ({ data })));
  expect(after.of('li')).toHaveLength(2);
  // Its own call does not keep it.
  await callbacks.kept('lead-1', 'call-1');
  expect(callbacks.get('call-1')).toBeDefined();
  await callbacks.kept('lead-1', 'call-3');
  expect(callbacks.get('call-1')).toBeUndefined();
  expect([...stored.keys()]).toEqual(['call-2']);
});

test('another outcome of the same call takes the promise away', async () => {
  const { callbacks, stored } = begin();
  await callbacks.said('call-1', promised, row);
  await callbacks.said('call-1', undefined, row);
  expect(callbacks.of('li')).toEqual([]);
  expect(stored.size).toBe(0);
});

test('a lead that was lent for the old time waits for the new one; what the center moved further stays so', async () => {
  const { callbacks } = begin();
  const lent = lead({ at: noon, agent: 'li' });
  expect(callbacks.asPromised(lent)).toBe(lent);
  await callbacks.said('call-1', { ...promised, at: noon + hour }, row);
  expect(callbacks.asPromised(lent)).toMatchObject({
    dueAt: noon + hour,
    callback: { at: noon + hour, agent: 'li' },
  });
  const busy = lead({ at: noon + 2 * hour, agent: 'li' });
  expect(callbacks.asPromised(busy)).toBe(busy);
  const others = lead({ at: noon, agent: 'wang' });
  expect(callbacks.asPromised(others)).toBe(others);
});

test('who is promised nothing any more is nobody’s own and not called on that day; a later promise holds', async () => {
  const { callbacks } = begin();
  await callbacks.said('call-1', promised, row);
  await callbacks.takeBack(promised, noon - hour, row);
  expect(callbacks.of('li')).toEqual([]);
  expect(callbacks.get('call-1')).toBeUndefined();
  const after = callbacks.asPromised(lead({ at: noon, agent: 'li' }));
  expect(after.dueAt).toBe(noon - hour + afterTakingBackMs);
  expect(after).not.toHaveProperty('callback');
  const newer = lead({ at: noon + hour, agent: 'li' });
  expect(callbacks.asPromised(newer)).toBe(newer);
});
