import { createPacer } from '@branchline/edge/pacer';
import { Day, type DayResult, type Policy } from './day.ts';
import { fixedRatio, progressive, type RatioBase } from './fixed.ts';
import { mainScenarios, otherScenarios, type Scenario } from './scenario.ts';
import { Vicidial, vicidialDefaults } from './vicidial.ts';

export const policyNames = ['branchline', 'progressive', 'best ratio', 'vicidial', 'vicidial tuned'] as const;
export type PolicyName = (typeof policyNames)[number];

/** A number of days of one scenario, with one number of agents, under one policy. */
export interface Case {
  readonly scenario: string;
  readonly agents: number;
  readonly policy: PolicyName;
  readonly days: number;
}

export interface CaseResult extends Case {
  /** Mean share of logged-in time, 0–1. */
  readonly utilisation: number;
  /** The same of the first half hour of each day. */
  readonly atFirst: number;
  /** Abandoned of answered over all days, 0–1. */
  readonly dropped: number;
  /** Days that ended above the cap. */
  readonly daysAbove: number;
  /** Mean share of a day on which it would have been above the cap, had it ended then. */
  readonly above: number;
  /** Settings found in hindsight. */
  readonly setting?: string;
}

const firstSeed = 7000;

function scenarioNamed(name: string): Scenario {
  const found = [...mainScenarios, ...otherScenarios].find((scenario) => scenario.name === name);
  if (!found) throw new Error(`There is no scenario ${name}.`);
  return found;
}

export function runCase(wanted: Case): CaseResult {
  const scenario = scenarioNamed(wanted.scenario);
  const under = (policy: () => Policy, setting?: string): CaseResult => ({
    ...wanted,
    ...summary(scenario, runDays(scenario, wanted, policy)),
    ...(setting === undefined ? {} : { setting }),
  });
  switch (wanted.policy) {
    case 'branchline':
      return under(() => createPacer({ maxAbandonRate: scenario.cap, maxWaitMs: scenario.maxWaitMs }));
    case 'progressive':
      return under(() => progressive);
    case 'best ratio':
      return best([
        inHindsight(
          scenario,
          (ratio) => under(() => fixedRatio(ratio, 'ready'), setting(ratio, 'ready')),
          12,
        ),
        inHindsight(
          scenario,
          (ratio) => under(() => fixedRatio(ratio, 'on duty'), setting(ratio, 'on duty')),
          6,
        ),
      ]);
    case 'vicidial':
      return under(() => new Vicidial(vicidialDefaults));
    case 'vicidial tuned':
      return inHindsight(
        scenario,
        (maxLevel) =>
          under(
            () =>
              new Vicidial({ ...vicidialDefaults, method: 'ADAPT_AVERAGE', availableOnly: true, maxLevel }),
            `max level ${maxLevel.toFixed(2)}`,
          ),
        12,
      );
  }
}

function setting(ratio: number, base: RatioBase): string {
  return `${ratio.toFixed(2)} per agent ${base}`;
}

function runDays(scenario: Scenario, { agents, days }: Case, policy: () => Policy): DayResult[] {
  return Array.from({ length: days }, (_, day) => new Day(scenario, agents, firstSeed + day, policy()).run());
}

function summary(scenario: Scenario, days: readonly DayResult[]): Omit<CaseResult, keyof Case | 'setting'> {
  const sum = (of: (day: DayResult) => number): number => days.reduce((total, day) => total + of(day), 0);
  return {
    utilisation: sum((day) => day.utilisation) / days.length,
    atFirst: sum((day) => day.atFirst) / days.length,
    dropped:
      sum((day) => day.abandoned) /
      Math.max(
        1,
        sum((day) => day.answered),
      ),
    daysAbove: days.filter((day) => day.abandoned > scenario.cap * day.answered).length,
    above: sum((day) => day.above) / days.length,
  };
}

/** The largest setting, by halving, whose drop over all days stays within the cap. */
function inHindsight(scenario: Scenario, run: (setting: number) => CaseResult, highest: number): CaseResult {
  let low = 1;
  let high = highest;
  let found = run(low);
  for (let i = 0; i < 6; i++) {
    const middle = Math.sqrt(low * high);
    const result = run(middle);
    if (result.dropped > scenario.cap) high = middle;
    else [low, found] = [middle, result];
  }
  return found;
}

function best(results: readonly CaseResult[]): CaseResult {
  return results.reduce((a, b) => (b.utilisation > a.utilisation ? b : a));
}
