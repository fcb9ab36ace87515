/** The strongest tone in a piece of sound. */
export interface HeardTone {
  /** Hz; 0 when it was silent. */
  readonly frequency: number;
  /** 0–1: how much of all power is in it. Speech and noise are below 0.3, a clean tone is above 0.8. */
  readonly share: number;
  /** RMS of everything, in units of a 16-bit sample. */
  readonly level: number;
}

const rate = 8000;
const candidates = Array.from({ length: 311 }, (_, i) => 300 + 10 * i);
/** Below this it is silence: the last bit of a codec. */
const silence = 20;

/** Power of one frequency in samples at 8 kHz, in units of the squared sample (Goertzel). */
export function tonePower(samples: Int16Array, frequency: number): number {
  const factor = 2 * Math.cos((2 * Math.PI * frequency) / rate);
  let [last, before] = [0, 0];
  for (const sample of samples) [last, before] = [sample + factor * last - before, last];
  const energy = last * last + before * before - factor * last * before;
  return samples.length === 0 ? 0 : (2 * energy) / samples.length ** 2;
}

/** A tone is looked for in pieces of 100 ms, so that a lost packet does not hide it. */
const pieceSamples = rate / 10;

/** The strongest tone between 300 and 3400 Hz, to 10 Hz, in at least 100 ms of sound. */
export function loudestTone(samples: Int16Array): HeardTone {
  const pieces = Array.from({ length: Math.floor(samples.length / pieceSamples) }, (_, i) =>
    samples.subarray(i * pieceSamples, (i + 1) * pieceSamples),
  );
  const mean = (of: (piece: Int16Array) => number): number =>
    pieces.reduce((sum, piece) => sum + of(piece), 0) / Math.max(1, pieces.length);
  const power = mean((piece) => piece.reduce((sum, sample) => sum + sample * sample, 0) / piece.length);
  const level = Math.sqrt(power);
  if (level < silence) return { frequency: 0, share: 0, level };
  const [frequency, strongest] = candidates
    .map((each): [number, number] => [each, mean((piece) => tonePower(piece, each))])
    .reduce((best, next) => (next[1] > best[1] ? next : best));
  return { frequency, share: Math.min(1, strongest / power), level };
}
