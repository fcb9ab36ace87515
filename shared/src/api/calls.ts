import Type, { type Static } from 'typebox';
import { closed, Extension, Id, Instant, Label, Millis, Name, oneOf } from '../contract/primitives.ts';
import { GateRule, LineRank, LineVerdict, Outcome } from '../contract/outcome.ts';
import { MonitorMode } from '../contract/commands.ts';
import {
  AgentChoice,
  AgentState,
  AttemptPace,
  Handing,
  Leg,
  RefusedCall,
  Segment,
  Try,
  VoicemailHandling,
} from '../contract/records.ts';

/** A closed call as the console lists it. */
export const CallView = closed({
  id: Id,
  at: Instant,
  site: Name,
  edge: Name,
  direction: Label,
  campaign: Type.Optional(Id),
  customer: Type.String(),
  agent: Type.Optional(Name),
  line: Type.String(),
  outcome: Outcome,
  disposition: Type.Optional(Label),
  durationMs: Millis,
  talkMs: Millis,
  answerToAgentMs: Type.Optional(Millis),
});
export type CallView = Static<typeof CallView>;

/** What calls are searched by; all that is given must fit. */
export const CallFilter = closed({
  /** First and last start, business epoch ms. */
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
  site: Type.Optional(Name),
  campaign: Type.Optional(Id),
  /** The customer's number, in any usual way to write it. */
  number: Type.Optional(Type.String({ minLength: 3, maxLength: 40 })),
  agent: Type.Optional(Name),
  line: Type.Optional(Name),
  outcome: Type.Optional(Outcome),
  direction: Type.Optional(oneOf(['inbound', 'outbound'])),
});
export type CallFilter = Static<typeof CallFilter>;

/** One moment in a call's story, in the order of time. */
export const CallMoment = Type.Union([
  closed({
    at: Instant,
    what: Type.Literal('attempt'),
    ordinal: Type.Integer(),
    dueAt: Instant,
    number: Type.String(),
    pace: Type.Optional(AttemptPace),
  }),
  closed({ at: Instant, what: Type.Literal('try'), try: Try, thisCall: Type.Boolean() }),
  closed({ at: Instant, what: oneOf(['arrived', 'early', 'answered', 'bridged']) }),
  /** A caller of another site came to an agent of this one. */
  closed({ at: Instant, what: Type.Literal('came-from-site'), site: Name }),
  /** The customer talked with an agent of another site; who that was, and the recording, is in the story there. */
  closed({ at: Instant, what: Type.Literal('talked-away'), site: Name, to: Instant }),
  closed({ at: Instant, what: Type.Literal('segment'), segment: Segment }),
  closed({
    at: Instant,
    what: Type.Literal('agent'),
    agent: Name,
    from: AgentState,
    to: AgentState,
    reason: Label,
    extension: Type.Optional(Extension),
    choice: Type.Optional(AgentChoice),
  }),
  /** A call was not let out that was asked for in this one, or was to answer it. */
  closed({
    at: Instant,
    what: Type.Literal('gate-refused'),
    wanted: RefusedCall,
    number: Type.String(),
    agent: Type.Optional(Name),
    rule: GateRule,
    until: Type.Optional(Instant),
  }),
  closed({
    at: Instant,
    what: Type.Literal('ended'),
    by: Label,
    cause: Type.String(),
    q850: Type.Integer(),
    sipStatus: Type.Integer(),
  }),
  closed({ at: Instant, what: Type.Literal('disposition'), agent: Name, code: Label, by: Label }),
  /** The form of the campaign, as it was stored then. */
  closed({
    at: Instant,
    what: Type.Literal('form'),
    agent: Name,
    answers: Type.Array(closed({ label: Label, answer: Type.String() })),
  }),
  closed({ at: Instant, what: Type.Literal('note'), agent: Name, text: Type.String() }),
  /** Why this line, as it was decided then. */
  closed({
    at: Instant,
    what: Type.Literal('line-chosen'),
    line: Name,
    by: LineRank,
    passed: Type.Array(closed({ line: Name, verdict: LineVerdict })),
  }),
  /** The customer was told of the recording. */
  closed({ at: Instant, what: Type.Literal('recording-notice') }),
  /** What was said from then on is silence in the recording. */
  closed({ at: Instant, what: Type.Literal('recording-paused'), to: Instant }),
  closed({ at: Instant, what: Type.Literal('survey'), question: Name, answer: Label }),
  /** As the event row says it. */
  closed({
    at: Instant,
    what: Type.Literal('transferred'),
    how: Handing,
    from: Type.Optional(Name),
    to: Type.Optional(Label),
    by: Label,
  }),
  closed({
    at: Instant,
    what: Type.Literal('monitored'),
    mode: MonitorMode,
    extension: Extension,
    agent: Type.Optional(Name),
    by: Label,
  }),
  /** A supervisor of the branch ended it. */
  closed({ at: Instant, what: Type.Literal('supervised'), agent: Type.Optional(Name), by: Label }),
  /** The agent sent digits to the other party; which ones is kept nowhere. */
  closed({
    at: Instant,
    what: Type.Literal('digits-sent'),
    agent: Name,
    count: Type.Integer({ minimum: 1 }),
  }),
  /** What was done about the message that the caller left, up to two weeks later. */
  closed({ at: Instant, what: Type.Literal('voicemail-handled'), act: VoicemailHandling, agent: Name }),
  closed({ at: Instant, what: Type.Literal('attempt-ended'), outcome: Outcome }),
]);
export type CallMoment = Static<typeof CallMoment>;

/** Everything that is known of one call. */
export const CallStory = closed({
  call: CallView,
  callerId: Type.String(),
  conversation: Id,
  attempt: Type.Optional(Id),
  lead: Type.Optional(Id),
  endedAt: Instant,
  evidence: Label,
  clock: Label,
  recording: Type.Optional(closed({ file: Type.String(), ms: Millis })),
  /** How the two were heard here; absent: nothing was received or measured. */
  quality: Type.Optional(
    closed({
      customer: Type.Optional(closed({ mos: Type.Number(), loss: Type.Number(), jitterMs: Type.Number() })),
      agentMos: Type.Optional(Type.Number()),
    }),
  ),
  legs: Type.Array(Leg),
  moments: Type.Array(CallMoment),
  /** Other calls of the same conversation or attempt. */
  related: Type.Array(CallView),
});
export type CallStory = Static<typeof CallStory>;
