import type { Outcome } from '@branchline/shared';
import type { CallWord } from '../at/index.ts';
import type { AnswerSupervision } from './profile.ts';

/** Everything a modem and our own hand told about the end of a call. */
export interface CallEvidence {
  readonly alerted: boolean;
  readonly answered: boolean;
  /** ms from dialing to the end. */
  readonly afterMs: number;
  readonly word?: CallWord;
  /** Q.850. */
  readonly cause?: number;
  /** Huawei's `end_status`. */
  readonly endStatus?: number;
  /** The dial command itself was refused with this `+CME ERROR`, or without a code (-1). */
  readonly refused?: number;
  /** Why we hung up, when we did. */
  readonly localEnd?: 'cancelled' | 'ring-timer';
  /** The port closed during the call, or the modem restarted. */
  readonly lineLost?: true;
}

export interface JudgedOutcome {
  readonly outcome: Outcome;
  /** 0–1: how far the evidence carries. Below 0.5 the dialer should look for more (audio, announcements). */
  readonly confidence: number;
}

const answerConfidence: Readonly<Record<AnswerSupervision, number>> = {
  reliable: 0.98,
  besteffort: 0.6,
  none: 0.3,
};

const causes: ReadonlyMap<number, Outcome> = new Map(
  (
    [
      ['INVALID_NUMBER', [1, 3, 22, 28]],
      ['BARRED', [8, 10, 29, 50, 55, 57, 63]],
      ['BUSY', [17]],
      ['NO_ANSWER', [19]],
      ['UNREACHABLE', [20, 27, 102]],
      ['REJECTED', [21]],
      ['CONGESTION', [34, 41, 42, 44, 47]],
      ['TRUNK_FAULT', [38]],
      ['SUSPENDED', [52, 54]],
    ] as const
  ).flatMap(([outcome, numbers]) => numbers.map((cause) => [cause, outcome] as const)),
);

/** `+CME ERROR` answers to a dial command (3GPP TS 27.007 9.2). */
const refusals: ReadonlyMap<number, Outcome> = new Map(
  (
    [
      ['SIM_FAULT', [5, 10, 11, 12, 13, 14, 15, 16, 17, 18, 103, 106, 111, 112, 113]],
      ['BARRED', [56, 62]],
      ['TRUNK_FAULT', [0, 1, 3, 30, 31, 32, 57, 60, 100]],
      ['INVALID_NUMBER', [26, 27]],
    ] as const
  ).flatMap(([outcome, codes]) => codes.map((code) => [code, outcome] as const)),
);

/** `end_status` 21 no service, 22 fade, 34 SIM absent. */
const endStatuses: ReadonlyMap<number, Outcome> = new Map([
  [21, 'TRUNK_FAULT'],
  [22, 'TRUNK_FAULT'],
  [34, 'SIM_FAULT'],
]);

/** Before this an LTE modem's `NO CARRIER` may only mean that the circuit-switched domain was not ready, ms. */
const fallbackGraceMs = 20_000;

/**
 * What became of an outgoing call, from the strongest evidence to the weakest.
 * @param fallback whether the modem reaches voice by circuit-switched fallback
 */
export function judge(
  evidence: CallEvidence,
  supervision: AnswerSupervision,
  fallback: boolean,
): JudgedOutcome {
  const { cause, word } = evidence;
  if (evidence.answered) return { outcome: 'ANSWERED', confidence: answerConfidence[supervision] };
  if (evidence.refused !== undefined)
    return {
      outcome: refusals.get(evidence.refused) ?? 'ERROR',
      confidence: evidence.refused < 0 ? 0.3 : 0.9,
    };
  if (evidence.localEnd === 'cancelled') return { outcome: 'CANCELLED', confidence: 1 };
  if (evidence.localEnd === 'ring-timer')
    return { outcome: 'NO_ANSWER', confidence: evidence.alerted ? 0.9 : 0.4 };
  if (evidence.lineLost) return { outcome: 'TRUNK_FAULT', confidence: 0.9 };
  const known = cause === undefined ? undefined : causes.get(cause);
  if (known) return { outcome: known, confidence: 0.95 };
  // Nobody responded to paging: a phone that rang before was on, one that never rang was off.
  if (cause === 18)
    return evidence.alerted
      ? { outcome: 'NO_ANSWER', confidence: 0.9 }
      : { outcome: 'POWERED_OFF', confidence: 0.6 };
  if (word === 'BUSY') return { outcome: 'BUSY', confidence: 0.8 };
  if (word === 'NO ANSWER') return { outcome: 'NO_ANSWER', confidence: 0.8 };
  if (word === 'NO DIALTONE' || word === 'NO DIAL TONE') return { outcome: 'TRUNK_FAULT', confidence: 0.8 };
  const status = evidence.endStatus === undefined ? undefined : endStatuses.get(evidence.endStatus);
  if (status) return { outcome: status, confidence: 0.8 };
  // Ringing that ends without a cause: the callee did not want, the network gave up, or a prompt was played.
  if (evidence.alerted) return { outcome: 'NO_ANSWER', confidence: 0.4 };
  if (cause === 16 || cause === 31) return { outcome: 'NO_ANSWER', confidence: 0.3 };
  if (fallback && evidence.afterMs < fallbackGraceMs) return { outcome: 'TRUNK_FAULT', confidence: 0.3 };
  return { outcome: 'ERROR', confidence: 0.2 };
}
