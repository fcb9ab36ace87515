import { causeOf, type Judgement, type Outcome } from '@branchline/shared';
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

const answerConfidence: Readonly<Record<AnswerSupervision, number>> = {
  reliable: 0.98,
  besteffort: 0.6,
  none: 0.3,
};

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
export function judge(evidence: CallEvidence, supervision: AnswerSupervision, fallback: boolean): Judgement {
  const { cause, word } = evidence;
  if (evidence.answered) return { outcome: 'ANSWERED', confidence: answerConfidence[supervision] };
  if (evidence.refused !== undefined)
    return {
      outcome: causeOf('cme', evidence.refused)?.outcome ?? 'ERROR',
      confidence: evidence.refused < 0 ? 0.3 : 0.9,
    };
  if (evidence.localEnd === 'cancelled') return { outcome: 'CANCELLED', confidence: 1 };
  if (evidence.localEnd === 'ring-timer')
    return { outcome: 'NO_ANSWER', confidence: evidence.alerted ? 0.9 : 0.4 };
  if (evidence.lineLost) return { outcome: 'TRUNK_FAULT', confidence: 0.9 };
  // Nobody responded to paging: a phone that rang before was on, one that never rang was off.
  if (cause === 18 && evidence.alerted) return { outcome: 'NO_ANSWER', confidence: 0.9 };
  const known = cause === undefined ? undefined : causeOf('q850', cause);
  if (known && known.confidence >= 0.5) return judged(known);
  const said = word && causeOf('at', word);
  if (said) return judged(said);
  const status = evidence.endStatus === undefined ? undefined : endStatuses.get(evidence.endStatus);
  if (status) return { outcome: status, confidence: 0.8 };
  // Ringing that ends without a cause: the callee did not want, the network gave up, or a prompt was played.
  if (evidence.alerted) return { outcome: 'NO_ANSWER', confidence: 0.4 };
  if (cause === 16 || cause === 31) return { outcome: 'NO_ANSWER', confidence: 0.3 };
  if (fallback && evidence.afterMs < fallbackGraceMs) return { outcome: 'TRUNK_FAULT', confidence: 0.3 };
  return { outcome: 'ERROR', confidence: 0.2 };
}

function judged({ outcome, confidence }: Judgement): Judgement {
  return { outcome, confidence };
}
