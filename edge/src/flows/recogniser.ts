import Type from 'typebox';
import { check, problemOf, type Clock } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import { breakerAt, breakerCalled, breakerHeard, closedBreaker, letsThrough } from '../lines/breaker.ts';
import { boundedText } from './look-up.ts';

/** A program that makes words of what callers say. */
export interface RecogniserSettings {
  /** Where it listens, e.g. `http://127.0.0.1:9000/v1/audio/transcriptions`. */
  readonly url: string;
  /** Real ms until its answer is of no use any more (default 3000). */
  readonly deadlineMs?: number | undefined;
  /** What it is less sure of counts as not understood, 0–1 (default 0.5). */
  readonly minConfidence?: number | undefined;
}

export interface RecogniserOptions extends RecogniserSettings {
  readonly real: Clock;
  readonly log: Log;
}

/** What it answers; who states no confidence is sure. */
const Answer = Type.Object({
  text: Type.String({ maxLength: 2000 }),
  confidence: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
});

/** Asks a recogniser what a caller said. One that fails again and again is left alone for a while: callers have their keys. */
export class Recogniser {
  readonly deadlineMs: number;
  readonly #options: RecogniserOptions;
  #breaker = closedBreaker;

  constructor(options: RecogniserOptions) {
    this.#options = options;
    this.deadlineMs = options.deadlineMs ?? 3000;
  }

  /**
   * @param wav what was said: 8 kHz, 16 bits, one channel
   * @param words that are expected; it may know others
   * @returns undefined where nothing was understood, or nobody could be asked
   */
  async recognise(wav: Uint8Array<ArrayBuffer>, words: readonly string[]): Promise<string | undefined> {
    const { real, log, url, minConfidence = 0.5 } = this.#options;
    this.#breaker = breakerAt(this.#breaker, real.now());
    if (!letsThrough(this.#breaker)) return undefined;
    this.#breaker = breakerCalled(this.#breaker);
    try {
      const { text, confidence = 1 } = await this.#ask(wav, words);
      this.#breaker = breakerHeard(this.#breaker, 'works', real.now());
      return confidence >= minConfidence && text.trim() !== '' ? text.trim() : undefined;
    } catch (error) {
      this.#breaker = breakerHeard(this.#breaker, 'fault', real.now());
      log.warn(
        { url, problem: problemOf(error), leftAlone: this.#breaker.phase === 'open' },
        'the recogniser of speech did not answer as it should; callers have their keys. Check it',
      );
      return undefined;
    }
  }

  async #ask(wav: Uint8Array<ArrayBuffer>, words: readonly string[]): Promise<Type.Static<typeof Answer>> {
    const form = new FormData();
    form.append('file', new Blob([wav], { type: 'audio/wav' }), 'answer.wav');
    form.append('prompt', words.join(', '));
    form.append('response_format', 'json');
    const response = await fetch(this.#options.url, {
      method: 'POST',
      body: form,
      redirect: 'error',
      signal: AbortSignal.timeout(this.deadlineMs),
      headers: { accept: 'application/json' },
    });
    const text = await boundedText(response);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    if (text === undefined) throw new Error('the answer is too long');
    return check(Answer, JSON.parse(text));
  }
}
