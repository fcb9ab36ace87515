import { levelDb, sound, VoiceActivity } from '../answer/index.ts';

/** Something a caller says, ms of sound. */
export const utteranceRules = {
  /** Shorter sounds are no word. */
  wordMs: 100,
  /** Silence after which nothing more is expected. */
  pauseMs: 700,
  /** It is not listened to longer. */
  longestMs: 8000,
  /** Kept from before the first word: soft beginnings are below the level of a voice. */
  leadMs: 300,
} as const;

/** Cuts what a caller says out of what is heard of them, frame by frame. */
export class Utterance {
  readonly #voice = new VoiceActivity();
  #frames: Int16Array[] = [];
  #voicedMs = 0;
  #pauseMs = 0;

  get #begun(): boolean {
    return this.#voicedMs >= utteranceRules.wordMs;
  }

  /**
   * @param frame 20 ms
   * @returns `begun` with the first word, what was said when it is over
   */
  hear(frame: Int16Array): 'begun' | Int16Array | undefined {
    const speaks = this.#voice.hear(levelDb(frame));
    const { leadMs, longestMs, pauseMs } = utteranceRules;
    const before = this.#begun;
    this.#frames.push(frame);
    if (speaks) this.#voicedMs += sound.frameMs;
    else if (!before) this.#voicedMs = 0;
    if (!this.#begun) {
      if (this.#frames.length * sound.frameMs > leadMs) this.#frames.shift();
      return undefined;
    }
    this.#pauseMs = speaks ? 0 : this.#pauseMs + sound.frameMs;
    if (this.#pauseMs < pauseMs && this.#frames.length * sound.frameMs < longestMs)
      return before ? undefined : 'begun';
    const said = new Int16Array(this.#frames.length * sound.frameSamples);
    for (const [i, each] of this.#frames.entries()) said.set(each, i * sound.frameSamples);
    this.#frames = [];
    this.#voicedMs = this.#pauseMs = 0;
    return said;
  }
}
