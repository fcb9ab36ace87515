import { expect, test } from 'vitest';
import { idSource, type EventRow } from '@branchline/shared';
import { branchActOf } from './branch-acts.ts';

const newId = idSource();
const call = newId();
const row = (fact: object) => ({ at: 1, clock: 'trusted', id: newId(), seq: 1, call, ...fact }) as EventRow;

test.each<[object, object]>([
  [
    { type: 'monitored', mode: 'whisper', extension: '104', agent: 'mei', by: 'li', here: true },
    {
      action: 'branch.monitor',
      principal: 'agent li',
      target: `call ${call}`,
      detail: { mode: 'whisper', extension: '104', agent: 'mei' },
    },
  ],
  [
    { type: 'transferred', how: 'taken-over', from: 'mei', to: 'agent li', by: 'li', here: true },
    { action: 'branch.take-over', detail: { from: 'mei', to: 'agent li' } },
  ],
  [
    { type: 'transferred', how: 'taken-over', from: 'mei', to: 'queue care', by: 'li', here: true },
    { action: 'branch.move', detail: { from: 'mei', to: 'queue care' } },
  ],
  [
    { type: 'transferred', how: 'picked-up', to: 'queue care', by: 'li', here: true },
    { action: 'branch.move', detail: { to: 'queue care' } },
  ],
  [
    { type: 'supervised', act: 'end', agent: 'mei', by: 'li' },
    { action: 'branch.end', target: `call ${call}`, detail: { agent: 'mei' } },
  ],
  [
    { type: 'supervised', act: 'force', call: undefined, agent: 'mei', state: 'break', by: 'li' },
    { action: 'branch.force', target: 'agent mei', detail: { state: 'break' } },
  ],
  [
    { type: 'supervised', act: 'write', call: undefined, text: 'Lunch at one', by: 'li' },
    { action: 'branch.write', target: 'agent (all)', detail: { text: 'Lunch at one' } },
  ],
])('what a supervisor does at a branch is on record: %j', (fact, entry) => {
  expect(branchActOf(row(fact))).toMatchObject(entry);
});

test.each<[object]>([
  [{ type: 'monitored', mode: 'listen', extension: '104', by: 'eva' }],
  [{ type: 'monitored', mode: 'stop', extension: '104', by: 'li', here: true }],
  [{ type: 'transferred', how: 'taken-over', from: 'mei', to: 'agent li', by: 'eva' }],
  [{ type: 'transferred', how: 'blind', from: 'mei', to: 'queue care', by: 'mei', here: true }],
  [{ type: 'transferred', how: 'picked-up', to: 'agent mei', by: 'mei', here: true }],
  [{ type: 'note', agent: 'mei', text: 'later' }],
])('orders of the center, and what every agent does, are not once more: %j', (fact) => {
  expect(branchActOf(row(fact))).toBeUndefined();
});
