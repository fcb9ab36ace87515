import { expect, test } from 'vitest';
import { judgeEnd } from './outcome.ts';

test.each([
  ['USER_BUSY', 486, 'BUSY'],
  ['CALL_REJECTED', 603, 'REJECTED'],
  ['UNALLOCATED_NUMBER', 404, 'INVALID_NUMBER'],
  ['NO_USER_RESPONSE', 480, 'POWERED_OFF'],
  ['NORMAL_TEMPORARY_FAILURE', 503, 'CONGESTION'],
  ['NO_ANSWER', 487, 'NO_ANSWER'],
  ['GATEWAY_DOWN', 0, 'TRUNK_FAULT'],
  ['NORMAL_CLEARING', 0, 'NO_ANSWER'],
  ['SOMETHING_NEW', 0, 'ERROR'],
])('%s with SIP %i is %s', (cause, sipStatus, outcome) => {
  expect(judgeEnd({ cause, q850: 0, sipStatus, disposition: '' }).outcome).toBe(outcome);
});
