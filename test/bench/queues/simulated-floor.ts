import { inboundQueue, randomExponential, seededRandom, type Queue } from '@branchline/shared';
import { Agenda } from '../pacing/agenda.ts';
import {
  calleePriority,
  isAvailable,
  match,
  matchCampaign,
  matchQueue,
  mayServe,
  nextAgent,
  nextPlace,
  offlineAgent,
  servedBy,
  waysOut,
  type AgentInput,
  type AgentPresence,
  type MatchAgent,
  type MatchInput,
  type MatchQueue,
  type Place,
  type PlaceInput,
} from './parts.ts';

export interface FloorLoad {
  readonly seed: number;
  /** How long callers come, virtual ms; then everybody is served or leaves. */
  readonly forMs: number;
  readonly agents: number;
  readonly arrivalsPerSecond: number;
}

export interface FloorReport {
  readonly arrivals: number;
  readonly meanQueued: number;
  /** By how they ended. */
  readonly ends: Readonly<Record<string, number>>;
  /** Whoever waited longest in one queue, ms. */
  readonly longestMs: number;
  readonly decisions: number;
  /** What a decision took, real ms. */
  readonly decisionMs: { readonly p50: number; readonly p99: number; readonly most: number };
  /** Everything that must not be, in words. */
  readonly problems: readonly string[];
}

const sales: Queue = { ...inboundQueue, id: 'sales', maxWaitSeconds: 120 };
const loans: Queue = {
  ...inboundQueue,
  id: 'loans',
  requires: [{ skill: 'loans', level: 3 }],
  strategy: 'best-skilled',
  priority: 1,
  maxWaitSeconds: 15,
  exit: { to: 'queue', queue: 'sales' },
};
const campaign = { id: 'campaign', maxWaitMs: 2000 };

/** Means, ms. */
const talkMs = 7000;
const wrapUpMs = 3000;
const patienceMs = 60_000;
const ringMs = 1500;
const noAnswerShare = 0.02;
const outboundShare = 0.1;

interface Talk {
  readonly call: string;
  readonly number: number;
}

/**
 * A floor in virtual time, with the matcher and the state machines that the edge runs, and chance for everything else: callers
 * of two queues and callees of a campaign come, agents answer or do not, talk, rest, take breaks, log out.
 */
