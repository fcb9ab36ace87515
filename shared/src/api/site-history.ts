import Type, { type Static } from 'typebox';
import { closed, Count, Instant, Label, Name } from '../contract/primitives.ts';
import type { EventRow } from '../contract/records.ts';

/** The health of a box over a while: the worst of each measure in it. */
export const HealthPoint = closed({
  at: Instant,
  edge: Name,
  /** Shares of the whole, 0–1. */
  cpu: Type.Number(),
  memory: Type.Number(),
  disk: Type.Number(),
  channels: Count,
  outboxPending: Count,
});
export type HealthPoint = Static<typeof HealthPoint>;

/** What a box notices of itself and its lines, and calls of no attempt that it did not let out. What else it records of calls and people is not among it. */
export const siteEventTypes = [
  'config-applied',
  'config-rejected',
  'switch',
  'line',
  'line-fault',
  'sms-received',
  'gate-refused',
  'phone-lost',
  'clock',
  'ledger',
] as const satisfies readonly EventRow['type'][];

/** Something a box noticed; `detail` as the box reported it. */
export const SiteEvent = closed({
  at: Instant,
  edge: Name,
  type: Label,
  detail: Type.Record(Type.String(), Type.Unknown()),
});
export type SiteEvent = Static<typeof SiteEvent>;

/** The last day of a site. */
export const SiteHistory = closed({
  from: Instant,
  to: Instant,
  /** Ms that each point stands for. */
  stepMs: Count,
  health: Type.Array(HealthPoint),
  /** Latest first. */
  events: Type.Array(SiteEvent),
});
export type SiteHistory = Static<typeof SiteHistory>;
