import {
  lineFaults,
  sharedClock,
  type AttemptPace,
  type AttemptRow,
  type ClockTrust,
  type Consent,
  type LeasedLead,
  type Outcome,
  type Try,
} from '@branchline/shared';
import type { NewRow, OpenAttempt } from '../store/index.ts';

/** A running effort to reach a lead: one number after the other, each over one line after the other. */
export interface Attempt extends OpenAttempt {
  readonly leaseEpoch: string;
  readonly leaseExpiresAt: number;
  /** The shared cap as the lease states it. */
  readonly attemptsCap: number;
  readonly leadNumbers: LeasedLead['numbers'];
  readonly consent?: Consent | undefined;
  /** What the agent sees about the person. */
  readonly fields: LeasedLead['fields'];
  /** Index of the number being tried. */
  readonly position: number;
  /** Lines that failed for the present number with a fault of their own. */
  readonly failedLines: readonly string[];
  readonly deadNumbers: readonly string[];
  readonly tries: readonly Try[];
  readonly agent?: string;
  /** What it is owed to that it was begun when it was. */
  readonly pace?: AttemptPace;
}

/** Tries an attempt may have over all numbers and lines. */
export const maxTries = 6;

export type AfterTry =
  /** Again: the same number over another line, or the next number. */
  | { readonly next: 'try'; readonly attempt: Attempt }
  | { readonly next: 'close'; readonly attempt: Attempt; readonly outcome: Outcome };

/**
 * What follows an ended try. Another line only for faults of the line, never after a decision of the callee; another
 * number only when this one does not exist.
 * @param lineFree whether a line that has not failed for the attempt's number could take it now
 */
export function afterTry(attempt: Attempt, ended: Try, lineFree: (next: Attempt) => boolean): AfterTry {
  const tried: Attempt = { ...attempt, tries: [...attempt.tries, ended] };
  const close = (from: Attempt): AfterTry => ({ next: 'close', attempt: from, outcome: ended.outcome });
  if (lineFaults.has(ended.outcome)) {
    const failed: Attempt = { ...tried, failedLines: [...tried.failedLines, ended.line] };
    const again = failed.tries.length < maxTries && lineFree(failed);
    return again ? { next: 'try', attempt: failed } : close(failed);
  }
  if (ended.outcome === 'INVALID_NUMBER') {
    const dead: Attempt = { ...tried, deadNumbers: [...tried.deadNumbers, ended.number] };
    const position = dead.position + 1;
    const number = dead.leadNumbers[position]?.number;
    if (number === undefined || dead.tries.length >= maxTries) return close(dead);
    return { next: 'try', attempt: { ...dead, position, number, failedLines: [] } };
  }
  return close(tried);
}

/** The row that tells a closed attempt. */
export function attemptRow(
  attempt: Attempt,
  facts: { endedAt: number; outcome: Outcome; clock: ClockTrust; refusal?: AttemptRow['refusal'] },
): Extract<NewRow, { stream: 'attempt' }> {
  const { zones = [] } = attempt.leadNumbers.find(({ number }) => number === attempt.number) ?? {};
  const zone = sharedClock(zones, attempt.startedAt);
  return {
    stream: 'attempt',
    row: {
      at: facts.endedAt,
      clock: facts.clock,
      id: attempt.id,
      campaign: attempt.campaign,
      lead: attempt.lead,
      lease: attempt.lease,
      number: attempt.number,
      ordinal: attempt.ordinal,
      dueAt: attempt.dueAt,
      startedAt: attempt.startedAt,
      endedAt: facts.endedAt,
      outcome: facts.outcome,
      ...(facts.refusal && { refusal: facts.refusal }),
      deadNumbers: [...attempt.deadNumbers],
      ...(attempt.agent !== undefined && { agent: attempt.agent }),
      ...(attempt.pace && { pace: attempt.pace }),
      ...(zone !== undefined && { zone }),
      tries: [...attempt.tries],
    },
  };
}
