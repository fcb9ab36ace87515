import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ArticleChange, ArticleSummary, ArticleVersion } from '@branchline/shared';
import { request } from '../api/request.ts';

const path = (id: string): string => `/articles/${encodeURIComponent(id)}`;

/** All articles without their texts; there are hundreds at most. */
export const articlesQuery = (enabled = true) =>
  queryOptions({
    queryKey: ['articles'],
    queryFn: ({ signal }) => request<{ items: ArticleSummary[] }>('GET', '/articles', undefined, signal),
    refetchInterval: 15_000,
    enabled,
  });

/** Versions of an article, newest first. */
export const articleVersionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['article', id],
    queryFn: ({ signal }) =>
      request<{ items: ArticleVersion[] }>('GET', `${path(id)}/versions?limit=20`, undefined, signal),
  });

/** Stores a new article, or a new version of one. */
export function useSaveArticle(id: string | undefined) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: ArticleChange) =>
      id === undefined
        ? request<ArticleVersion>('POST', '/articles', change)
        : request<ArticleVersion>('PUT', path(id), change),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ['articles'] });
      await client.invalidateQueries({ queryKey: ['article', id] });
    },
  });
}

export function useRemoveArticle(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<ArticleVersion>('DELETE', path(id)),
    onSettled: () => client.invalidateQueries({ queryKey: ['articles'] }),
  });
}
