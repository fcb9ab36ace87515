import type { LeadCounts, SiteView, WhyReason } from '../api/index.ts';
import { nextInsideWindow, type CallingWindow } from '../calling-window.ts';
import type { CampaignStatus, DialMode } from '../contract/desired.ts';
import { boxTroubles, campaignAt, standingAt } from './branch.ts';
import { reason } from './reason.ts';

/** A campaign as far as it decides whether somebody is dialed. */
export interface WhyCampaign {
  readonly id: string;
  readonly name: string;
  readonly status: CampaignStatus;
  readonly mode: DialMode;
  readonly window: CallingWindow;
  /** Sites that may work on it; empty = all. */
  readonly sites: readonly string[];
  readonly attemptsCap: number;
}

/** What is known of a campaign. */
export interface CampaignFacts {
  /** Business ms. */
  readonly now: number;
  readonly campaign: WhyCampaign;
  readonly leads: LeadCounts;
  /** The sets of zones that occur among its leads. */
  readonly zones: readonly (readonly string[])[];
  /** When the first of its open leads is due, business ms. */
  readonly nextDue?: number;
  /** Quotas that are full, of a list by its name or of the whole campaign. */
  readonly full?: readonly { readonly disposition: string; readonly leads: number; readonly list?: string }[];
  /** Nothing is lent to any branch before this instant, or before all have reported (business ms). */
  readonly lendingBlockedUntil?: number;
  /** The sites that the reader may see. */
  readonly sites: readonly SiteView[];
}

/** What keeps a campaign from dialing wherever it runs: its status, or that nothing may be lent. */
export function campaignStops(campaign: WhyCampaign, lendingBlockedUntil: number | undefined): WhyReason[] {
  const { id, name, status } = campaign;
  const evidence = { kind: 'campaign', id } as const;
  return [
    ...(status === 'running' ? [] : [reason(`campaign-${status}`, { campaign: name }, { evidence })]),
    ...(lendingBlockedUntil === undefined ? [] : [reason('lending-blocked', { until: lendingBlockedUntil })]),
  ];
}

/** Whether a site may work on a campaign. */
export function mayWork(campaign: Pick<WhyCampaign, 'sites'>, site: string): boolean {
  return campaign.sites.length === 0 || campaign.sites.includes(site);
}

/** Why a campaign dials or does not, most decisive reason first; never empty. Pure. */
export function whyCampaign(facts: CampaignFacts): WhyReason[] {
  const { campaign, lendingBlockedUntil } = facts;
  const stops = [...campaignStops(campaign, lendingBlockedUntil), ...leadStops(facts)];
  if (campaign.status !== 'running') return stops;
  const places = facts.sites.filter((site) => mayWork(campaign, site.id));
  const found = places.flatMap((site) => site.edges.map((edge) => campaignAt(site, edge, campaign)));
  const dialing = found.filter((each) => each.dialing);
  const evidence = { kind: 'campaign', id: campaign.id } as const;
  return [
    ...(dialing.length > 0
      ? [reason('campaign-dialing', { campaign: campaign.name, branches: dialing.length }, { evidence })]
      : []),
    ...stops,
    ...(found.length === 0 ? [reason('campaign-no-branch', { campaign: campaign.name }, { evidence })] : []),
    ...found.filter((each) => !each.dialing).flatMap((each) => each.reasons),
    ...dialing.flatMap((each) => each.reasons),
  ];
}

function leadStops(facts: CampaignFacts): WhyReason[] {
  const evidence = { kind: 'campaign', id: facts.campaign.id } as const;
  const quotas = (facts.full ?? []).map(({ disposition, leads, list }) =>
    list === undefined
      ? reason('campaign-quota', { campaign: facts.campaign.name, leads, disposition }, { evidence })
      : reason(
          'campaign-list-quota',
          { campaign: facts.campaign.name, list, leads, disposition },
          { evidence },
        ),
  );
  return [...quotas, ...supplyStops(facts)];
}

/** What keeps the leads themselves from being dialed. */
function supplyStops({ now, campaign, leads, zones, nextDue }: CampaignFacts): WhyReason[] {
  const evidence = { kind: 'campaign', id: campaign.id } as const;
  const name = { campaign: campaign.name };
  if (leads.total === 0) return [reason('campaign-no-leads', name, { evidence })];
  const left = leads.ready + leads.waiting + leads.leased + leads.inDoubt;
  if (left === 0) return [reason('campaign-done', { ...name, leads: leads.total }, { evidence })];
  const openings = zones.map((set) => nextInsideWindow(campaign.window, now, set));
  const opens = Math.min(...openings.map((at) => at ?? Infinity));
  if (opens === Infinity) return [reason('campaign-no-hour', name, { evidence })];
  if (opens > now) return [reason('campaign-outside-hours', { ...name, opens }, { evidence })];
  if (leads.ready + leads.leased === 0 && nextDue !== undefined && nextDue > now)
    return [reason('campaign-none-due', { ...name, due: nextDue }, { evidence })];
  return [];
}

/** What is known of a site. */
export interface SiteFacts {
  readonly site: SiteView;
  /** The campaigns that the reader may see. */
  readonly campaigns: readonly WhyCampaign[];
  readonly lendingBlockedUntil?: number;
}

/** Why a site dials or does not, most decisive reason first; never empty. Pure. */
export function whySite({ site, campaigns, lendingBlockedUntil }: SiteFacts): WhyReason[] {
  const evidence = { kind: 'site', id: site.id } as const;
  const place = { site: site.name };
  if (site.edges.length === 0) return [reason('site-empty', place, { evidence })];
  const running = campaigns.filter((each) => each.status === 'running' && mayWork(each, site.id));
  // Where all that runs dials without agents, nobody has to be logged in.
  const led = running.find(({ mode }) => mode !== 'broadcast') ?? running[0];
  const found = site.edges.flatMap((edge) =>
    running
      .filter(({ mode }) => boxTroubles(site, edge, mode).length === 0)
      .map((each) => standingAt(site, edge, each)),
  );
  return [
    ...site.edges.flatMap((edge) => boxTroubles(site, edge, led?.mode)),
    ...(lendingBlockedUntil === undefined ? [] : [reason('lending-blocked', { until: lendingBlockedUntil })]),
    ...(running.length === 0 ? [reason('site-no-campaign', place, { evidence })] : []),
    ...found.filter((each) => each.dialing).flatMap((each) => each.reasons),
    ...found.filter((each) => !each.dialing).flatMap((each) => each.reasons),
  ];
}
