import type { Segment } from '@branchline/shared';
import type { Call } from './call.ts';

/** A span of a call; one that would end before it begins is empty. */
export function segment(kind: Segment['kind'], from: number, to: number, agent?: string): Segment {
  return { kind, from, to: Math.max(from, to), ...(agent !== undefined && { agent }) };
}

/** The call with one more span at its end. */
export function withSegment(
  call: Call,
  kind: Segment['kind'],
  from: number,
  to: number,
  agent?: string,
): Call {
  return { ...call, segments: [...call.segments, segment(kind, from, to, agent)] };
}
