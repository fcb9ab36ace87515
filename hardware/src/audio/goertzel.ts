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
const fullScale = 32_768;
const candidates = Array.from({ length: 311 }, (_, i) => 300 + 10 * i);
/** Below this it is silence: the last bit of a codec. */
const silence = 20;

/** Power of one frequency in samples, in units of the squared sample (Goertzel). @param perSecond samples per second */
export function tonePower(samples: Int16Array, frequency: number, perSecond = rate): number {
  const factor = 2 * Math.cos((2 * Math.PI * frequency) / perSecond);
  let [last, before] = [0, 0];
  for (const sample of samples) [last, before] = [sample + factor * last - before, last];
  const energy = last * last + before * before - factor * last * before;
  return samples.length === 0 ? 0 : (2 * energy) / samples.length ** 2;
}

/** How much of a known tone is in a piece of sound. */
export interface ToneLevel {
  /** dB below a full-scale sine; at most 0, and -120 for none. */
  readonly levelDb: number;
  /** The same of everything that was heard. */
  readonly soundDb: number;
  /** 0–1: how much of all power is in it. */
  readonly share: number;
}

/** A tone is looked for in pieces of 100 ms, so that a lost packet does not hide it. */
const pieceSamples = rate / 10;

/** The strongest tone between 300 and 3400 Hz, to 10 Hz, in at least 100 ms of sound. */
export function loudestTone(samples: Int16Array): HeardTone {
  const pieces = cut(samples, pieceSamples);
  const mean = (of: (piece: Int16Array) => number): number =>
    pieces.reduce((sum, piece) => sum + of(piece), 0) / Math.max(1, pieces.length);
  const power = mean(powerOf);
  const level = Math.sqrt(power);
  if (level < silence) return { frequency: 0, share: 0, level };
  const [frequency, strongest] = candidates
    .map((each): [number, number] => [each, mean((piece) => tonePower(piece, each))])
    .reduce((best, next) => (next[1] > best[1] ? next : best));
  return { frequency, share: Math.min(1, strongest / power), level };
}

/**
 * Looks for a known tone in the louder half of the sound: an echo comes late, and may be cut off.
 * @param perSecond samples per second
 */
export function levelOfTone(samples: Int16Array, frequency: number, perSecond = rate): ToneLevel {
  const pieces = cut(samples, perSecond / 10).toSorted((a, b) => powerOf(b) - powerOf(a));
  const louder = pieces.slice(0, Math.ceil(pieces.length / 2));
  const sum = (of: (piece: Int16Array) => number): number =>
    louder.reduce((all, piece) => all + of(piece), 0);
  const [all, tone] = [sum(powerOf), sum((piece) => tonePower(piece, frequency, perSecond))];
  const decibels = (power: number): number => {
    const ofFullScale = power / Math.max(1, louder.length) / (fullScale ** 2 / 2);
    return Math.max(-120, Math.min(0, Math.round(100 * Math.log10(ofFullScale)) / 10));
  };
  return {
    levelDb: decibels(tone),
    soundDb: decibels(all),
    share: all === 0 ? 0 : Math.min(1, tone / all),
  };
}

function cut(samples: Int16Array, length: number): Int16Array[] {
  return Array.from({ length: Math.floor(samples.length / length) }, (_, i) =>
    samples.subarray(i * length, (i + 1) * length),
  );
}

function powerOf(samples: Int16Array): number {
  return samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
}
