/** Unspent drops to aim at, in standard deviations of the count of drops granted so far. */
const keep = 0.5;
/** Drops that come in one cluster before any could be seen and acted on, for each agent. */
const cluster = 0.05;
/** Nothing is held back at first: what is earned would lie idle while the day is young. So many answers until all of the reserve is kept. */
const reserveAnswers = 60;
/** Highest pace of spending, as a multiple of the cap. */
export const mostPace = 1.4;
/** Drops to a unit of risk before any were seen, how many drops that belief is worth, and how many are remembered. */
const usualDrops = 1.6;
const beliefDrops = 10;
const memoryDrops = 100;

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

  /** How many drops a risk has meant so far. */
  expected(risk: number): number {
    return (risk * this.#drops) / this.#risked;
  }

  /** A call was abandoned. */
  dropped(): void {
    const fade = 1 - 1 / memoryDrops;
    this.#drops = this.#drops * fade + 1;
    this.#risked *= fade;
  }

  /**
   * The risk of finding no agent at which a call may still be dialed; 0 when nothing may be risked.
   * @param share the share of calls that are answered, 0–1
   * @param agents how many are on duty
   */
  allowedRisk(budget: { answered: number; abandoned: number }, share: number, agents: number): number {
    const unspent = this.unspent(budget);
    if (!(unspent > 0)) return 0;
    // In debt there is one call for each ready agent. The fewer answer, the longer agents wait for their calls then: the more
    // is held back, and the less is risked while nothing can be spared.
    const grown = Math.min(1, budget.answered / reserveAnswers);
    const reserve = grown * (0.5 + 0.1 / Math.max(share, 0.05) + cluster * agents);
    const aim = Math.max(1 + cluster * agents, keep * Math.sqrt(this.#cap * budget.answered) - 1);
    const leastPace = Math.min(0.25, 0.8 * share);
    const pace = Math.max(leastPace, Math.sqrt(Math.max(0, unspent - reserve) / aim));
    return ((this.#cap * this.#risked) / this.#drops) * Math.min(mostPace, pace);
  }
}
