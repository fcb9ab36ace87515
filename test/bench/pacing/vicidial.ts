import type { PacerSnapshot } from '@branchline/edge/pacer';
import type { Policy } from './day.ts';
import { byRatio, type RatioBase } from './fixed.ts';

/** Settings of a VICIdial campaign that pace it; names as in its manual. */
export interface VicidialSettings {
  readonly method: 'ADAPT_HARD_LIMIT' | 'ADAPT_TAPERED' | 'ADAPT_AVERAGE';
  /** Drop Percentage Limit, 0–1. */
  readonly dropLimit: number;
  /** Maximum Adapt Dial Level. */
  readonly maxLevel: number;
  /** Available Only Tally: the level counts ready agents only. */
  readonly availableOnly: boolean;
  /** Adaptive Intensity Modifier, −40 to 40 (%): how eagerly the level moves. */
  readonly intensity: number;
  /** Dial Level Difference Target: agents waiting less calls waiting that is aimed at. */
  readonly differenceTarget: number;
}

/** As a new campaign has them, with the method that VICIdial's community recommends. */
export const vicidialDefaults: VicidialSettings = {
  method: 'ADAPT_TAPERED',
  dropLimit: 0.03,
  maxLevel: 3,
  availableOnly: false,
  intensity: 0,
  differenceTarget: 0,
};

const dialEveryMs = 2500;
const adaptEveryMs = 15_000;
const averageMs = 60_000;
const shiftMs = 9 * 3_600_000;

/**
 * VICIdial's adaptive dialing, derived again from its published description: every 15 s the dial level moves by the share
 * of agents who waited too long, or calls that did, over the last minute; what happens above the drop limit depends on the
 * method. HARD_LIMIT goes back to a level of 1 until the share is below the limit; TAPERED does so too, but the limit is
 * wide when the shift begins and narrows towards its end; AVERAGE only lowers the level while above. None predicts when an
 * agent will be free.
 */
export class Vicidial implements Policy {
  readonly #settings: VicidialSettings;
  readonly #base: RatioBase;
  #level = 1;
  #dialAt = 0;
  #adaptAt = averageMs;
  /** Agents waiting less calls waiting, summed over samples that fade within a minute. */
  #difference = 0;
  #onDuty = 0;

  constructor(settings: VicidialSettings) {
    this.#settings = settings;
    this.#base = settings.availableOnly ? 'ready' : 'on duty';
  }

  decide(snapshot: PacerSnapshot): { dial: number } {
    if (snapshot.now < this.#dialAt) return { dial: 0 };
    this.#dialAt = snapshot.now + dialEveryMs;
    this.#sample(snapshot);
    if (snapshot.now >= this.#adaptAt) {
      this.#adaptAt = snapshot.now + adaptEveryMs;
      this.#adapt(snapshot);
    }
    return { dial: byRatio(this.#level, this.#base, snapshot) };
  }

  #sample({ agents, waiting }: PacerSnapshot): void {
    const weight = dialEveryMs / averageMs;
    const onDuty = agents.ready + agents.talking.length + agents.wrapUp.length;
    this.#difference += weight * (agents.ready - waiting.length - this.#difference);
    this.#onDuty += weight * (onDuty - this.#onDuty);
  }

  #adapt({ now, budget }: PacerSnapshot): void {
    const { method, dropLimit, maxLevel, intensity, differenceTarget } = this.#settings;
    const dropped = budget.answered > 0 ? budget.abandoned / budget.answered : 0;
    const limit = method === 'ADAPT_TAPERED' ? dropLimit * (2 - Math.min(1, now / shiftMs)) : dropLimit;
    if (dropped > limit && method !== 'ADAPT_AVERAGE') {
      this.#level = 1;
      return;
    }
    let step = (this.#difference - differenceTarget) / Math.max(1, this.#onDuty);
    if (dropped > limit) step = -Math.max(0.05, Math.min(0.2, dropped / limit - 1));
    // The modifier favours moves up when positive, moves down when negative.
    step *= 1 + (Math.sign(step) * intensity) / 100;
    this.#level = Math.min(maxLevel, Math.max(1, this.#level * (1 + step)));
  }
}
