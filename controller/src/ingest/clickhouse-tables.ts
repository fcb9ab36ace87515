/** The tables of ClickHouse. Each has a view `<name>_unique` over its deduplicated rows, and everything reads that. */
export const clickHouseTables = [
  'attempts',
  'calls',
  'dispositions',
  'surveys',
  'form_answers',
  'agent_events',
  'events',
  'metrics',
  'line_minutes',
  'queue_steps',
] as const;
export type ClickHouseTable = (typeof clickHouseTables)[number];

const instant = `DateTime64(3, 'UTC')`;
const name = 'LowCardinality(String)';
/** Columns every row has: what it is and where it came from. */
const head = {
  id: 'UUID',
  edge: name,
  site: name,
  epoch: 'UUID',
  seq: 'UInt64',
  at: instant,
  clock: name,
} as const;

/** A table's columns, the instant it is sorted and partitioned by, and what is searched for within an hour. */
export interface TableShape {
  readonly columns: Readonly<Record<string, string>>;
  /** A fact of the row that a replay repeats exactly: it is part of the row's identity. */
  readonly time: 'at' | 'started_at';
  /** Columns with a bloom filter. */
  readonly sought: readonly string[];
}

/** What each table holds. Absent optional names are empty texts; absent instants, ids and durations are null. */
export const tableShapes: Readonly<Record<ClickHouseTable, TableShape>> = {
  attempts: {
    time: 'started_at',
    sought: ['campaign', 'lead', 'number'],
    columns: {
      ...head,
      campaign: 'UUID',
      lead: 'UUID',
      lease: 'UUID',
      number: 'String',
      ordinal: 'UInt32',
      due_at: instant,
      started_at: instant,
      ended_at: instant,
      outcome: name,
      refusal_rule: name,
      refusal_reason: 'String',
      refusal_rules: name,
      dead_numbers: 'Array(String)',
      agent: name,
      pace: 'String',
      zone: name,
      tries: `Nested(id UUID, ordinal UInt32, number String, line ${name}, started_at ${instant}, ended_at ${instant}, outcome ${name})`,
    },
  },
  calls: {
    time: 'started_at',
    sought: ['campaign', 'customer', 'agent', 'conversation', 'outcome', 'line'],
    columns: {
      ...head,
      conversation: 'UUID',
      direction: name,
      attempt: 'Nullable(UUID)',
      campaign: 'Nullable(UUID)',
      lead: 'Nullable(UUID)',
      customer: 'String',
      caller_id: name,
      line: name,
      agent: name,
      started_at: instant,
      early_at: `Nullable(${instant})`,
      answered_at: `Nullable(${instant})`,
      bridged_at: `Nullable(${instant})`,
      ended_at: instant,
      outcome: name,
      hangup_by: name,
      cause: name,
      q850: 'UInt16',
      sip_status: 'UInt16',
      answer_to_agent_ms: 'Nullable(UInt64)',
      recording_file: 'String',
      recording_ms: 'Nullable(UInt64)',
      mos: 'Nullable(Float32)',
      loss: 'Nullable(Float32)',
      jitter_ms: 'Nullable(Float32)',
      agent_mos: 'Nullable(Float32)',
      agent_loss: 'Nullable(Float32)',
      agent_jitter_ms: 'Nullable(Float32)',
      recording_notice_at: `Nullable(${instant})`,
      recording_pauses: `Array(Tuple(${instant}, ${instant}))`,
      choice_by: name,
      choice_passed: `Array(Tuple(${name}, ${name}))`,
      guest_of: name,
      sent_to: name,
      evidence: name,
      answer_supervision: name,
      confidence: 'Nullable(Float32)',
      cost: 'Nullable(UInt64)',
      currency: name,
      legs: `Nested(id String, role ${name}, started_at ${instant}, ended_at ${instant}, cause ${name})`,
      segments: `Nested(kind ${name}, from ${instant}, to ${instant}, agent ${name})`,
    },
  },
  dispositions: {
    time: 'at',
    sought: ['call'],
    columns: { ...head, call: 'UUID', agent: name, code: name, by: name },
  },
  surveys: {
    time: 'at',
    sought: ['call', 'campaign'],
    columns: {
      ...head,
      call: 'UUID',
      flow: 'UUID',
      question: name,
      answer: name,
      campaign: 'Nullable(UUID)',
      agent: name,
    },
  },
  form_answers: {
    time: 'at',
    sought: ['call', 'campaign'],
    columns: {
      ...head,
      call: 'UUID',
      campaign: 'UUID',
      agent: name,
      answers: `Nested(field ${name}, label String, answer String)`,
    },
  },
  agent_events: {
    time: 'at',
    sought: ['agent'],
    columns: {
      ...head,
      agent: name,
      from_state: name,
      to_state: name,
      reason: name,
      held_ms: 'UInt64',
      call: 'Nullable(UUID)',
      extension: name,
      chosen_by: name,
      chosen_ahead: name,
    },
  },
  events: {
    time: 'at',
    sought: ['type'],
    columns: { ...head, type: name, detail: 'String' },
  },
  metrics: {
    time: 'at',
    sought: [],
    columns: {
      ...head,
      cpu: 'Float64',
      memory_used_bytes: 'UInt64',
      memory_total_bytes: 'UInt64',
      disk_used_bytes: 'UInt64',
      disk_total_bytes: 'UInt64',
      process_memory_bytes: 'UInt64',
      event_loop_delay_p99_ms: 'Float64',
      channels_in_use: 'UInt32',
      outbox_pending: 'UInt64',
    },
  },
  line_minutes: {
    time: 'at',
    sought: [],
    columns: {
      ...head,
      line: name,
      kind: name,
      state: name,
      fault: name,
      in_use: 'UInt32',
      channels: 'UInt32',
      calls_hour: 'UInt32',
      calls_day: 'UInt32',
      minutes_day: 'UInt32',
      minutes_month: 'UInt32',
      signal: 'Nullable(Int16)',
      balance: 'Nullable(Float64)',
      slips_per_hour: 'Nullable(Float64)',
      crc_errors: 'Nullable(UInt64)',
      code_violations: 'Nullable(UInt64)',
      down_ms: 'UInt64',
    },
  },
  queue_steps: {
    time: 'at',
    sought: ['call', 'conversation'],
    columns: {
      ...head,
      call: 'UUID',
      conversation: 'UUID',
      queue: name,
      step: name,
      waited_ms: 'UInt64',
      target_ms: 'UInt32',
      position: 'Nullable(UInt32)',
      agent: name,
      exit: name,
      peer: name,
    },
  },
};

