import type { AgentChoice, ChannelKind, CustomerCriterion } from '@branchline/shared';

/** Somebody who waits for an agent: a caller, a callee who answered, a promised call back. Instants are business ms. */
export interface Waiting {
  readonly id: string;
  readonly channel: ChannelKind;
  /** A queue, or a campaign whose answered callees wait in a line of their own. */
  readonly queue: string;
  /** Since when it waits; kept when it moves to another queue or is promised a call back. */
  readonly since: number;
  /** Points: each goes as far as waiting for the service level target of its queue. */
  readonly priority: number;
  /** A special customer: part of the priority is for that. */
  readonly vip?: boolean;
  /** Who talked to this customer last. */
  readonly lastAgent?: string;
  /** Agents whose phones rang for it in vain: they come last. */
  readonly passedOver?: ReadonlySet<string>;
}

/** What a queue asks of its agents, and promises to those who wait. */
export interface MatchQueue {
  readonly id: string;
  /** Callees whom we called are `outbound`: agents are promised to them before they answer. */
  readonly side: 'inbound' | 'outbound';
  /** Service level: connected within so long, ms. */
  readonly targetMs: number;
  /** Skill → lowest level. */
  readonly requires: ReadonlyMap<string, number>;
  /** Skills whose levels decide among those who may. */
  readonly prefers: readonly string[];
  /** `best-skilled`: by the levels of required and preferred skills, then idle time; `longest-idle`: by preferred ones only. */
  readonly strategy: 'longest-idle' | 'best-skilled';
  /** So long one waits for the agent of last time, ms. */
  readonly lastAgentMs: number;
}

/** Somebody at work. */
export interface MatchAgent {
  readonly id: string;
  readonly queues: ReadonlySet<string>;
  /** Skill → level, 1–10. */
  readonly skills: ReadonlyMap<string, number>;
  readonly idleSince: number;
  /** How many more of each kind they can take at this moment. */
  readonly free: Readonly<Record<ChannelKind, number>>;
}

export interface MatchInput {
  readonly now: number;
  readonly waiting: readonly Waiting[];
  readonly queues: ReadonlyMap<string, MatchQueue>;
  readonly agents: readonly MatchAgent[];
  /** Outbound queue → agents that its calls under way will need. */
  readonly promised: ReadonlyMap<string, number>;
  /** Whose turn it is at agents whom both sides want: −1 outbound, otherwise inbound. */
  readonly turn: number;
}

export interface Match {
  readonly waiting: string;
  readonly agent: string;
  readonly choice: AgentChoice;
}

export interface Matching {
  readonly matches: readonly Match[];
  readonly turn: number;
}

/**
 * How urgent it is to serve somebody: time waited in units of the service level target, and priority in the same unit. Grows
 * without end, so that whoever waits long enough overtakes any priority; a tighter target makes it grow faster.
 */
export function urgency({ since, priority }: Waiting, { targetMs }: MatchQueue, now: number): number {
  return (now - since) / targetMs + priority;
}

/** Whether an agent serves a queue and has what it requires. */
export function mayServe({ queues, skills }: MatchAgent, { id, requires }: MatchQueue): boolean {
  if (!queues.has(id)) return false;
  for (const [skill, level] of requires) if ((skills.get(skill) ?? 0) < level) return false;
  return true;
}

/**
 * Who gets whom now. The most urgent chooses first, among the agents who may and have room: the agent of last time, then by
 * skill, then whoever was idle longest.
 *
 * Agents whom a campaign's calls under way will need are shared by turns with inbound callers, one for one; a caller past the
 * target of the queue takes one out of turn, so that neither side can starve the other. Pure; nobody is given twice and
 * nobody gets more than they have room for.
 */
