import Type, { type Static } from 'typebox';
import { LineFault } from '../contract/lines.ts';
import { closed, Count, Instant, Name } from '../contract/primitives.ts';

/** A line over a while: the worst of each measure in it. */
export const LinePoint = closed({
  at: Instant,
  edge: Name,
  line: Name,
  /** Most channels in use at once. */
  inUse: Count,
  /** dBm, the weakest. */
  signal: Type.Optional(Type.Number()),
  balance: Type.Optional(Type.Number()),
  slipsPerHour: Type.Optional(Type.Number()),
  /** How long it was down, ms. */
  downMs: Count,
});
export type LinePoint = Static<typeof LinePoint>;

/** Something that was, or is, wrong with a line. */
export const LineFaultView = closed({
  edge: Name,
  line: Name,
  fault: LineFault,
  reason: Type.String(),
  openedAt: Instant,
  /** Absent while it lasts. */
  closedAt: Type.Optional(Instant),
});
export type LineFaultView = Static<typeof LineFaultView>;

/** What went over a line, and what that cost. */
export const LineTotal = closed({
  edge: Name,
  line: Name,
  /** Outbound. */
  calls: Count,
  answered: Count,
  /** From answers to ends, ms, outbound. */
  talkMs: Count,
  inbound: Count,
  /** Of outbound calls, millionths of `currency`; absent for lines without a tariff. */
  cost: Type.Optional(Count),
  currency: Type.Optional(Type.String()),
});
export type LineTotal = Static<typeof LineTotal>;

/** The last day of the lines of a site. */
export const SiteLines = closed({
  from: Instant,
  to: Instant,
  /** Ms that each point stands for. */
  stepMs: Count,
  points: Type.Array(LinePoint),
  /** Latest first. */
  faults: Type.Array(LineFaultView),
  totals: Type.Array(LineTotal),
});
export type SiteLines = Static<typeof SiteLines>;
