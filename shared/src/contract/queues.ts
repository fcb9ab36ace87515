import Type, { type Static } from 'typebox';
import { Window } from './gate-settings.ts';
import { closed, E164Number, Id, Label, Name, oneOf } from './primitives.ts';

/** What somebody can, and how well: 1 a beginner, 10 the best. */
export const Skill = closed({ skill: Name, level: Type.Integer({ minimum: 1, maximum: 10 }) });
export type Skill = Static<typeof Skill>;

/** Where a caller goes who waits here no longer. */
export const QueueExit = Type.Union([
  closed({ to: Type.Literal('queue'), queue: Name }),
  /** All phones of the fallback group ring. */
  closed({ to: Type.Literal('group') }),
  closed({ to: Type.Literal('voicemail') }),
  /** An agent of another site who is idle, if the center knows one who serves the queue of this name there; absent: of the same name. */
  closed({ to: Type.Literal('site'), queue: Type.Optional(Name) }),
]);
export type QueueExit = Static<typeof QueueExit>;

const Seconds = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum });

/** Callers who wait for an agent, who may serve them, and what they hear meanwhile. */
export const Queue = closed({
  id: Name,
  name: Label,
  /** Teams whose people serve it; none: everybody who takes inbound calls. Agents may name queues besides. */
  teams: Type.Array(Name, { maxItems: 20 }),
  /** Skills without which nobody serves it. */
  requires: Type.Array(Skill, { maxItems: 10 }),
  /** Skills whose levels decide among those who may. */
  prefers: Type.Array(Name, { maxItems: 10 }),
  /** `longest-idle`: by preferred skills, then by idle time; `best-skilled`: required skills decide first, too. */
  strategy: oneOf(['longest-idle', 'best-skilled']),
  /** Points for all who wait here: each goes as far as waiting for `targetSeconds`. */
  priority: Type.Integer({ minimum: 0, maximum: 10 }),
  /** Service level: connected within so long. */
  targetSeconds: Seconds(1, 600),
  /** So long one waits for the agent of last time. */
  lastAgentSeconds: Seconds(0, 300),
  /** How long an agent's phone rings. */
  ringSeconds: Seconds(5, 60),
  /** An agent whose phone rang in vain so often, one time after the other, is put on break. */
  noAnswerLimit: Type.Integer({ minimum: 1, maximum: 10 }),
  wrapUpSeconds: Seconds(0, 600),
  /** After so long an agent is reminded of a customer on hold, after twice as long the customer goes on. Absent: `usualHoldSeconds`. */
  holdSeconds: Type.Optional(Seconds(10, 3600)),
  /** Prompt that is played over and over, by its name without `.wav`; absent: a tone. */
  music: Type.Optional(Name),
  /** The flow that asks a caller about the talk when the agent has ended it. */
  survey: Type.Optional(Id),
  /** The campaign whose outcomes, script, form and articles agents have for its callers; it dials none of them. */
  campaign: Type.Optional(Id),
  /** Announced so often: the place in line, and the wait that it means. 0: never. */
  announceSeconds: Type.Integer({ minimum: 0, maximum: 600 }),
  /** The caller keys it to be called back in turn; absent: not offered. */
  callBackKey: Type.Optional(Type.String({ pattern: '^[0-9]$' })),
  /** Ways out while others wait on: whoever has waited so long, or comes when so many wait. The first that is open is taken. */
  overflow: Type.Array(
    closed({
      afterSeconds: Type.Optional(Seconds(1, 7200)),
      length: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
      exit: QueueExit,
    }),
    { maxItems: 5 },
  ),
  /** Nobody waits longer. */
  maxWaitSeconds: Seconds(10, 7200),
  exit: QueueExit,
  /** When it serves, in the site's local time; absent: always. */
  open: Type.Optional(Window),
  /** For those who come while it is closed, or while nobody who serves it is logged in. */
  closedExit: QueueExit,
});
export type Queue = Static<typeof Queue>;

