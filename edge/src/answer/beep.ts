import type { Peak } from './spectrum.ts';
import { SteadyTone } from './tone-run.ts';

/** Shortest and longest beep of an answering machine, ms, and where it lies, Hz. */
const limits = { fromMs: 120, toMs: 2500, fromHertz: 350, toHertz: 2600 } as const;
/** How far it stands out of the line's noise, and how near to that the line falls after it, dB. */
const aboveDb = 12;
const quietDb = 9;
/** The line falls silent within this many frames. Music goes on. */
const patience = 5;

/** Hears the beep after which an answering machine records: one steady tone, and silence behind it. */
export class BeepDetector {
  readonly #tone = new SteadyTone();
  /** The line's noise when the tone began; a long tone would be taken for noise itself. */
  #floorDb = 0;
  #waiting: { readonly endMs: number; frames: number } | undefined;

  /** Ms of the tone that sounds right now, 0 for none. */
  soundsMs = 0;

  /**
   * @param at ms at which the frame began
   * @param floorDb the line's noise
   * @returns the ms at which a beep ended, some frames later
   */
  hear(peak: Peak, level: number, at: number, floorDb: number): number | undefined {
    const { ended, current } = this.#tone.hear(peak, level, at);
    const stoodOut = this.soundsMs > 0;
    if (ended && stoodOut && isBeep(ended)) this.#waiting = { endMs: at, frames: 0 };
    if (current?.from === at && !stoodOut) this.#floorDb = floorDb;
    this.soundsMs = current !== undefined && level > this.#floorDb + aboveDb ? current.ms : 0;
    const waiting = this.#waiting;
    if (waiting === undefined) return undefined;
    if (level < this.#floorDb + quietDb) {
      this.#waiting = undefined;
      return waiting.endMs;
    }
    if (++waiting.frames > patience) this.#waiting = undefined;
    return undefined;
  }
}

function isBeep({ hertz, ms }: { readonly hertz: number; readonly ms: number }): boolean {
  return ms >= limits.fromMs && ms <= limits.toMs && hertz >= limits.fromHertz && hertz <= limits.toHertz;
}
