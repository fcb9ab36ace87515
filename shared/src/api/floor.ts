import Type, { type Static } from 'typebox';
import { Window } from '../contract/gate-settings.ts';
import { closed, Count, Extension, Instant, Label, Name } from '../contract/primitives.ts';

/** What became of those who came to a queue in a part of a day. */
export const QueueFigures = closed({
  entered: Count,
  /** Had an agent; `inTime`: within the target of the queue. */
  connected: Count,
  inTime: Count,
  abandoned: Count,
  /** Went to another queue, to the group, to voicemail, or are called back. */
  elsewhere: Count,
});
export type QueueFigures = Static<typeof QueueFigures>;

/** The queues of the sites in scope: today against yesterday until the same time of day. */
export const FloorFigures = closed({
  /** Business time. */
  at: Instant,
  /** How old what is told was when it was told, ms: since it was counted, and since the oldest record came in that is not counted yet. */
  ageMs: Count,
  /** The zone whose midnight begins the day. */
  zone: Type.String(),
  queues: Type.Array(closed({ site: Name, queue: Name, today: QueueFigures, yesterday: QueueFigures })),
});
export type FloorFigures = Static<typeof FloorFigures>;

/** Who and what a box's plan names: the words for the ids of the live data. */
export const FloorNames = closed({
  site: Name,
  edge: Name,
  agents: Type.Array(closed({ id: Name, name: Label, extension: Extension, shift: Type.Optional(Window) })),
  queues: Type.Array(closed({ id: Name, name: Label })),
  phones: Type.Array(closed({ extension: Extension, label: Label })),
});
export type FloorNames = Static<typeof FloorNames>;
