import type { DncEntry } from '@branchline/shared';
import type { T } from '../words/use-words.ts';

/** What an entry, or a list, holds for. */
export function scopeWord(t: T, { campaign, register }: Pick<DncEntry, 'campaign' | 'register'>): string {
  if (register !== undefined) return t('dnc.register', { region: register });
  return campaign === undefined ? t('dnc.everyone') : campaign;
}
