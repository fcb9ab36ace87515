import type { Agent, Desired, EdgeCampaign, Queue } from '@branchline/shared';
import { inboundQueue } from '@branchline/shared';
import type { MatchAgent, MatchQueue } from './matcher.ts';

/** What an agent brings to the matcher, whatever they do at the moment. */
export type Served = Pick<MatchAgent, 'queues' | 'skills'>;

/** Whoever answered our call goes before callers, unless those have waited for as many targets: the law counts the seconds. */
export const calleePriority = 10;

/** The queues in force: those of the document, and the one for callers whom nothing sent anywhere. */
export function queuesOf({ queues = [] }: Pick<Desired, 'queues'>): readonly Queue[] {
  return queues.some(({ id }) => id === inboundQueue.id) ? queues : [...queues, inboundQueue];
}

/** A queue as the matcher sees it. */
export function matchQueue(queue: Queue): MatchQueue {
  return {
    id: queue.id,
    side: 'inbound',
    targetMs: queue.targetSeconds * 1000,
    requires: new Map(queue.requires.map(({ skill, level }) => [skill, level])),
    prefers: queue.prefers,
    strategy: queue.strategy,
    lastAgentMs: queue.lastAgentSeconds * 1000,
  };
}

/** The line of a campaign's answered callees as the matcher sees it. */
export function matchCampaign({ id, maxWaitMs }: Pick<EdgeCampaign, 'id' | 'maxWaitMs'>): MatchQueue {
  return {
    id,
    side: 'outbound',
    targetMs: maxWaitMs,
    requires: new Map(),
    prefers: [],
    strategy: 'longest-idle',
    lastAgentMs: 0,
  };
}

/** Which queues and campaigns an agent serves, by the agent's teams and by name. */
export function servedBy(agent: Agent, queues: readonly Queue[]): Served {
  const { campaigns, inbound, queues: named = [], skills = [], teams = [] } = agent;
  const own = queues.filter(
    (queue) =>
      named.includes(queue.id) ||
      (queue.teams.length === 0 ? inbound : queue.teams.some((team) => teams.includes(team))),
  );
  return {
    queues: new Set([...campaigns, ...own.map(({ id }) => id)]),
    skills: new Map(skills.map(({ skill, level }) => [skill, level])),
  };
}
