import type { Kysely, Transaction } from 'kysely';
import {
  BranchlineError,
  isRegion,
  isZone,
  type Clock,
  type GsmSwitch,
  type NewSite,
} from '@branchline/shared';
import type { Tables } from '../database/index.ts';

type Db = Kysely<Tables> | Transaction<Tables>;

/** @throws BranchlineError `BL_API_INVALID` for an unknown zone or region, `BL_API_CONFLICT` when the id is taken */
export async function createSite(trx: Transaction<Tables>, site: NewSite, clock: Clock): Promise<void> {
  if (!isZone(site.zone))
    throw new BranchlineError('BL_API_INVALID', { place: '/zone', problem: 'no such time zone' });
  if (!isRegion(site.region)) {
    throw new BranchlineError('BL_API_INVALID', { place: '/region', problem: 'no such region' });
  }
  const made = await trx
    .insertInto('sites')
    .values({ ...site, created_at: clock.now() })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made)
    throw new BranchlineError('BL_API_CONFLICT', { problem: `the site "${site.id}" exists already` });
}

/**
 * Switches GSM lines on or off for a site. @throws BranchlineError `BL_API_NOT_FOUND`
 * @param by who is answerable for it
 */
export async function switchGsm(
  trx: Transaction<Tables>,
  site: string,
  wish: GsmSwitch,
  by: string,
  clock: Clock,
): Promise<void> {
  const gsm = wish.enabled
    ? JSON.stringify({ justification: wish.justification, by, at: Math.round(clock.now()) })
    : null;
  const { numUpdatedRows } = await trx
    .updateTable('sites')
    .set({ gsm })
    .where('id', '=', site)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'site', id: site });
}

/**
 * Adds an edge to a site; adding it again to the same site is how a new token is asked for.
 * @throws BranchlineError `BL_API_NOT_FOUND` for an unknown site, `BL_API_CONFLICT` when the name belongs to another site
 */
export async function addEdge(
  trx: Transaction<Tables>,
  site: string,
  edge: string,
  clock: Clock,
): Promise<void> {
  const known = await trx.selectFrom('sites').select('id').where('id', '=', site).executeTakeFirst();
  if (!known) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'site', id: site });
  if (edge === 'controller') {
    throw new BranchlineError('BL_API_INVALID', { place: '/id', problem: '"controller" is reserved' });
  }
  await trx
    .insertInto('edges')
    .values({ id: edge, site, created_at: clock.now() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await trx.selectFrom('edges').select('site').where('id', '=', edge).executeTakeFirstOrThrow();
  if (row.site !== site) {
    throw new BranchlineError('BL_API_CONFLICT', {
      problem: `the edge "${edge}" belongs to site "${row.site}"`,
    });
  }
}

/** The site of an edge. @throws BranchlineError `BL_API_NOT_FOUND` */
export async function siteOf(db: Db, edge: string): Promise<string> {
  const row = await db.selectFrom('edges').select('site').where('id', '=', edge).executeTakeFirst();
  if (!row) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'edge', id: edge });
  return row.site;
}
