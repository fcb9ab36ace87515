import type { Call } from '../calls/index.ts';
import type { OriginateRequest } from '../switch/index.ts';
import { afterBridge, mediaTimeoutMs, onCustomerAnswer } from '../switch/configuration/index.ts';

/**
 * The order that dials a customer.
 * @param ringSeconds at least so long; FreeSWITCH's timers fire up to 1 s early, so two more make it a minimum
 */
export function customerLeg(call: Call, to: OriginateRequest['to'], ringSeconds: number): OriginateRequest {
  return {
    leg: call.id,
    to,
    variables: {
      bl_role: 'customer',
      bl_call: call.id,
      bl_line: call.line,
      bl_dialer: 1,
      RECORD_STEREO: true,
      // Recordings grow with each frame: they are listened to meanwhile.
      enable_file_write_buffering: false,
      RECORD_PRE_BUFFER_FRAMES: 1,
      hangup_after_bridge: false,
      transfer_after_bridge: afterBridge,
      media_timeout: mediaTimeoutMs,
    },
    callerId: call.callerId,
    timeoutSeconds: ringSeconds + 2,
    onAnswer: onCustomerAnswer,
  };
}
