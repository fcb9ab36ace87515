import type { RingTimes } from './ring-times.ts';

const slotMs = 500;
const slots = 180;
/** Calls due between two beginnings that are held possible. */
const spacing = 20;
/** Chance that the share changes, by each call due. */
const change = 0.00003;
/** How many beginnings are held possible at once. */
const most = 16;
/** Calls due that a belief remembers, about: even without a change the share drifts over a day. */
const memory = 10_000;
/** What is believed of a new share: 20 %, worth 3 calls. */
const priorLive = 0.6;
const priorDue = 3;

/** The share has been the same since some time; `live` of `due` calls were answered since. */
interface Belief {
  live: number;
  due: number;
  chance: number;
}

/**
 * Learns the share of calls answered live from answers against the dials that could have answered by now. Outcomes alone
 * would mislead, because answers come before failures and dialing comes in waves.
 *
 * The share is held to be constant since a time that is not known (Bayesian change points): each possible beginning counts
 * as far as it foretold what came after, so that a steady share is known precisely and a sudden change within a minute.
 */
export class AnswerRate {
  /** Dials by age, in slots. */
  readonly #dials = new Float64Array(slots);
  #slot = -Infinity;
  #newAnswers = 0;
  #newDials = 0;
  #sinceBeginning = 0;
  #beliefs: Belief[] = [{ live: priorLive, due: priorDue, chance: 1 }];

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
    if (this.#newAnswers > 0 || due > 0) this.#learn(this.#newAnswers, due);
    this.#newDials = 0;
    this.#newAnswers = 0;
  }

  #learn(live: number, due: number): void {
    let total = 0;
    for (const belief of this.#beliefs) {
      belief.chance *= foretold(belief, live, due);
      total += belief.chance;
      const fade = Math.exp((-due * belief.due) / memory / memory);
      belief.live = belief.live * fade + live;
      belief.due = belief.due * fade + due;
    }
    // An answer that no belief held possible at all says nothing about which is right.
    for (const belief of this.#beliefs)
      belief.chance = total > 0 ? belief.chance / total : 1 / this.#beliefs.length;
    this.#sinceBeginning += due;
    if (this.#sinceBeginning >= spacing) this.#begin();
  }

  /** From now on the share may be another one. */
  #begin(): void {
    const chance = 1 - Math.exp(-change * this.#sinceBeginning);
    this.#sinceBeginning = 0;
    for (const belief of this.#beliefs) belief.chance *= 1 - chance;
    if (this.#beliefs.length >= most) {
      let least = 0;
      for (let i = 1; i < this.#beliefs.length - 4; i++)
        if (this.#beliefs[i]!.chance < this.#beliefs[least]!.chance) least = i;
      this.#beliefs.splice(least, 1);
    }
    this.#beliefs.push({ live: priorLive, due: priorDue, chance });
  }

  /** The share expected and the standard deviation of that belief. */
  get share(): { mean: number; deviation: number } {
    let total = 0;
    let mean = 0;
    let square = 0;
    for (const { live, due, chance } of this.#beliefs) {
      const share = Math.min(1, live / due);
      total += chance;
      mean += chance * share;
      square += chance * (share * share + share / due);
    }
    mean /= total;
    return { mean, deviation: Math.sqrt(Math.max(0, square / total - mean * mean)) };
  }
}

/** Chance of `live` answers of `due` calls under a belief (Poisson with a gamma-distributed share). */
function foretold(belief: Belief, live: number, due: number): number {
  const stays = belief.due / (belief.due + due);
  let chance = stays ** belief.live;
  for (let i = 0; i < live; i++) chance *= ((belief.live + i) / (i + 1)) * (1 - stays);
  return chance;
}