export function match({ now, waiting, queues, agents, promised, turn }: MatchInput): Matching {
  const idle = agents.filter(({ free }) => free.voice > 0 || free.message > 0);
  if (idle.length === 0) return { matches: [], turn };
  const room = new Map(idle.map((agent) => [agent.id, { ...agent.free }]));
  const known = new Map(agents.map((agent) => [agent.id, agent]));
  const candidates = new Map<string, MatchAgent[]>();
  for (const queue of queues.values()) {
    const own = idle.filter((agent) => mayServe(agent, queue));
    candidates.set(queue.id, own.toSorted(preference(queue)));
  }
  const ranked = rank(waiting, queues, now).filter(({ queue }) => candidates.get(queue.id)!.length > 0);
  const matches: Match[] = [];
  const served = new Set<string>();
  let left = idle.reduce((sum, { free }) => sum + free.voice + free.message, 0);
  for (const one of ranked) {
    if (left === 0) break;
    const { each } = one;
    if (served.has(each.id)) continue;
    const chosen = choose(one);
    if (!chosen) continue;
    const { agent, by } = chosen;
    served.add(each.id);
    const rival = ranked.find((other) => !served.has(other.each.id) && mayServe(agent, other.queue));
    const choice = { by, ...(rival && { ahead: aheadOf(one, rival) }) };
    room.get(agent.id)![each.channel]--;
    left--;
    matches.push({ waiting: each.id, agent: agent.id, choice });
  }
  return { matches, turn };

  function choose({ each, queue }: Ranked): { agent: MatchAgent; by: AgentChoice['by'] } | undefined {
    const last = known.get(each.lastAgent ?? '');
    // At work and busy: worth waiting for, for a while.
    if (last && mayServe(last, queue) && !passedOver(last, each) && now - each.since < queue.lastAgentMs)
      return hasRoom(last, each) ? { agent: last, by: 'last-agent' } : undefined;
    const own = candidates.get(queue.id)!.filter((agent) => hasRoom(agent, each));
    const free = own.toSorted((a, b) => Number(passedOver(a, each)) - Number(passedOver(b, each)));
    const [first] = free;
    if (!first) return undefined;
    if (each.channel !== 'voice') return { agent: first, by: criterion(free, each, queue) };
    if (queue.side === 'outbound') {
      if (ranked.some((other) => isRival(other, first))) turn = 1;
      return { agent: first, by: criterion(free, each, queue) };
    }
    const spare = free.filter((agent) => !isPromised(agent));
    if (spare[0]) return { agent: spare[0], by: criterion(spare, each, queue) };
    if (turn < 0 && now - each.since < queue.targetMs) return undefined;
    turn = -1;
    return { agent: first, by: criterion(free, each, queue) };
  }

  function hasRoom(agent: MatchAgent, { channel }: Waiting): boolean {
    return (room.get(agent.id)?.[channel] ?? 0) > 0;
  }

  /** A caller who could have had this agent. */
  function isRival({ each, queue }: Ranked, agent: MatchAgent): boolean {
    const calls = queue.side === 'inbound' && each.channel === 'voice' && !served.has(each.id);
    return calls && mayServe(agent, queue);
  }

  /** Without this agent a campaign has fewer than its calls under way will need. */
  function isPromised(agent: MatchAgent): boolean {
    for (const [campaign, needed] of promised) {
      if (needed <= 0 || !agent.queues.has(campaign)) continue;
      const ready = candidates.get(campaign)?.filter(({ id }) => room.get(id)!.voice > 0) ?? [];
      if (ready.length <= needed) return true;
    }
    return false;
  }
}

interface Ranked {
  readonly each: Waiting;
  readonly queue: MatchQueue;
  readonly rank: number;
}

/** In the order in which they choose. Who waits in a queue that is not known is left out. */
function rank(
  waiting: readonly Waiting[],
  queues: ReadonlyMap<string, MatchQueue>,
  now: number,
): readonly Ranked[] {
  const ranked: Ranked[] = [];
  for (const each of waiting) {
    const queue = queues.get(each.queue);
    if (queue) ranked.push({ each, queue, rank: urgency(each, queue, now) });
  }
  return ranked.toSorted(
    (a, b) => b.rank - a.rank || a.each.since - b.each.since || (a.each.id < b.each.id ? -1 : 1),
  );
}

function passedOver({ id }: MatchAgent, each: Waiting): boolean {
  return each.passedOver?.has(id) ?? false;
}

/** By what the first of several agents came first. @param free in the order in which they come */
function criterion(free: readonly MatchAgent[], each: Waiting, queue: MatchQueue): AgentChoice['by'] {
  const [first, second] = free.filter((agent) => passedOver(agent, each) === passedOver(free[0]!, each));
  if (!first || !second) return 'only-one';
  const level = skillLevel(queue);
  return level(first) > level(second) ? 'skill' : 'longest-idle';
}

/** By what somebody came before another who could have had the same agent. */
function aheadOf({ each, queue }: Ranked, rival: Ranked): CustomerCriterion {
  if (each.priority <= rival.each.priority) return 'waited';
  if (queue.side === 'outbound') return 'callee';
  return each.vip && !rival.each.vip ? 'vip' : 'priority';
}

/** Who comes first among agents who may. */
function preference(queue: MatchQueue): (a: MatchAgent, b: MatchAgent) => number {
  const level = skillLevel(queue);
  return (a, b) => level(b) - level(a) || a.idleSince - b.idleSince || (a.id < b.id ? -1 : 1);
}

/** How good an agent is at what a queue wants. */
function skillLevel({ requires, prefers, strategy }: MatchQueue): (agent: MatchAgent) => number {
  const wanted = strategy === 'best-skilled' ? [...new Set([...requires.keys(), ...prefers])] : prefers;
  return ({ skills }) => wanted.reduce((sum, skill) => sum + (skills.get(skill) ?? 0), 0);
}
