import {
  mostShownOutgoing,
  type ClockTrust,
  type Lent,
  type LiveAgent,
  type LiveLine,
  type LiveQueue,
  type LivePacing,
  type LiveSnapshot,
} from '@branchline/shared';
import { isReachable, voiceOf, type AgentPresence } from './agents/index.ts';
import type { Call } from './calls/index.ts';
import type { Dialer, PacingView } from './dialer/index.ts';
import type { Health } from './health/index.ts';

export interface SnapshotInput {
  readonly agents: readonly AgentPresence[];
  readonly calls: readonly Call[];
  readonly lines: Readonly<Record<string, LiveLine>>;
  readonly queues: Readonly<Record<string, LiveQueue>>;
  readonly dialer: Pick<Dialer, 'campaigns' | 'runner' | 'book' | 'standing' | 'pacing'>;
  /** Where callers of other sites are taken in. */
  readonly guests: string | undefined;
  readonly switchUp: boolean;
  readonly clock: ClockTrust;
  readonly outboxPending: number;
  readonly lent: Lent;
  readonly health: Health;
}

const dialing = new Set(['dialing', 'ringing', 'early']);
const waiting = new Set([
  'answered',
  'judging',
  'waiting',
  'ringing-agent',
  'bridging',
  'parting',
  'parked',
  'message',
  'machine',
]);

/** The state of the branch at this moment. Pure. */
export function liveSnapshot(input: SnapshotInput): LiveSnapshot {
  const campaigns = input.dialer.campaigns().map(({ id, status }) => {
    const own = input.calls.filter((call) => call.campaign === id);
    const counts = input.dialer.runner.counts.get(id) ?? {
      attempts: 0,
      answered: 0,
      abandoned: 0,
      refused: 0,
    };
    return [
      id,
      {
        status,
        standing: input.dialer.standing(id),
        ...livePacing(input.dialer.pacing.view(id)),
        dialing: own.filter(({ phase }) => dialing.has(phase)).length,
        waiting: own.filter(({ phase }) => waiting.has(phase)).length,
        talking: own.filter(({ phase }) => phase === 'talking').length,
        leadsHeld: input.dialer.book.held(id),
        ...counts,
      },
    ] as const;
  });
  return {
    agents: Object.fromEntries(input.agents.map((agent) => [agent.id, liveAgent(agent)])),
    campaigns: Object.fromEntries(campaigns),
    lines: input.lines,
    queues: input.queues,
    ...(input.guests !== undefined && { guests: input.guests }),
    calls: callCounts(input.calls),
    outgoing: Object.fromEntries(
      outgoingCalls(input.calls, mostShownOutgoing).map(({ id, startedAt, phase, campaign, line }) => [
        id,
        {
          since: Math.round(startedAt),
          ringing: phase !== 'dialing',
          ...(campaign !== undefined && { campaign }),
          line,
        },
      ]),
    ),
    switch: input.switchUp ? 'up' : 'down',
    clock: input.clock,
    outboxPending: input.outboxPending,
    lent: input.lent,
    cpu: round(input.health.cpu),
    memory: round(input.health.memory),
    disk: round(input.health.disk),
  };
}

/** How many calls stand where. */
export function callCounts(calls: readonly Call[]): LiveSnapshot['calls'] {
  const count = (wanted: (call: Call) => boolean): number => calls.filter(wanted).length;
  return {
    dialing: count(({ phase }) => phase === 'dialing'),
    ringing: count(({ phase }) => phase === 'ringing' || phase === 'early'),
    waiting: count(({ phase }) => waiting.has(phase)),
    talking: count(({ phase }) => phase === 'talking'),
    inbound: count(({ direction }) => direction === 'inbound'),
  };
}

/** The calls that are dialed or ring, the oldest first. */
export function outgoingCalls(calls: readonly Call[], most: number): Call[] {
  return calls
    .filter(({ phase }) => dialing.has(phase))
    .toSorted((a, b) => a.startedAt - b.startedAt)
    .slice(0, most);
}

function livePacing(view: PacingView | undefined): { pacing?: LivePacing } {
  if (!view) return {};
  const { ready, freeChannels, dialed, answered, abandoned, expected, outlook } = view;
  return {
    pacing: {
      ready,
      freeChannels,
      dialed,
      because: outlook.because,
      answerShare: round(outlook.answerShare),
      risk: thousandths(outlook.risk),
      allowedRisk: thousandths(outlook.allowedRisk),
      answeredToday: answered,
      abandonedToday: abandoned,
      expectedToday: round(expected),
      unspent: round(outlook.unspent),
    },
  };
}

function thousandths(share: number): number {
  return Math.round(share * 1000) / 1000;
}

/** Hundredths are enough on a board and keep the changes small. */
function round(share: number): number {
  return Math.round(share * 100) / 100;
}

function liveAgent(agent: AgentPresence): LiveAgent {
  const voice = voiceOf(agent);
  return {
    state: agent.state,
    since: Math.round(agent.since),
    ...(agent.reason && { reason: agent.reason.slice(0, 200) }),
    ...(agent.state !== 'offline' && !isReachable(agent) && { phoneLost: true as const }),
    ...(voice && { call: voice.call }),
    ...(voice?.campaign !== undefined && { campaign: voice.campaign }),
  };
}
