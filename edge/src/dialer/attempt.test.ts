import { expect, test } from 'vitest';
import type { Outcome, Try } from '@branchline/shared';
import { afterTry, attemptRow, maxTries, type Attempt } from './attempt.ts';

const attempt: Attempt = {
  id: 'a',
  lead: 'p',
  lease: 's',
  leaseEpoch: 'e',
  leaseExpiresAt: 9,
  attemptsCap: 4,
  campaign: 'k',
  number: '+861',
  ordinal: 1,
  dueAt: 0,
  startedAt: 0,
  fields: {},
  leadNumbers: [
    { number: '+861', zones: ['UTC'] },
    { number: '+862', zones: ['UTC'] },
  ],
  position: 0,
  failedLines: [],
  deadNumbers: [],
  tries: [],
};
const ended = (outcome: Outcome, line = 'l1', number = '+861'): Try => ({
  id: 't',
  ordinal: 1,
  number,
  line,
  startedAt: 0,
  endedAt: 1,
  outcome,
});
const free = () => true;

test('a fault of the line is tried over another line', () => {
  const after = afterTry(attempt, ended('CONGESTION'), ({ failedLines }) => !failedLines.includes('l2'));
  expect(after).toMatchObject({ next: 'try', attempt: { number: '+861', failedLines: ['l1'] } });
});

test('when no other line is free the fault stands', () => {
  expect(afterTry(attempt, ended('TRUNK_FAULT'), () => false)).toMatchObject({
    next: 'close',
    outcome: 'TRUNK_FAULT',
  });
});

test.each<Outcome>([
  'BUSY',
  'NO_ANSWER',
  'REJECTED',
  'POWERED_OFF',
  'ANSWERED',
  'ABANDONED',
  'LOST',
  'BARRED',
])('%s is the callee’s word and ends the attempt', (outcome) => {
  expect(afterTry(attempt, ended(outcome), free)).toMatchObject({ next: 'close', outcome });
});

test('a number that does not exist is followed by the next one, with all lines open again', () => {
  const after = afterTry({ ...attempt, failedLines: ['l1'] }, ended('INVALID_NUMBER'), free);
  expect(after).toMatchObject({
    next: 'try',
    attempt: { number: '+862', position: 1, failedLines: [], deadNumbers: ['+861'] },
  });
  const last = afterTry(
    { ...attempt, position: 1, number: '+862' },
    ended('INVALID_NUMBER', 'l1', '+862'),
    free,
  );
  expect(last).toMatchObject({
    next: 'close',
    outcome: 'INVALID_NUMBER',
    attempt: { deadNumbers: ['+862'] },
  });
});

test('an attempt has an end whatever the lines do', () => {
  let after = afterTry(attempt, ended('CONGESTION', 'l0'), free);
  while (after.next === 'try')
    after = afterTry(after.attempt, ended('CONGESTION', `l${after.attempt.tries.length}`), free);
  expect(after.attempt.tries).toHaveLength(maxTries);
});

test('an attempt tells what it is owed to, and by which clock its number lives unless clocks differ there', () => {
  const pace = { mode: 'power', because: 'ratio', ready: 2, ringing: 1 } as const;
  const facts = { endedAt: 9, outcome: 'BUSY', clock: 'trusted' } as const;
  expect(attemptRow({ ...attempt, pace }, facts).row).toMatchObject({ pace, zone: 'UTC' });
  const zones = ['Europe/Berlin', 'America/New_York'];
  const row = attemptRow({ ...attempt, leadNumbers: [{ number: '+861', zones }] }, facts).row;
  expect(row).not.toHaveProperty('zone');
  expect(row).not.toHaveProperty('pace');
});
