import Type, { type Static, type TSchema } from 'typebox';
import {
  callbackWish,
  ClockTrust,
  closed,
  Count,
  DialedDigits,
  Extension,
  Id,
  Instant,
  Label,
  Millis,
  Name,
  oneOf,
  Zone,
} from './primitives.ts';
import { longestAnswer } from './form.ts';
import { MonitorMode } from './commands.ts';
import { lineMinute, LineFault } from './lines.ts';
import { DialMode } from './desired.ts';
import {
  AgentCriterion,
  CustomerCriterion,
  FlowOutcome,
  GateRule,
  LineRank,
  LineVerdict,
  Outcome,
  Pace,
} from './outcome.ts';

/** What every outbox row carries: its place in the stream, when it happened and how far the clock was to be believed. */
const rowHead = { seq: Type.Integer({ minimum: 1 }), at: Instant, clock: ClockTrust };

/** One originate of an attempt. Its id is the call's id and FreeSWITCH's `origination_uuid`. */
export const Try = closed({
  id: Id,
  ordinal: Type.Integer({ minimum: 1 }),
  number: DialedDigits,
  line: Name,
  startedAt: Instant,
  endedAt: Instant,
  outcome: Outcome,
});
export type Try = Static<typeof Try>;

/** What an attempt is owed to that it was begun when it was: the mode, what that or its pacer said, and the figures of that moment. */
export const AttemptPace = closed({
  mode: DialMode,
  because: Pace,
  /** Agents who were ready and the campaign's to use, and its calls that rang. */
  ready: Count,
  ringing: Count,
  /** `because: risk`: the chance that one more call would have found no agent, what of it was allowed, and the share that answer. */
  risk: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  allowed: Type.Optional(Type.Number({ minimum: 0 })),
  share: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
});
export type AttemptPace = Static<typeof AttemptPace>;

/** The closed effort to reach a lead, with its tries; where the gate refused the first of them it is one without tries. */
export const AttemptRow = closed({
  ...rowHead,
  id: Id,
  campaign: Id,
  lead: Id,
  lease: Id,
  /** The number the attempt ended on. */
  number: DialedDigits,
  /** 1 for the lead's first attempt ever. */
  ordinal: Type.Integer({ minimum: 1 }),
  /** The instant from which the controller allowed this attempt. */
  dueAt: Instant,
  startedAt: Instant,
  endedAt: Instant,
  outcome: Outcome,
  refusal: Type.Optional(
    closed({
      rule: GateRule,
      reason: Label,
      /** The rule refuses until then; absent: for good, or nobody can tell. */
      until: Type.Optional(Instant),
      /** The edition of region rules that was asked, e.g. `US 2026-11-26`. */
      rules: Type.Optional(Label),
      /** The number, where it is not the one the attempt ended on: a further try that was not made. */
      number: Type.Optional(DialedDigits),
    }),
  ),
  /** Numbers of the lead found not to exist. */
  deadNumbers: Type.Array(DialedDigits, { maxItems: 10 }),
  agent: Type.Optional(Name),
  pace: Type.Optional(AttemptPace),
  /** Of the number, by the clock there; absent: it may be in places whose clocks differ, or nobody knows. */
  zone: Type.Optional(Zone),
  tries: Type.Array(Try, { maxItems: 20 }),
});
export type AttemptRow = Static<typeof AttemptRow>;

/** What was received on a leg, as FreeSWITCH measured it over the whole leg. */
export const LegQuality = closed({
  /** Mean opinion score, estimated from loss and jitter: 1 bad, 4.5 as good as the codec can be. */
  mos: Type.Number({ minimum: 1, maximum: 5 }),
  /** Share of packets that did not come or came too late, 0–1. */
  loss: Type.Number({ minimum: 0, maximum: 1 }),
  /** Largest spread of the time between packets (standard deviation), ms. */
  jitterMs: Type.Number({ minimum: 0 }),
  packets: Type.Integer({ minimum: 1 }),
});
export type LegQuality = Static<typeof LegQuality>;

/** One channel of a call. */
export const Leg = closed({
  id: Type.String({ maxLength: 64 }),
  role: oneOf(['customer', 'agent']),
  startedAt: Instant,
  endedAt: Instant,
  /** FreeSWITCH hang-up cause; below 128 the numbers equal Q.850. */
  cause: Type.String({ maxLength: 64 }),
  /** Absent: nothing was received. */
  quality: Type.Optional(LegQuality),
});
export type Leg = Static<typeof Leg>;

