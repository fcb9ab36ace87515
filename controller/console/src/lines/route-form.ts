import { findProblem, Route, type BranchPlan } from '@branchline/shared';
import { fieldOf, problemWord, repeated, type Fault } from '../parts/form-faults.ts';
import type { T } from '../words/use-words.ts';

/** Routes as fields hold them: nothing absent. */
export interface RouteForm {
  readonly routes: readonly {
    readonly prefix: string;
    readonly hunt: NonNullable<Route['hunt']>;
    readonly lines: readonly string[];
  }[];
}

export function routeForm(plan: BranchPlan): RouteForm {
  return {
    routes: plan.routes.map(({ prefix, hunt = 'order', lines }) => ({ prefix, hunt, lines: [...lines] })),
  };
}

/** The routes as the fields state them. */
export function routesOf({ routes }: RouteForm): Route[] {
  return routes.map(({ prefix, hunt, lines }) => ({
    prefix: prefix.replaceAll(/[\s-]/g, ''),
    lines: [...lines],
    ...(hunt !== 'order' && { hunt }),
  }));
}

/** What is wrong with routes, each at its field. */
export function routeFaults(t: T, form: RouteForm): Fault[] {
  const faults: Fault[] = [];
  const add = (place: string, problem: string): void => {
    faults.push({ field: fieldOf(place), text: problemWord(t, problem) ?? problem });
  };
  const routes = routesOf(form);
  for (const [i, route] of routes.entries()) {
    const prefix = findProblem(Route.properties.prefix, route.prefix);
    if (prefix) add(`/routes/${i}/prefix`, prefix.problem);
    const lines = findProblem(Route.properties.lines, route.lines);
    if (lines) add(`/routes/${i}/lines`, lines.problem);
  }
  // One route of all numbers has the empty prefix, and it can be there twice like any other.
  for (const i of repeated(routes.map(({ prefix }) => prefix || '*')))
    add(`/routes/${i}/prefix`, 'is there twice');
  return faults;
}
