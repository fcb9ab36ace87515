import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { CallFilter, type CallView } from '@branchline/shared';
import { request } from '../api/request.ts';

export interface CallPage {
  readonly items: readonly CallView[];
  readonly next?: string;
}

/** What the list is narrowed to, as it stands in the address. */
export type FilterKey = keyof typeof CallFilter.properties;
export const filterKeys = Object.keys(CallFilter.properties) as readonly FilterKey[];

/** The address of a page of calls. */
export function callsPath(filter: URLSearchParams, cursor = ''): string {
  const query = new URLSearchParams(filter);
  query.set('limit', '100');
  if (cursor) query.set('cursor', cursor);
  return `/calls?${query.toString()}`;
}

/** Calls of a filter, latest first; the first page is renewed, older ones are history. */
export function useCalls(filter: URLSearchParams) {
  return useInfiniteQuery({
    queryKey: ['calls', filter.toString()],
    queryFn: ({ pageParam, signal }) =>
      request<CallPage>('GET', callsPath(filter, pageParam), undefined, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 1 ? false : 5000),
    placeholderData: keepPreviousData,
  });
}
