/** All 16-bit samples as G.711 A-law, and all of A-law as samples (ITU-T G.711). */
const encoded = Uint8Array.from({ length: 65_536 }, (_, i) => encode((i << 16) >> 16));
const decoded = Int16Array.from({ length: 256 }, (_, i) => decode(i));

function encode(sample: number): number {
  const sign = sample >= 0 ? 0x80 : 0;
  const magnitude = Math.min(32_635, sample >= 0 ? sample : -1 - sample);
  const segment = magnitude < 256 ? 0 : Math.floor(Math.log2(magnitude)) - 7;
  const step = segment === 0 ? magnitude >> 4 : (magnitude >> (segment + 3)) & 0x0f;
  return (sign | (segment << 4) | step) ^ 0x55;
}

function decode(code: number): number {
  const plain = code ^ 0x55;
  const segment = (plain >> 4) & 7;
  const step = ((plain & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return plain & 0x80 ? magnitude : -magnitude;
}

/** 16-bit samples → A-law, one byte each. */
export function toALaw(samples: Int16Array, bytes: Uint8Array, offset: number): void {
  for (let i = 0; i < samples.length; i++) bytes[offset + i] = encoded[samples[i]! & 0xffff]!;
}

export function fromALaw(bytes: Uint8Array): Int16Array {
  return Int16Array.from(bytes, (byte) => decoded[byte]!);
}
