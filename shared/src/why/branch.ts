import type { EdgeView, SiteView, WhyReason } from '../api/index.ts';
import type { DialMode } from '../contract/desired.ts';
import { reason } from './reason.ts';

/** Live data older than this says nothing about now, ms. */
const freshMs = 15_000;

/** A campaign as a box knows it. */
interface Known {
  readonly id: string;
  readonly name: string;
  readonly mode: DialMode;
}

/** A branch that dials a campaign, or why it does not. */
export interface BranchFinding {
  readonly dialing: boolean;
  readonly reasons: readonly WhyReason[];
}

/**
 * What keeps a box from dialing, most decisive first; empty when nothing does.
 * @param mode of what is to be dialed: a broadcast needs nobody who is logged in
 */
export function boxTroubles(site: SiteView, edge: EdgeView, mode?: DialMode): WhyReason[] {
  const evidence = { kind: 'site', id: site.id } as const;
  const place = { site: site.name };
  const box = { ...place, edge: edge.id };
  const seen = { evidence, ...(edge.seenAt !== undefined && { at: edge.seenAt }) };
  if (edge.status === 'never') return [reason('branch-never-seen', box, { evidence })];
  if (edge.status !== 'online') return [reason('branch-offline', box, seen)];
  const { live, liveAgeMs = 0 } = edge;
  if (!live || liveAgeMs > freshMs) return [reason('branch-silent', box, seen)];
  const lines = Object.values(live.lines);
  const loggedIn = Object.values(live.agents).some(({ state }) => state !== 'offline');
  return [
    ...(live.switch === 'down' ? [reason('branch-switch-down', place, { evidence })] : []),
    ...(live.clock === 'untrusted' ? [reason('branch-clock-untrusted', place, { evidence })] : []),
    ...(lines.every(({ state }) => state === 'down')
      ? [reason('branch-no-line', place, { evidence: { kind: 'lines', id: site.id } })]
      : []),
    ...(loggedIn || mode === 'broadcast' ? [] : [reason('branch-no-agents', place, { evidence })]),
    ...(edge.reported?.status === 'rejected'
      ? [reason('branch-configuration-rejected', place, { evidence })]
      : []),
  ];
}

/** How a campaign stands at a box that can dial, as the box itself says. */
export function standingAt(site: SiteView, edge: EdgeView, campaign: Known): BranchFinding {
  const evidence = { kind: 'campaign', id: campaign.id } as const;
  const names = { site: site.name, campaign: campaign.name };
  const live = edge.live?.campaigns[campaign.id];
  if (!live) return { dialing: false, reasons: [reason('branch-without-campaign', names, { evidence })] };
  const { standing, pacing, dialing, talking } = live;
  if (standing.code !== 'dialing') {
    const said = { ...names, standing: standing.code };
    const lines = standing.lines?.map(({ line, verdict }) => `${line}:${verdict}`).join(',');
    const why = lines
      ? reason('branch-standing-lines', { ...said, lines }, { evidence })
      : standing.reason === undefined
        ? reason('branch-standing', said, { evidence })
        : reason('branch-standing-because', { ...said, reason: standing.reason }, { evidence });
    return { dialing: false, reasons: [why] };
  }
  const paced = pacing && {
    ...names,
    because: pacing.because,
    risk: pacing.risk,
    allowed: pacing.allowedRisk,
    share: pacing.answerShare,
  };
  return {
    dialing: true,
    reasons: [
      reason('branch-dialing', { ...names, dialing, talking }, { evidence }),
      ...(paced ? [reason('branch-paced', paced, { evidence })] : []),
    ],
  };
}

/** A campaign at a box: what keeps the box from dialing, or else how the campaign stands there. */
export function campaignAt(site: SiteView, edge: EdgeView, campaign: Known): BranchFinding {
  const troubles = boxTroubles(site, edge, campaign.mode);
  return troubles.length > 0 ? { dialing: false, reasons: troubles } : standingAt(site, edge, campaign);
}