/** Who or what the customer was with, from when to when. */
export const Segment = closed({
  /** `flow`: with prompts and keys; `parked`: after a talk, until somebody takes the call. */
  kind: oneOf(['ringing', 'flow', 'waiting', 'agent', 'parked', 'message', 'fallback', 'voicemail']),
  from: Instant,
  to: Instant,
  agent: Type.Optional(Name),
});
export type Segment = Static<typeof Segment>;

/** The closed call (CDR). Emitted once; later facts are rows of their own, joined by `id`. */
export const CallRow = closed({
  ...rowHead,
  id: Id,
  conversation: Id,
  direction: oneOf(['outbound', 'inbound']),
  attempt: Type.Optional(Id),
  campaign: Type.Optional(Id),
  lead: Type.Optional(Id),
  /** The customer's number as dialed or received; empty when withheld. */
  customer: Type.String({ maxLength: 32 }),
  callerId: Type.String({ maxLength: 32 }),
  line: Type.String({ maxLength: 40 }),
  agent: Type.Optional(Name),
  /** The site whose caller this is: it came from there to an agent here, and is told there, too, with the same conversation. */
  guestOf: Type.Optional(Name),
  /** The site whose agent it talked with last: who that was, and the recording of the talk, is told there. */
  sentTo: Type.Optional(Name),
  startedAt: Instant,
  earlyAt: Type.Optional(Instant),
  answeredAt: Type.Optional(Instant),
  /** When the customer and the agent first heard each other. */
  bridgedAt: Type.Optional(Instant),
  endedAt: Instant,
  outcome: Outcome,
  /** How sure the outcome is, 0–1: what the network said, and whether the line's answers can be believed. */
  confidence: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  hangupBy: oneOf(['customer', 'agent', 'system', 'network', 'unknown']),
  cause: Type.String({ maxLength: 64 }),
  q850: Type.Integer({ minimum: 0, maximum: 65_535 }),
  /** Final SIP status, 0 where none. */
  sipStatus: Type.Integer({ minimum: 0, maximum: 699 }),
  /** Real (transport) ms from the customer's CHANNEL_ANSWER, or the end of the flow, to CHANNEL_BRIDGE. */
  answerToAgentMs: Type.Optional(Millis),
  recording: Type.Optional(
    closed({
      file: Type.String({ maxLength: 300 }),
      ms: Millis,
      /** When the callee was told of it. */
      noticeAt: Type.Optional(Instant),
      /** Spans of silence that the agent asked for (card data). */
      pauses: Type.Optional(Type.Array(closed({ from: Instant, to: Instant }), { maxItems: 50 })),
    }),
  ),
  legs: Type.Array(Leg, { maxItems: 20 }),
  segments: Type.Array(Segment, { maxItems: 50 }),
  /** Why it went over this line, as it was decided then. Lines of other routes are left out. */
  choice: Type.Optional(
    closed({
      by: LineRank,
      passed: Type.Array(closed({ line: Name, verdict: LineVerdict }), { maxItems: 20 }),
    }),
  ),
  /** Whether "answered" can be believed on this line. */
  answerSupervision: Type.Optional(oneOf(['reliable', 'besteffort', 'none'])),
  /** What the call cost by the line's tariff, millionths of `currency`. */
  cost: Type.Optional(Count),
  currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
  /** Where the end was learned: live events, the CDR spool after a crash, or nowhere. */
  evidence: oneOf(['live', 'spool', 'lost']),
});
export type CallRow = Static<typeof CallRow>;

/** States of an agent's presence (architecture: presence + engagements). */
/** `preview`: looks at a person before the call. */
export const AgentState = oneOf([
  'offline',
  'ready',
  'preview',
  'reserved',
  'ringing',
  'talking',
  /** In a call; the customer hears music. */
  'held',
  'wrap-up',
  'break',
]);
export type AgentState = Static<typeof AgentState>;

/** Why an agent got a customer, as the matcher decided. */
export const AgentChoice = closed({
  by: AgentCriterion,
  /** Absent: nobody else waited for this agent. */
  ahead: Type.Optional(CustomerCriterion),
});
export type AgentChoice = Static<typeof AgentChoice>;

/** A change of an agent's state. */
export const AgentRow = closed({
  ...rowHead,
  id: Id,
  agent: Name,
  from: AgentState,
  to: AgentState,
  reason: Label,
  /** How long the agent was in `from`. */
  heldMs: Millis,
  call: Type.Optional(Id),
  extension: Type.Optional(Extension),
  /** `to: reserved`: why this agent, where somebody waited. */
  choice: Type.Optional(AgentChoice),
});
export type AgentRow = Static<typeof AgentRow>;

/** A person asked not to be called again; travels first after an outage. */
export const OptoutRow = closed({
  ...rowHead,
  id: Id,
  number: DialedDigits,
  /** Absent: for all campaigns. */
  campaign: Type.Optional(Id),
  call: Type.Optional(Id),
  agent: Type.Optional(Name),
});
export type OptoutRow = Static<typeof OptoutRow>;

