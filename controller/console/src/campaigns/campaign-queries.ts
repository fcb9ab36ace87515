import {
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type {
  BestHours,
  CallbackCounts,
  CampaignChange,
  CampaignSummary,
  CampaignView,
  ImportView,
  ListChange,
  LeadChange,
  LeadView,
  ListPenetration,
  NewCampaign,
  PriorityChange,
  PriorityChanged,
  SiteView,
} from '@branchline/shared';
import { request } from '../api/request.ts';
import { isMoving } from './import-progress.ts';

interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/** Figures of a campaign that is open are asked for again so often, ms. */
const renewMs = 2000;

/** Campaigns, newest first, a hundred a page. */
export function useCampaigns(enabled: boolean) {
  return useInfiniteQuery({
    queryKey: ['campaigns'],
    queryFn: ({ pageParam, signal }) =>
      request<Page<CampaignSummary>>(
        'GET',
        `/campaigns${pageParam ? `?cursor=${encodeURIComponent(pageParam)}` : ''}`,
        undefined,
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    refetchInterval: 15_000,
    enabled,
  });
}

export const campaignQuery = (id: string) =>
  queryOptions({
    queryKey: ['campaign', id],
    queryFn: ({ signal }) => request<CampaignView>('GET', `/campaigns/${id}`, undefined, signal),
    refetchInterval: renewMs,
    placeholderData: keepPreviousData,
  });

export const importsQuery = (campaign: string, enabled: boolean) =>
  queryOptions({
    queryKey: ['imports', campaign],
    queryFn: ({ signal }) =>
      request<Page<ImportView>>('GET', `/campaigns/${campaign}/imports?limit=20`, undefined, signal),
    // A list that is being read by another window, or since before a reload, goes on moving here.
    refetchInterval: (query) => (query.state.data?.items.some(isMoving) ? 500 : 10_000),
    enabled,
  });

/** How far the campaign has come with each list. */
export const penetrationQuery = (campaign: string) =>
  queryOptions({
    queryKey: ['penetration', campaign],
    queryFn: ({ signal }) =>
      request<ListPenetration>('GET', `/campaigns/${campaign}/penetration`, undefined, signal),
    refetchInterval: 15_000,
  });

/** Callbacks that are still to be kept. */
export const callbacksQuery = (campaign: string) =>
  queryOptions({
    queryKey: ['callbacks', campaign],
    queryFn: ({ signal }) =>
      request<CallbackCounts>('GET', `/campaigns/${campaign}/callbacks`, undefined, signal),
    refetchInterval: 5000,
  });

/** Says how much of a list is dialed beside the others of its campaign. */
export function useWeighList(campaign: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ list, weight }: { readonly list: string; readonly weight: number }) =>
      request<ImportView>('PATCH', `/imports/${list}`, { weight } satisfies ListChange),
    onSettled: () => client.invalidateQueries({ queryKey: penetrationQuery(campaign).queryKey }),
  });
}

/** Gives all people of a campaign that fit a priority, or counts them. */
export function useRankLeads(campaign: string) {
  return useMutation({
    mutationFn: (change: PriorityChange) =>
      request<PriorityChanged>('POST', `/campaigns/${campaign}/priorities`, change),
  });
}

/** One person of a campaign. */
export const leadQuery = (id: string) =>
  queryOptions({
    queryKey: ['lead', id],
    queryFn: ({ signal }) => request<LeadView>('GET', `/leads/${id}`, undefined, signal),
  });

/** Says how urgent one person is. */
export function useRankLead(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: LeadChange) => request<LeadView>('PATCH', `/leads/${id}`, change),
    onSuccess: (lead) => client.setQueryData(leadQuery(id).queryKey, lead),
  });
}

/** When people answered in the last 30 days. */
export const bestHoursQuery = (campaign: string) =>
  queryOptions({
    queryKey: ['best-hours', campaign],
    queryFn: ({ signal }) =>
      request<BestHours>('GET', `/campaigns/${campaign}/best-hours`, undefined, signal),
    refetchInterval: 60_000,
  });

/** Cancels an import, or takes it back. */
export function useMoveImport(campaign: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, move }: { readonly id: string; readonly move: 'cancel' | 'undo' }) =>
      request<ImportView>('POST', `/imports/${id}/${move}`),
    onSettled: () => client.invalidateQueries({ queryKey: ['imports', campaign] }),
  });
}

/** The sites somebody may choose for a campaign. */
export function useSites() {
  return useQuery({
    queryKey: ['sites'],
    queryFn: ({ signal }) => request<Page<SiteView>>('GET', '/sites', undefined, signal),
    staleTime: 30_000,
  });
}

export type CampaignMove = 'start' | 'pause' | 'stop';

/** Starts, pauses or stops a campaign. */
export function useMoveCampaign() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, move }: { readonly id: string; readonly move: CampaignMove }) =>
      request<CampaignSummary>('POST', `/campaigns/${id}/${move}`),
    onSettled: async (_data, _error, { id }) => {
      await Promise.all([
        client.invalidateQueries({ queryKey: ['campaigns'] }),
        client.invalidateQueries({ queryKey: ['campaign', id] }),
      ]);
    },
  });
}

/** Creates a campaign, or changes the one with this id. */
export function useSaveCampaign(id: string | undefined) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (settings: NewCampaign | CampaignChange) =>
      id === undefined
        ? request<CampaignView>('POST', '/campaigns', settings)
        : request<CampaignView>('PATCH', `/campaigns/${id}`, settings),
    onSuccess: async (view) => {
      client.setQueryData(['campaign', view.id], view);
      await client.invalidateQueries({ queryKey: ['campaigns'] });
    },
  });
}
