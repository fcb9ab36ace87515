import Type, { type Static } from 'typebox';
import { callbackWish, closed, Count, Id, Instant, Label } from '../contract/primitives.ts';

/** A do-not-call entry; without a campaign it holds for all of them. */
const Region = Type.String({ pattern: '^[A-Z]{2}$' });

/** E.164, or the beginning of numbers with an asterisk. */
export const DncNumber = Type.String({ pattern: '^\\+[1-9]\\d{3,14}\\*?$' });

export const DncEntry = closed({
  number: DncNumber,
  campaign: Type.Optional(Id),
  campaignName: Type.Optional(Label),
  /** The region whose register it is of. */
  register: Type.Optional(Region),
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

/** What an uploaded do-not-call list is and holds for; all campaigns when nothing is stated. */
export const DncUpload = closed({
  /** Of numbers without a country code. */
  region: Type.Optional(Region),
  campaign: Type.Optional(Id),
  /** The register of this region: heeded where its rules say so. */
  register: Type.Optional(Region),
  reason: Type.Optional(Label),
  /** A list of VICIdial; `area` entries like `201XXXXXXX` are understood. */
  vicidial: Type.Optional(Type.Boolean()),
  /** Only rows of this campaign in the second column. */
  vicidialCampaign: Type.Optional(Label),
});
export type DncUpload = Static<typeof DncUpload>;

/** What an uploaded list did; `errors` are the first rows that were left out. */
export const DncUploaded = closed({
  /** What it can be taken back by. */
  list: Id,
  rows: Count,
  added: Count,
  /** There already, or twice in the list. */
  known: Count,
  rejected: Count,
  errors: Type.Array(closed({ row: Count, reason: Type.String() })),
});
export type DncUploaded = Static<typeof DncUploaded>;

/** A list that was uploaded. */
export const UploadedDncList = closed({
  id: Id,
  file: Label,
  campaign: Type.Optional(Id),
  campaignName: Type.Optional(Label),
  register: Type.Optional(Region),
  reason: Label,
  by: Label,
  at: Instant,
  added: Count,
  known: Count,
  rejected: Count,
  undoneAt: Type.Optional(Instant),
});
export type UploadedDncList = Static<typeof UploadedDncList>;

/** What adding or removing did. */
export const DncChange = closed({
  changed: Count,
  refused: Type.Array(Type.String()),
  /** Leads that are to be opened again, where that was asked for. */
  reopened: Type.Optional(Count),
});
export type DncChange = Static<typeof DncChange>;

/** The disposition of a call, set by the office instead of the agent; with a time to call again that goes before the code's own. */
export const DispositionRequest = closed({ code: Label, ...callbackWish });
export type DispositionRequest = Static<typeof DispositionRequest>;
