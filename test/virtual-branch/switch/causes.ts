/** Q.850 numbers of the causes FreeSWITCH names (switch_types.h). */
export const causes: Readonly<Record<string, number>> = {
  NONE: 0,
  UNALLOCATED_NUMBER: 1,
  NO_ROUTE_TRANSIT_NET: 2,
  NO_ROUTE_DESTINATION: 3,
  CHANNEL_UNACCEPTABLE: 6,
  CALL_AWARDED_DELIVERED: 7,
  NORMAL_CLEARING: 16,
  USER_BUSY: 17,
  NO_USER_RESPONSE: 18,
  NO_ANSWER: 19,
  SUBSCRIBER_ABSENT: 20,
  CALL_REJECTED: 21,
  NUMBER_CHANGED: 22,
  REDIRECTION_TO_NEW_DESTINATION: 23,
  EXCHANGE_ROUTING_ERROR: 25,
  DESTINATION_OUT_OF_ORDER: 27,
  INVALID_NUMBER_FORMAT: 28,
  FACILITY_REJECTED: 29,
  NORMAL_UNSPECIFIED: 31,
  NORMAL_CIRCUIT_CONGESTION: 34,
  NETWORK_OUT_OF_ORDER: 38,
  NORMAL_TEMPORARY_FAILURE: 41,
  SWITCH_CONGESTION: 42,
  ACCESS_INFO_DISCARDED: 43,
  REQUESTED_CHAN_UNAVAIL: 44,
  FACILITY_NOT_SUBSCRIBED: 50,
  OUTGOING_CALL_BARRED: 52,
  INCOMING_CALL_BARRED: 54,
  BEARERCAPABILITY_NOTAUTH: 57,
  BEARERCAPABILITY_NOTAVAIL: 58,
  SERVICE_UNAVAILABLE: 63,
  CHAN_NOT_IMPLEMENTED: 66,
  SERVICE_NOT_IMPLEMENTED: 79,
  INCOMPATIBLE_DESTINATION: 88,
  MANDATORY_IE_MISSING: 96,
  RECOVERY_ON_TIMER_EXPIRE: 102,
  PROTOCOL_ERROR: 111,
  INTERWORKING: 127,
  SUCCESS: 142,
  ORIGINATOR_CANCEL: 487,
  CRASH: 500,
  SYSTEM_SHUTDOWN: 501,
  LOSE_RACE: 502,
  MANAGER_REQUEST: 503,
  BLIND_TRANSFER: 600,
  ATTENDED_TRANSFER: 601,
  ALLOTTED_TIMEOUT: 602,
  USER_CHALLENGE: 603,
  MEDIA_TIMEOUT: 604,
  PICKED_OFF: 605,
  USER_NOT_REGISTERED: 606,
  PROGRESS_TIMEOUT: 607,
  INVALID_GATEWAY: 608,
  GATEWAY_DOWN: 609,
  INVALID_URL: 610,
  INVALID_PROFILE: 611,
  NO_PICKUP: 612,
};

/** A cause by name or number; what FreeSWITCH does not know is a normal clearing. */
export function causeFrom(text: string | undefined): string {
  if (text === undefined || text === '') return 'NORMAL_CLEARING';
  const name = text.toUpperCase();
  if (name in causes) return name;
  const number = Number(text);
  return Object.keys(causes).find((key) => causes[key] === number) ?? 'NORMAL_CLEARING';
}

const byStatus: Readonly<Record<number, readonly [cause: string, phrase: string]>> = {
  403: ['CALL_REJECTED', 'Forbidden'],
  404: ['UNALLOCATED_NUMBER', 'Not Found'],
  408: ['RECOVERY_ON_TIMER_EXPIRE', 'Request Timeout'],
  410: ['NUMBER_CHANGED', 'Gone'],
  480: ['NO_USER_RESPONSE', 'Temporarily Unavailable'],
  484: ['INVALID_NUMBER_FORMAT', 'Address Incomplete'],
  486: ['USER_BUSY', 'Busy Here'],
  487: ['ORIGINATOR_CANCEL', 'Request Terminated'],
  488: ['INCOMPATIBLE_DESTINATION', 'Not Acceptable Here'],
  500: ['NORMAL_TEMPORARY_FAILURE', 'Internal Server Error'],
  502: ['NETWORK_OUT_OF_ORDER', 'Bad Gateway'],
  503: ['NORMAL_TEMPORARY_FAILURE', 'Service Unavailable'],
  504: ['RECOVERY_ON_TIMER_EXPIRE', 'Gateway Time-out'],
  600: ['USER_BUSY', 'Busy Everywhere'],
  603: ['CALL_REJECTED', 'Decline'],
  604: ['NO_ROUTE_DESTINATION', 'Does Not Exist Anywhere'],
};

/** What a SIP failure status means to FreeSWITCH (hangup cause) and its reason phrase. */
export function fromStatus(status: number): { cause: string; phrase: string } {
  const known = byStatus[status];
  return known ? { cause: known[0], phrase: known[1] } : { cause: 'NORMAL_UNSPECIFIED', phrase: 'Failure' };
}

/** DIALSTATUS of the leg that ran `bridge`. */
export function dialStatus(cause: string): string {
  switch (cause) {
    case 'SUCCESS':
      return 'SUCCESS';
    case 'USER_BUSY':
      return 'BUSY';
    case 'NO_ANSWER':
    case 'NO_USER_RESPONSE':
    case 'ALLOTTED_TIMEOUT':
      return 'NOANSWER';
    case 'ORIGINATOR_CANCEL':
      return 'CANCEL';
    case 'CALL_REJECTED':
      return 'DONTCALL';
    case 'SWITCH_CONGESTION':
    case 'NORMAL_CIRCUIT_CONGESTION':
      return 'CONGESTION';
    case 'UNALLOCATED_NUMBER':
    case 'INVALID_GATEWAY':
    case 'INVALID_PROFILE':
      return 'INVALIDARGS';
    default:
      return 'CHANUNAVAIL';
  }
}
