import type { Kysely } from 'kysely';
import {
  idSource,
  type Ack,
  type AgentRow,
  type AttemptRow,
  type CallRow,
  type EventRow,
  type LineRow,
  type MetricRow,
  type OptoutRow,
  type OutboxBatch,
  type StreamName,
} from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import type { BatchOrigin } from './batch-reading.ts';
import { ingestBatches, type BatchEffects } from './inbox.ts';

/** Rows for tests: valid, small, and the same but for what a test changes. */
const newId = idSource();

/** 2026-03-02 10:00 UTC, a Monday. */
export const sampleInstant = Date.UTC(2026, 2, 2, 10);

export const noEffects: BatchEffects = { apply: () => Promise.resolve() };

/** Takes in one batch alone. @throws what `ingestBatches` throws */
export async function ingestBatch(
  db: Kysely<Tables>,
  origin: BatchOrigin,
  stream: StreamName,
  batch: OutboxBatch,
  effects: BatchEffects,
  now: number,
): Promise<Ack> {
  const [ack] = await ingestBatches(db, [{ origin, stream, batch }], effects, now);
  return ack!;
}

/** An id that no other row has. */
export const sampleId = newId;

/** A call that was answered, spoke 30 s with an agent and ended. */
export function sampleCall(seq: number, changes: Partial<CallRow> = {}): CallRow {
  const startedAt = changes.startedAt ?? sampleInstant + seq * 10;
  const bridgedAt = startedAt + 6000;
  const endedAt = bridgedAt + 30_000;
  return {
    seq,
    at: endedAt,
    clock: 'trusted',
    id: newId(),
    conversation: newId(),
    direction: 'outbound',
    customer: `+86139${String(10_000_000 + seq)}`,
    callerId: '+862155550000',
    line: 'trunk-1',
    agent: 'mei',
    startedAt,
    answeredAt: startedAt + 5800,
    bridgedAt,
    endedAt,
    outcome: 'ANSWERED',
    hangupBy: 'customer',
    cause: 'NORMAL_CLEARING',
    q850: 16,
    sipStatus: 200,
    answerToAgentMs: 200,
    legs: [{ id: `leg-${seq}`, role: 'customer', startedAt, endedAt, cause: 'NORMAL_CLEARING' }],
    segments: [{ kind: 'agent', from: bridgedAt, to: endedAt, agent: 'mei' }],
    evidence: 'live',
    ...changes,
  };
}

/** An attempt that was answered at its first try. */
export function sampleAttempt(seq: number, changes: Partial<AttemptRow> = {}): AttemptRow {
  const startedAt = changes.startedAt ?? sampleInstant + seq * 10;
  const endedAt = startedAt + 36_000;
  const number = `+86138${String(10_000_000 + seq)}`;
  const outcome = changes.outcome ?? 'ANSWERED';
  return {
    seq,
    at: endedAt,
    clock: 'trusted',
    id: newId(),
    campaign: newId(),
    lead: newId(),
    lease: newId(),
    number,
    ordinal: 1,
    dueAt: startedAt - 1000,
    startedAt,
    endedAt,
    outcome,
    deadNumbers: [],
    tries:
      outcome === 'REFUSED'
        ? []
        : [{ id: newId(), ordinal: 1, number, line: 'trunk-1', startedAt, endedAt, outcome }],
    ...changes,
  };
}

/** A disposition chosen on the phone. */
export function sampleDisposition(
  seq: number,
  call: string,
  code: string,
  changes: { at?: number } = {},
): EventRow {
  return {
    seq,
    at: sampleInstant + seq * 10,
    clock: 'trusted',
    id: newId(),
    type: 'disposition',
    call,
    agent: 'mei',
    code,
    by: 'phone',
    ...changes,
  };
}

/** The form of a campaign as it was answered. */
export function sampleForm(
  seq: number,
  call: string,
  changes: Partial<Extract<EventRow, { type: 'form' }>> = {},
): EventRow {
  return {
    seq,
    at: sampleInstant + seq * 10,
    clock: 'trusted',
    id: newId(),
    type: 'form',
    call,
    campaign: newId(),
    agent: 'mei',
    answers: [{ field: 'meter', label: 'Meter reading', answer: '4711' }],
    ...changes,
  };
}

/** A line that came up. */
export function sampleEvent(seq: number): EventRow {
  return {
    seq,
    at: sampleInstant + seq * 10,
    clock: 'trusted',
    id: newId(),
    type: 'line',
    line: 'trunk-1',
    state: 'up',
    reason: 'registered',
  };
}

/** A person who asked not to be called again. */
export function sampleOptout(seq: number): OptoutRow {
  return {
    seq,
    at: sampleInstant + seq * 10,
    clock: 'trusted',
    id: newId(),
    number: `+86137${10_000_000 + seq}`,
  };
}

/** An agent who went from ready to talking. */
export function sampleAgent(seq: number): AgentRow {
  return {
    seq,
    at: sampleInstant + seq * 10,
    clock: 'trusted',
    id: newId(),
    agent: 'mei',
    from: 'ready',
    to: 'talking',
    reason: 'call',
    heldMs: 12_000,
  };
}

/** A minute of a calm box. */
export function sampleMetric(seq: number): MetricRow {
  return {
    seq,
    at: sampleInstant + seq * 10,
    clock: 'trusted',
    id: newId(),
    cpu: 0.25,
    memoryUsedBytes: 1_000_000_000,
    memoryTotalBytes: 8_000_000_000,
    diskUsedBytes: 10_000_000_000,
    diskTotalBytes: 100_000_000_000,
    processMemoryBytes: 120_000_000,
    eventLoopDelayP99Ms: 3.5,
    channelsInUse: 4,
    outboxPending: 0,
  };
}

export function sampleLine(seq: number): LineRow {
  return {
    seq,
    at: sampleInstant + seq * 10,
    clock: 'trusted',
    id: newId(),
    line: 'modem-1',
    kind: 'gsm-modem',
    state: 'down',
    fault: 'no-signal',
    inUse: 0,
    channels: 1,
    used: { callsHour: 3, callsDay: 20, minutesDay: 41, minutesMonth: 900 },
    signal: -101,
    balance: 12.5,
    downMs: 60_000,
  };
}
