import Type from 'typebox';
import {
  BranchlineError,
  closed,
  Name,
  SiteHistory,
  SiteLines,
  startOfDay,
  Wallboard,
} from '@branchline/shared';
import type { Kysely } from 'kysely';
import type { Clocks } from '../clocks.ts';
import type { Tables } from '../database/index.ts';
import { readSiteHistory, readSiteLines, readWallboard, type ClickHouse } from '../ingest/index.ts';
import { covers, scopeFor } from '../people/index.ts';
import { principalOf, type Routes } from './api.ts';

export interface WallboardContext {
  readonly db: Kysely<Tables>;
  readonly clickHouse: ClickHouse;
  readonly clocks: Clocks;
}

/** An answer is good for so long, ms of transport time: many screens show one board. */
const freshMs = 900;

/** Today against yesterday for the screen on the wall, and the last day of one site. */
export function wallboardRoutes({ db, clickHouse, clocks }: WallboardContext): Routes {
  const asked = new Map<string, { at: number; answer: Promise<Wallboard> }>();
  const read = async (sites: readonly string[] | 'all'): Promise<Wallboard> => {
    const now = clocks.business.now();
    const known = db.selectFrom('sites').select('zone').orderBy('id').limit(1);
    const first = await (
      sites === 'all' ? known : known.where('id', 'in', ['', ...sites])
    ).executeTakeFirst();
    const zone = first?.zone ?? 'UTC';
    return { at: now, zone, ...(await readWallboard(clickHouse, startOfDay(now, zone), now, sites)) };
  };
  return (api) => {
    api.get(
      '/wallboard',
      {
        schema: { querystring: closed({ site: Type.Optional(Name) }), response: { 200: Wallboard } },
        config: { action: 'overview.read' },
      },
      async (request) => {
        const scope = scopeFor(principalOf(request), 'overview.read');
        const { site } = request.query;
        const seen = site === undefined ? scope : covers(scope, site) ? [site] : [];
        const key = seen === 'all' ? '*' : seen.join(' ');
        const now = clocks.transport.monotonic();
        for (const [old, { at }] of asked) if (now - at > freshMs) asked.delete(old);
        const known = asked.get(key);
        if (known) return known.answer;
        const answer = read(seen);
        asked.set(key, { at: now, answer });
        return answer;
      },
    );
    api.get(
      '/sites/:site/history',
      {
        schema: { params: closed({ site: Name }), response: { 200: SiteHistory } },
        config: { action: 'overview.read' },
      },
      async (request) => {
        const { site } = request.params;
        if (!covers(scopeFor(principalOf(request), 'overview.read'), site))
          throw new BranchlineError('BL_API_NOT_FOUND', { what: 'site', id: site });
        return readSiteHistory(clickHouse, site, clocks.business.now());
      },
    );
    api.get(
      '/sites/:site/lines',
      {
        schema: { params: closed({ site: Name }), response: { 200: SiteLines } },
        config: { action: 'overview.read' },
      },
      async (request) => {
        const { site } = request.params;
        if (!covers(scopeFor(principalOf(request), 'overview.read'), site))
          throw new BranchlineError('BL_API_NOT_FOUND', { what: 'site', id: site });
        return readSiteLines(clickHouse, site, clocks.business.now());
      },
    );
  };
}
