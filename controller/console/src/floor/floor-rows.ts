import {
  isInsideWindow,
  type FloorFigures,
  type FloorNames,
  type LiveAgent,
  type LiveSnapshot,
  type Overview,
  type QueueFigures,
  type SiteView,
} from '@branchline/shared';
import type { AgentState } from '../overview/site-summary.ts';

/** Where a row is from; orders go to its box. */
export interface FloorPlace {
  readonly site: string;
  readonly siteName: string;
  readonly edge: string;
  /** The box can be told something now. */
  readonly reachable: boolean;
}

/** An agent as the board shows one. */
export interface AgentRow extends FloorPlace, LiveAgent {
  readonly id: string;
  readonly name: string;
  readonly extension: string | undefined;
  /** When they are expected, by the clocks of the site. */
  readonly shift: FloorNames['agents'][number]['shift'];
  readonly zone: string;
}

/** A queue of a site. */
export interface QueueRow extends Omit<FloorPlace, 'edge' | 'reachable'> {
  readonly id: string;
  readonly name: string;
  readonly waiting: number;
  readonly since: number | undefined;
  readonly ready: number;
  readonly today: QueueFigures | undefined;
  readonly yesterday: QueueFigures | undefined;
}

/** A caller in a queue. */
export interface WaitingRow extends FloorPlace {
  readonly call: string;
  readonly queue: string;
  readonly queueName: string;
  readonly since: number;
}

/** A call on its way out. */
export interface OutgoingRow extends FloorPlace {
  readonly call: string;
  readonly since: number;
  readonly ringing: boolean;
  /** Its name, where whoever looks may know it. */
  readonly campaign: string | undefined;
  readonly line: string;
}

// A collator of its own: tens of thousands of names are sorted every second.
const { compare: byName } = new Intl.Collator(undefined, { numeric: true });

/** Every box that has spoken, with what it said. */
function boxes(
  sites: readonly SiteView[],
): readonly { place: FloorPlace; live: LiveSnapshot; zone: string }[] {
  return sites.flatMap((site) =>
    site.edges.flatMap(({ id, status, live }) => {
      const place = { site: site.id, siteName: site.name, edge: id, reachable: status === 'online' };
      return live ? [{ place, live, zone: site.zone }] : [];
    }),
  );
}

/** All agents of the sites, in an order that stays: by site and name. */
export function agentRows(sites: readonly SiteView[], names: readonly FloorNames[]): AgentRow[] {
  const planned = new Map(names.map(({ edge, agents }) => [edge, agents]));
  return boxes(sites)
    .flatMap(({ place, live, zone }) => {
      const known = new Map(planned.get(place.edge)?.map((agent) => [agent.id, agent]));
      return Object.entries(live.agents).map(([id, agent]) => ({
        ...place,
        ...agent,
        id,
        name: known.get(id)?.name ?? id,
        extension: known.get(id)?.extension,
        shift: known.get(id)?.shift,
        zone,
      }));
    })
    .toSorted((a, b) => byName(a.siteName, b.siteName) || byName(a.name, b.name));
}

/** Whether somebody whose shift has begun has not logged in. @param now business ms */
export function isLate(
  { state, shift, zone }: Pick<AgentRow, 'state' | 'shift' | 'zone'>,
  now: number,
): boolean {
  return state === 'offline' && shift !== undefined && isInsideWindow(shift, now, [zone]);
}

/** The queues of each site; boxes of one site are added up. */
export function queueRows(
  sites: readonly SiteView[],
  names: readonly FloorNames[],
  figures: FloorFigures['queues'],
): QueueRow[] {
  return sites
    .flatMap((site) => {
      const lives = site.edges.flatMap(({ live }) => (live?.queues ? [live.queues] : []));
      const ids = new Set(lives.flatMap((queues) => Object.keys(queues)));
      return [...ids].map((id): QueueRow => {
        const parts = lives.flatMap((queues) => queues[id] ?? []);
        const since = parts.flatMap((part) => part.since ?? []);
        const day = figures.find((each) => each.site === site.id && each.queue === id);
        return {
          site: site.id,
          siteName: site.name,
          id,
          name: queueName(names, site.id, id),
          waiting: parts.reduce((sum, part) => sum + part.waiting, 0),
          since: since.length > 0 ? Math.min(...since) : undefined,
          ready: parts.reduce((sum, part) => sum + part.ready, 0),
          today: day?.today,
          yesterday: day?.yesterday,
        };
      });
    })
    .toSorted((a, b) => byName(a.siteName, b.siteName) || byName(a.name, b.name));
}

/** Callers who wait, the longest first. */
export function waitingRows(sites: readonly SiteView[], names: readonly FloorNames[]): WaitingRow[] {
  return boxes(sites)
    .flatMap(({ place, live }) =>
      Object.entries(live.queues ?? {}).flatMap(([queue, { calls = {} }]) =>
        Object.entries(calls).map(([call, since]) => ({
          ...place,
          call,
          queue,
          queueName: queueName(names, place.site, queue),
          since,
        })),
      ),
    )
    .toSorted((a, b) => a.since - b.since);
}

/** Calls that are dialed or ring, the oldest first. */
export function outgoingRows(sites: readonly SiteView[], campaigns: Overview['campaigns']): OutgoingRow[] {
  const known = new Map(campaigns.map(({ id, name }) => [id, name]));
  return boxes(sites)
    .flatMap(({ place, live }) =>
      Object.entries(live.outgoing ?? {}).map(([call, { campaign, ...row }]) => ({
        ...place,
        ...row,
        call,
        campaign: campaign === undefined ? undefined : known.get(campaign),
      })),
    )
    .toSorted((a, b) => a.since - b.since);
}

function queueName(names: readonly FloorNames[], site: string, id: string): string {
  const known = names.find((each) => each.site === site && each.queues.some((queue) => queue.id === id));
  return known?.queues.find((queue) => queue.id === id)?.name ?? id;
}

/** The agents who fit a text (name, id, extension) and a state. */
export function filterAgents(
  rows: readonly AgentRow[],
  text: string,
  state: AgentState | undefined,
): AgentRow[] {
  const wanted = text.trim().toLowerCase();
  return rows.filter(
    ({ id, name, extension = '', ...row }) =>
      (state === undefined || row.state === state) &&
      `${name} ${id} ${extension}`.toLowerCase().includes(wanted),
  );
}

/** Share of those who had an agent within the target, of all who had one or gave up; undefined when there were none. */
export function serviceLevel({ connected, inTime, abandoned }: QueueFigures): number | undefined {
  return connected + abandoned > 0 ? inTime / (connected + abandoned) : undefined;
}
