import {
  idSource,
  pick as pickOne,
  randomInteger,
  seededRandom,
  systemClock,
  type AgentRow,
  type AttemptRow,
  type CallRow,
  type EventRow,
  type Leg,
  type LineFault,
  type LineRow,
  type MetricRow,
  type OptoutRow,
  type Outcome,
  type QueueStep,
  type StreamName,
  type StreamRow,
} from '@branchline/shared';
import { linesOf, type ClickHouse } from '../stores/parts.ts';

const minute = 60_000;
/** The page looks at these 26 hours, so that "today and yesterday" has both. 2026-03-02 10:00 UTC is their end. */
export const range = {
  from: Date.UTC(2026, 2, 1, 8),
  to: Date.UTC(2026, 2, 2, 10),
  intervalMs: 30 * minute,
};

/** A row and where it came from: what the expectations are computed from. */
export type Sent<R> = R & { readonly site: string; readonly edge: string; readonly epoch: string };

export interface Seed {
  readonly calls: Sent<CallRow>[];
  readonly attempts: Sent<AttemptRow>[];
  readonly agents: Sent<AgentRow>[];
  readonly events: Sent<EventRow>[];
  readonly optouts: Sent<OptoutRow>[];
  readonly metrics: Sent<MetricRow>[];
  readonly lines: Sent<LineRow>[];
}

const boxes = [
  { site: 'north', edge: 'north-1', agents: ['mei', 'li'], lines: ['trunk-1', 'gsm-1'] },
  { site: 'north', edge: 'north-2', agents: ['wang'], lines: ['trunk-1'] },
  // A name with a quote in it: what is chosen is data, never SQL.
  { site: "o'hare", edge: 'ohare-1', agents: ['zoe', 'kim'], lines: ['trunk-9'] },
] as const;
type Box = (typeof boxes)[number];

const outcomes: readonly Outcome[] = [
  'ANSWERED',
  'ANSWERED',
  'ANSWERED',
  'ANSWERED',
  'ABANDONED',
  'PLAYED',
  'BUSY',
  'NO_ANSWER',
  'CONGESTION',
  'TRUNK_FAULT',
  'MACHINE',
  'REFUSED',
];
const rules = ['calling-window', 'attempts-cap', 'do-not-call'] as const;
const faultKinds: readonly LineFault[] = [
  'no-carrier-signal',
  'd-channel-down',
  'slips',
  'sim-missing',
  'quarantined',
  'balance-low',
];
const states = ['ready', 'talking', 'wrap-up', 'break', 'offline'] as const;

/**
 * Rows by chance, but the same every time; some lie outside the range on either side.
 * @param every how often a box reports its health, ms
 */
