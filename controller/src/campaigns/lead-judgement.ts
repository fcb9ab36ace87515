import type { CallsMade, DncScope, GateRefusal, GateRule, LeadNumber } from '@branchline/shared';
import { refusalIsAbout } from './lead-fate.ts';

/** What the gate said about one number of a lead. */
export interface JudgedNumber {
  readonly entry: LeadNumber;
  readonly calls: CallsMade;
  /** Lists it is on. */
  readonly listed: readonly DncScope[];
  readonly decision: { readonly verdict: 'allow'; readonly from: number } | GateRefusal;
}

/** What becomes of a lead that was to be lent. */
export type LeadJudgement =
  | { readonly what: 'lend'; readonly numbers: readonly JudgedNumber[]; readonly dueAt: number }
  | { readonly what: 'wait'; readonly until: number }
  | { readonly what: 'hold'; readonly reason: string }
  | { readonly what: 'close'; readonly reason: string };

/** A lead that is refused for something that people must change is looked at again after this time, business ms. */
const lookAgainMs = 15 * 60_000;

/**
 * A lead is lent with the numbers that may be dialed soon, in their order; without any it waits for the first that may be dialed
 * later. It is held when only other settings of the campaign or other rules of the region could let one out, and closed when none ever may.
 * @param now business ms
 */
export function judgeLead(numbers: readonly JudgedNumber[], now: number): LeadJudgement {
  const callable = numbers.filter(({ decision }) => decision.verdict === 'allow');
  const froms = callable.flatMap(({ decision }) => (decision.verdict === 'allow' ? [decision.from] : []));
  if (froms.length > 0) return { what: 'lend', numbers: callable, dueAt: Math.max(...froms) };
  const refusals = numbers.flatMap(({ decision }) => (decision.verdict === 'refuse' ? [decision] : []));
  const waits = refusals
    .filter(({ rule }) => ['hour', 'settings', 'lease'].includes(refusalIsAbout[rule]))
    .map(({ until }) => until ?? now + lookAgainMs);
  if (waits.length > 0) return { what: 'wait', until: Math.min(...waits) };
  const held = numbers.flatMap((number) => refusedByTerms(number) ?? [])[0];
  if (held !== undefined) return { what: 'hold', reason: held };
  return { what: 'close', reason: refusals[0]?.rule ?? 'no number left' };
}

/** The rule, if it refuses only under these settings and rules; a register is heeded by some campaigns and not by others. */
function refusedByTerms({ decision, listed }: JudgedNumber): GateRule | undefined {
  if (decision.verdict === 'allow') return undefined;
  const { rule } = decision;
  const onlyRegister = listed.length > 0 && listed.every((scope) => scope === 'register');
  return refusalIsAbout[rule] === 'terms' || (rule === 'do-not-call' && onlyRegister) ? rule : undefined;
}
