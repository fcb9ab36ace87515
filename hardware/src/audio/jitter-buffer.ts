import { pcm } from './pcm-port.ts';

export interface JitterBufferLimits {
  /** Least and most sound kept ready, ms (default 40 and 80). */
  readonly leastMs: number;
  readonly mostMs: number;
}

/** What happened to the sound on its way. */
export interface BufferCounts {
  /** Times there was nothing to play. */
  readonly underruns: number;
  /** Times so much had piled up that a part was thrown away. */
  readonly overruns: number;
  /** Samples made up while nothing was there. */
  readonly concealed: number;
  /** Single samples taken out and put in, because two clocks run at different speeds. */
  readonly dropped: number;
  readonly inserted: number;
  /** Sound kept ready at the end, ms. */
  readonly targetMs: number;
}

const usual: JitterBufferLimits = { leastMs: 40, mostMs: 80 };
/** More than the target by so much is thrown away at once, ms: a burst after a stall, or what lay in a driver's buffer. */
const surplusMs = 60;
/** How far the smoothed level may stray before single samples bring it back to the target, ms. */
const slackMs = 8;
/** Weight of one pull in the smoothed level. */
const smoothing = 1 / 64;
/** Longer wait for a lower target after each underrun, pulls of 20 ms. */
const calmPulls = 500;
/** After an underrun this much more is kept ready, after a calm time less by as much, ms. */
const stepMs = 10;
/** The last frame is said again so often, quieter each time; then there is silence. */
const repeats = 3;

const samplesOf = (ms: number): number => (ms * pcm.rate) / 1000;

/**
 * Sound between two clocks. It comes in as it comes, and goes out in even portions; so much is kept ready that the unevenness does
 * not show (40–80 ms, learnt from the underruns). When one clock is faster than the other, single samples are taken out or put
 * in where that is heard least. No clock of its own: time is what is pulled.
 */
export class JitterBuffer {
  readonly #limits: JitterBufferLimits;
  #store = new Int16Array(samplesOf(1_000));
  #length = 0;
  #target: number;
  /** Smoothed fill before a pull, samples. */
  #level: number;
  /** 1 while samples are taken out, -1 while they are put in. */
  #correction: -1 | 0 | 1 = 0;
  #filling = true;
  #started = false;
  #calm = 0;
  #last: Int16Array = new Int16Array(pcm.frameSamples);
  #repeated = repeats;
  #counts = { underruns: 0, overruns: 0, concealed: 0, dropped: 0, inserted: 0 };

  constructor(limits: JitterBufferLimits = usual) {
    this.#limits = limits;
    this.#target = samplesOf(limits.leastMs);
    this.#level = this.#target;
  }

  get counts(): BufferCounts {
    return { ...this.#counts, targetMs: (this.#target * 1000) / pcm.rate };
  }

  /** Sound that is ready, samples. */
  get ready(): number {
    return this.#length;
  }

  push(samples: Int16Array): void {
    const room = this.#store.length - this.#length;
    const kept = samples.length > room ? samples.subarray(samples.length - room) : samples;
    this.#store.set(kept, this.#length);
    this.#length += kept.length;
    // More in advance than the jitter asks for is only delay.
    if (this.#length <= this.#target + samplesOf(surplusMs)) return;
    this.#discard(this.#length - this.#target);
    this.#level = this.#target;
    if (this.#started) this.#counts.overruns++;
  }

  /** The next portion; made up when nothing is there. @param count samples, at most one frame */
  pull(count: number = pcm.frameSamples): Int16Array {
    if (this.#filling && this.#length < this.#target) return this.#conceal(count);
    if (this.#length < count) {
      if (!this.#filling) this.#ranDry();
      return this.#conceal(count);
    }
    this.#filling = false;
    this.#started = true;
    this.#repeated = 0;
    this.#level += (this.#length - this.#level) * smoothing;
    this.#growCalm();
    this.#last = this.#take(count);
    return this.#last;
  }

  #ranDry(): void {
    this.#counts.underruns++;
    this.#filling = true;
    this.#calm = 0;
    this.#target = Math.min(this.#target + samplesOf(stepMs), samplesOf(this.#limits.mostMs));
    this.#level = this.#target;
  }

  #growCalm(): void {
    if (++this.#calm < calmPulls) return;
    this.#calm = 0;
    this.#target = Math.max(this.#target - samplesOf(stepMs), samplesOf(this.#limits.leastMs));
  }

  /** One sample more or less than `count` is used up when the level strays. */
  #take(count: number): Int16Array {
    this.#correct(this.#level - this.#target);
    const taken = new Int16Array(count);
    if (this.#correction > 0 && this.#length > count) {
      const at = calmest(this.#store, count + 1);
      taken.set(this.#store.subarray(0, at));
      taken.set(this.#store.subarray(at + 1, count + 1), at);
      this.#counts.dropped++;
      this.#discard(count + 1);
    } else if (this.#correction < 0) {
      const at = calmest(this.#store, count);
      taken.set(this.#store.subarray(0, at));
      taken[at] = (this.#store[at - 1]! + this.#store[at]!) >> 1;
      taken.set(this.#store.subarray(at, count - 1), at + 1);
      this.#counts.inserted++;
      this.#discard(count - 1);
    } else {
      taken.set(this.#store.subarray(0, count));
      this.#discard(count);
    }
    return taken;
  }

  #correct(off: number): void {
    if (Math.abs(off) > samplesOf(slackMs)) this.#correction = off > 0 ? 1 : -1;
    else if (off * this.#correction <= 0) this.#correction = 0;
  }

  #discard(count: number): void {
    this.#store.copyWithin(0, count, this.#length);
    this.#length -= count;
  }

  #conceal(count: number): Int16Array {
    const made = new Int16Array(count);
    if (this.#started) this.#counts.concealed += count;
    if (this.#repeated >= repeats) return made;
    this.#repeated++;
    for (let i = 0; i < count; i++) {
      const fade = 1 - (this.#repeated - 1 + i / count) / repeats;
      made[i] = this.#last[i % this.#last.length]! * fade;
    }
    return made;
  }
}

/** Where two neighbours differ least: a sample may go or come there unheard. At least 1. */
function calmest(samples: Int16Array, count: number): number {
  let best = 1;
  let least = Infinity;
  for (let i = 1; i < count; i++) {
    const step = Math.abs(samples[i]! - samples[i - 1]!);
    if (step < least) [best, least] = [i, step];
  }
  return best;
}
