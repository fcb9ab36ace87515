import type { Outcome } from '@branchline/shared';
import type { LegEnd } from '../switch/index.ts';
import type { Call } from './call.ts';

/** FreeSWITCH causes that say what the callee or the network decided; numbers below 128 equal Q.850. */
const byCause: Readonly<Record<string, Outcome>> = {
  USER_BUSY: 'BUSY',
  NO_ANSWER: 'NO_ANSWER',
  ALLOTTED_TIMEOUT: 'NO_ANSWER',
  CALL_REJECTED: 'REJECTED',
  UNALLOCATED_NUMBER: 'INVALID_NUMBER',
  INVALID_NUMBER_FORMAT: 'INVALID_NUMBER',
  NUMBER_CHANGED: 'INVALID_NUMBER',
  NO_ROUTE_DESTINATION: 'INVALID_NUMBER',
  NO_USER_RESPONSE: 'POWERED_OFF',
  SUBSCRIBER_ABSENT: 'UNREACHABLE',
  DESTINATION_OUT_OF_ORDER: 'UNREACHABLE',
  RECOVERY_ON_TIMER_EXPIRE: 'UNREACHABLE',
  OUTGOING_CALL_BARRED: 'BARRED',
  INCOMING_CALL_BARRED: 'SUSPENDED',
  FACILITY_NOT_SUBSCRIBED: 'SUSPENDED',
  NORMAL_CIRCUIT_CONGESTION: 'CONGESTION',
  NORMAL_TEMPORARY_FAILURE: 'CONGESTION',
  SWITCH_CONGESTION: 'CONGESTION',
  REQUESTED_CHAN_UNAVAIL: 'CONGESTION',
  NETWORK_OUT_OF_ORDER: 'TRUNK_FAULT',
  GATEWAY_DOWN: 'TRUNK_FAULT',
  INVALID_GATEWAY: 'TRUNK_FAULT',
  INVALID_PROFILE: 'TRUNK_FAULT',
  EXCHANGE_ROUTING_ERROR: 'TRUNK_FAULT',
  USER_NOT_REGISTERED: 'TRUNK_FAULT',
  ORIGINATOR_CANCEL: 'CANCELLED',
  MANAGER_REQUEST: 'CANCELLED',
  LOSE_RACE: 'CANCELLED',
};

/** SIP answers that say more than the cause FreeSWITCH made of them (RFC 3261 21, ITU-T Q.1912.5 for the rest). */
const bySip: Readonly<Record<number, Outcome>> = {
  404: 'INVALID_NUMBER',
  408: 'UNREACHABLE',
  410: 'INVALID_NUMBER',
  480: 'POWERED_OFF',
  484: 'INVALID_NUMBER',
  486: 'BUSY',
  487: 'CANCELLED',
  502: 'TRUNK_FAULT',
  503: 'CONGESTION',
  600: 'BUSY',
  603: 'REJECTED',
  604: 'INVALID_NUMBER',
};

/** What an unanswered leg's end says about the callee or the line. */
export function outcomeOfEnd(end: LegEnd): Outcome {
  // Our own ring timer sends CANCEL, and the 487 that follows is only its echo.
  if (end.cause === 'NO_ANSWER') return 'NO_ANSWER';
  const sip = bySip[end.sipStatus];
  if (sip) return sip;
  const known = byCause[end.cause];
  if (known) return known;
  // 16 and 31 before an answer, without other evidence: the network hides the reason.
  if (end.cause === 'NORMAL_CLEARING' || end.cause === 'NORMAL_UNSPECIFIED') return 'NO_ANSWER';
  return 'ERROR';
}

/** The outcome of an ended call. */
export function outcomeOf(call: Call): Outcome {
  if (call.evidence === 'lost') return 'LOST';
  if (call.abandoned) return 'ABANDONED';
  if (call.bridgedAt !== undefined) return 'ANSWERED';
  // An inbound caller who was served by the fallback group has no bridge of ours.
  if (call.answeredAt !== undefined)
    return call.endedBy === 'customer' ? 'CANCELLED' : call.endedBy === 'system' ? 'ABANDONED' : 'CANCELLED';
  if (call.endedBy === 'system' || call.endedBy === 'agent') return 'CANCELLED';
  return call.end ? outcomeOfEnd(call.end) : 'ERROR';
}
