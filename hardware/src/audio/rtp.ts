import { fromALaw, toALaw } from './g711.ts';

/** A packet of sound (RFC 3550, payload type 8 of RFC 3551). */
export interface RtpPacket {
  readonly sequence: number;
  readonly timestamp: number;
  readonly samples: Int16Array;
}

const aLaw = 8;
const headerBytes = 12;

/** Undefined for everything that is not sound as it was agreed on: comfort noise, keys, noise from elsewhere. */
export function readRtp(bytes: Uint8Array): RtpPacket | undefined {
  if (bytes.length < headerBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const first = view.getUint8(0);
  if (first >> 6 !== 2 || (view.getUint8(1) & 0x7f) !== aLaw) return undefined;
  let start = headerBytes + 4 * (first & 0x0f);
  if (first & 0x10) {
    if (bytes.length < start + 4) return undefined;
    start += 4 + 4 * view.getUint16(start + 2);
  }
  const padding = first & 0x20 ? view.getUint8(bytes.length - 1) : 0;
  const end = bytes.length - padding;
  if (start >= end) return undefined;
  return {
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    samples: fromALaw(bytes.subarray(start, end)),
  };
}

export function renderRtp({ sequence, timestamp, samples }: RtpPacket, source: number): Uint8Array {
  const bytes = new Uint8Array(headerBytes + samples.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 0x80);
  view.setUint8(1, aLaw);
  view.setUint16(2, sequence & 0xffff);
  view.setUint32(4, timestamp >>> 0);
  view.setUint32(8, source >>> 0);
  toALaw(samples, bytes, headerBytes);
  return bytes;
}
