import type { Outcome } from '@branchline/shared';
import type { CallEnd } from '@branchline/hardware';
import type { LegEnding } from './sip-leg.ts';

/**
 * How an outcome is told to FreeSWITCH. The status is one that the table of causes reads as this outcome, or one that it does
 * not know, so that Q.850's cause in the `Reason` header decides.
 */
const endings: Readonly<Partial<Record<Outcome, LegEnding>>> = {
  BUSY: { status: 486, reason: 'Busy Here', q850: 17 },
  NO_ANSWER: { status: 500, reason: 'No Answer', q850: 19 },
  REJECTED: { status: 603, reason: 'Decline', q850: 21 },
  INVALID_NUMBER: { status: 404, reason: 'Not Found', q850: 1 },
  SUSPENDED: { status: 500, reason: 'Suspended', q850: 54 },
  POWERED_OFF: { status: 480, reason: 'Powered Off', q850: 18 },
  UNREACHABLE: { status: 500, reason: 'Unreachable', q850: 20 },
  BARRED: { status: 500, reason: 'Barred', q850: 50 },
  CONGESTION: { status: 503, reason: 'Congestion', q850: 34 },
  SIM_FAULT: { status: 590, reason: 'SIM Fault', q850: 38 },
  CANCELLED: { status: 487, reason: 'Request Terminated', q850: 16 },
};

/** The modem, its sound or its port failed; another line may work. */
export const modemGone: LegEnding = { status: 502, reason: 'Modem Gone', q850: 38 };
/** It has one channel, and that is in use or not in service. */
export const modemBusy: LegEnding = { status: 503, reason: 'Modem Not Free', q850: 44 };

/** What FreeSWITCH is told at the end of a modem's call, so that the call's record says what the modem found out. */
export function endingOf({ outcome, evidence }: CallEnd): LegEnding {
  if (evidence.lineLost || outcome === 'TRUNK_FAULT') return modemGone;
  if (evidence.answered) return { status: 500, reason: 'Ended', q850: evidence.cause ?? 16 };
  return endings[outcome] ?? { status: 500, reason: 'Failed', q850: 127 };
}
