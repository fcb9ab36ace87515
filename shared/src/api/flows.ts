import Type, { type Static } from 'typebox';
import { Flow } from '../flow/flow.ts';
import { closed, Count, DialedDigits, Id, Instant, Label, Name } from '../contract/primitives.ts';

/** A flow as people state it. */
export const FlowSettings = closed({
  name: Label,
  /** Numbers that people call and this flow answers. */
  numbers: Type.Array(DialedDigits, { maxItems: 100, uniqueItems: true }),
  /** Sites whose calls it answers; empty = all. */
  sites: Type.Array(Name, { maxItems: 1000, uniqueItems: true }),
  flow: Flow,
});
export type FlowSettings = Static<typeof FlowSettings>;

/** A flow as it is stored, or a new version of it. */
export const FlowChange = closed({
  settings: FlowSettings,
  /** The reason, for those who look at the versions. */
  why: Type.Optional(Label),
  /** The version that it was made from; refused when there is a newer one. */
  over: Type.Optional(Count),
});
export type FlowChange = Static<typeof FlowChange>;

/** One version of a flow: who stored it, when and why. */
export const FlowVersion = closed({
  id: Id,
  version: Count,
  at: Instant,
  by: Label,
  why: Type.Optional(Label),
  settings: FlowSettings,
});
export type FlowVersion = Static<typeof FlowVersion>;

/** A flow in the list. */
export const FlowSummary = closed({
  id: Id,
  version: Count,
  at: Instant,
  by: Label,
  name: Label,
  numbers: FlowSettings.properties.numbers,
  sites: FlowSettings.properties.sites,
  steps: Count,
});
export type FlowSummary = Static<typeof FlowSummary>;
