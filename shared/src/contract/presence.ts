import Type, { type Static } from 'typebox';
import { ClockTrust, closed, Count, Id, Instant, Label, Name, oneOf } from './primitives.ts';
import { AgentState, Stream } from './records.ts';
import { LineVerdict, Pace } from './outcome.ts';
import { DeviceFacts, LineKind, LiveLine } from './lines.ts';
import { SiteAddress } from './overlay.ts';

/** Birth, and by the broker's will the death, of an edge's session. */
export const EdgeState = closed({
  status: oneOf(['online', 'lost', 'stopped']),
  /** New for each connection; a late will of an old session is ignored. */
  session: Id,
  at: Instant,
  clock: ClockTrust,
  firmware: Label,
  /** Version of this contract the edge speaks. */
  contract: Type.Integer({ minimum: 1 }),
  /** The edge's age public key, to which secrets are sealed. */
  recipient: Type.String({ pattern: '^age1[0-9a-z]{40,100}$' }),
});
export type EdgeState = Static<typeof EdgeState>;

/** What the box found of itself. */
export const Inventory = closed({
  at: Instant,
  hostname: Label,
  os: Label,
  cpuModel: Label,
  cores: Count,
  memoryBytes: Count,
  switchVersion: Label,
  lines: Type.Array(
    closed({ id: Name, kind: LineKind, channels: Count, device: Type.Optional(DeviceFacts) }),
    { maxItems: 100 },
  ),
  phones: Type.Array(
    closed({ extension: Label, registered: Type.Boolean(), userAgent: Type.String({ maxLength: 200 }) }),
    { maxItems: 500 },
  ),
});
export type Inventory = Static<typeof Inventory>;

/** An agent on the live board. */
export const LiveAgent = closed({
  state: AgentState,
  since: Instant,
  reason: Type.Optional(Label),
  /** Logged in, and no call reaches them: the phone has no line to us, or has not registered. */
  phoneLost: Type.Optional(Type.Literal(true)),
  call: Type.Optional(Id),
  campaign: Type.Optional(Id),
});
export type LiveAgent = Static<typeof LiveAgent>;

/** Why a campaign dials at a branch, or does not. */
export const CampaignStanding = closed({
  code: oneOf([
    'dialing',
    /** Everybody who serves it has a call. */
    'agents-busy',
    'no-agents',
    /** A broadcast without a ready agent, while no drop of the day is left. */
    'drops-spent',
    /** An agent has to ask for the next person. */
    'on-request',
    'no-leads',
    /** Leads are here, and it is too early for each of them, or outside the calling hours. */
    'not-due',
    /** `lines` says of each why not, `reason` the same with figures. */
    'no-line',
    'not-running',
    'drained',
    'switch-down',
    'clock-untrusted',
    'no-dnc-list',
    /** The ledger could not store an attempt. */
    'ledger',
    'not-looked-at',
  ]),
  reason: Type.Optional(Label),
  lines: Type.Optional(Type.Array(closed({ line: Name, verdict: LineVerdict }), { maxItems: 20 })),
});
export type CampaignStanding = Static<typeof CampaignStanding>;

/** How a campaign stands at a branch, and what was decided last. */
export const LivePacing = closed({
  /** Agents who are ready and its to use. */
  ready: Count,
  freeChannels: Count,
  /** Calls dialed by the decision. */
  dialed: Count,
  because: Pace,
  /** Shares and chances, 0–1. */
  answerShare: Type.Number({ minimum: 0, maximum: 1 }),
  risk: Type.Number({ minimum: 0, maximum: 1 }),
  allowedRisk: Type.Number({ minimum: 0 }),
  /** Live answers since midnight at the site, and those that found no agent. */
  answeredToday: Count,
  abandonedToday: Count,
  /** How many the pacer expected to find none, by the chances it took. */
  expectedToday: Type.Number({ minimum: 0 }),
  /** Drops that the cap allows beyond those; negative in debt. */
  unspent: Type.Number(),
});
export type LivePacing = Static<typeof LivePacing>;

const LiveCampaign = closed({
  status: Label,
  standing: CampaignStanding,
  pacing: Type.Optional(LivePacing),
  dialing: Count,
  waiting: Count,
  talking: Count,
  leadsHeld: Count,
  attempts: Count,
  answered: Count,
  abandoned: Count,
  refused: Count,
});

/**
 * What the branch still has of the leads lent to it. A controller that was set back to a backup lends nothing before every
 * branch has shown, for the new epoch, that it has no lease left and that everything it told was received.
 */
