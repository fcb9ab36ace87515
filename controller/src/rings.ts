import type { ImportView } from '@branchline/shared';
import type { Bell } from './database/index.ts';

/** What controllers of one database tell each other, so that work begins at once wherever it is done. */
export type Rings = {
  /** What this user may do has changed, or with what they may do it: sessions, tokens, the second factor. */
  people: string;
  /** A campaign was made, changed, started or stopped. */
  campaign: string;
  /** Leads came in or were taken back. */
  leads: string;
  /** An import has moved on. */
  import: ImportView;
  /** The do-not-call list has changed. */
  doNotCall: true;
  /** A flow or the recording of a prompt was made, changed or removed. */
  flow: string;
  /** An article was made, changed or removed. */
  knowledge: true;
  /** An edge has a new plan. */
  plan: string;
  /** A command was issued to an edge. */
  command: string;
  /** Certificates of an edge were issued or revoked. */
  certificates: { readonly edge: string; readonly revoked: boolean };
};

export type ControllerBell = Bell<Rings>;
