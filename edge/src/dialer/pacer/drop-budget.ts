/** Unspent drops that are never planned with: the next one comes before its effect is seen. */
const reserve = 1;
/** Unspent drops to aim at, in standard deviations of the count of drops granted so far. */
const keep = 0.6;
/** Bounds of the pace of spending, as multiples of the cap. */
const leastPace = 0.08;
const mostPace = 1.6;
/** Drops to a unit of risk before any were seen, how many drops that belief is worth, and how many are remembered. */
const usualDrops = 1.6;
const beliefDrops = 10;
const memoryDrops = 60;

/**
 * Spends the drops that the cap allows, as a count. Utilisation rises with the drop rate ever more slowly, so that drops are
 * best spent evenly; but a day may end at any time, so that they must be earned before they are spent.
 */
export class DropBudget {
  readonly #cap: number;
  #drops = beliefDrops;
  #risked = beliefDrops / usualDrops;

  constructor(cap: number) {
    this.#cap = cap;
  }

  /** How many answers so far could still have been abandoned without passing the cap. */
  unspent(budget: { answered: number; abandoned: number }): number {
    return this.#cap * budget.answered - budget.abandoned;
  }

  /** A call was dialed; `risk` is the chance that it is answered, times the risk that was allowed then. */
  risk(risk: number): void {
    this.#risked += risk;
  }

  /** A call was abandoned. */
  dropped(): void {
    const fade = 1 - 1 / memoryDrops;
    this.#drops = this.#drops * fade + 1;
    this.#risked *= fade;
  }

  /** The risk of finding no agent at which a call may still be dialed; 0 when nothing may be risked. */
  allowedRisk(budget: { answered: number; abandoned: number }): number {
    const unspent = this.unspent(budget);
    if (!(unspent > 0)) return 0;
    const aim = Math.max(reserve + 1, keep * Math.sqrt(this.#cap * budget.answered));
    const pace = Math.sqrt(Math.max(0, unspent - reserve) / (aim - reserve));
    return ((this.#cap * this.#risked) / this.#drops) * Math.min(mostPace, Math.max(leastPace, pace));
  }
}
