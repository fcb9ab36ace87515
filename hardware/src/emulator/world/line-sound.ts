import { loudestTone, type HeardTone } from '../../audio/index.ts';

/** Both directions of a call's sound at 8 kHz, as the network carries it. */
export interface LineSound {
  /** What the device's user hears next. @param count samples */
  say(count: number): Int16Array;
  /** What the device's user said. */
  hear(samples: Int16Array): void;
}

const rate = 8000;
const amplitude = 8000;
/** China's ring-back: 450 Hz, 1 s in 5. */
const ringBack = { frequency: 450, onMs: 1_000, everyMs: 5_000 };
/** What an announcement is recognised by here: two tones in turn, each so long, ms. */
const announced = { frequencies: [700, 1_000], eachMs: 250 } as const;

/** The tone by which whoever answers a number is recognised: 600–1550 Hz, in steps of 50. */
export function toneOf(number: string): number {
  let hash = 7;
  for (const char of number.replace(/^\+?86/, '')) hash = (hash * 31 + char.charCodeAt(0)) % 10_007;
  return 600 + 50 * (hash % 20);
}

export type Saying = 'nothing' | 'ring-back' | 'announcement' | 'voice';

/** Somebody at the far end of a call: says a tone of their own when they have answered, and remembers what they heard. */
export class FarVoice implements LineSound {
  saying: Saying = 'nothing';
  readonly #tone: number;
  #position = 0;
  /** The last second. */
  #heard = new Int16Array(0);

  constructor(number: string) {
    this.#tone = toneOf(number);
  }

  say(count: number): Int16Array {
    const samples = new Int16Array(count);
    for (let i = 0; i < count; i++) samples[i] = this.#sample(this.#position++);
    return samples;
  }

  hear(samples: Int16Array): void {
    const all = new Int16Array(this.#heard.length + samples.length);
    all.set(this.#heard);
    all.set(samples, this.#heard.length);
    this.#heard = all.slice(-rate);
  }

  /** What was heard in the last second. */
  get heard(): HeardTone {
    return loudestTone(this.#heard);
  }

  #sample(position: number): number {
    const ms = (position * 1000) / rate;
    const frequency = this.#frequency(ms);
    return frequency === 0
      ? 0
      : Math.round(amplitude * Math.sin((2 * Math.PI * frequency * position) / rate));
  }

  #frequency(ms: number): number {
    switch (this.saying) {
      case 'nothing':
        return 0;
      case 'ring-back':
        return ms % ringBack.everyMs < ringBack.onMs ? ringBack.frequency : 0;
      case 'announcement':
        return announced.frequencies[Math.floor(ms / announced.eachMs) % 2]!;
      case 'voice':
        return this.#tone;
    }
  }
}

/** Two devices of one world hear each other. */
export function crossed(): readonly [LineSound, LineSound] {
  const side = (mine: Int16Array[], theirs: Int16Array[]): LineSound => ({
    say: (count) => {
      const next = mine.shift();
      return next?.length === count ? next : new Int16Array(count);
    },
    hear: (samples) => {
      theirs.push(samples);
      if (theirs.length > 10) theirs.shift();
    },
  });
  const [toFirst, toSecond]: [Int16Array[], Int16Array[]] = [[], []];
  return [side(toFirst, toSecond), side(toSecond, toFirst)];
}
