import type {
  AgentRow,
  AttemptRow,
  CallRow,
  EventRow,
  LineRow,
  MetricRow,
  OptoutRow,
  StreamName,
  StreamRow,
} from '@branchline/shared';
import type { ClickHouseTable } from './clickhouse-tables.ts';

/** Where a row came from, as columns. */
export interface RowOrigin {
  readonly edge: string;
  readonly site: string;
  readonly epoch: string;
}

/** JSONEachRow text for one table. */
export interface TableLines {
  readonly target: ClickHouseTable;
  readonly rows: number;
  readonly body: string;
}

/** 2100-01-01: past it ClickHouse's month and hour functions wrap round. */
const lastInstant = 4_102_444_800_000;

/** Why a row that fits the contract cannot be stored in ClickHouse; undefined when it can. */
export function findUnstorable(stream: StreamName, row: StreamRow<StreamName>): string | undefined {
  const late = Object.entries(instantsOf(stream, row)).find(([, value]) => value >= lastInstant);
  return late && `/${late[0]} is after the year 2099`;
}

function instantsOf(stream: StreamName, row: StreamRow<StreamName>): Record<string, number> {
  if (stream === 'call') {
    const call = row as CallRow;
    return { at: call.at, startedAt: call.startedAt, endedAt: call.endedAt, ...latest(call) };
  }
  if (stream === 'attempt') {
    const { at, dueAt, startedAt, endedAt, tries } = row as AttemptRow;
    return {
      at,
      dueAt,
      startedAt,
      endedAt,
      tries: Math.max(0, ...tries.flatMap((t) => [t.startedAt, t.endedAt])),
    };
  }
  return { at: row.at };
}

function latest(call: CallRow): Record<string, number> {
  return {
    earlyAt: call.earlyAt ?? 0,
    answeredAt: call.answeredAt ?? 0,
    bridgedAt: call.bridgedAt ?? 0,
    legs: Math.max(0, ...call.legs.flatMap((leg) => [leg.startedAt, leg.endedAt])),
    segments: Math.max(0, ...call.segments.flatMap((segment) => [segment.from, segment.to])),
  };
}

/** The rows of one batch as lines, per table they belong to. Instants stay epoch milliseconds: DateTime64(3) reads them. */
export function linesOf(
  origin: RowOrigin,
  stream: StreamName,
  rows: readonly StreamRow<StreamName>[],
): TableLines[] {
  const lines = new Map<ClickHouseTable, string[]>();
  // The origin is the same text on every row of a batch: made once, and the row's own columns follow it.
  const head = `${JSON.stringify({ edge: origin.edge, site: origin.site, epoch: origin.epoch }).slice(0, -1)},`;
  for (const row of rows) {
    const [target, columns] = columnsOf(stream, row);
    const list = lines.get(target) ?? [];
    lines.set(target, list);
    list.push(head + JSON.stringify(columns).slice(1));
  }
  return [...lines].map(([target, list]) => ({ target, rows: list.length, body: `${list.join('\n')}\n` }));
}

function columnsOf(stream: StreamName, row: StreamRow<StreamName>): [ClickHouseTable, object] {
  switch (stream) {
    case 'call':
      return ['calls', callColumns(row as CallRow)];
    case 'attempt':
      return ['attempts', attemptColumns(row as AttemptRow)];
    case 'agent':
      return ['agent_events', agentColumns(row as AgentRow)];
    case 'metric':
      return ['metrics', metricColumns(row as MetricRow)];
    case 'line':
      return ['line_minutes', lineColumns(row as LineRow)];
    case 'optout':
      return ['events', factColumns({ ...(row as OptoutRow), type: 'optout' })];
    case 'event': {
      const event = row as EventRow;
      if (event.type === 'disposition') return ['dispositions', dispositionColumns(event)];
      if (event.type === 'queue') return ['queue_steps', queueColumns(event)];
      if (event.type === 'form') return ['form_answers', formColumns(event)];
      return event.type === 'survey' ? ['surveys', surveyColumns(event)] : ['events', factColumns(event)];
    }
    default:
      return stream satisfies never;
  }
}

function headColumns(row: StreamRow<StreamName>): object {
  return { id: row.id, seq: row.seq, at: row.at, clock: row.clock };
}

function callColumns(call: CallRow): object {
  const { legs, segments } = call;
  const customer = legs.findLast(({ role }) => role === 'customer')?.quality;
  const agent = legs.findLast(({ role, quality }) => role === 'agent' && quality)?.quality;
  return {
    ...headColumns(call),
    conversation: call.conversation,
    direction: call.direction,
    attempt: call.attempt,
    campaign: call.campaign,
    lead: call.lead,
    customer: call.customer,
    caller_id: call.callerId,
    line: call.line,
    agent: call.agent,
    started_at: call.startedAt,
    early_at: call.earlyAt,
    answered_at: call.answeredAt,
    bridged_at: call.bridgedAt,
    ended_at: call.endedAt,
    outcome: call.outcome,
    hangup_by: call.hangupBy,
    cause: call.cause,
    q850: call.q850,
    sip_status: call.sipStatus,
    answer_to_agent_ms: call.answerToAgentMs,
    recording_file: call.recording?.file,
    recording_ms: call.recording?.ms,
    mos: customer?.mos,
    loss: customer?.loss,
    jitter_ms: customer?.jitterMs,
    agent_mos: agent?.mos,
    agent_loss: agent?.loss,
    agent_jitter_ms: agent?.jitterMs,
    recording_notice_at: call.recording?.noticeAt,
    recording_pauses: (call.recording?.pauses ?? []).map(({ from, to }) => [from, to]),
    choice_by: call.choice?.by,
    choice_passed: (call.choice?.passed ?? []).map(({ line, verdict }) => [line, verdict]),
    guest_of: call.guestOf,
    sent_to: call.sentTo,
    evidence: call.evidence,
    answer_supervision: call.answerSupervision,
    confidence: call.confidence,
    cost: call.cost,
    currency: call.currency,
    'legs.id': legs.map((leg) => leg.id),
    'legs.role': legs.map((leg) => leg.role),
    'legs.started_at': legs.map((leg) => leg.startedAt),
    'legs.ended_at': legs.map((leg) => leg.endedAt),
    'legs.cause': legs.map((leg) => leg.cause),
    'segments.kind': segments.map((segment) => segment.kind),
    'segments.from': segments.map((segment) => segment.from),
    'segments.to': segments.map((segment) => segment.to),
    'segments.agent': segments.map((segment) => segment.agent ?? ''),
  };
}

