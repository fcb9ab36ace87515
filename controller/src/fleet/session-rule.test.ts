import { expect, test } from 'vitest';
import type { EdgeState } from '@branchline/shared';
import { stateCounts, type KnownSession } from './session-rule.ts';

const message = (status: EdgeState['status'], session: string): EdgeState => ({
  status,
  session,
  at: 1,
  clock: 'trusted',
  firmware: 'x',
  contract: 1,
  recipient: 'age1',
});

const cases: [string, KnownSession | undefined, EdgeState, boolean][] = [
  ['the first birth counts', undefined, message('online', 'a'), true],
  ['a will without a known session counts', undefined, message('lost', 'a'), true],
  ['a birth opens a new session', { session: 'a', status: 'online' }, message('online', 'b'), true],
  ['the will of the known session counts', { session: 'b', status: 'online' }, message('lost', 'b'), true],
  [
    'the late will of an old session is ignored',
    { session: 'b', status: 'online' },
    message('lost', 'a'),
    false,
  ],
  [
    'a late goodbye of an old session is ignored',
    { session: 'b', status: 'online' },
    message('stopped', 'a'),
    false,
  ],
  ['a session that was lost may come back', { session: 'b', status: 'lost' }, message('online', 'b'), true],
];

test.each(cases)('%s', (_name, known, heard, counts) => {
  expect(stateCounts(known, heard)).toBe(counts);
});
