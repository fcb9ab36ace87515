import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { BranchPlan, PlanVersion } from '@branchline/shared';
import { request } from '../api/request.ts';

const pathOf = (edge: string): string => `/edges/${encodeURIComponent(edge)}/plan`;

/** The latest versions of a box's plan, newest first. */
export const planVersionsQuery = (edge: string, enabled: boolean) =>
  queryOptions({
    queryKey: ['plan-versions', edge],
    queryFn: ({ signal }) =>
      request<{ items: readonly PlanVersion[] }>('GET', `${pathOf(edge)}/versions`, undefined, signal),
    refetchInterval: 30_000,
    enabled,
  });

/** What a person made of the version they saw, and why. */
export interface NewPlan {
  readonly plan: BranchPlan;
  readonly over: number;
  readonly why: string;
}

/** Stores a new version of a box's plan. */
export function useSavePlan(edge: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ plan, over, why }: NewPlan) =>
      request<BranchPlan>(
        'PUT',
        `${pathOf(edge)}?${new URLSearchParams({ why, over: String(over) }).toString()}`,
        plan,
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ['plan-versions', edge] }),
  });
}
