import Type, { type Static } from 'typebox';
import { closed, Count, E164Number, Id, Instant, Label } from '../contract/primitives.ts';

/** A do-not-call entry; without a campaign it holds for all of them. */
export const DncEntry = closed({
  number: E164Number,
  campaign: Type.Optional(Id),
  reason: Label,
  addedAt: Instant,
  by: Label,
});
export type DncEntry = Static<typeof DncEntry>;

/** Numbers to add; written as people write them, read with `region` when they have no country code. */
export const NewDnc = closed({
  numbers: Type.Array(Type.String({ maxLength: 40 }), { minItems: 1, maxItems: 1000 }),
  region: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
  campaign: Type.Optional(Id),
  reason: Type.Optional(Label),
});
export type NewDnc = Static<typeof NewDnc>;

/** What adding or removing did. */
export const DncChange = closed({ changed: Count, refused: Type.Array(Type.String()) });
export type DncChange = Static<typeof DncChange>;

/** The disposition of a call, set by the office instead of the agent. */
export const DispositionRequest = closed({ code: Label });
export type DispositionRequest = Static<typeof DispositionRequest>;
