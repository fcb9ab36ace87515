// @boundaries-ignore the rule itself is compared with the best there is
import { DropBudget, mostPace } from '../../../edge/src/dialer/pacer/drop-budget.ts';

/** Drops that an answer earns, as the law has it. */
const cap = 0.03;
/** Share of shortages that drop two calls. */
const twice = 0.15;
/** Steps of unspent drops: an answer is three of them. */
const step = 0.01;
const [lowest, highest] = [-2500, 1500];
const states = highest - lowest + 1;
const earned = Math.round(cap / step);
const paces = [0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.4, 1.6, 1.8, 2];

/** A day that ends at an answer between `first` and `last`, each equally likely. */
export interface SteeredDay {
  readonly agents: number;
  /** Share of calls answered. */
  readonly share: number;
  readonly first: number;
  readonly last: number;
}

/** What a way to spend drops is worth. */
export interface Steered {
  /** Mean root of the pace of spending, as a multiple of the cap: utilisation above progressive rises about so. 1: all spent evenly. */
  readonly worth: number;
  /** Chance that a day ends above the cap. */
  readonly above: number;
}

/** Pace at each state before each answer. */
type Policy = (answered: number) => Float64Array;

/** The pacer's own rule. */
export function byRule(day: SteeredDay): Steered {
  const budget = new DropBudget(cap);
  const full = budget.allowedRisk({ answered: 1e6, abandoned: 0 }, day.share, day.agents) / mostPace;
  const policy = (answered: number): Float64Array =>
    Float64Array.from({ length: states }, (_, i) => {
      const abandoned = cap * answered - (i + lowest) * step;
      return budget.allowedRisk({ answered, abandoned }, day.share, day.agents) / full;
    });
  return play(day, policy);
}

/** The best there is when a day may end above the cap as often as `above`: by dynamic programming. */
export function best(day: SteeredDay, above: number): Steered {
  let [low, high] = [10, 100_000];
  let found = play(day, optimal(day, high));
  for (let i = 0; i < 12; i++) {
    const fine = Math.sqrt(low * high);
    const steered = play(day, optimal(day, fine));
    if (steered.above > above) low = fine;
    else {
      high = fine;
      found = steered;
    }
  }
  return found;
}

function at(values: Float64Array, i: number): number {
  return values[Math.min(states - 1, Math.max(0, i))]!;
}

const drop = Math.round(1 / step);

/** Chance of a shortage at an answer, so that `pace` times the cap is dropped in the mean. */
function shortage(pace: number): number {
  return (cap * pace) / (1 + twice);
}

function endsAt({ first, last }: SteeredDay, answered: number): number {
  return answered < first ? 0 : 1 / (last - answered + 1);
}

function optimal(day: SteeredDay, fine: number): Policy {
  const table: Float64Array[] = [];
  let value = new Float64Array(states);
  for (let n = day.last; n >= 0; n--) {
    const ends = endsAt(day, n);
    const after = value.map((v, i) => ends * (i + lowest < 0 ? -fine : 0) + (1 - ends) * v);
    const chosen = new Float64Array(states);
    value = Float64Array.from({ length: states }, (_, i) => {
      const good = at(after, i + earned);
      const bad = (1 - twice) * at(after, i + earned - drop) + twice * at(after, i + earned - 2 * drop);
      let most = -Infinity;
      for (const pace of paces) {
        const q = shortage(pace);
        const worth = Math.sqrt(pace) + (1 - q) * good + q * bad;
        if (worth > most) {
          most = worth;
          chosen[i] = pace;
        }
      }
      return most;
    });
    table[n] = chosen;
  }
  return (answered) => table[answered]!;
}

function play(day: SteeredDay, policy: Policy): Steered {
  let where = new Float64Array(states);
  where[-lowest] = 1;
  let [worth, weight, above, goesOn] = [0, 0, 0, 1];
  for (let n = 0; n <= day.last; n++) {
    const pace = policy(n);
    const next = new Float64Array(states);
    const move = (to: number, chance: number): void => {
      next[Math.min(states - 1, Math.max(0, to))]! += chance;
    };
    for (let i = 0; i < states; i++) {
      const chance = where[i]!;
      if (chance < 1e-12) continue;
      worth += goesOn * chance * Math.sqrt(pace[i]!);
      weight += goesOn * chance;
      const q = shortage(pace[i]!);
      move(i + earned, chance * (1 - q));
      move(i + earned - drop, chance * q * (1 - twice));
      move(i + earned - 2 * drop, chance * q * twice);
    }
    where = next;
    const ends = endsAt(day, n) * goesOn;
    for (let i = 0; i < -lowest; i++) above += ends * where[i]!;
    goesOn -= ends;
  }
  return { worth: worth / weight, above };
}
