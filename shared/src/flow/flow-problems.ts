import { BranchlineError } from '../errors.ts';
import { exitsOf, promptsOf, stepOf, type Flow, type FlowStep } from './flow.ts';

/** What is wrong with a flow that fits its schema, and where. */
export interface FlowProblem {
  readonly code:
    | 'BL_FLOW_STEP_UNKNOWN'
    | 'BL_FLOW_STEP_TWICE'
    | 'BL_FLOW_STEP_UNREACHABLE'
    | 'BL_FLOW_PROMPT_MISSING'
    | 'BL_FLOW_LOOP'
    | 'BL_FLOW_STEP_INVALID';
  readonly step: string;
  readonly detail: string;
}

/**
 * Everything that would go wrong in a flow; empty when it may be used.
 * @param recorded prompts that have a recording
 */
export function findFlowProblems(flow: Flow, recorded: Iterable<string> = []): FlowProblem[] {
  const known = new Set(flow.steps.map(({ id }) => id));
  const written = flow.prompts.filter((each) => each['zh-CN'] ?? each.en).map(({ name }) => name);
  const said = new Set([...written, ...recorded]);
  const problems: FlowProblem[] = [];
  if (!known.has(flow.start))
    problems.push({ code: 'BL_FLOW_STEP_UNKNOWN', step: 'start', detail: flow.start });
  for (const [i, step] of flow.steps.entries()) {
    const { id } = step;
    if (flow.steps.findIndex((each) => each.id === id) < i)
      problems.push({ code: 'BL_FLOW_STEP_TWICE', step: id, detail: id });
    for (const { to } of exitsOf(step))
      if (!known.has(to)) problems.push({ code: 'BL_FLOW_STEP_UNKNOWN', step: id, detail: to });
    for (const prompt of promptsOf(step))
      if (!said.has(prompt)) problems.push({ code: 'BL_FLOW_PROMPT_MISSING', step: id, detail: prompt });
    const contradiction = contradictionOf(step);
    if (contradiction !== undefined)
      problems.push({ code: 'BL_FLOW_STEP_INVALID', step: id, detail: contradiction });
  }
  // The shape says something only where every name is known.
  return problems.length > 0 ? problems : shapeProblems(flow);
}

/** @throws BranchlineError with the first problem */
export function checkFlow(flow: Flow, recorded: Iterable<string> = []): void {
  const [first] = findFlowProblems(flow, recorded);
  if (first) throw new BranchlineError(first.code, { step: first.step, detail: first.detail });
}

function contradictionOf(step: FlowStep): string | undefined {
  if (step.kind === 'digits') {
    return step.min > step.max ? `at least ${step.min} digits and at most ${step.max}` : undefined;
  }
  if (step.kind === 'hours') {
    const wrong = step.hours.find(({ fromMinute, toMinute }) => fromMinute >= toMinute);
    return wrong && `hours from minute ${wrong.fromMinute} to minute ${wrong.toMinute}`;
  }
  if (step.kind === 'menu') {
    const wrong = step.speech?.find(({ key }) => !(key in step.keys));
    return wrong && `"${wrong.says}" stands for the key ${wrong.key}, which leads nowhere`;
  }
  return undefined;
}

function shapeProblems(flow: Flow): FlowProblem[] {
  const reached = reach([flow.start], (id) => exitsOf(stepOf(flow, id)!).map(({ to }) => to));
  const unreachable = flow.steps
    .filter(({ id }) => !reached.has(id))
    .map(({ id }): FlowProblem => ({ code: 'BL_FLOW_STEP_UNREACHABLE', step: id, detail: id }));
  const silent = (id: string): string[] =>
    exitsOf(stepOf(flow, id)!)
      .filter((each) => each.silent)
      .map(({ to }) => to);
  const loops = flow.steps
    .filter(({ id }) => reach(silent(id), silent).has(id))
    .map(({ id }): FlowProblem => ({ code: 'BL_FLOW_LOOP', step: id, detail: silent(id).join(', ') }));
  return [...unreachable, ...loops];
}

function reach(from: readonly string[], next: (id: string) => readonly string[]): Set<string> {
  const seen = new Set<string>();
  const open = [...from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...next(id));
  }
  return seen;
}
