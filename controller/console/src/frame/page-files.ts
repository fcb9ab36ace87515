import { askAhead } from '../api/request.ts';
import { campaignDrawerFile } from '../campaigns/drawer-file.ts';

/** Each page is a file of its own, loaded when it is opened first. */
export const pageFiles = {
  overview: async () => ({ Component: (await import('../overview/overview-page.tsx')).OverviewPage }),
  campaigns: async () => ({ Component: (await import('../campaigns/campaigns-page.tsx')).CampaignsPage }),
  campaign: async () => ({ Component: (await import('../campaigns/campaign-page.tsx')).CampaignPage }),
  flows: async () => ({ Component: (await import('../flows/flows-page.tsx')).FlowsPage }),
  flow: async () => ({ Component: (await import('../flows/flow-page.tsx')).FlowPage }),
  prompts: async () => ({ Component: (await import('../prompts/prompts-page.tsx')).PromptsPage }),
  knowledge: async () => ({ Component: (await import('../knowledge/knowledge-page.tsx')).KnowledgePage }),
  calls: async () => {
    const page = import('../calls/calls-page.tsx');
    if (opening && location.pathname === '/calls') await askCallsAhead();
    opening = false;
    return { Component: (await page).CallsPage };
  },
  call: async () => ({ Component: (await import('../calls/call-page.tsx')).CallPage }),
  account: async () => ({ Component: (await import('../account/account-page.tsx')).AccountPage }),
  people: async () => ({ Component: (await import('../people/people-page.tsx')).PeoplePage }),
  audit: async () => ({ Component: (await import('../audit/audit-page.tsx')).AuditPage }),
  why: async () => ({ Component: (await import('../why/why-page.tsx')).WhyPage }),
  evidence: async () => ({ Component: (await import('../evidence/evidence-page.tsx')).EvidencePage }),
  doNotCall: async () => ({
    Component: (await import('../do-not-call/do-not-call-page.tsx')).DoNotCallPage,
  }),
  wallboard: async () => ({ Component: (await import('../wallboard/wallboard-page.tsx')).WallboardPage }),
  floor: async () => ({ Component: (await import('../floor/floor-page.tsx')).FloorPage }),
  site: async () => ({ Component: (await import('../site/site-page.tsx')).SitePage }),
  staff: async () => ({ Component: (await import('../staff/staff-page.tsx')).StaffPage }),
  lines: async () => ({ Component: (await import('../lines/lines-page.tsx')).LinesPage }),
  notFound: async () => ({ Component: (await import('../states/not-found-page.tsx')).NotFoundPage }),
};

/** Only for the page that is opened first; later ones have their files already. */
let opening = true;

async function askCallsAhead(): Promise<void> {
  const [{ callsPath, filterKeys }, { filterOf }] = await Promise.all([
    import('../calls/call-query.ts'),
    import('../parts/address-filter.ts'),
  ]);
  askAhead(callsPath(filterOf(new URLSearchParams(location.search), filterKeys)));
}

/**
 * Fetches the pages that were not opened yet. A page that is first wanted when the controller is away could not say so:
 * its own file would be missing.
 */
export async function fetchPages(): Promise<void> {
  for (const load of [...Object.values(pageFiles), campaignDrawerFile]) await load().catch(() => undefined);
}
