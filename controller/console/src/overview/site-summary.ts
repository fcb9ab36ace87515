import type { EdgeView, LiveSnapshot, Overview, SiteView } from '@branchline/shared';

/** Agent states in the order people read them: busy first. */
export const agentStates = [
  'talking',
  'held',
  'ringing',
  'preview',
  'reserved',
  'wrap-up',
  'ready',
  'break',
  'offline',
] as const;
export type AgentState = (typeof agentStates)[number];

export const callPhases = ['dialing', 'ringing', 'waiting', 'talking'] as const;

/** Live data older than this is shown as old, ms. A box speaks every second. */
export const liveStaleMs = 10_000;

/** A site is as well as its boxes; without one it is `empty`. */
export type SiteState = EdgeView['status'] | 'empty';

/** What one look at a site says. */
export interface SiteSummary {
  readonly state: SiteState;
  /** Age of the oldest live data of its boxes, ms; undefined when there is none. */
  readonly ageMs: number | undefined;
  /** Online, but its live data is old. */
  readonly stale: boolean;
  /** Something that needs a person: not online, old data, switch or a line down, clock not trusted, plan rejected. */
  readonly trouble: boolean;
  readonly switchUp: boolean | undefined;
  readonly calls: LiveSnapshot['calls'];
  readonly agents: Readonly<Record<AgentState, number>>;
  readonly channelsInUse: number;
  readonly channels: number;
  readonly outbox: number;
  /** The busiest box's, 0–1. */
  readonly cpu: number;
}

/** States in the order of how bad they are, worst first. */
const worst: readonly EdgeView['status'][] = ['lost', 'never', 'stopped', 'online'];

export function summarize(site: SiteView): SiteSummary {
  const live = site.edges.flatMap((edge) => (edge.live ? [edge.live] : []));
  const ages = site.edges.flatMap((edge) => edge.liveAgeMs ?? []);
  const state = worst.find((status) => site.edges.some((edge) => edge.status === status)) ?? 'empty';
  const ageMs = ages.length > 0 ? Math.max(...ages) : undefined;
  const stale = state === 'online' && (ageMs === undefined || ageMs > liveStaleMs);
  const lines = live.flatMap((snapshot) => Object.values(snapshot.lines));
  const agents = Object.fromEntries(agentStates.map((name) => [name, 0])) as Record<AgentState, number>;
  for (const agent of live.flatMap((snapshot) => Object.values(snapshot.agents))) agents[agent.state]++;
  const sum = (pick: (snapshot: LiveSnapshot) => number): number =>
    live.reduce((total, snapshot) => total + pick(snapshot), 0);
  return {
    state,
    ageMs,
    stale,
    trouble:
      state !== 'online' ||
      stale ||
      live.some((snapshot) => snapshot.switch === 'down' || snapshot.clock === 'untrusted') ||
      lines.some((line) => line.state === 'down') ||
      site.edges.some((edge) => edge.reported?.status === 'rejected'),
    switchUp: live.length > 0 ? live.every((snapshot) => snapshot.switch === 'up') : undefined,
    calls: {
      dialing: sum((snapshot) => snapshot.calls.dialing),
      ringing: sum((snapshot) => snapshot.calls.ringing),
      waiting: sum((snapshot) => snapshot.calls.waiting),
      talking: sum((snapshot) => snapshot.calls.talking),
      inbound: sum((snapshot) => snapshot.calls.inbound),
    },
    agents,
    channelsInUse: lines.reduce((total, line) => total + line.inUse, 0),
    channels: lines.reduce((total, line) => total + line.channels, 0),
    outbox: sum((snapshot) => snapshot.outboxPending),
    cpu: live.reduce((most, snapshot) => Math.max(most, snapshot.cpu), 0),
  };
}

/** All sites together, of those whose data can be believed. */
export interface FleetSummary {
  readonly sites: number;
  readonly online: number;
  readonly talking: number;
  readonly ready: number;
  readonly pausing: number;
  readonly loggedIn: number;
  readonly channelsInUse: number;
  readonly channels: number;
}

export function summarizeFleet(sites: Overview['sites']): FleetSummary {
  const all = sites.map(summarize);
  const current = all.filter((site) => site.state === 'online' && !site.stale);
  const sum = (pick: (site: SiteSummary) => number): number =>
    current.reduce((total, site) => total + pick(site), 0);
  return {
    sites: sites.length,
    online: all.filter((site) => site.state === 'online').length,
    talking: sum((site) => site.agents.talking),
    ready: sum((site) => site.agents.ready),
    pausing: sum((site) => site.agents.break),
    loggedIn: sum((site) =>
      agentStates.reduce((total, state) => total + (state === 'offline' ? 0 : site.agents[state]), 0),
    ),
    channelsInUse: sum((site) => site.channelsInUse),
    channels: sum((site) => site.channels),
  };
}

export const siteFilters = ['all', 'online', 'trouble'] as const;
export type SiteFilter = (typeof siteFilters)[number];

/** The sites that fit a name and a state. */
export function filterSites(sites: readonly SiteView[], name: string, filter: SiteFilter): SiteView[] {
  const wanted = name.trim().toLowerCase();
  return sites.filter((site) => {
    if (wanted && !`${site.name} ${site.id}`.toLowerCase().includes(wanted)) return false;
    switch (filter) {
      case 'all':
        return true;
      case 'online':
        return summarize(site).state === 'online';
      case 'trouble':
        return summarize(site).trouble;
    }
  });
}
