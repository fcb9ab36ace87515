import type { Call } from './call.ts';

/** The recording goes on with what is said. */
export function resumedRecording(call: Call, at: number): Call {
  const { recordingPausedAt: from, ...rest } = call;
  return from === undefined ? call : { ...rest, pauses: [...(call.pauses ?? []), { from, to: at }] };
}
