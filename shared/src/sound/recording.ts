import { BranchlineError } from '../errors.ts';
import { resample } from './resample.ts';
import { encodeWav, wavHeaderBytes, type MonoSound } from './wav.ts';

/** What a recording of a prompt is kept and delivered as: 16-bit PCM of one channel with so many samples a second. */
export const recordingRate = 16_000;

/** What may be a prompt: its length in seconds, its samples a second, the bytes of an uploaded file. */
export const recordingLimits = {
  leastSeconds: 0.3,
  mostSeconds: 300,
  leastRate: 8000,
  mostRate: 96_000,
  bytes: 32 * 1024 * 1024,
} as const;

/** Below this, dB of full scale, nobody on a phone hears anything. */
const silentDb = -45;
/** What is said of a sound without any. */
const quietestDb = -99;
/** The loudest span of this length tells how loud a sound is, ms. */
const levelMs = 100;

/** A recording as callers will hear it. */
export interface Recording {
  readonly wav: Uint8Array<ArrayBuffer>;
  readonly ms: number;
  /** Of its loudest tenth of a second, dB of full scale (RMS). */
  readonly levelDb: number;
}

/**
 * Checks a sound and makes a recording of it.
 * @throws BranchlineError `BL_PROMPT_FORMAT`, `BL_PROMPT_LENGTH`, `BL_PROMPT_SILENT`
 */
export async function makeRecording(sound: MonoSound): Promise<Recording> {
  const { leastSeconds, mostSeconds, leastRate, mostRate } = recordingLimits;
  if (sound.rate < leastRate || sound.rate > mostRate)
    throw new BranchlineError('BL_PROMPT_FORMAT', { problem: `it has ${sound.rate} samples a second` });
  const seconds = sound.samples.length / sound.rate;
  if (seconds < leastSeconds || seconds > mostSeconds)
    throw new BranchlineError('BL_PROMPT_LENGTH', {
      seconds: Number(seconds.toFixed(1)),
      least: leastSeconds,
      most: mostSeconds,
    });
  const levelDb = levelOf(sound);
  if (levelDb < silentDb) throw new BranchlineError('BL_PROMPT_SILENT', { level: Math.round(levelDb) });
  const wav = encodeWav(await resample(sound, recordingRate));
  return { wav, ms: recordingMs(wav.length), levelDb: Math.round(levelDb * 10) / 10 };
}

/** How long a recording of so many bytes plays, ms. */
export function recordingMs(bytes: number): number {
  return Math.max(0, Math.round(((bytes - wavHeaderBytes) * 1000) / (2 * recordingRate)));
}

/** RMS of the loudest span, dB of full scale. */
function levelOf({ rate, samples }: MonoSound): number {
  const length = Math.round((rate * levelMs) / 1000);
  let loudest = 0;
  for (let start = 0; start + length <= samples.length; start += length) {
    let sum = 0;
    for (let i = start; i < start + length; i++) sum += samples[i]! ** 2;
    loudest = Math.max(loudest, sum / length);
  }
  return Math.max(quietestDb, 10 * Math.log10(loudest));
}
