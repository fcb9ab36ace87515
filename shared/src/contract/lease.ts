import Type, { type Static } from 'typebox';
import { closed, Count, E164Number, Id, Instant, Label, Name, Zone } from './primitives.ts';

/** A number of a lead with the zones its owner may live in. */
export const LeadNumber = closed({
  number: E164Number,
  zones: Type.Array(Zone, { minItems: 1, maxItems: 40 }),
});
export type LeadNumber = Static<typeof LeadNumber>;

/** Evidence that a person agreed to be called. */
export const Consent = closed({
  at: Instant,
  /** How it was given: "web form", "signed order" … */
  how: Label,
  /** Where the evidence can be found. */
  reference: Label,
});
export type Consent = Static<typeof Consent>;

/** A number as lent, with the calls to it that the controller knows of, from any site and campaign. */
export const LeasedNumber = closed({
  ...LeadNumber.properties,
  /** Starts of its calls within `callMemoryMs` before the lease; absent: not known. */
  calledAt: Type.Optional(Type.Array(Instant, { maxItems: 100 })),
  /** Start of the last call on which nobody spoke. */
  abandonedAt: Type.Optional(Instant),
});
export type LeasedNumber = Static<typeof LeasedNumber>;

/** How long calls to a number are remembered for caps and lockouts, ms. */
export const callMemoryMs = 31 * 86_400_000;

/** How long a callback waits for the agent who promised it before anyone may call, ms. */
export const ownCallbackMs = 30 * 60_000;

/** A person in a campaign as lent to an edge: numbers in the order in which they are to be tried. */
export const LeasedLead = closed({
  id: Id,
  numbers: Type.Array(LeasedNumber, { minItems: 1, maxItems: 10 }),
  consent: Type.Optional(Consent),
  /** Attempts already made; the next one has this ordinal plus one. */
  attemptsMade: Count,
  /** Not to be dialed before. */
  dueAt: Instant,
  /** Somebody promised to call again at this time: goes before other leads, with `agent` to nobody else for `ownCallbackMs`. */
  callback: Type.Optional(closed({ at: Instant, agent: Type.Optional(Name) })),
  /** What the agent sees about the person. */
  fields: Type.Record(Type.String({ maxLength: 60 }), Type.String({ maxLength: 500 })),
});
export type LeasedLead = Static<typeof LeasedLead>;

/** A batch of leads lent to one edge until a time. Sent again until the edge confirmed that it is stored. */
export const Lease = closed({
  id: Id,
  /** The controller's lease epoch: a restored controller starts a new one. */
  epoch: Id,
  campaign: Id,
  issuedAt: Instant,
  expiresAt: Instant,
  leads: Type.Array(LeasedLead, { minItems: 1, maxItems: 100 }),
  budgets: closed({
    /** Most attempts per lead over all leases (the campaign's one shared cap). */
    attemptsPerLead: Type.Integer({ minimum: 1, maximum: 50 }),
  }),
});
export type Lease = Static<typeof Lease>;

/** Leads taken back: by lease, by lead, or all of a campaign. */
export const Revoke = closed({
  id: Id,
  reason: Label,
  lease: Type.Optional(Id),
  campaign: Type.Optional(Id),
  /** Every lead that holds one of these numbers. */
  numbers: Type.Optional(Type.Array(E164Number, { maxItems: 1000 })),
});
export type Revoke = Static<typeof Revoke>;
