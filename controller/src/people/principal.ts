import type { Grant, User } from '@branchline/shared';
import { scopeOf, type Action, type Scope } from './permissions.ts';

/** Who acts: a person in a session, a program with a person's token, or the controller itself. */
export interface Principal {
  readonly kind: 'session' | 'token' | 'system';
  /** As the audit trail shows it. */
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly user?: User;
  /** May do nothing but enrol the authenticator app that this person must have. */
  readonly confined?: boolean;
}

/** The controller acting by itself: only inside the process, never from a request. */
export const systemPrincipal: Principal = { kind: 'system', name: 'system', grants: [{ role: 'admin' }] };

/** Where a principal may do something. */
export function scopeFor(principal: Principal, action: Action): Scope {
  return scopeOf(principal.grants, action);
}
