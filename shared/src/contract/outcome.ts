import type { Static } from 'typebox';
import { oneOf } from './primitives.ts';

/**
 * What the network or the dialer saw. `ANSWERED`: a person, who had an agent; `ABANDONED`: one who was to have an agent and had
 * none in time; `PLAYED`: one whom the flow of a broadcast served, and for whom nobody was looked for. `REFUSED`: the gate let no
 * call out. `LOST`: evidence of the end vanished (crash); counts as dialed.
 */
export const Outcome = oneOf([
  'ANSWERED',
  'ABANDONED',
  'PLAYED',
  'MACHINE',
  'BUSY',
  'NO_ANSWER',
  'REJECTED',
  'INVALID_NUMBER',
  'SUSPENDED',
  'POWERED_OFF',
  'UNREACHABLE',
  'BARRED',
  'CONGESTION',
  'TRUNK_FAULT',
  'SIM_FAULT',
  'LIMIT',
  'CANCELLED',
  'REFUSED',
  'LOST',
  'ERROR',
]);
export type Outcome = Static<typeof Outcome>;

/**
 * What the choice of a line made of each: `taken`; `candidate`: could have been taken, another came first; or why it could not.
 */
export const LineVerdict = oneOf([
  'taken',
  'candidate',
  'disabled',
  'gsm-not-enabled',
  'no-driver',
  'drained',
  'tried',
  'down',
  'breaker',
  'limit',
  'no-rotation',
  'full',
  'not-in-route',
]);
export type LineVerdict = Static<typeof LineVerdict>;

/** By what a line came before others: its place in the route, its price to the callee's operator, or the fewest calls today. */
export const LineRank = oneOf(['order', 'price', 'fewest-calls']);
export type LineRank = Static<typeof LineRank>;

/** Outcomes of a dialed call that an agent had or should have had: live answers, of which a cap on abandoned calls speaks. */
export const liveAnswers: readonly Outcome[] = ['ANSWERED', 'ABANDONED'];

/** Outcomes of a dialed call that reached the person as it was meant to. */
export const reachedPerson: readonly Outcome[] = ['ANSWERED', 'PLAYED'];

/** Outcomes of a dialed call that a person picked up, whatever came of it. */
export const pickedUp: readonly Outcome[] = [...reachedPerson, 'ABANDONED'];

/** What became of a call in its flow. `limit`: too many steps or keys; `failed`: something of ours did not work. */
export const FlowOutcome = oneOf([
  'queued',
  'transferred',
  'voicemail',
  'finished',
  'left',
  'limit',
  'failed',
]);
export type FlowOutcome = Static<typeof FlowOutcome>;

/** Outcomes that say something about our line, not about the callee: the next line of the route is tried. */
export const lineFaults: ReadonlySet<Outcome> = new Set(['CONGESTION', 'TRUNK_FAULT', 'SIM_FAULT', 'LIMIT']);

/** Rules of the gate, in the order in which they are asked; a refusal carries the first that failed. */
export const GateRule = oneOf([
  'campaign-stopped',
  'clock-untrusted',
  'lease-expired',
  'emergency-number',
  'short-number',
  'invalid-number',
  'premium-number',
  'region-unknown',
  'do-not-call',
  'consent',
  'manual-only',
  'caller-id',
  'ring-time',
  'recording-notice',
  'attempts-cap',
  'drop-lockout',
  'frequency-cap',
  'not-due',
  'public-holiday',
  'calling-window',
]);
export type GateRule = Static<typeof GateRule>;

/**
 * Why a campaign dials as many calls as it does: what its pacer says (see docs/pacing.md), a fixed `ratio`, or what its mode does instead. `asked`,
 * `shown`: for an agent who asks for, or is shown, a person; `one-each`: one for each ready agent; `within-rate`: within channels and calls a second.
 */
export const Pace = oneOf([
  'nobody',
  'no-channel',
  'dial-limit',
  'learning',
  'spent',
  'risk',
  'ratio',
  'asked',
  'shown',
  'one-each',
  'within-rate',
]);
export type Pace = Static<typeof Pace>;

/**
 * By what an agent came before others who could have had a customer: the one of last time, the levels of the wanted skills, the longest idle;
 * or there was no other.
 */
export const AgentCriterion = oneOf(['last-agent', 'skill', 'longest-idle', 'only-one']);
export type AgentCriterion = Static<typeof AgentCriterion>;

/**
 * By what a customer came before others who waited for the same agent: somebody special, one whom we called, the priority of queue or
 * call, or the longest wait by its target.
 */
export const CustomerCriterion = oneOf(['vip', 'callee', 'priority', 'waited']);
export type CustomerCriterion = Static<typeof CustomerCriterion>;
