/** What everything here listens to: 8 kHz mono, 16-bit samples, in frames of 20 ms. */
export const sound = { rate: 8000, frameMs: 20, frameSamples: 160 } as const;

/** Level of a silent line: what is below counts as this. */
export const silenceDb = -70;

const fullScaleSquare = 32_768 ** 2 / 2;

/** Level of a piece of sound, dB below a full-scale sine. */
export function levelDb(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.max(silenceDb, 10 * Math.log10(sum / Math.max(1, samples.length) / fullScaleSquare + 1e-12));
}

/** Cuts sound that comes in pieces of any length into frames. */
export class Framer {
  readonly #take: (frame: Int16Array) => void;
  #frame = new Int16Array(sound.frameSamples);
  #filled = 0;

  constructor(take: (frame: Int16Array) => void) {
    this.#take = take;
  }

  push(samples: Int16Array): void {
    for (let at = 0; at < samples.length;) {
      const part = samples.subarray(at, at + sound.frameSamples - this.#filled);
      this.#frame.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < sound.frameSamples) return;
      const frame = this.#frame;
      this.#frame = new Int16Array(sound.frameSamples);
      this.#filled = 0;
      this.#take(frame);
    }
  }
}
