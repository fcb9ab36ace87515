import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { BranchPlan, PlanVersion, Staff } from '@branchline/shared';
import { request } from '../api/request.ts';

/** What of a box's plan is stored at once. */
export type PlanPart = 'plan' | 'staff';

const pathOf = (edge: string, part: PlanPart): string => `/edges/${encodeURIComponent(edge)}/${part}`;

/** The latest versions of a box's plan, newest first. */
export const planVersionsQuery = (edge: string, enabled: boolean) =>
  queryOptions({
    queryKey: ['plan-versions', edge],
    queryFn: ({ signal }) =>
      request<{ items: readonly PlanVersion[] }>(
        'GET',
        `${pathOf(edge, 'plan')}/versions`,
        undefined,
        signal,
      ),
    refetchInterval: 30_000,
    enabled,
  });

/** What a person made of the version they saw, and why. */
export interface NewPlan {
  readonly plan: BranchPlan;
  readonly over: number;
  readonly why: string;
}

/** Stores a new version of a box's plan, or of a part of it. */
export function useSavePlan(edge: string, part: PlanPart) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ plan, over, why }: NewPlan) =>
      request<BranchPlan>(
        'PUT',
        `${pathOf(edge, part)}?${new URLSearchParams({ why, over: String(over) }).toString()}`,
        part === 'plan'
          ? plan
          : ({
              agents: plan.agents,
              queues: plan.queues ?? [],
              ...(plan.vips && { vips: plan.vips }),
            } satisfies Staff),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ['plan-versions', edge] }),
  });
}
