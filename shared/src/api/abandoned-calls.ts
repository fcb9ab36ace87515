import Type, { type Static } from 'typebox';
import { closed, Count, Id, Instant, Label, Name, Zone } from '../contract/primitives.ts';

/** A calendar day of a site's zone. */
export const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
export type Day = Static<typeof Day>;

/** Outbound calls that somebody or something answered: the raw counts every definition of an abandoned call starts from. */
export const AnswerCounts = closed({
  answered: Count,
  /** Of `answered`: judged to be a machine. */
  machines: Count,
  /** Of `answered`: heard the flow of a broadcast, which led them to nobody. The rest are live. */
  played: Count,
  /** Live, and an agent came. */
  connected: Count,
  /** Of `connected`: later than {@link abandonedAfterMs} after the answer, or after they asked a flow for an agent. */
  connectedLate: Count,
  /** Live, no agent came in the campaign's time, the callee heard the message. */
  abandoned: Count,
  /** Live, hung up by the callee before an agent came, within {@link abandonedAfterMs} and later, counted alike. */
  leftAtOnce: Count,
  leftWaiting: Count,
  /** Live, and what became of the call is not known: its end was lost. */
  unknown: Count,
});
export type AnswerCounts = Static<typeof AnswerCounts>;

/** The counts of one campaign at one site on one of the site's days, by when calls were answered. */
export const AnswerDay = closed({
  day: Day,
  site: Name,
  zone: Zone,
  campaign: Id,
  ...AnswerCounts.properties,
});
export type AnswerDay = Static<typeof AnswerDay>;

/** What is asked for: days of the sites' own zones, both included; without them the last 30. */
export const AbandonedCallsFilter = closed({
  from: Type.Optional(Day),
  to: Type.Optional(Day),
  campaign: Type.Optional(Id),
  site: Type.Optional(Name),
});
export type AbandonedCallsFilter = Static<typeof AbandonedCallsFilter>;

/** Most days one question may span. */
export const mostEvidenceDays = 400;

/** The evidence about abandoned calls. Rates come from these counts alone, see `abandonRate`. */
export const AbandonedCalls = closed({
  at: Instant,
  from: Day,
  to: Day,
  days: Type.Array(AnswerDay),
  /** Names of the campaigns that occur. */
  campaigns: Type.Record(Id, Label),
});
export type AbandonedCalls = Static<typeof AbandonedCalls>;
