import type { EdgeView, Overview, SiteView } from './fleet.ts';

/** Things by id, and the order in which they are shown. */
interface Keyed<T> {
  readonly order: readonly string[];
  readonly byId: Readonly<Record<string, T>>;
}

type KeyedSite = Omit<SiteView, 'edges'> & { readonly edges: Keyed<EdgeView> };

/**
 * The overview with its sites, edges and campaigns by id, so that what has changed since the last one can be told as a JSON
 * Merge Patch (RFC 7396): of a thousand branches most stay as they were from one second to the next.
 */
export type OverviewDocument = Omit<Overview, 'sites' | 'campaigns'> & {
  readonly sites: Keyed<KeyedSite>;
  readonly campaigns: Keyed<Overview['campaigns'][number]>;
};

export function keyOverview({ sites, campaigns, ...rest }: Overview): OverviewDocument {
  return {
    ...rest,
    sites: keyed(sites.map((site) => ({ ...site, edges: keyed(site.edges) }))),
    campaigns: keyed(campaigns),
  };
}

export function listOverview({ sites, campaigns, ...rest }: OverviewDocument): Overview {
  return {
    ...rest,
    sites: listed(sites).map((site) => ({ ...site, edges: listed(site.edges) })),
    campaigns: listed(campaigns),
  };
}

function keyed<T extends { readonly id: string }>(items: readonly T[]): Keyed<T> {
  return {
    order: items.map(({ id }) => id),
    byId: Object.fromEntries(items.map((item) => [item.id, item])),
  };
}

function listed<T>({ order, byId }: Keyed<T>): T[] {
  return order.flatMap((id) => byId[id] ?? []);
}