const event = <const T extends string, const P extends Record<string, TSchema>>(type: T, properties: P) =>
  closed({ ...rowHead, id: Id, type: Type.Literal(type), ...properties });

/**
 * What becomes of somebody who waits. `position` was announced; `promised`: a call back in turn. `connected`,
 * `abandoned`, `overflowed` and `called-back` end the wait in this queue: each that was entered is left by exactly one of them.
 */
export const QueueStep = oneOf([
  'entered',
  'position',
  'offered',
  'no-answer',
  'promised',
  'connected',
  'abandoned',
  'overflowed',
  'called-back',
]);
export type QueueStep = Static<typeof QueueStep>;

/** How a customer went from one to another. */
export const Handing = oneOf(['blind', 'attended', 'three-way', 'parked', 'picked-up', 'taken-over']);
export type Handing = Static<typeof Handing>;

/** What an agent does about a caller's message: `taken` says to the others that it is seen to. */
export const VoicemailHandling = oneOf(['heard', 'taken', 'called-back', 'done', 'reopened']);
export type VoicemailHandling = Static<typeof VoicemailHandling>;

/** A call of no attempt: to a number outside, to somebody who left a message, or to one who kept their place in a queue. */
export const RefusedCall = oneOf(['outside', 'message', 'call-back']);
export type RefusedCall = Static<typeof RefusedCall>;

/** What a supervisor sets an agent to. */
export const ForcedState = oneOf(['ready', 'break', 'offline']);
export type ForcedState = Static<typeof ForcedState>;

/** How a phone was found to be lost: no sound came on its leg, its registration ran out, or it was called back in vain. */
export const PhoneLoss = oneOf(['no-media', 'not-registered', 'not-reachable']);
export type PhoneLoss = Static<typeof PhoneLoss>;

