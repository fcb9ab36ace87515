import type { Kysely } from 'kysely';
import type { EdgeView, SiteView } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import type { Scope } from '../people/index.ts';
import type { EdgeRegistry } from './edge-registry.ts';

/** Sites with their edges as operations see them, within a scope. `now` is transport time, ms. */
export async function readSites(
  db: Kysely<Tables>,
  registry: EdgeRegistry,
  scope: Scope,
  now: number,
): Promise<SiteView[]> {
  if (scope !== 'all' && scope.length === 0) return [];
  let sites = db.selectFrom('sites').selectAll().orderBy('id');
  let edges = db
    .selectFrom('edges')
    .select(['id', 'site', 'status', 'seen_at', 'firmware', 'desired_version', 'reported', 'inventory'])
    .orderBy('id');
  if (scope !== 'all') {
    sites = sites.where('id', 'in', [...scope]);
    edges = edges.where('site', 'in', [...scope]);
  }
  const [siteRows, edgeRows] = await Promise.all([sites.execute(), edges.execute()]);
  return siteRows.map(({ id, name, zone, region, gsm }) => ({
    id,
    name,
    zone,
    region,
    ...(gsm && { gsm }),
    edges: edgeRows
      .filter((edge) => edge.site === id)
      .map((edge): EdgeView => {
        const live = registry.board.get(edge.id);
        return {
          id: edge.id,
          site: edge.site,
          status: edge.status,
          desiredVersion: edge.desired_version,
          ...(edge.seen_at !== null && { seenAt: edge.seen_at }),
          ...(edge.firmware !== null && { firmware: edge.firmware }),
          ...(edge.reported && { reported: edge.reported }),
          ...(edge.inventory && { inventory: edge.inventory }),
          ...(live && { live: live.snapshot, liveAgeMs: Math.max(0, Math.round(now - live.sentAt)) }),
        };
      }),
  }));
}
