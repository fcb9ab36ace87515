import Type, { type Static } from 'typebox';
import { closed, Count, Instant, Millis, Name } from '../contract/primitives.ts';

/** Seconds within which an inbound call should be answered; the share that is, is the service level. */
export const serviceLevelSeconds = 20;

/** What happened in a part of a day. */
export const WallboardFigures = closed({
  /** Outbound attempts that were dialed, and those that reached a person. */
  attempts: Count,
  answered: Count,
  /** Outbound calls that had an agent or should have had one, and those of them that had none in time. */
  live: Count,
  abandoned: Count,
  /** Inbound calls, those an agent took, and those taken within {@link serviceLevelSeconds}. */
  offered: Count,
  taken: Count,
  takenInTime: Count,
  /** Calls with an agent, their talk and the work after them: the sum by the number is the handling time. */
  handled: Count,
  talkMs: Millis,
  wrapUpMs: Millis,
});
export type WallboardFigures = Static<typeof WallboardFigures>;

/** Calls that ended with an agent, by hour of the day. */
export const WallboardHour = closed({ calls: Count, handled: Count });

/** Today against yesterday until the same time of day. */
export const Wallboard = closed({
  /** Business time. */
  at: Instant,
  /** How old what is told was when it was told, ms: since it was counted, and since the oldest record came in that is not counted yet. */
  ageMs: Count,
  /** The zone whose midnight begins the day. */
  zone: Type.String(),
  today: WallboardFigures,
  yesterday: WallboardFigures,
  /** 24 hours each; those of today that have not come are zero. */
  hours: closed({ today: Type.Array(WallboardHour), yesterday: Type.Array(WallboardHour) }),
  sites: Type.Array(closed({ site: Name, today: WallboardFigures })),
});
export type Wallboard = Static<typeof Wallboard>;
