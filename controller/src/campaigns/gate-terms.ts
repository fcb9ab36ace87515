import { createHash } from 'node:crypto';
import { isPreviewed, regionRules, strictestGate, type CampaignSettings } from '@branchline/shared';

const rulesKey = createHash('sha256').update(JSON.stringify(regionRules)).digest('hex').slice(0, 12);

/**
 * The key of all that decides whether a refusal by what campaign and region ask (`refusalIsAbout` says `terms`) stands: mode, purpose,
 * consent and manual dialing of the campaign, and the editions of region rules. A lead that was refused under another key is judged
 * again.
 */
export function termsKey({
  mode,
  previewSeconds,
  gate = strictestGate,
}: Pick<CampaignSettings, 'mode' | 'previewSeconds' | 'gate'>): string {
  const manual = gate.manualOnly ? ['manual-only'] : (gate.manualRegions ?? []).toSorted();
  return [
    isPreviewed({ mode, previewSeconds }) ? 'previewed' : mode,
    gate.purpose,
    gate.needsConsent ? 'consent' : 'any',
    ...manual,
    rulesKey,
  ].join(' ');
}
