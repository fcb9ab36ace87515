import { BranchPlan, findQueueProblem } from '@branchline/shared';
import { fieldOf, misfits, problemWord, repeated, type Fault, type Problem } from '../parts/form-faults.ts';
import type { T } from '../words/use-words.ts';

export type PlannedAgent = BranchPlan['agents'][number];

const shape = BranchPlan.properties.agents.items;

/** What the hours of a shift or of a queue begin with. */
export const officeHours = { fromMinute: 9 * 60, toMinute: 18 * 60, weekdays: [1, 2, 3, 4, 5] };

/** An agent as fields hold one: nothing absent. */
export interface AgentForm extends Required<Omit<PlannedAgent, 'pin'>> {
  /** Empty: the present one stays. */
  readonly pin: string;
  readonly hasShift: boolean;
}

/** What the fields begin with. @param agent absent: somebody new */
export function agentForm(agent: PlannedAgent | undefined, extension = ''): AgentForm {
  const {
    pin: _pin,
    shift,
    ...known
  } = agent ?? {
    id: '',
    name: '',
    extension,
    mode: 'ring' as const,
    campaigns: [],
    inbound: true,
  };
  return {
    masked: false,
    outside: false,
    supervisor: false,
    teams: [],
    skills: [],
    queues: [],
    ...known,
    pin: '',
    hasShift: shift !== undefined,
    shift: shift ?? officeHours,
  };
}

/** The agent as the fields state one; what is wrong with them stands in it, too (`agentFaults`). */
export function agentOf(form: AgentForm): PlannedAgent {
  const { id, name, extension, mode, campaigns, inbound, pin, hasShift } = form;
  const { masked, outside, supervisor, teams, skills, queues, shift } = form;
  return {
    id: id.trim(),
    name: name.trim(),
    extension,
    mode,
    campaigns: [...campaigns],
    inbound,
    ...(pin !== '' && { pin }),
    ...(masked && { masked }),
    ...(outside && { outside }),
    ...(supervisor && { supervisor }),
    ...(teams.length > 0 && { teams: [...teams] }),
    ...(skills.length > 0 && { skills: [...skills] }),
    ...(queues.length > 0 && { queues: [...queues] }),
    ...(hasShift && { shift }),
  };
}

/** A plan with an agent at a place; one place past the end for somebody new. */
export function withAgent(plan: BranchPlan, index: number, agent: PlannedAgent): BranchPlan {
  return { ...plan, agents: plan.agents.toSpliced(index, 1, agent) };
}

/** What is wrong with an agent, each at its field. */
export function agentFaults(t: T, plan: BranchPlan, index: number, form: AgentForm): Fault[] {
  const agent = agentOf(form);
  const problems: Problem[] = misfits('', shape.properties, agent, shape.required);
  const others = plan.agents.filter((_, i) => i !== index);
  if (others.some(({ id }) => id === agent.id)) problems.push(['/id', 'is there twice']);
  if (!plan.phones.some(({ extension }) => extension === agent.extension))
    problems.push(['/extension', 'there is no phone']);
  if (agent.shift && agent.shift.fromMinute >= agent.shift.toMinute)
    problems.push(['/shift/toMinute', 'it ends before it begins']);
  for (const i of repeated(form.skills.map(({ skill }) => skill)))
    problems.push([`/skills/${i}/skill`, 'is there twice']);
  const found = findQueueProblem(plan.queues ?? [], [agent]);
  const place = /^\/agents\/0(\/.*)/.exec(found?.place ?? '')?.[1];
  if (problems.length === 0 && found && place !== undefined) problems.push([place, found.problem]);
  return problems.map(([place, problem]) => ({
    field: fieldOf(place),
    text: problemWord(t, problem) ?? problem,
  }));
}
