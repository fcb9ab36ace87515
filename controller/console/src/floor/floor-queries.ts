import { useQuery } from '@tanstack/react-query';
import type { FloorFigures, FloorNames } from '@branchline/shared';
import { request } from '../api/request.ts';

const only = (site: string): string => (site === '' ? '' : `?site=${encodeURIComponent(site)}`);

/** What the plans call people, queues and phones. @param site one site; empty: all in scope */
export function useFloorNames(site: string) {
  return useQuery({
    queryKey: ['floor-names', site],
    queryFn: ({ signal }) =>
      request<{ items: readonly FloorNames[] }>('GET', `/floor/names${only(site)}`, undefined, signal),
    refetchInterval: 60_000,
  });
}

/** The day of each queue. @param site one site; empty: all in scope */
export function useFloorFigures(site: string) {
  return useQuery({
    queryKey: ['floor', site],
    queryFn: ({ signal }) => request<FloorFigures>('GET', `/floor${only(site)}`, undefined, signal),
    refetchInterval: 1500,
  });
}
