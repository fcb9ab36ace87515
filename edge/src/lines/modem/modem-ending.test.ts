import { describe, expect, test } from 'vitest';
import { causes, type Outcome } from '@branchline/shared';
import type { CallEnd } from '@branchline/hardware';
import { judgeEnd } from '../../calls/outcome.ts';
import { endingOf, modemBusy, modemGone } from './modem-ending.ts';
import type { LegEnding } from './sip-leg.ts';

const end = (outcome: Outcome, evidence: Partial<CallEnd['evidence']> = {}): CallEnd => ({
  outcome,
  confidence: 0.9,
  evidence: { alerted: true, answered: false, afterMs: 5_000, ...evidence },
});

/** As FreeSWITCH tells of it: Q.850's cause of the `Reason` header by its name, and the status. */
function recorded({ status, q850 }: LegEnding): Outcome {
  const cause = causes.find(({ source, code }) => source === 'q850' && code === q850)?.name ?? 'INTERWORKING';
  return judgeEnd({ cause, q850, sipStatus: status, disposition: 'recv_refuse' }).outcome;
}

describe('what a modem found out arrives in the record', () => {
  const told: readonly Outcome[] = [
    'BUSY',
    'NO_ANSWER',
    'REJECTED',
    'INVALID_NUMBER',
    'SUSPENDED',
    'POWERED_OFF',
    'UNREACHABLE',
    'BARRED',
    'CONGESTION',
    'TRUNK_FAULT',
    'SIM_FAULT',
    'CANCELLED',
    'ERROR',
  ];
  test.each(told)('%s', (outcome) => {
    expect(recorded(endingOf(end(outcome)))).toBe(outcome);
  });
});

test('a lost modem is the fault of the line, whatever the call had come to; a line in use is congestion', () => {
  expect(endingOf(end('ANSWERED', { answered: true, lineLost: true }))).toBe(modemGone);
  expect([modemGone, modemBusy].map(recorded)).toEqual(['TRUNK_FAULT', 'CONGESTION']);
});

test('the end of a talk carries the network’s cause, or that of a normal end', () => {
  expect(endingOf(end('ANSWERED', { answered: true, cause: 41 })).q850).toBe(41);
  expect(endingOf(end('ANSWERED', { answered: true })).q850).toBe(16);
});