/** Facts that are no call, attempt or agent change. */
export const EventRow = Type.Union([
  event('disposition', {
    call: Id,
    agent: Name,
    code: Name,
    by: oneOf(['phone', 'api', 'timeout']),
    ...callbackWish,
  }),
  event('note', { call: Id, agent: Name, text: Type.String({ minLength: 1, maxLength: 2000 }) }),
  /** The form of a campaign as an agent answered it; a later row of the same call takes the place of this one. */
  event('form', {
    call: Id,
    campaign: Id,
    agent: Name,
    /** In the order of the form, with the words of the questions as they were asked. */
    answers: Type.Array(
      closed({
        field: Name,
        label: Label,
        answer: Type.String({ minLength: 1, maxLength: longestAnswer['long-text'] }),
      }),
      { maxItems: 20 },
    ),
  }),
  /** An answer of a survey; a row for each question. */
  event('survey', {
    call: Id,
    flow: Id,
    question: Name,
    answer: Type.String({ pattern: '^[0-9*#]$' }),
    campaign: Type.Optional(Id),
    /** Who the customer talked with before. */
    agent: Type.Optional(Name),
  }),
  /** What became of a call in its flow, and where it was last. */
  event('flow', { call: Id, flow: Id, version: Count, outcome: FlowOutcome, step: Name }),
  /**
   * A customer went from one to another; `parked` and `picked-up` have nobody there. `by`: an agent of the branch (`here`), or a person at the
   * center.
   */
  event('transferred', {
    call: Id,
    how: Handing,
    from: Type.Optional(Name),
    /** `queue <id>`, `agent <id>` or `phone <extension>`. */
    to: Type.Optional(Label),
    by: Label,
    here: Type.Optional(Type.Literal(true)),
  }),
  /** An agent sent digits to the other party. Which ones is kept nowhere: they may be secrets of the customer. */
  event('digits-sent', { call: Id, agent: Name, count: Type.Integer({ minimum: 1, maximum: 32 }) }),
  /** Somebody listened to a call, or spoke into it; `here` as above. */
  event('monitored', {
    call: Id,
    mode: MonitorMode,
    extension: Extension,
    agent: Type.Optional(Name),
    by: Label,
    here: Type.Optional(Type.Literal(true)),
  }),
  /** What else a supervisor of the branch did: ended a call, set an agent's state, or wrote to agents. */
  event('supervised', {
    act: oneOf(['end', 'force', 'write']),
    by: Label,
    call: Type.Optional(Id),
    /** Who was in the call, was set, or is to read it; absent of `write`: all who were logged in. */
    agent: Type.Optional(Name),
    /** What the agent was set to. */
    state: Type.Optional(ForcedState),
    /** What was written. */
    text: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  }),
  /** The gate let no call out that belongs to no attempt. `call`: in which it was asked for, or left the message. */
  event('gate-refused', {
    what: RefusedCall,
    call: Id,
    number: DialedDigits,
    /** Who wanted to call. */
    agent: Type.Optional(Name),
    rule: GateRule,
    reason: Label,
    /** The rule refuses until then; absent: for good, or nobody can tell. */
    until: Type.Optional(Instant),
    /** The edition of region rules that was asked. */
    rules: Type.Optional(Label),
  }),
  event('lease-stored', { lease: Id, leaseEpoch: Id, leads: Count }),
  /** `afterAttempt` is the last attempt row of the lease: the lease is settled once that row has been acknowledged too. */
  event('lease-ended', {
    lease: Id,
    leaseEpoch: Id,
    how: oneOf(['returned', 'expired', 'revoked']),
    unworked: Type.Array(Id, { maxItems: 500 }),
    afterAttempt: Count,
  }),
  event('config-applied', { version: Count, change: Label }),
  event('config-rejected', { version: Count, code: Label, problem: Type.String({ maxLength: 1000 }) }),
  event('switch', {
    state: oneOf(['connected', 'disconnected', 'restarted']),
    coreId: Type.String({ maxLength: 64 }),
    lostCalls: Count,
  }),
  event('line', { line: Name, state: oneOf(['up', 'down']), reason: Label }),
  /** Opened and closed once each; `openedAt` joins the two. */
  event('line-fault', {
    line: Name,
    fault: LineFault,
    state: oneOf(['opened', 'closed']),
    reason: Label,
    openedAt: Instant,
  }),
  event('sms-received', {
    line: Name,
    from: Type.String({ maxLength: 40 }),
    text: Type.String({ maxLength: 2000 }),
    sentAt: Instant,
  }),
  event('queue', {
    call: Id,
    conversation: Id,
    queue: Name,
    step: QueueStep,
    /** Since the queue was entered; for a caller of another site, who is told when taken, since they came into line there. */
    waitedMs: Millis,
    /** The service level that was promised, ms. */
    targetMs: Millis,
    /** Place in line, 1 for who is next. */
    position: Type.Optional(Type.Integer({ minimum: 1 })),
    agent: Type.Optional(Name),
    /** The other site: whose agent was asked here, or whose caller this is. */
    peer: Type.Optional(Name),
    /**
     * `overflowed`: where to, as `queue <id>`, `group`, `voicemail` or, once an agent there has taken it, `site <id>`; `abandoned`: why a
     * promised call was not made.
     */
    exit: Type.Optional(Label),
  }),
  /** A message that a caller left; the file is at the branch. */
  event('voicemail', { call: Id, queue: Name, file: Type.String({ maxLength: 300 }), ms: Millis }),
  /** What an agent did about such a message; `call` is the caller's. `heard` is told once for each agent. */
  event('voicemail-handled', { call: Id, act: VoicemailHandling, agent: Name }),
  /** The phone of an agent who was logged in is not there any more: the agent is on break, or will be after the call. */
  event('phone-lost', { agent: Name, extension: Extension, how: PhoneLoss }),
  event('clock', { trust: ClockTrust, driftMs: Type.Integer() }),
  event('ledger', { state: oneOf(['new', 'recovered']), openAttempts: Count, openCalls: Count }),
]);
export type EventRow = Static<typeof EventRow>;

/** Health of the box over the last minute. */
export const MetricRow = closed({
  ...rowHead,
  id: Id,
  /** Share of all cores in use, 0–1. */
  cpu: Type.Number({ minimum: 0, maximum: 1 }),
  memoryUsedBytes: Count,
  memoryTotalBytes: Count,
  diskUsedBytes: Count,
  diskTotalBytes: Count,
  processMemoryBytes: Count,
  eventLoopDelayP99Ms: Type.Number({ minimum: 0 }),
  channelsInUse: Count,
  outboxPending: Count,
});
export type MetricRow = Static<typeof MetricRow>;

/** A line over the last minute. */
export const LineRow = closed({ ...rowHead, id: Id, ...lineMinute });
export type LineRow = Static<typeof LineRow>;

/** The streams of the outbox, in the order in which they are sent after an outage. */
export const streamRows = {
  optout: OptoutRow,
  attempt: AttemptRow,
  call: CallRow,
  event: EventRow,
  agent: AgentRow,
  metric: MetricRow,
  line: LineRow,
} as const;
export type StreamName = keyof typeof streamRows;
export type StreamRow<S extends StreamName> = Static<(typeof streamRows)[S]>;
export const streamNames = Object.keys(streamRows) as readonly StreamName[];
export const Stream = oneOf(['optout', 'attempt', 'call', 'event', 'agent', 'metric', 'line']);
