import type { BranchPlan } from '@branchline/shared';

/** What of a plan is another than before: lines, agents and queues by their ids. */
export interface PlanChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** The order in which lines are asked. */
  readonly routes: boolean;
  /** Phones and whatever else is no line, agent or queue. */
  readonly rest: boolean;
}

const named = ['lines', 'agents', 'queues'] as const;

/** What a plan changes against the one before it. Pure. */
export function planChanges(before: BranchPlan, after: BranchPlan): PlanChanges {
  const kinds = named.map((kind) => {
    const byId = (plan: BranchPlan) => new Map((plan[kind] ?? []).map((part) => [part.id, written(part)]));
    return [byId(before), byId(after)] as const;
  });
  const restOf = (plan: BranchPlan): string =>
    written({ ...plan, lines: [], routes: [], agents: [], queues: [] });
  return {
    added: kinds.flatMap(([older, newer]) => [...newer.keys()].filter((id) => !older.has(id))),
    removed: kinds.flatMap(([older, newer]) => [...older.keys()].filter((id) => !newer.has(id))),
    changed: kinds.flatMap(([older, newer]) =>
      [...newer].flatMap(([id, text]) => (older.has(id) && older.get(id) !== text ? [id] : [])),
    ),
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
