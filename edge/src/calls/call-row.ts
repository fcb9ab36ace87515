import type { CallRow, ClockTrust, Line, Tariff } from '@branchline/shared';
import { costOf } from '../lines/index.ts';
import type { NewRow } from '../store/index.ts';
import { campaignOf, type Call } from './call.ts';
import { confidenceOf, outcomeOf } from './outcome.ts';

/**
 * The record (CDR) of an ended call.
 * @param speed business ms per real ms: the answer-to-agent time is reported in real ms
 * @param line what it was on, as it is configured now
 * @param operator the customer's
 */
export function callRow(
  call: Call,
  clock: ClockTrust,
  at: number,
  speed: number,
  line?: Pick<Line, 'answerSupervision' | 'tariff'>,
  operator?: string,
): Extract<NewRow, { stream: 'call' }> {
  // A promised call back is no attempt: it counts among nobody's answers.
  const campaign = call.direction === 'inbound' ? campaignOf(call) : call.campaign;
  const row: Omit<CallRow, 'seq'> = {
    at,
    clock,
    id: call.id,
    conversation: call.conversation,
    direction: call.direction,
    ...(call.attempt !== undefined && { attempt: call.attempt }),
    ...(campaign !== undefined && { campaign }),
    ...(call.lead !== undefined && { lead: call.lead }),
    customer: call.customer.slice(0, 32),
    callerId: call.callerId.slice(0, 32),
    line: call.line,
    ...((call.agent ?? call.lastAgent) !== undefined && { agent: call.agent ?? call.lastAgent }),
    ...(call.guestOf !== undefined && { guestOf: call.guestOf }),
    ...(call.sentTo !== undefined && { sentTo: call.sentTo }),
    startedAt: call.startedAt,
    ...(call.earlyAt !== undefined && { earlyAt: call.earlyAt }),
    ...(call.answeredAt !== undefined && { answeredAt: call.answeredAt }),
    ...(call.bridgedAt !== undefined && { bridgedAt: call.bridgedAt }),
    endedAt: call.endedAt ?? at,
    outcome: outcomeOf(call),
    confidence: confidenceOf(call, line?.answerSupervision),
    hangupBy: call.endedBy ?? 'unknown',
    cause: (call.end?.cause ?? 'UNKNOWN').slice(0, 64),
    q850: call.end?.q850 ?? 0,
    sipStatus: call.end?.sipStatus ?? 0,
    ...(call.bridgedAt !== undefined &&
      call.answeredAt !== undefined && {
        answerToAgentMs: Math.max(
          0,
          Math.round((call.bridgedAt - (firstWait(call) ?? call.answeredAt)) / speed),
        ),
      }),
    ...(call.recordTo !== undefined &&
      call.answeredAt !== undefined && {
        recording: {
          file: call.recordTo,
          ms: Math.max(0, Math.round(call.recordedMs ?? 0)),
          ...(call.noticedAt !== undefined && { noticeAt: Math.round(call.noticedAt) }),
          ...(call.pauses && { pauses: call.pauses.slice(-50).map(rounded) }),
        },
      }),
    legs: call.legs.slice(-20),
    segments: call.segments.slice(-50),
    ...(call.choice && { choice: call.choice }),
    ...(line && { answerSupervision: line.answerSupervision }),
    ...(line?.tariff && costOfCall(call, line.tariff, operator, at)),
    evidence: call.evidence,
  };
  return { stream: 'call', row };
}

/** When it began to wait for the agent whom it had first. */
function firstWait({ flowLeftAt, bridgedAt, answeredAt }: Call): number | undefined {
  return flowLeftAt !== undefined && flowLeftAt <= bridgedAt! ? flowLeftAt : answeredAt;
}

function costOfCall(
  { direction, answeredAt, endedAt }: Call,
  tariff: Tariff,
  operator: string | undefined,
  at: number,
): Pick<CallRow, 'cost' | 'currency'> {
  const { currency } = tariff;
  if (direction === 'inbound' || answeredAt === undefined) return { cost: 0, currency };
  return { cost: costOf(tariff, operator, (endedAt ?? at) - answeredAt), currency };
}

function rounded({ from, to }: { readonly from: number; readonly to: number }): { from: number; to: number } {
  return { from: Math.round(from), to: Math.round(to) };
}
