import type { CampaignSummary, LeadCounts } from '@branchline/shared';

/**
 * The list as it is now: what was asked for, with what the live feed has told since; campaigns made meanwhile come first.
 */
export function mergeCampaigns(
  listed: readonly CampaignSummary[],
  told: Readonly<Record<string, CampaignSummary>>,
): CampaignSummary[] {
  const known = new Set(listed.map((campaign) => campaign.id));
  const newest = listed[0]?.id ?? '';
  // Ids grow with time: an older one belongs to a page that is not loaded yet.
  const made = Object.values(told)
    .filter((campaign) => !known.has(campaign.id) && campaign.id > newest)
    .toSorted((a, b) => (a.id < b.id ? 1 : -1));
  return [...made, ...listed.map((campaign) => told[campaign.id] ?? campaign)];
}

/** How many leads need nothing any more. */
export function doneLeads(leads: LeadCounts): number {
  return leads.finished + leads.exhausted;
}
