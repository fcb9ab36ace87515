import type { Action } from './dialplan.ts';
import type { Session } from './session.ts';

/** What a session's thread does next. */
export type Program =
  | { readonly kind: 'consume' }
  | { readonly kind: 'dialplan' }
  | { readonly kind: 'applications'; readonly list: readonly Action[] }
  | { readonly kind: 'park' }
  | { readonly kind: 'soft-bridge'; readonly meeting: Meeting }
  | { readonly kind: 'exchange'; readonly bridge: Bridge };

/** Two legs on their way to be bridged by `uuid_bridge`. */
export interface Meeting {
  readonly originator: Session;
  readonly originatee: Session;
  readonly arrived: Set<Session>;
}

/** Two legs that hear each other; `a` runs the bridge. */
export interface Bridge {
  readonly a: Session;
  readonly b: Session;
  aLeft: boolean;
  bLeft: boolean;
}

/** A queued `sendmsg` or broadcast. */
export interface PrivateCommand {
  readonly headers: readonly (readonly [string, string])[];
  readonly application: string;
  readonly data: string;
  readonly loops: number;
  readonly applicationUuid: string | undefined;
}
