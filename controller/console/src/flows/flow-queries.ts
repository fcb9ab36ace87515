import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { FlowChange, FlowSummary, FlowVersion } from '@branchline/shared';
import { request } from '../api/request.ts';

/** All flows; there are tens at most. */
export const flowsQuery = (enabled = true) =>
  queryOptions({
    queryKey: ['flows'],
    queryFn: ({ signal }) => request<{ items: FlowSummary[] }>('GET', '/flows', undefined, signal),
    refetchInterval: 15_000,
    enabled,
  });

/** Versions of a flow, newest first. */
export const flowVersionsQuery = (id: string, enabled: boolean) =>
  queryOptions({
    queryKey: ['flow', id],
    queryFn: ({ signal }) =>
      request<{ items: FlowVersion[] }>(
        'GET',
        `/flows/${encodeURIComponent(id)}/versions`,
        undefined,
        signal,
      ),
    enabled,
  });

/** Stores a new flow, or a new version of one. */
export function useSaveFlow(id: string | undefined) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: FlowChange) =>
      id === undefined
        ? request<FlowVersion>('POST', '/flows', change)
        : request<FlowVersion>('PUT', `/flows/${encodeURIComponent(id)}`, change),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ['flows'] });
      await client.invalidateQueries({ queryKey: ['flow', id] });
    },
  });
}