function attemptColumns(attempt: AttemptRow): object {
  const { tries } = attempt;
  return {
    ...headColumns(attempt),
    campaign: attempt.campaign,
    lead: attempt.lead,
    lease: attempt.lease,
    number: attempt.number,
    ordinal: attempt.ordinal,
    due_at: attempt.dueAt,
    started_at: attempt.startedAt,
    ended_at: attempt.endedAt,
    outcome: attempt.outcome,
    refusal_rule: attempt.refusal?.rule,
    refusal_reason: attempt.refusal?.reason,
    refusal_rules: attempt.refusal?.rules,
    dead_numbers: attempt.deadNumbers,
    agent: attempt.agent,
    // Its figures are for whoever asks about this one call.
    pace: attempt.pace && JSON.stringify(attempt.pace),
    zone: attempt.zone,
    'tries.id': tries.map((one) => one.id),
    'tries.ordinal': tries.map((one) => one.ordinal),
    'tries.number': tries.map((one) => one.number),
    'tries.line': tries.map((one) => one.line),
    'tries.started_at': tries.map((one) => one.startedAt),
    'tries.ended_at': tries.map((one) => one.endedAt),
    'tries.outcome': tries.map((one) => one.outcome),
  };
}

function agentColumns(row: AgentRow): object {
  return {
    ...headColumns(row),
    agent: row.agent,
    from_state: row.from,
    to_state: row.to,
    reason: row.reason,
    held_ms: row.heldMs,
    call: row.call,
    extension: row.extension,
    chosen_by: row.choice?.by,
    chosen_ahead: row.choice?.ahead,
  };
}

function dispositionColumns(row: Extract<EventRow, { type: 'disposition' }>): object {
  return { ...headColumns(row), call: row.call, agent: row.agent, code: row.code, by: row.by };
}

function formColumns(row: Extract<EventRow, { type: 'form' }>): object {
  const { call, campaign, agent, answers } = row;
  return {
    ...headColumns(row),
    call,
    campaign,
    agent,
    'answers.field': answers.map(({ field }) => field),
    'answers.label': answers.map(({ label }) => label),
    'answers.answer': answers.map(({ answer }) => answer),
  };
}

function surveyColumns(row: Extract<EventRow, { type: 'survey' }>): object {
  const { call, flow, question, answer, campaign, agent } = row;
  return { ...headColumns(row), call, flow, question, answer, campaign, agent };
}

function queueColumns(row: Extract<EventRow, { type: 'queue' }>): object {
  const { call, conversation, queue, step, position, agent, exit, peer } = row;
  const times = { waited_ms: row.waitedMs, target_ms: row.targetMs };
  return { ...headColumns(row), call, conversation, queue, step, ...times, position, agent, exit, peer };
}

/** Facts of many shapes share a table: what is particular to the type is kept as JSON. */
function factColumns(
  fact:
    | Exclude<EventRow, { type: 'disposition' | 'queue' | 'survey' | 'form' }>
    | (OptoutRow & { type: 'optout' }),
): object {
  const { id: _id, seq: _seq, at: _at, clock: _clock, type, ...detail } = fact;
  return { ...headColumns(fact), type, detail: JSON.stringify(detail) };
}

function metricColumns(row: MetricRow): object {
  return {
    ...headColumns(row),
    cpu: row.cpu,
    memory_used_bytes: row.memoryUsedBytes,
    memory_total_bytes: row.memoryTotalBytes,
    disk_used_bytes: row.diskUsedBytes,
    disk_total_bytes: row.diskTotalBytes,
    process_memory_bytes: row.processMemoryBytes,
    event_loop_delay_p99_ms: row.eventLoopDelayP99Ms,
    channels_in_use: row.channelsInUse,
    outbox_pending: row.outboxPending,
  };
}

function lineColumns(row: LineRow): object {
  const { used } = row;
  return {
    ...headColumns(row),
    line: row.line,
    kind: row.kind,
    state: row.state,
    fault: row.fault,
    in_use: row.inUse,
    channels: row.channels,
    calls_hour: used.callsHour,
    calls_day: used.callsDay,
    minutes_day: used.minutesDay,
    minutes_month: used.minutesMonth,
    signal: row.signal,
    balance: row.balance,
    slips_per_hour: row.slipsPerHour,
    crc_errors: row.crcErrors,
    code_violations: row.codeViolations,
    down_ms: row.downMs,
  };
}
