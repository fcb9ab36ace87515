import Type, { type Static } from 'typebox';
import { Agent, CampaignStatus, Phone, Reported } from '../contract/desired.ts';
import { CodecPolicy } from '../contract/codecs.ts';
import { Window } from '../contract/gate-settings.ts';
import { ApiError } from './api-error.ts';
import { AgentPin } from './desk.ts';
import { GsmPermission, Line, Route } from '../contract/lines.ts';
import { Overlay } from '../contract/overlay.ts';
import { closed, Count, Extension, Id, Instant, Label, Name, oneOf, Zone } from '../contract/primitives.ts';
import { Queue, Vips } from '../contract/queues.ts';
import { Inventory, LiveSnapshot } from '../contract/presence.ts';

export const NewSite = closed({
  id: Name,
  name: Label,
  zone: Zone,
  region: Type.String({ pattern: '^[A-Z]{2}$' }),
});
export type NewSite = Static<typeof NewSite>;

/** Switching GSM lines on for a site needs a reason that others can read. */
export const GsmSwitch = Type.Union([
  closed({ enabled: Type.Literal(true), justification: Label }),
  closed({ enabled: Type.Literal(false) }),
]);
export type GsmSwitch = Static<typeof GsmSwitch>;

export const NewEdge = closed({ id: Name });
export type NewEdge = Static<typeof NewEdge>;

/** The token is shown once; it enrols one box. */
export const EnrolmentView = closed({
  edge: Name,
  token: Type.String(),
  expiresAt: Instant,
  /** HTTPS address for `POST /edge/v1/enrol`. */
  url: Type.String(),
  /** PEM of the installation's authority: the box trusts nothing else at that address. */
  ca: Type.String(),
});
export type EnrolmentView = Static<typeof EnrolmentView>;

/** Secrets arrive in clear over HTTPS, are sealed to the edge's key and never shown again; absent = keep the present one. */
const Secret = Type.String({ minLength: 8, maxLength: 100, pattern: '^[A-Za-z0-9._~!@#^*+=\\-]+$' });

/** Of a SIM (3GPP TS 31.101). */
const Pin = Type.String({ pattern: '^\\d{4,8}$' });

/** What an engineer states about a branch; the desired document is made from it. */
export const BranchPlan = closed({
  domain: Type.String(),
  lines: Type.Array(
    closed({
      ...Line.properties,
      sip: Type.Optional(
        closed({
          ...Type.Omit(Line.properties.sip, ['password']).properties,
          password: Type.Optional(Secret),
        }),
      ),
      modem: Type.Optional(
        closed({ ...Type.Omit(Line.properties.modem, ['pin']).properties, pin: Type.Optional(Pin) }),
      ),
      gateway: Type.Optional(
        closed({
          ...Type.Omit(Line.properties.gateway, ['password']).properties,
          password: Type.Optional(Secret),
        }),
      ),
    }),
    { maxItems: 100 },
  ),
  routes: Type.Array(Route, { maxItems: 500 }),
  phones: Type.Array(
    closed({ ...Type.Omit(Phone, ['password']).properties, password: Type.Optional(Secret) }),
    { maxItems: 500 },
  ),
  agents: Type.Array(closed({ ...Type.Omit(Agent, ['pin']).properties, pin: Type.Optional(AgentPin) }), {
    maxItems: 500,
  }),
  /** Absent: `inboundQueue` alone. */
  queues: Type.Optional(Type.Array(Queue, { maxItems: 100 })),
  /** Absent: no calls go to other sites or come from them. */
  overlay: Type.Optional(Overlay),
  /** Callers who go before others; absent: nobody. */
  vips: Type.Optional(Vips),
  /** Absent: `defaultCodecs`. */
  codecs: Type.Optional(CodecPolicy),
  emergencyNumbers: Type.Array(Type.String(), { minItems: 1, maxItems: 20 }),
  fallbackGroup: Type.Array(Extension, { maxItems: 50 }),
  /** When changes that end calls may be made although somebody talks, in the site's local time; absent: never. */
  maintenance: Type.Optional(Window),
});
export type BranchPlan = Static<typeof BranchPlan>;

/** A plan that was stored for a box: versions of all boxes are numbered together, a higher one is newer. */
export const PlanVersion = closed({
  version: Count,
  at: Instant,
  by: Label,
  why: Type.Optional(Label),
  plan: BranchPlan,
});
export type PlanVersion = Static<typeof PlanVersion>;

/** Said with a new plan. */
export const PlanChange = closed({
  /** The reason, for those who look at the versions. */
  why: Type.Optional(Label),
  /** The version that it was made from; refused when there is a newer one. */
  over: Type.Optional(Count),
});
export type PlanChange = Static<typeof PlanChange>;

/** People and queues of a box, and who goes before others, as parts of its plan. */
export const Staff = closed({
  agents: BranchPlan.properties.agents,
  queues: Type.Array(Queue, { maxItems: 100 }),
  /** Absent: they stay as they are. */
  vips: Type.Optional(Vips),
});
export type Staff = Static<typeof Staff>;

/** An edge as operations see it. */
export const EdgeView = closed({
  id: Name,
  site: Name,
  /** `never`: enrolled or announced but not seen yet. */
  status: oneOf(['never', 'online', 'lost', 'stopped']),
  seenAt: Type.Optional(Instant),
  firmware: Type.Optional(Label),
  desiredVersion: Count,
  reported: Type.Optional(Reported),
  inventory: Type.Optional(Inventory),
  live: Type.Optional(LiveSnapshot),
  /** Real ms since the live data was sent; grows while the link is down. */
  liveAgeMs: Type.Optional(Count),
});
export type EdgeView = Static<typeof EdgeView>;

export const SiteView = closed({
  id: Name,
  name: Label,
  zone: Zone,
  region: Type.String(),
  /** Absent: GSM lines are off here. */
  gsm: Type.Optional(GsmPermission),
  edges: Type.Array(EdgeView),
});
export type SiteView = Static<typeof SiteView>;

/** First page of the console, and the payload of the live feed's `overview` event (sent at most once a second). */
export const Overview = closed({
  at: Instant,
  /** Business ms per real ms (1 outside simulations). */
  speed: Type.Number(),
  sites: Type.Array(SiteView),
  today: closed({
    calls: Count,
    /** Calls that reached a person as they were meant to. */
    answered: Count,
    /** Outbound calls that had an agent or should have had one, and those of them that had none in time. */
    live: Count,
    abandoned: Count,
    attempts: Count,
    refused: Count,
  }),
  /** Real ms since `today` was computed; absent while it never was, and all of it is zero. */
  todayAgeMs: Type.Optional(Count),
  /** Why `today` could not be renewed; absent while it can. */
  todayFault: Type.Optional(ApiError),
  campaigns: Type.Array(
    closed({ id: Id, name: Label, status: CampaignStatus, leads: Count, finished: Count }),
  ),
});
export type Overview = Static<typeof Overview>;

export const CommandRequest = closed({
  verb: Type.String(),
  args: Type.Record(Type.String(), Type.Unknown()),
  ttlSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 3600 })),
});
export type CommandRequest = Static<typeof CommandRequest>;

export const CommandView = closed({
  id: Id,
  edge: Name,
  verb: Label,
  state: oneOf(['queued', 'sent', 'done', 'failed', 'expired']),
  issuedAt: Instant,
  /** Who gave it; absent: given before that was kept. */
  by: Type.Optional(Label),
  error: Type.Optional(closed({ code: Label, message: Type.String() })),
});
export type CommandView = Static<typeof CommandView>;