const Lent = closed({
  /** The controller's lease epoch that this was said to; absent before the branch has heard of one. */
  epoch: Type.Optional(Id),
  /** Leases that are not over, or whose end is not stored yet. */
  leases: Count,
  /** Rows about leads that this controller has not confirmed since the epoch or the session began. */
  unconfirmed: Count,
});
export type Lent = Static<typeof Lent>;

/** Waiting calls of each queue that the live board names. */
export const mostShownWaiting = 20;

/** A queue on the live board. */
export const LiveQueue = closed({
  waiting: Count,
  /** When whoever waits longest entered it; absent: nobody waits. */
  since: Type.Optional(Instant),
  /** Agents who could take a call of it at once. */
  ready: Count,
  /** The calls that wait longest, with when each entered; no more than `mostShownWaiting`, and none that is to be called back. */
  calls: Type.Optional(Type.Record(Type.String(), Instant)),
});
export type LiveQueue = Static<typeof LiveQueue>;

/** Calls on their way out that the live board names. */
export const mostShownOutgoing = 10;

/** A call that is dialed or rings. */
export const LiveOutgoing = closed({
  /** When it was dialed. */
  since: Instant,
  ringing: Type.Boolean(),
  campaign: Type.Optional(Id),
  line: Name,
});
export type LiveOutgoing = Static<typeof LiveOutgoing>;

/** The state of a branch at one moment. */
export const LiveSnapshot = closed({
  agents: Type.Record(Type.String(), LiveAgent),
  campaigns: Type.Record(Type.String(), LiveCampaign),
  lines: Type.Record(Type.String(), LiveLine),
  /** Absent: the box is older than its queues. */
  queues: Type.Optional(Type.Record(Type.String(), LiveQueue)),
  /** Where callers of other sites are taken in; absent: nowhere. */
  guests: Type.Optional(SiteAddress),
  calls: closed({ dialing: Count, ringing: Count, waiting: Count, talking: Count, inbound: Count }),
  /** The calls that are dialed or ring, the oldest, by id; no more than `mostShownOutgoing`. Absent: the box tells none. */
  outgoing: Type.Optional(Type.Record(Type.String(), LiveOutgoing)),
  switch: oneOf(['up', 'down']),
  clock: ClockTrust,
  outboxPending: Count,
  lent: Lent,
  cpu: Type.Number({ minimum: 0, maximum: 1 }),
  memory: Type.Number({ minimum: 0, maximum: 1 }),
  disk: Type.Number({ minimum: 0, maximum: 1 }),
});
export type LiveSnapshot = Static<typeof LiveSnapshot>;

/**
 * At most once a second: a full snapshot, or the changes since message `n − 1` as a JSON Merge Patch (RFC 7396).
 * A receiver that misses a number asks for a snapshot.
 */
export const Live = closed({
  session: Id,
  n: Count,
  at: Instant,
  /** Real (transport) epoch ms when it was sent: the age of the data is measured from here. */
  sentAt: Instant,
  snapshot: Type.Optional(LiveSnapshot),
  changes: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
export type Live = Static<typeof Live>;

/** A batch of one stream. Rows are numbered without gaps from `from` to `to`. */
export const OutboxBatch = closed({
  /** Identity of the edge's ledger: a new ledger starts new numbers. */
  epoch: Id,
  from: Type.Integer({ minimum: 1 }),
  to: Type.Integer({ minimum: 1 }),
  /** Rows from this number up to `from` are no longer in the ledger; absent when none are missing. */
  missingFrom: Type.Optional(Type.Integer({ minimum: 1 })),
  rows: Type.Array(Type.Unknown(), { minItems: 1, maxItems: 1000 }),
});
export type OutboxBatch = Static<typeof OutboxBatch>;

/**
 * The controller's answer once its database has committed a batch, or (`replay`) the request to send a stream again from
 * a number because the controller's memory is older than that.
 */
export const Ack = Type.Union([
  closed({
    kind: Type.Literal('ack'),
    stream: Stream,
    epoch: Id,
    /** Everything up to here is committed. */
    upTo: Count,
    rejected: Type.Array(closed({ seq: Count, code: Label }), { maxItems: 1000 }),
  }),
  closed({ kind: Type.Literal('replay'), stream: Stream, epoch: Id, from: Type.Integer({ minimum: 1 }) }),
]);
export type Ack = Static<typeof Ack>;

/** The controller's own presence. */
export const ControllerState = closed({
  online: Type.Boolean(),
  /** Lease epoch in force. */
  epoch: Id,
  at: Instant,
});
export type ControllerState = Static<typeof ControllerState>;
