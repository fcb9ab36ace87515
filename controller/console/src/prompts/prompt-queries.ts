import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { PromptRecording, PromptVersion } from '@branchline/shared';
import { request } from '../api/request.ts';

/** A prompt in one language. */
export type PromptPlace = Pick<PromptRecording, 'prompt' | 'language'>;

const pathOf = ({ prompt, language }: PromptPlace): string => `/prompts/${prompt}/${language}`;

/** Recordings in force; there are two hundred at most. */
export const promptsQuery = (enabled = true) =>
  queryOptions({
    queryKey: ['prompts'],
    queryFn: ({ signal }) => request<{ items: PromptVersion[] }>('GET', '/prompts', undefined, signal),
    refetchInterval: 15_000,
    enabled,
  });

/** Versions of a recording, newest first. */
export const promptVersionsQuery = (place: PromptPlace) =>
  queryOptions({
    queryKey: ['prompts', place.prompt, place.language],
    queryFn: ({ signal }) =>
      request<{ items: PromptVersion[] }>('GET', `${pathOf(place)}/versions`, undefined, signal),
  });

/** Where a version is listened to. */
export function soundOf({ version, ...place }: PromptPlace & { readonly version: number }): string {
  return `/api/v1${pathOf(place)}/versions/${version}/sound`;
}

/** A recording that is to be stored. */
export interface NewRecording extends PromptPlace {
  readonly wav: Blob;
  readonly why: string;
}

/** Stores a recording as the newest version of its prompt. */
export function useStoreRecording() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ wav, why, ...place }: NewRecording) => {
      const form = new FormData();
      form.append('file', wav, `${place.prompt}.wav`);
      const reason = why.trim() && `?${new URLSearchParams({ why: why.trim() }).toString()}`;
      return request<PromptVersion>('PUT', `${pathOf(place)}${reason}`, form);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['prompts'] }),
  });
}

/** Takes a recording out of use. */
export function useRemoveRecording() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (place: PromptPlace) => request('DELETE', pathOf(place)),
    onSettled: () => client.invalidateQueries({ queryKey: ['prompts'] }),
  });
}