export function makeSeed({ from, to }: { from: number; to: number } = range, every = 10 * minute): Seed {
  const random = seededRandom(4711);
  const int = (least: number, most: number): number => randomInteger(random, least, most);
  const pick = <T>(list: readonly T[]): T => pickOne(random, list);
  const newId = idSource(systemClock, random);
  const campaigns = [newId(), newId()];
  const seed: Seed = { calls: [], attempts: [], agents: [], events: [], optouts: [], metrics: [], lines: [] };
  const margin = Math.round((to - from) / 20);
  const instant = (): number => int(from - margin, to + margin);

  for (const box of boxes) {
    const epoch = newId();
    const sent = <R extends object>(row: R): Sent<R> => ({ ...row, site: box.site, edge: box.edge, epoch });
    const starts = Array.from({ length: 200 }, instant).toSorted((a, b) => a - b);
    for (const startedAt of starts) {
      const campaign = pick(campaigns);
      const outcome = pick(outcomes);
      const { attempt, call } = dialed(box, campaign, startedAt, outcome);
      seed.attempts.push(sent(attempt));
      if (call) seed.calls.push(sent(call));
      if (call?.outcome === 'ANSWERED' && int(0, 9) > 1) {
        const said = disposition(
          call,
          call.endedAt + 5000,
          pick(['interested', 'call-again', 'sold']),
          'phone',
        );
        seed.events.push(sent(said));
        // Somebody corrects one now and then.
        if (int(0, 4) === 0)
          seed.events.push(sent(disposition(call, call.endedAt + 9000, 'wrong-number', 'api')));
      }
      if (call?.outcome === 'ANSWERED' && int(0, 2) === 0)
        for (const answer of answersOf(call)) seed.events.push(sent(answer));
      if (call?.outcome === 'ANSWERED' && int(0, 7) === 0)
        seed.optouts.push(sent({ ...head(call.endedAt), number: call.customer, call: call.id }));
      if (int(0, 6) === 0) for (const fact of leaseFacts(startedAt)) seed.events.push(sent(fact));
      if (call?.agent !== undefined && int(0, 2) === 0)
        for (const fact of supervision(call)) seed.events.push(sent(fact));
      if (int(0, 3) === 0) {
        const caller = inbound(box, startedAt + 1000);
        seed.calls.push(sent(caller));
        for (const step of queueSteps(caller)) seed.events.push(sent(step));
      }
      if (int(0, 5) === 0)
        seed.events.push(
          sent({
            ...head(startedAt),
            type: 'line' as const,
            line: pick(box.lines),
            state: pick(['up', 'down'] as const),
            reason: pick(['registered', 'no answer', 'cable']),
          }),
        );
      const agent = pick(box.agents);
      const left = pick(states);
      seed.agents.push(
        sent({
          ...head(startedAt),
          agent,
          from: left,
          to: pick(states),
          reason: 'test',
          heldMs: int(1000, 900_000),
        }),
      );
    }
    // One box falls silent before the end.
    const last = to - (box.edge === 'ohare-1' ? 15 * minute : 0);
    for (let at = from - margin; at < last; at += every) seed.metrics.push(sent(metric(at + int(0, 5000))));
    for (const line of box.lines)
      for (let at = from - margin; at < last; at += every)
        seed.lines.push(sent(lineMinute(line, at + int(0, 5000))));
    for (const openedAt of Array.from({ length: 12 }, instant).toSorted((a, b) => a - b)) {
      const fault = pick(faultKinds);
      const line = pick(box.lines);
      const told = { type: 'line-fault' as const, line, fault, reason: `it is ${fault}`, openedAt };
      seed.events.push(sent({ ...head(openedAt), ...told, state: 'opened' as const }));
      if (int(0, 2) > 0)
        seed.events.push(sent({ ...head(openedAt + int(5000, 900_000)), ...told, state: 'closed' as const }));
    }
    for (const at of [from + margin, to - 2 * margin])
      seed.events.push(
        sent({
          ...head(at),
          type: 'ledger' as const,
          state: 'recovered' as const,
          openAttempts: 2,
          openCalls: 1,
        }),
      );
  }
  for (const rows of Object.values(seed)) number(rows);
  // One row was lost on the way.
  const lost = seed.agents.findIndex(({ edge, at }) => edge === 'north-2' && at > from + 2 * margin);
  seed.agents.splice(lost, 1);
  return seed;

  function head(at: number): { seq: number; at: number; clock: 'trusted'; id: string } {
    return { seq: 0, at, clock: 'trusted', id: newId() };
  }

  function dialed(
    box: Box,
    campaign: string,
    startedAt: number,
    outcome: Outcome,
  ): { attempt: AttemptRow; call: CallRow | undefined } {
    const refused = outcome === 'REFUSED';
    const endedAt = startedAt + (refused ? 0 : int(4000, 240_000));
    const lead = newId();
    const number = `+86138${int(10_000_000, 99_999_999)}`;
    const line = pick(box.lines);
    const tries = refused
      ? []
      : [
          // A fault of one line leads to another try on the next.
          ...(int(0, 6) === 0
            ? [
                {
                  id: newId(),
                  ordinal: 1,
                  number,
                  line: pick(box.lines),
                  startedAt,
                  endedAt: startedAt + 900,
                  outcome: 'CONGESTION' as const,
                },
              ]
            : []),
          { id: newId(), ordinal: 2, number, line, startedAt: startedAt + 1000, endedAt, outcome },
        ];
    const attempt: AttemptRow = {
      ...head(endedAt),
      campaign,
      lead,
      lease: newId(),
      number,
      ordinal: 1,
      dueAt: startedAt - int(0, 600_000),
      startedAt,
      endedAt,
      outcome,
      ...(refused && { refusal: { rule: pick(rules), reason: 'test' } }),
      deadNumbers: [],
      tries,
    };
    const last = tries.at(-1);
    return { attempt, call: last && outboundCall(box, attempt, last.id, line) };
  }

  function outboundCall(box: Box, attempt: AttemptRow, id: string, line: string): CallRow {
    const { startedAt, endedAt, outcome } = attempt;
    const spoken = outcome === 'ANSWERED';
    const wait = int(40, 2600);
    const answeredAt = startedAt + 2000;
    const bridgedAt = Math.min(endedAt, answeredAt + wait);
    const agent = pick(box.agents);
    return {
      ...head(endedAt),
      id,
      conversation: newId(),
      direction: 'outbound',
      attempt: attempt.id,
      campaign: attempt.campaign,
      lead: attempt.lead,
      customer: attempt.number,
      callerId: pick(['+862155550000', '+862155550001']),
      line,
      startedAt,
      ...(outcome !== 'CONGESTION' && { earlyAt: startedAt + int(200, 1900) }),
      ...((spoken || outcome === 'ABANDONED' || outcome === 'PLAYED') && { answeredAt }),
      ...(spoken && { agent, bridgedAt, answerToAgentMs: wait }),
      endedAt,
      outcome,
      ...(line !== 'trunk-9' && { cost: spoken ? int(1, 900) * 1000 : 0, currency: 'CNY' }),
      hangupBy: 'customer',
      cause: spoken ? 'NORMAL_CLEARING' : outcome,
      q850: spoken ? 16 : 17,
      sipStatus: spoken ? 200 : 486,
      legs: spoken ? [heardLeg(id, answeredAt, endedAt), phoneLeg(id, bridgedAt, endedAt)] : [],
      segments: spoken ? [{ kind: 'agent', from: bridgedAt, to: endedAt, agent }] : [],
      evidence: 'live',
    };
  }

  /** The customer's leg with its quality; eighths and such, so that means are the same numbers in any engine. */
  function heardLeg(id: string, startedAt: number, endedAt: number): Leg {
    const quality = {
      mos: 3 + (startedAt % 12) / 8,
      loss: (startedAt % 8) / 64,
      jitterMs: startedAt % 8,
      packets: 100,
    };
    return { id, role: 'customer', startedAt, endedAt, cause: 'NORMAL_CLEARING', quality };
  }

  /** The phone of the agent, which rang for the call; of one in four nothing came. */
  function phoneLeg(call: string, startedAt: number, endedAt: number): Leg {
    const quality = {
      mos: 3 + (startedAt % 12) / 8,
      loss: (startedAt % 16) / 64,
      jitterMs: startedAt % 4,
      packets: 100,
    };
    return {
      id: `${call}-phone`,
      role: 'agent',
      startedAt,
      endedAt,
      cause: 'NORMAL_CLEARING',
      ...(endedAt % 4 > 0 && { quality }),
    };
  }

  function inbound(box: Box, startedAt: number): CallRow {
    const waited = int(1000, 45_000);
    const spoken = int(0, 3) > 0;
    const bridgedAt = startedAt + waited;
    const endedAt = bridgedAt + int(1000, 200_000);
    const agent = pick(box.agents);
    return {
      ...head(endedAt),
      conversation: newId(),
      direction: 'inbound',
      // Some came from another branch; some went to an agent there.
      ...(int(0, 3) === 0 && { guestOf: box.site === 'north' ? "o'hare" : 'north' }),
      ...(int(0, 5) === 0 && { sentTo: box.site === 'north' ? "o'hare" : 'north' }),
      customer: `+86139${int(10_000_000, 99_999_999)}`,
      callerId: '+862155550000',
      line: pick(box.lines),
      startedAt,
      answeredAt: startedAt + 500,
      ...(spoken && { agent, bridgedAt }),
      endedAt,
      outcome: spoken ? 'ANSWERED' : 'ABANDONED',
      hangupBy: 'customer',
      cause: 'NORMAL_CLEARING',
      q850: 16,
      sipStatus: 200,
      legs: [],
      segments: [
        { kind: 'waiting', from: startedAt, to: bridgedAt },
        ...(spoken ? [{ kind: 'agent' as const, from: bridgedAt, to: endedAt, agent }] : []),
      ],
      evidence: 'live',
    };
  }

  /** The way of a caller through a queue, some by way of another. */
  function queueSteps({ id, conversation, startedAt, bridgedAt, endedAt, agent }: CallRow): EventRow[] {
    const queues = int(0, 4) === 0 ? ['sales', 'claims'] : [pick(['sales', 'claims', 'inbound'])];
    const enteredAt = startedAt + 100;
    const end = bridgedAt ?? endedAt;
    return queues.flatMap((queue, i): EventRow[] => {
      const told = (at: number, step: QueueStep, more: object = {}): EventRow => ({
        ...head(at),
        type: 'queue',
        call: id,
        conversation,
        queue,
        step,
        waitedMs: at - enteredAt,
        targetMs: queue === 'claims' ? 10_000 : 20_000,
        ...more,
      });
      const entered = told(enteredAt, 'entered', { position: int(1, 9) });
      if (i < queues.length - 1)
        return [entered, told(end - 20, 'overflowed', { exit: `queue ${queues[i + 1]!}` })];
      const vain = int(0, 5) === 0 ? [told(end - 10, 'no-answer', { agent: 'li' })] : [];
      const last =
        agent === undefined
          ? int(0, 2) === 0
            ? told(end, 'overflowed', { exit: pick(['group', 'voicemail']) })
            : told(end, 'abandoned')
          : told(end, 'connected', { agent });
      return [entered, ...vain, last];
    });
  }

  /** Somebody listens to a call, speaks into it and leaves; now and then it is handed on afterwards. */
  function supervision({ id, agent, endedAt }: CallRow): EventRow[] {
    const about = (at: number) => ({ ...head(at), call: id, by: 'eva' });
    const theirs = agent === undefined ? {} : { agent };
    const listened = (['listen', 'whisper', 'stop'] as const).map((mode, i): EventRow => ({
      ...about(endedAt - 900 + i),
      ...theirs,
      type: 'monitored',
      mode,
      extension: '104',
    }));
    const handed: EventRow = {
      ...about(endedAt - 500),
      type: 'transferred',
      how: 'blind',
      to: 'queue sales',
    };
    return int(0, 1) === 0
      ? listened
      : [...listened, agent === undefined ? handed : { ...handed, from: agent }];
  }

  /** What an agent wrote into the form of the campaign, and what the customer keyed in afterwards. */
  function answersOf({ id, campaign = '', agent = '', endedAt }: CallRow): EventRow[] {
    const answers = [{ field: 'meter', label: 'Meter reading', answer: String(int(0, 9999)) }];
    const flow = newId();
    return [
      { ...head(endedAt + 3000), type: 'form', call: id, campaign, agent, answers },
      ...['polite', 'helped'].map((question, i): EventRow => ({
        ...head(endedAt + 1000 + i),
        type: 'survey',
        call: id,
        flow,
        question,
        answer: String(int(1, 5)),
        campaign,
        agent,
      })),
    ];
  }

  /** A lease that came and ended. */
  function leaseFacts(at: number): EventRow[] {
    const names = { lease: newId(), leaseEpoch: newId() };
    return [
      { ...head(at), type: 'lease-stored', ...names, leads: int(1, 500) },
      {
        ...head(at + 60_000),
        type: 'lease-ended',
        ...names,
        how: pick(['returned', 'expired'] as const),
        unworked: [],
        afterAttempt: 0,
      },
    ];
  }

  function disposition(call: CallRow, at: number, code: string, by: 'phone' | 'api'): EventRow {
    return { ...head(at), type: 'disposition', call: call.id, agent: call.agent ?? '', code, by };
  }

  function lineMinute(line: string, at: number): LineRow {
    const gsm = line.startsWith('gsm');
    return {
      ...head(at),
      line,
      kind: gsm ? 'gsm-modem' : 'e1-card',
      state: pick(['up', 'up', 'down'] as const),
      inUse: int(0, gsm ? 1 : 30),
      channels: gsm ? 1 : 30,
      used: {
        callsHour: int(0, 15),
        callsDay: int(0, 60),
        minutesDay: int(0, 240),
        minutesMonth: int(0, 3000),
      },
      ...(gsm ? { signal: int(-110, -55), balance: int(0, 500) / 10 } : { slipsPerHour: int(0, 9) }),
      downMs: int(0, 60_000),
    };
  }

  function metric(at: number): MetricRow {
    return {
      ...head(at),
      clock: pick(['trusted', 'trusted', 'holdover', 'untrusted']),
      cpu: int(1, 99) / 100,
      memoryUsedBytes: int(1, 8) * 1_000_000_000,
      memoryTotalBytes: 8_000_000_000,
      diskUsedBytes: int(1, 99) * 1_000_000_000,
      diskTotalBytes: 100_000_000_000,
      processMemoryBytes: 120_000_000,
      eventLoopDelayP99Ms: int(1, 400),
      channelsInUse: int(0, 30),
      outboxPending: int(0, 9000),
    };
  }
}