export function simulateFloor({ seed, forMs, agents: count, arrivalsPerSecond }: FloorLoad): FloorReport {
  const random = seededRandom(seed);
  const agenda = new Agenda<() => void>();
  const problems: string[] = [];
  const places = new Map<string, Place>();
  const agents = new Map<string, AgentPresence>();
  const served = new Map<string, Pick<MatchAgent, 'queues' | 'skills'>>();
  const queues = new Map<string, Queue>([sales, loans].map((queue) => [queue.id, queue]));
  const lines = new Map<string, MatchQueue>([
    [sales.id, matchQueue(sales)],
    [loans.id, matchQueue(loans)],
    [campaign.id, matchCampaign(campaign)],
  ]);
  /** Call → agent, while somebody is theirs. */
  const holders = new Map<string, string>();
  const ends: Record<string, number> = {};
  const ended = new Set<string>();
  const costs: number[] = [];
  let now = 0;
  let turn = 0;
  let arrivals = 0;
  let queuedMs = 0;
  let longestMs = 0;
  const after = (ms: number, what: () => void): void => agenda.add(now + ms, what);
  const problem = (text: string): void => void (problems.length < 20 && problems.push(`${now} ms: ${text}`));

  for (let i = 0; i < count; i++) {
    const id = `a${i}`;
    const skills = i % 3 === 0 ? [{ skill: 'loans', level: 1 + (i % 10) }] : [];
    const person = {
      id,
      name: id,
      extension: String(1000 + i),
      mode: 'ring' as const,
      inbound: true,
      skills,
    };
    served.set(id, servedBy({ ...person, campaigns: i % 2 === 0 ? [campaign.id] : [] }, [sales, loans]));
    agents.set(id, offlineAgent(id, person.extension, 'ring', 0));
    after(random.next() * 1000, () => shift(id));
  }
  after(0, arrive);
  const until = forMs + 300_000;
  let before = 0;
  while (agenda.nextAt < Infinity && agenda.nextAt <= until) {
    now = agenda.nextAt;
    if (now <= forMs) queuedMs += places.size * (now - before);
    before = now;
    agenda.take()();
  }
  for (const place of places.values()) problem(`${place.call} still waits in ${place.queue}`);
  for (const [call, agent] of holders) problem(`${agent} still has ${call}`);
  for (const { id, state } of agents.values())
    if (state === 'reserved' || state === 'ringing' || state === 'talking')
      problem(`${id} is stuck in ${state}`);
  const sorted = costs.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return {
    arrivals,
    meanQueued: queuedMs / forMs,
    ends,
    longestMs,
    decisions: costs.length,
    decisionMs: { p50: at(0.5), p99: at(0.99), most: at(1) },
    problems,
  };

  function arrive(): void {
    const number = arrivals++;
    const kind = random.next();
    const queue = kind < outboundShare ? campaign.id : kind < 0.4 ? loans.id : sales.id;
    const priority = queue === campaign.id ? calleePriority : random.next() < 0.05 ? 5 : 0;
    enter({ call: `c${number}`, number }, queue, now, priority);
    if (now < forMs) after(randomExponential(random, 1000 / arrivalsPerSecond), arrive);
  }

  function enter(talk: Talk, queue: string, inLineSince: number, priority: number): void {
    const { call } = talk;
    places.set(call, {
      call,
      conversation: call,
      queue,
      inLineSince,
      enteredAt: now,
      priority,
      phase: 'waiting',
      passedOver: new Set(),
      sitesTried: new Map(),
      announcedAt: now,
    });
    const own = queues.get(queue);
    after(own ? own.maxWaitSeconds * 1000 : campaign.maxWaitMs, () => tooLong(talk, queue));
    if (inLineSince === now) after(randomExponential(random, patienceMs), () => hangUp(talk));
    decide();
  }

  function input(call: string, what: PlaceInput): void {
    const place = places.get(call);
    if (!place) return;
    const { state, effects } = nextPlace(place, what);
    if (state.phase !== 'left') return void places.set(call, state);
    places.delete(call);
    longestMs = Math.max(longestMs, now - place.enteredAt);
    const end = effects.at(-1)?.step ?? 'none';
    const key = `${call} ${place.queue}`;
    if (ended.has(key)) problem(`${key} ends twice`);
    ended.add(key);
    ends[end] = (ends[end] ?? 0) + 1;
  }

  function tooLong(talk: Talk, queue: string): void {
    const place = places.get(talk.call);
    if (place?.queue !== queue) return;
    // A phone that rings may still be taken.
    if (place.phase === 'offered') return after(1000, () => tooLong(talk, queue));
    const own = queues.get(queue);
    const [exit = { to: 'group' } as const] = own ? waysOut(own, now - place.enteredAt) : [];
    input(talk.call, { type: 'leave', exit: exit.to });
    if (exit.to === 'queue') enter(talk, exit.queue, place.inLineSince, place.priority);
  }

  function hangUp({ call }: Talk): void {
    const agent = holders.get(call);
    input(call, { type: 'gone' });
    if (agent === undefined) return;
    holders.delete(call);
    const talked = agents.get(agent)!.state === 'talking';
    release(agent, talked ? 'talked' : 'unused');
  }

  function decide(): void {
    const waiting = [...places.values()].filter(({ phase }) => phase === 'waiting');
    if (waiting.length === 0) return;
    const picture: MatchInput = {
      now,
      waiting: waiting.map((place) => ({
        ...place,
        id: place.call,
        channel: 'voice',
        since: place.inLineSince,
      })),
      queues: lines,
      agents: [...agents.values()].flatMap((agent) =>
        isAvailable(agent)
          ? [{ ...served.get(agent.id)!, ...oneCall, id: agent.id, idleSince: agent.since }]
          : [],
      ),
      promised: new Map([[campaign.id, 2]]),
      turn,
    };
    const began = performance.now();
    const result = match(picture);
    costs.push(performance.now() - began);
    ({ turn } = result);
    for (const { waiting: call, agent } of result.matches) offer(call, agent);
  }

  function offer(call: string, agent: string): void {
    const place = places.get(call)!;
    if (holders.has(call)) problem(`${call} is given to ${agent} and to ${holders.get(call)!}`);
    if (!mayServe({ ...served.get(agent)!, id: agent, ...idle }, lines.get(place.queue)!))
      problem(`${agent} may not serve ${place.queue}`);
    if (step(agent, { type: 'reserve', call, at: now }).state !== 'reserved') problem(`${agent} had no room`);
    holders.set(call, agent);
    step(agent, { type: 'ring', at: now });
    input(call, { type: 'offered', agent });
    after(random.next() * ringMs, () => answer(call, agent));
  }

  function answer(call: string, agent: string): void {
    if (holders.get(call) !== agent || agents.get(agent)?.state !== 'ringing') return;
    if (random.next() < noAnswerShare) {
      holders.delete(call);
      input(call, { type: 'missed', at: now });
      return release(agent, 'failed');
    }
    step(agent, { type: 'talk', at: now });
    input(call, { type: 'connected' });
    after(randomExponential(random, talkMs), () => {
      if (holders.get(call) !== agent) return;
      holders.delete(call);
      release(agent, 'talked');
    });
  }

  function release(agent: string, how: 'talked' | 'unused' | 'failed'): void {
    const { state } = step(agent, { type: 'release', how, wrapUpMs, noAnswerLimit: 2, at: now });
    if (state === 'wrap-up')
      after(wrapUpMs, () => rest(agent, step(agent, { type: 'wrap-up-done', at: now }).state));
    else rest(agent, state);
  }

  function rest(agent: string, state: AgentPresence['state']): void {
    if (state === 'ready') decide();
    if (state === 'break') after(60_000, () => back(agent));
  }

  function back(agent: string): void {
    if (agents.get(agent)?.state !== 'break') return;
    step(agent, { type: 'ready', at: now });
    decide();
  }

  /** An agent works for an hour or so, with breaks, and is away for some minutes. */
  function shift(agent: string): void {
    step(agent, { type: 'login', at: now });
    decide();
    after(randomExponential(random, 1_200_000), () => {
      step(agent, { type: 'break', reason: 'lunch', at: now });
      after(60_000, () => back(agent));
    });
    after(randomExponential(random, 3_600_000), () => leave(agent));
  }

  function leave(agent: string): void {
    const { state } = agents.get(agent)!;
    // Who has a customer asks again later, as people do.
    if (state === 'reserved' || state === 'ringing' || state === 'talking')
      return after(5000, () => leave(agent));
    step(agent, { type: 'logout', at: now });
    after(randomExponential(random, 300_000), () => shift(agent));
  }

  function step(agent: string, what: AgentInput): AgentPresence {
    const { state } = nextAgent(agents.get(agent)!, what);
    agents.set(agent, state);
    return state;
  }
}

const oneCall = { free: { voice: 1, message: 0 } } as const;
const idle = { idleSince: 0, free: { voice: 0, message: 0 } } as const;
