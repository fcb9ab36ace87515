import { useSyncExternalStore } from 'react';
import type { SessionView, SignIn } from '@branchline/shared';
import { isSignedOut, onSessionRefused, request } from '../api/request.ts';

/** Whether somebody is signed in, as far as this page knows. */
export type Session =
  | { readonly state: 'asking' }
  | { readonly state: 'out' }
  | { readonly state: 'in'; readonly view: SessionView }
  | { readonly state: 'failed'; readonly error: unknown };

let session: Session = { state: 'asking' };
const listeners = new Set<() => void>();

function set(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}

onSessionRefused(({ code }) => {
  if (session.state !== 'in') return;
  // Somebody demands an authenticator app since the last look: the same session, good for enrolling one.
  set(
    code === 'BL_AUTH_ENROL_NEEDED'
      ? { state: 'in', view: { ...session.view, mustEnrol: true } }
      : { state: 'out' },
  );
});

/** Asks the controller who is signed in. */
export async function askSession(): Promise<void> {
  try {
    set({ state: 'in', view: await request<SessionView>('GET', '/session') });
  } catch (error) {
    set(isSignedOut(error) ? { state: 'out' } : { state: 'failed', error });
  }
}

/** Asks again, after the link was away: what somebody may do may have changed. What is not answered changes nothing. */
export async function askAgain(): Promise<void> {
  const view = await request<SessionView>('GET', '/session').catch(() => undefined);
  if (view && session.state === 'in' && JSON.stringify(view) !== JSON.stringify(session.view))
    set({ state: 'in', view });
}

/** @throws ApiFailure `BL_AUTH_CODE_NEEDED` when there is a second step, `BL_AUTH_WRONG`, `BL_AUTH_THROTTLED` … */
export async function signIn(credentials: SignIn): Promise<void> {
  set({ state: 'in', view: await request<SessionView>('POST', '/session', credentials) });
}

/** Signs out here even when the controller cannot be told: the cookie then dies with its term. */
export async function signOut(): Promise<void> {
  await request('DELETE', '/session').catch(() => undefined);
  set({ state: 'out' });
}

export function useSession(): Session {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => session,
  );
}
