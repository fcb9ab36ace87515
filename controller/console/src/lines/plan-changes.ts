import type { BranchPlan } from '@branchline/shared';

/** What of a plan is another than before. */
export interface PlanChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** The order in which lines are asked. */
  readonly routes: boolean;
  /** Phones, agents and whatever else is no line. */
  readonly rest: boolean;
}

/** What a plan changes against the one before it. Pure. */
export function planChanges(before: BranchPlan, after: BranchPlan): PlanChanges {
  const older = new Map(before.lines.map((line) => [line.id, written(line)]));
  const newer = new Map(after.lines.map((line) => [line.id, written(line)]));
  const restOf = (plan: BranchPlan): string => written({ ...plan, lines: [], routes: [] });
  return {
    added: [...newer.keys()].filter((id) => !older.has(id)),
    removed: [...older.keys()].filter((id) => !newer.has(id)),
    changed: [...newer].flatMap(([id, text]) => (older.has(id) && older.get(id) !== text ? [id] : [])),
    routes: written(before.routes) !== written(after.routes),
    rest: restOf(before) !== restOf(after),
  };
}

/** A value in JSON that is the same whatever order its keys have: the database has its own. */
function written(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
