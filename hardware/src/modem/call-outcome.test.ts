import { expect, test } from 'vitest';
import { judge, type CallEvidence } from './call-outcome.ts';

const rang: CallEvidence = { alerted: true, answered: false, afterMs: 30_000 };
const silent: CallEvidence = { alerted: false, answered: false, afterMs: 5_000 };

test.each<[string, CallEvidence, string, number]>([
  ['cause 17', { ...rang, cause: 17 }, 'BUSY', 0.95],
  ['the word BUSY alone', { ...rang, word: 'BUSY' }, 'BUSY', 0.8],
  ['cause 21', { ...rang, cause: 21, word: 'NO CARRIER' }, 'REJECTED', 0.9],
  ['cause 1', { ...silent, cause: 1 }, 'INVALID_NUMBER', 0.95],
  ['cause 28', { ...silent, cause: 28 }, 'INVALID_NUMBER', 0.95],
  ['cause 19', { ...rang, cause: 19 }, 'NO_ANSWER', 0.95],
  ['no response to paging of a phone that rang', { ...rang, cause: 18 }, 'NO_ANSWER', 0.9],
  ['no response to paging of one that never rang', { ...silent, cause: 18 }, 'POWERED_OFF', 0.6],
  ['cause 20', { ...silent, cause: 20 }, 'UNREACHABLE', 0.9],
  ['cause 27', { ...silent, cause: 27 }, 'UNREACHABLE', 0.8],
  ['cause 34', { ...silent, cause: 34 }, 'CONGESTION', 0.95],
  ['cause 47', { ...silent, cause: 47 }, 'CONGESTION', 0.8],
  ['cause 38', { ...silent, cause: 38 }, 'TRUNK_FAULT', 0.95],
  ['cause 8', { ...silent, cause: 8 }, 'BARRED', 0.6],
  ['cause 54', { ...silent, cause: 54 }, 'SUSPENDED', 0.8],
  ['CME 62', { ...silent, refused: 62 }, 'BARRED', 0.9],
  ['CME 10', { ...silent, refused: 10 }, 'SIM_FAULT', 0.9],
  ['CME 112', { ...silent, refused: 112 }, 'SIM_FAULT', 0.9],
  ['CME 30', { ...silent, refused: 30 }, 'TRUNK_FAULT', 0.9],
  ['a bare ERROR to the dial command', { ...silent, refused: -1 }, 'ERROR', 0.3],
  ['our own ring timer', { ...rang, localEnd: 'ring-timer' }, 'NO_ANSWER', 0.9],
  ['our own ring timer before any ringing', { ...silent, localEnd: 'ring-timer' }, 'NO_ANSWER', 0.4],
  ['our own hang-up', { ...rang, localEnd: 'cancelled' }, 'CANCELLED', 1],
  ['an unplugged modem', { ...rang, lineLost: true }, 'TRUNK_FAULT', 0.9],
  ['end_status 21', { ...silent, endStatus: 21 }, 'TRUNK_FAULT', 0.8],
  ['end_status 34', { ...silent, endStatus: 34 }, 'SIM_FAULT', 0.8],
  ['cause 16 before an answer', { ...silent, cause: 16 }, 'NO_ANSWER', 0.3],
  ['ringing that just ends', { ...rang, word: 'NO CARRIER' }, 'NO_ANSWER', 0.4],
  ['nothing at all', { ...silent, word: 'NO CARRIER' }, 'ERROR', 0.2],
])('%s', (_, evidence, outcome, confidence) => {
  expect(judge(evidence, 'reliable', false)).toEqual({ outcome, confidence });
});

test('an answer is worth what the family is worth', () => {
  const answered: CallEvidence = { ...rang, answered: true, cause: 16 };
  const by = (['reliable', 'besteffort', 'none'] as const).map((each) => judge(answered, each, true));
  expect(by.map(({ outcome }) => outcome)).toEqual(['ANSWERED', 'ANSWERED', 'ANSWERED']);
  expect(by.map(({ confidence }) => confidence)).toEqual([0.98, 0.6, 0.3]);
});

test('an early NO CARRIER of a modem with circuit-switched fallback is the line, not the callee', () => {
  const early: CallEvidence = { ...silent, word: 'NO CARRIER' };
  expect(judge(early, 'reliable', true).outcome).toBe('TRUNK_FAULT');
  expect(judge({ ...early, afterMs: 25_000 }, 'reliable', true).outcome).toBe('ERROR');
});
