import { useQuery } from '@tanstack/react-query';
import type { Wallboard } from '@branchline/shared';
import { request } from '../api/request.ts';

/** Today against yesterday. @param site one site; empty: all in scope */
export function useWallboard(site: string) {
  return useQuery({
    queryKey: ['wallboard', site],
    queryFn: ({ signal }) =>
      request<Wallboard>(
        'GET',
        `/wallboard${site && `?site=${encodeURIComponent(site)}`}`,
        undefined,
        signal,
      ),
    refetchInterval: 900,
  });
}
