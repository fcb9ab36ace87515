import { sound } from './sound.ts';
import type { Peak } from './spectrum.ts';

/** A piece of one steady tone. */
export interface ToneRun {
  readonly hertz: number;
  readonly ms: number;
  /** When it began, ms of the sound. */
  readonly from: number;
}

const shareOfTone = 0.85;
/** A tone that moves further is a voice, Hz. */
const steadyHertz = 25;
const audibleDb = -45;

/** Follows single tones: beeps, special information tones. */
export class SteadyTone {
  #hertz = 0;
  #from = 0;
  #frames = 0;

  /**
   * @param at ms at which the frame began
   * @returns `ended`: the run that this frame ended; `current`: the one that goes on
   */
  hear(
    peak: Peak,
    level: number,
    at: number,
  ): { readonly ended?: ToneRun | undefined; readonly current?: ToneRun | undefined } {
    const pure = peak.share >= shareOfTone && level > audibleDb;
    if (pure && this.#frames > 0 && Math.abs(peak.hertz - this.#hertz) <= steadyHertz) {
      this.#hertz += (peak.hertz - this.#hertz) / Math.min(8, ++this.#frames);
      return { current: this.#run() };
    }
    const ended = this.#frames > 0 ? this.#run() : undefined;
    this.#frames = pure ? 1 : 0;
    if (pure) [this.#hertz, this.#from] = [peak.hertz, at];
    return { ended, current: pure ? this.#run() : undefined };
  }

  #run(): ToneRun {
    return { hertz: this.#hertz, ms: this.#frames * sound.frameMs, from: this.#from };
  }
}
