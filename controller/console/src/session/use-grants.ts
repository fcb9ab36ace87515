import type { Grant } from '@branchline/shared';
import { useSession } from './session.ts';

const none: readonly Grant[] = [];

/** The grants of whoever is signed in. */
export function useGrants(): readonly Grant[] {
  const session = useSession();
  return session.state === 'in' ? session.view.user.grants : none;
}
