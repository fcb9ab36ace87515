import {
  findOverlayProblem,
  findQueueProblem,
  inboundQueue,
  usualHoldSeconds,
  Queue,
  type BranchPlan,
} from '@branchline/shared';
import { fieldOf, misfits, problemWord, repeated, type Fault, type Problem } from '../parts/form-faults.ts';
import type { T } from '../words/use-words.ts';
import { officeHours } from './agent-form.ts';

/** A number of a field; null while the field is empty. */
type Entry = number | null | undefined;

/** A queue as fields hold one: empty texts and null for what is absent. */
export interface QueueForm extends Omit<Required<Queue>, 'overflow'> {
  readonly overflow: readonly {
    readonly afterSeconds?: Entry;
    readonly length?: Entry;
    readonly exit: Queue['exit'];
  }[];
  readonly hasHours: boolean;
}

/** What the fields begin with. @param queue absent: a new one */
export function queueForm(queue: Queue = { ...inboundQueue, id: '', name: '' }): QueueForm {
  const {
    open,
    music = '',
    callBackKey = '',
    survey = '',
    campaign = '',
    holdSeconds = usualHoldSeconds,
    ...known
  } = queue;
  return {
    ...known,
    campaign,
    holdSeconds,
    music,
    callBackKey,
    survey,
    hasHours: open !== undefined,
    open: open ?? officeHours,
  };
}

/** The queue as the fields state it; what is wrong with them stands in it, too (`queueFaults`). */
export function queueOf(form: QueueForm): Queue {
  const { hasHours, open, music, callBackKey, survey, campaign, overflow, id, name, ...known } = form;
  return {
    ...known,
    id: id.trim(),
    name: name.trim(),
    overflow: overflow.map(({ afterSeconds, length, exit }) => ({
      ...(typeof afterSeconds === 'number' && { afterSeconds }),
      ...(typeof length === 'number' && { length }),
      exit,
    })),
    ...(music.trim() && { music: music.trim() }),
    ...(callBackKey && { callBackKey }),
    ...(survey && { survey }),
    ...(campaign && { campaign }),
    ...(hasHours && { open }),
  };
}

/** A plan with a queue at a place; one place past the end for a new one. */
export function withQueue(plan: BranchPlan, index: number, queue: Queue): BranchPlan {
  return { ...plan, queues: (plan.queues ?? []).toSpliced(index, 1, queue) };
}

/** What is wrong with a queue, each at its field. */
export function queueFaults(t: T, plan: BranchPlan, index: number, form: QueueForm): Fault[] {
  const queue = queueOf(form);
  const problems: Problem[] = misfits('', Queue.properties, queue, Queue.required);
  for (const i of repeated(form.requires.map(({ skill }) => skill)))
    problems.push([`/requires/${i}/skill`, 'is there twice']);
  const others = (plan.queues ?? []).filter((_, i) => i !== index);
  if (others.some(({ id }) => id === queue.id)) problems.push(['/id', 'is there twice']);
  // It stands first, so that what it has a part in is found at its own place.
  const found =
    findQueueProblem([queue, ...others], plan.agents) ?? findOverlayProblem(plan.overlay, [queue]);
  const place = /^\/queues\/0(\/.*)/.exec(found?.place ?? '')?.[1];
  if (problems.length === 0 && found && place !== undefined)
    problems.push([placeOf(place, found.problem), found.problem]);
  return problems.map(([place, problem]) => ({
    field: fieldOf(place),
    text: problemWord(t, problem) ?? problem,
  }));
}

/** The one field of a part at which its problem is shown. */
function placeOf(place: string, problem: string): string {
  if (place === '/open') return '/open/toMinute';
  if (!/^\/overflow\/\d+$/.test(place)) return place;
  return `${place}/${/queue|overlay/.test(problem) ? 'exit' : 'afterSeconds'}`;
}

/** The queues of a plan, the built-in one among them. */
export function queuesOf({ queues = [] }: BranchPlan): readonly Queue[] {
  return queues.some(({ id }) => id === inboundQueue.id) ? queues : [...queues, inboundQueue];
}