/** Columns that came to tables after their first version, by the version of the schema that brings them. */
export const laterColumns = {
  3: { calls: ['answer_supervision', 'confidence', 'cost', 'currency'] },
  4: { attempts: ['refusal_rules'] },
  5: { calls: ['recording_notice_at', 'recording_pauses', 'mos', 'loss', 'jitter_ms', 'agent_mos'] },
  8: { calls: ['choice_by', 'choice_passed'] },
  9: { calls: ['guest_of', 'sent_to'], queue_steps: ['peer'] },
  12: { attempts: ['pace', 'zone'], agent_events: ['chosen_by', 'chosen_ahead'] },
  13: { calls: ['agent_loss', 'agent_jitter_ms'] },
} as const satisfies Readonly<Record<number, Partial<Record<ClickHouseTable, readonly string[]>>>>;

/** Bloom filters that came to tables after their first version, as {@link laterColumns}. */
export const laterFilters = {
  11: { calls: ['outcome', 'line'] },
} as const satisfies Readonly<Record<number, Partial<Record<ClickHouseTable, readonly string[]>>>>;

/** A copy of some columns of a table in another order: for what is looked up without knowing when it was. */
export interface LookUp {
  readonly of: ClickHouseTable;
  readonly by: string;
  /** Beside `by`, the time and the identity of the row. */
  readonly more: readonly string[];
}

/** Filled by the engine itself with every block that comes in. Each has a view `<name>_unique`, as the tables have. */
export const clickHouseLookUps: Readonly<Record<string, LookUp>> = {
  calls_by_customer: { of: 'calls', by: 'customer', more: [] },
  calls_by_id: { of: 'calls', by: 'id', more: [] },
  dispositions_by_call: { of: 'dispositions', by: 'call', more: ['seq', 'agent', 'code', 'by'] },
};
