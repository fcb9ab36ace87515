/** The form of a campaign brings the whole schema with it: only whoever opens it pays for it. */
export const campaignDrawerFile = async () => ({
  default: (await import('./campaign-drawer.tsx')).CampaignDrawer,
});
