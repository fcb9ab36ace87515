/** Something heard or not, for so long. */
export interface WavSpan {
  readonly heard: boolean;
  readonly ms: number;
}

/** Sound below this is silence: a tone has thousands. */
const silentBelow = 100;
const stepMs = 20;

/**
 * What one side of a 16-bit stereo WAV of 8 kHz holds, in steps of 20 ms; spans that are shorter than `leastMs` belong to the one before.
 * @param side 0 the customer, 1 the agent
 */
export function wavSpans(wav: Buffer, side: 0 | 1, leastMs = 200): WavSpan[] {
  const data = wav.subarray(wav.indexOf('data') + 8);
  const frames = Math.floor(data.length / 4);
  const step = (8000 * stepMs) / 1000;
  const spans: { heard: boolean; ms: number }[] = [];
  for (let from = 0; from + step <= frames; from += step) {
    let peak = 0;
    for (let i = from; i < from + step; i++)
      peak = Math.max(peak, Math.abs(data.readInt16LE(4 * i + 2 * side)));
    const heard = peak >= silentBelow;
    if (spans.at(-1)?.heard === heard) spans.at(-1)!.ms += stepMs;
    else spans.push({ heard, ms: stepMs });
  }
  const merged: { heard: boolean; ms: number }[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last && (span.ms < leastMs || last.heard === span.heard)) last.ms += span.ms;
    else merged.push({ ...span });
  }
  return merged;
}
