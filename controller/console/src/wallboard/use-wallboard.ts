import { useQuery } from '@tanstack/react-query';
import type { Wallboard } from '@branchline/shared';
import { request } from '../api/request.ts';

/** The question for one site's part. @param site empty: all in scope */
export function ofSite(site: string): string {
  return site && `?site=${encodeURIComponent(site)}`;
}

/** Today against yesterday. @param site one site; empty: all in scope */
export function useWallboard(site: string) {
  return useQuery({
    queryKey: ['wallboard', site],
    queryFn: ({ signal }) => request<Wallboard>('GET', `/wallboard${ofSite(site)}`, undefined, signal),
    refetchInterval: 600,
  });
}