/** A caller who goes before others in every queue of a branch: each level is a point of priority. */
export const Vip = closed({
  number: E164Number,
  level: Type.Integer({ minimum: 1, maximum: 10 }),
});
export type Vip = Static<typeof Vip>;

export const Vips = Type.Array(Vip, { maxItems: 500 });

/** How long a customer may be on hold before the agent is reminded, seconds, where a queue says nothing. */
export const usualHoldSeconds = 60;

/** The queue of callers whom nothing sent to another. */
export const inboundQueue: Queue = {
  id: 'inbound',
  name: 'Inbound',
  teams: [],
  requires: [],
  prefers: [],
  strategy: 'longest-idle',
  priority: 0,
  targetSeconds: 20,
  lastAgentSeconds: 0,
  ringSeconds: 12,
  noAnswerLimit: 1,
  wrapUpSeconds: 10,
  announceSeconds: 0,
  overflow: [],
  maxWaitSeconds: 60,
  exit: { to: 'group' },
  closedExit: { to: 'group' },
};

/**
 * What contradicts itself among queues and those who serve them, with its place: names that stand twice or nowhere, and ways
 * out that lead round in a circle.
 */
export function findQueueProblem(
  queues: readonly Queue[],
  agents: readonly {
    readonly id: string;
    readonly queues?: readonly string[];
    readonly skills?: readonly Skill[];
  }[],
): { readonly place: string; readonly problem: string } | undefined {
  const byId = new Map(queues.map((queue) => [queue.id, queue]));
  for (const [i, queue] of queues.entries()) {
    const problem = (place: string, text: string) => ({ place: `/queues/${i}${place}`, problem: text });
    if (byId.get(queue.id) !== queue) return problem('/id', `the queue ${queue.id} stands there twice`);
    if (queue.open && queue.open.fromMinute >= queue.open.toMinute)
      return problem('/open', 'it ends before it begins');
    if (hasRepeatedSkill(queue.requires)) return problem('/requires', 'a skill stands there twice');
    const exits = [
      ...queue.overflow.map(({ exit }, o) => [`/overflow/${o}`, exit] as const),
      ['/exit', queue.exit] as const,
      ['/closedExit', queue.closedExit] as const,
    ];
    for (const [place, exit] of exits)
      if (exit.to === 'queue' && !byId.has(exit.queue) && exit.queue !== inboundQueue.id)
        return problem(place, `there is no queue ${exit.queue}`);
    for (const [o, { afterSeconds, length }] of queue.overflow.entries())
      if (afterSeconds === undefined && length === undefined)
        return problem(`/overflow/${o}`, 'it says neither after how long nor from how many on');
    for (const way of ['exit', 'closedExit'] as const)
      if (isCircle(queue, way)) return problem(`/${way}`, 'it leads back to the queue itself');
  }
  for (const [i, agent] of agents.entries()) {
    const unknown = agent.queues?.find((queue) => !byId.has(queue) && queue !== inboundQueue.id);
    if (unknown !== undefined)
      return { place: `/agents/${i}/queues`, problem: `there is no queue ${unknown}` };
    if (hasRepeatedSkill(agent.skills ?? []))
      return { place: `/agents/${i}/skills`, problem: 'a skill stands there twice' };
  }
  return undefined;

  function isCircle(from: Queue, way: 'exit' | 'closedExit'): boolean {
    const seen = new Set<string>();
    for (let queue: Queue | undefined = from; queue;) {
      if (seen.has(queue.id)) return true;
      seen.add(queue.id);
      const exit: QueueExit = queue[way];
      queue = exit.to === 'queue' ? byId.get(exit.queue) : undefined;
    }
    return false;
  }
}

function hasRepeatedSkill(skills: readonly Skill[]): boolean {
  return new Set(skills.map(({ skill }) => skill)).size !== skills.length;
}
