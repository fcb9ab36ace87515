import Type from 'typebox';
import { BranchlineError, closed, Name, SiteHistory, SiteLines, Wallboard } from '@branchline/shared';
import type { Kysely } from 'kysely';
import type { Clocks } from '../clocks.ts';
import type { Tables } from '../database/index.ts';
import {
  inboxAgeMs,
  readSiteHistory,
  readSiteLines,
  readWallboard,
  type ClickHouse,
} from '../ingest/index.ts';
import { covers, narrow, scopeFor } from '../people/index.ts';
import { principalOf, type Routes } from './api.ts';
import { readToday, sharedAnswers } from './today.ts';

export interface WallboardContext {
  readonly db: Kysely<Tables>;
  readonly clickHouse: ClickHouse;
  readonly clocks: Clocks;
}

/** Today against yesterday for the screen on the wall, and the last day of one site. */
export function wallboardRoutes({ db, clickHouse, clocks }: WallboardContext): Routes {
  const read = sharedAnswers(async (sites): Promise<Wallboard> => {
    const { at, zone, midnight } = await readToday(db, clocks.business, sites);
    // Looked at first: what comes in meanwhile is younger.
    const ageMs = await inboxAgeMs(db, clocks.transport.now());
    return { at, ageMs, zone, ...(await readWallboard(clickHouse, midnight, at, sites)) };
  });
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
        return read(narrow(scope, site), clocks.transport.monotonic());
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
        const principal = principalOf(request);
        if (!covers(scopeFor(principal, 'overview.read'), site))
          throw new BranchlineError('BL_API_NOT_FOUND', { what: 'site', id: site });
        const numbers = covers(scopeFor(principal, 'number.read'), site);
        return readSiteHistory(clickHouse, site, clocks.business.now(), numbers);
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
