import { BeepDetector } from './beep.ts';
import { levelDb, sound } from './sound.ts';
import { peakOf, Spectrum } from './spectrum.ts';
import { VoiceActivity } from './voice-activity.ts';

/** Who answered. `unsure`: nothing was said that would tell, in the time there was. */
export type Who = 'person' | 'machine' | 'unsure';

/** What a judgement rests on; all times in ms of sound. */
export interface GreetingFacts {
  /** What decided. */
  readonly rule: 'long-greeting' | 'beep' | 'short-greeting' | 'silence' | 'time-over';
  /** Silence before the first word. */
  readonly initialSilenceMs: number;
  /** From the first word to the end of the last. */
  readonly greetingMs: number;
  /** How much of that was voice. */
  readonly voicedMs: number;
  readonly words: number;
  /** Silence since the last word. */
  readonly pauseMs: number;
  readonly noiseDb: number;
  readonly voiceDb: number;
}

/** Who answered, how sure that is (0–1), after how much sound, and why. */
export interface GreetingVerdict {
  readonly who: Who;
  readonly confidence: number;
  readonly ms: number;
  readonly facts: GreetingFacts;
}

/** What happened with a frame. */
export interface Heard {
  /** Once. */
  readonly verdict?: GreetingVerdict;
  /** A beep ended, at this ms: a machine records from now on. */
  readonly beepMs?: number;
}

/**
 * The rules, ms of sound. People say a word or two and wait for the other side; recordings go on. Measured on the shipped set
 * (`docs/answer.md`): with less than `longGreetingMs` people who state their business are cut off, with more machines are found too late.
 */
export const greetingRules = {
  /** Still speaking so long after the first word, with no pause of `waitsMs`: a recording. */
  longGreetingMs: 1600,
  /** Silence after a word or two: somebody waits for an answer. */
  waitsMs: 640,
  /** A greeting that stops before this and waits is a person's. */
  shortGreetingMs: 2500,
  /** Nobody said anything. */
  initialSilenceMs: 4000,
  /** It is not looked at longer. */
  overMs: 6000,
  /** Shorter sounds are clicks. */
  wordMs: 80,
  /** Shorter pauses are within a word: the closure of a plosive. */
  gapMs: 160,
} as const;

/** Listens to what a callee says after the answer, frame by frame, and judges who it is. */
export class GreetingJudge {
  readonly #voice = new VoiceActivity();
  readonly #spectrum = new Spectrum();
  readonly #beep = new BeepDetector();
  #ms = 0;
  #judged = false;
  #firstWord: number | undefined;
  #lastVoice = 0;
  #voiced = 0;
  #words = 0;
  /** The sound that is going on. */
  #run: { from: number; ms: number; counted: boolean } | undefined;

  /** @param frame 20 ms */
  hear(frame: Int16Array): Heard {
    const level = levelDb(frame);
    const peak = peakOf(this.#spectrum.hear(frame));
    const beepMs = this.#beep.hear(peak, level, this.#ms, this.#voice.floorDb);
    const speaks = this.#voice.hear(level);
    this.#ms += sound.frameMs;
    // A tone is no word.
    if (speaks && this.#beep.soundsMs < greetingRules.wordMs) this.#speak();
    else if (this.#ms - this.#lastVoice > greetingRules.gapMs) this.#run = undefined;
    const verdict = this.#judged ? undefined : this.#judge(beepMs !== undefined);
    if (verdict) this.#judged = true;
    return { ...(verdict && { verdict }), ...(beepMs !== undefined && { beepMs }) };
  }

  #speak(): void {
    this.#run ??= { from: this.#ms - sound.frameMs, ms: 0, counted: false };
    const run = this.#run;
    run.ms += sound.frameMs;
    if (run.counted) this.#voiced += sound.frameMs;
    else if (run.ms >= greetingRules.wordMs) {
      run.counted = true;
      this.#words++;
      this.#voiced += run.ms;
      this.#firstWord ??= run.from;
    }
    this.#lastVoice = this.#ms;
  }

  #judge(beeped: boolean): GreetingVerdict | undefined {
    const rules = greetingRules;
    const first = this.#firstWord;
    const greetingMs = first === undefined ? 0 : this.#lastVoice - first;
    const pauseMs = first === undefined ? 0 : this.#ms - this.#lastVoice;
    const as = (who: Who, confidence: number, rule: GreetingFacts['rule']): GreetingVerdict => ({
      who,
      confidence,
      ms: this.#ms,
      facts: {
        rule,
        initialSilenceMs: first ?? this.#ms,
        greetingMs,
        voicedMs: this.#voiced,
        words: this.#words,
        pauseMs,
        noiseDb: Math.round(this.#voice.floorDb),
        voiceDb: Math.round(this.#voice.loudestDb),
      },
    });
    if (beeped) return as('machine', 0.97, 'beep');
    if (first === undefined)
      return this.#ms >= rules.initialSilenceMs ? as('unsure', 0.5, 'silence') : undefined;
    if (pauseMs === 0 && greetingMs >= rules.longGreetingMs) return as('machine', 0.9, 'long-greeting');
    if (pauseMs >= rules.waitsMs && greetingMs <= rules.shortGreetingMs)
      return as('person', greetingMs < 1000 ? 0.95 : 0.85, 'short-greeting');
    return this.#ms >= rules.overMs ? as('unsure', 0.5, 'time-over') : undefined;
  }
}
