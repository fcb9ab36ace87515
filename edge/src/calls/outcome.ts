import { causeNamed, causeOf, type Judgement, type Line, type Outcome } from '@branchline/shared';
import type { LegEnd } from '../switch/index.ts';
import type { Call } from './call.ts';

/**
 * What an unanswered leg's end says about the callee or the line.
 * @param heard what the network let hear before: it counts where it is surer than the signal, and where the end was our own
 */
export function judgeEnd(end: LegEnd, heard?: Judgement): Judgement {
  // Our own ring timer sends CANCEL, and the 487 that follows is only its echo.
  const own = end.cause === 'NO_ANSWER' ? causeNamed(end.cause) : undefined;
  // A SIP answer says more than the cause that FreeSWITCH made of it.
  const signalled = own ??
    causeOf('sip', end.sipStatus) ??
    causeNamed(end.cause) ?? { outcome: 'ERROR', confidence: 0.2 };
  const surer = heard && (own || heard.confidence > signalled.confidence) ? heard : signalled;
  return { outcome: surer.outcome, confidence: surer.confidence };
}

/** The outcome of an ended call. */
export function outcomeOf(call: Call): Outcome {
  if (call.evidence === 'lost') return 'LOST';
  if (call.abandoned) return 'ABANDONED';
  if (call.machine !== undefined) return 'MACHINE';
  if (call.bridgedAt !== undefined) return 'ANSWERED';
  if (call.flow !== undefined && call.flowLeftAt === undefined && call.answeredAt !== undefined)
    return outcomeOfFlow(call);
  // An inbound caller who was served by the fallback group has no bridge of ours.
  if (call.answeredAt !== undefined)
    return call.endedBy === 'customer' ? 'CANCELLED' : call.endedBy === 'system' ? 'ABANDONED' : 'CANCELLED';
  if (call.endedBy === 'system' || call.endedBy === 'agent') return 'CANCELLED';
  return call.end ? judgeEnd(call.end, call.heard).outcome : 'ERROR';
}

/** A call that its flow led to nobody: whoever was dialed was played it, whoever called got what the flow is for or gave up. */
function outcomeOfFlow({ direction, flowState, endedBy }: Call): Outcome {
  if (direction === 'outbound') return 'PLAYED';
  const served = flowState?.outcome === 'finished' || flowState?.outcome === 'voicemail';
  // A message is ended by hanging up, too.
  if (served || flowState?.doing === 'recording') return 'ANSWERED';
  return endedBy === 'customer' || flowState?.outcome === 'transferred' ? 'CANCELLED' : 'ABANDONED';
}

/** How sure the outcome of an ended call is, 0–1. */
export function confidenceOf(call: Call, supervision: Line['answerSupervision'] | undefined): number {
  if (call.evidence === 'lost') return 0;
  if (call.machine !== undefined) return call.machine;
  if (call.answeredAt !== undefined) return answered[supervision ?? 'reliable'];
  if (call.endedBy === 'system' || call.endedBy === 'agent') return 1;
  return call.end ? judgeEnd(call.end, call.heard).confidence : 0;
}

/** How far an answer can be believed; some lines call it answered when it rings. */
const answered: Readonly<Record<Line['answerSupervision'], number>> = {
  reliable: 0.98,
  besteffort: 0.6,
  none: 0.3,
};
