import type { EdgeView, SiteView } from '@branchline/shared';

/** A site from which nothing new comes. */
export interface OfflineSite {
  readonly id: string;
  readonly name: string;
  /** IANA zone of its clocks. */
  readonly zone: string;
  readonly state: Exclude<EdgeView['status'], 'online'>;
  /** When it was last heard of, epoch ms; undefined when it never was. */
  readonly since?: number;
}

/**
 * Sites with a box that does not report: their figures end where they were last heard of, and zeros say nothing. Of several
 * boxes the one that has been silent longest counts.
 */
export function offlineSites(sites: readonly SiteView[]): OfflineSite[] {
  return sites.flatMap(({ id, name, zone, edges }): OfflineSite[] => {
    const [silent] = edges
      .filter(({ status }) => status !== 'online')
      .toSorted((a, b) => (a.seenAt ?? 0) - (b.seenAt ?? 0));
    if (!silent || silent.status === 'online') return [];
    const { status: state, seenAt } = silent;
    return [{ id, name, zone, state, ...(seenAt !== undefined && { since: seenAt }) }];
  });
}
