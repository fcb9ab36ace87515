import type { DncEntry } from '@branchline/shared';
import type { T } from '../words/use-words.ts';

/** What an entry, or a list, holds for. */
export function scopeWord(
  t: T,
  { campaign, campaignName, register }: Pick<DncEntry, 'campaign' | 'campaignName' | 'register'>,
): string {
  if (register !== undefined) return t('dnc.register', { region: register });
  return campaign === undefined ? t('dnc.everyone') : (campaignName ?? t('dnc.otherCampaign'));
}
