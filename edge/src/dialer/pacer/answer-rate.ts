import type { RingTimes } from './ring-times.ts';

/** How many calls each estimate remembers, about. */
const memories = [40, 150, 600, 2400] as const;
/** Chance that the share changes, by each answer or dial that could have been one. */
const change = 0.0005;
const slotMs = 500;
const slots = 180;

/**
 * Learns the share of calls answered live from answers against the dials that could have answered by now. Outcomes alone
 * would mislead, because answers come before failures and dialing comes in waves.
 *
 * Several memories, short and long, foretell what comes; each is believed as far as it foretold the last calls well, so
 * that a steady share is known precisely and a sudden change at once.
 */
export class AnswerRate {
  readonly #dials = new Float64Array(slots);
  /** Time, in slots, up to which everything is counted. */
  #slot = -Infinity;
  #newAnswers = 0;
  #newDials = 0;
  readonly #live = memories.map(() => 0.6);
  readonly #due = memories.map(() => 3);
  readonly #belief = memories.map(() => 1 / memories.length);

  dialed(): void {
    this.#newDials++;
  }

  answered(): void {
    this.#newAnswers++;
  }

  /** Counts what happened until `now`. */
  advance(now: number, answers: RingTimes): void {
    const slot = Math.floor(now / slotMs);
    const passed = Math.min(slots, slot - this.#slot);
    if (passed <= 0) return;
    this.#slot = slot;
    let due = 0;
    for (let age = slots - 1; age >= 0; age--) {
      const dials = this.#dials[age]!;
      if (dials > 0) due += dials * (answers.atMost((age + passed) * slotMs) - answers.atMost(age * slotMs));
      if (age + passed < slots) this.#dials[age + passed] = dials;
      if (age < passed) this.#dials[age] = 0;
    }
    this.#dials[0]! += this.#newDials;
    this.#learn(this.#newAnswers, due);
    this.#newDials = 0;
    this.#newAnswers = 0;
  }

  #learn(live: number, due: number): void {
    if (live === 0 && due === 0) return;
    // A little of every belief flows back to all, else none could return after a long steady time.
    const back = 1 - Math.exp(-due * change);
    let total = 0;
    for (let i = 0; i < memories.length; i++) {
      const share = this.#live[i]! / this.#due[i]!;
      const prior = (1 - back) * this.#belief[i]! + back / memories.length;
      this.#belief[i] = prior * share ** live * Math.exp(-due * share) + 1e-12;
      total += this.#belief[i]!;
      const fade = Math.exp(-due / memories[i]!);
      this.#live[i] = this.#live[i]! * fade + live + 0.1 * (1 - fade);
      this.#due[i] = this.#due[i]! * fade + due + 0.5 * (1 - fade);
    }
    for (let i = 0; i < memories.length; i++) this.#belief[i]! /= total;
  }

  /** The share expected and the standard deviation of that belief. */
  estimate(): { mean: number; deviation: number } {
    let mean = 0;
    let square = 0;
    for (let i = 0; i < memories.length; i++) {
      const share = Math.min(1, this.#live[i]! / this.#due[i]!);
      mean += this.#belief[i]! * share;
      square += this.#belief[i]! * (share * share + (share * (1 - share)) / this.#due[i]!);
    }
    return { mean, deviation: Math.sqrt(Math.max(0, square - mean * mean)) };
  }
}
