import type { DncEntry } from '@branchline/shared';
import { en } from '../words/en.ts';
import type { T } from '../words/use-words.ts';

/** What an entry, or a list, holds for. */
export function scopeWord(
  t: T,
  { campaign, campaignName, register }: Pick<DncEntry, 'campaign' | 'campaignName' | 'register'>,
): string {
  if (register !== undefined) return t('dnc.register', { region: register });
  return campaignName ?? campaign ?? t('dnc.everyone');
}

/** Why a number is listed; what people wrote stays as it is. */
export function reasonWord(t: T, reason: string): string {
  return reason in en.dnc.given ? t(`dnc.given.${reason as keyof typeof en.dnc.given}`) : reason;
}

/** Who listed it: `agent <id>` in words, a user by name. */
export function byWord(t: T, by: string): string {
  const [, id] = /^agent (.+)$/.exec(by) ?? [];
  return id === undefined ? by : t('calls.story.target.agent', { id });
}
