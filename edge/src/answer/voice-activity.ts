import { silenceDb, sound } from './sound.ts';

/** Frames in which every voice pauses once: the quietest of them is the line's own noise. */
const memoryFrames = 1200 / sound.frameMs;
/** How far a voice stands out of the noise, dB; once it does, it may fall a little. */
const onsetDb = 10;
const holdDb = 7;
/** Below this nobody speaks, however quiet the line is. */
const quietestVoiceDb = -46;
/** What is so far below the loudest voice so far is behind the speaker, dB. */
const behindDb = 22;

/** Tells voices from the noise of the line, whose level it learns and follows (minimum statistics). */
export class VoiceActivity {
  readonly #levels: number[] = [];
  #active = false;
  #loudest = silenceDb;

  /** Level of the loudest voice so far, dB. */
  get loudestDb(): number {
    return this.#loudest;
  }

  /** The line's own noise, dB. */
  get floorDb(): number {
    return Math.max(silenceDb, Math.min(0, ...this.#levels));
  }

  /** @param level of the next frame, dB. @returns whether somebody speaks in it */
  hear(level: number): boolean {
    this.#levels.push(level);
    if (this.#levels.length > memoryFrames) this.#levels.shift();
    const above = level - this.floorDb;
    const least = Math.max(quietestVoiceDb, this.#loudest - behindDb);
    this.#active = level > least && above > (this.#active ? holdDb : onsetDb);
    if (this.#active) this.#loudest = Math.max(this.#loudest, level);
    return this.#active;
  }
}