/** Gives each box's rows of a stream their positions, in the order of their instants. */
function number(rows: Sent<{ at: number; seq: number }>[]): void {
  for (const of of Map.groupBy(rows, ({ edge }) => edge).values())
    of.toSorted((a, b) => a.at - b.at).forEach((row, i) => (row.seq = i + 1));
}

/** Writes the rows twice, as a replay does. */
export async function writeSeed(clickHouse: ClickHouse, seed: Seed): Promise<void> {
  const streams: [StreamName, Sent<StreamRow<StreamName>>[]][] = [
    ['call', seed.calls],
    ['attempt', seed.attempts],
    ['agent', seed.agents],
    ['event', seed.events],
    ['optout', seed.optouts],
    ['metric', seed.metrics],
    ['line', seed.lines],
  ];
  for (const token of ['first', 'replay'])
    for (const [stream, rows] of streams)
      for (const [edge, sent] of Map.groupBy(rows, (row) => row.edge)) {
        const { site, epoch } = sent[0]!;
        const plain = sent.map(
          ({ site: _site, edge: _edge, epoch: _epoch, ...row }) => row,
        ) as StreamRow<StreamName>[];
        for (const { target, body } of linesOf({ edge, site, epoch }, stream, plain))
          await clickHouse.insertLines(target, [Buffer.from(body)], `${token}-${edge}-${stream}-${target}`);
      }
}
