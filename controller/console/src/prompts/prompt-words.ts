import type { PromptLanguage } from '@branchline/shared';
import type { T } from '../words/use-words.ts';

/** A recording with its language in words. */
export function spoken<R extends { readonly language: PromptLanguage }>(
  t: T,
  recording: R,
): Omit<R, 'language'> & { readonly language: string } {
  return { ...recording, language: t(`prompts.in.${recording.language}`) };
}
