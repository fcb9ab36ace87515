import type { CallsMade, GateRefusal, LeadNumber } from '@branchline/shared';
import { refusalIsAbout } from './lead-fate.ts';

/** What the gate said about one number of a lead. */
export interface JudgedNumber {
  readonly entry: LeadNumber;
  readonly calls: CallsMade;
  readonly decision: { readonly verdict: 'allow'; readonly from: number } | GateRefusal;
}

/** What becomes of a lead that was to be lent. */
export type LeadJudgement =
  | { readonly what: 'lend'; readonly numbers: readonly JudgedNumber[]; readonly dueAt: number }
  | { readonly what: 'wait'; readonly until: number }
  | { readonly what: 'close'; readonly reason: string };

/** A lead that is refused for something that people must change is looked at again after this time, business ms. */
const lookAgainMs = 15 * 60_000;

/**
 * A lead is lent with the numbers that may be dialed soon, in their order; without any it waits for the first that may be dialed
 * later, and it is closed when none ever may.
 * @param now business ms
 */
export function judgeLead(numbers: readonly JudgedNumber[], now: number): LeadJudgement {
  const callable = numbers.filter(({ decision }) => decision.verdict === 'allow');
  const froms = callable.flatMap(({ decision }) => (decision.verdict === 'allow' ? [decision.from] : []));
  if (froms.length > 0) return { what: 'lend', numbers: callable, dueAt: Math.max(...froms) };
  const refusals = numbers.flatMap(({ decision }) => (decision.verdict === 'refuse' ? [decision] : []));
  const waits = refusals
    .filter(({ rule }) => !['number', 'lead'].includes(refusalIsAbout[rule]))
    .map(({ until }) => until ?? now + lookAgainMs);
  if (waits.length > 0) return { what: 'wait', until: Math.min(...waits) };
  return { what: 'close', reason: refusals[0]?.rule ?? 'no number left' };
}
