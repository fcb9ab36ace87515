import type { EdgeState } from '@branchline/shared';

/** What is known of an edge's session. */
export interface KnownSession {
  readonly session: string;
  readonly status: EdgeState['status'];
}

/**
 * Whether a state message changes what is known. A broker publishes the will of a broken connection when it notices, which
 * may be after the edge has come back with a new session: only the session that is known can be lost or stopped, and a
 * birth always opens a new one.
 */
export function stateCounts(known: KnownSession | undefined, message: EdgeState): boolean {
  if (message.status === 'online') return true;
  return known === undefined || known.session === message.session;
}
