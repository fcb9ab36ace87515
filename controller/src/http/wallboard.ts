import type { FastifyRequest } from 'fastify';
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
import { healthCsv, lineTotalsCsv, wallboardCsv } from './day-csv.ts';
import { sendCsv } from './send-csv.ts';
import { readToday, sharedAnswers } from './today.ts';

export interface WallboardContext {
  readonly db: Kysely<Tables>;
  readonly clickHouse: ClickHouse;
  readonly clocks: Clocks;
}

const BoardFilter = closed({ site: Type.Optional(Name) });
const BySite = closed({ site: Name });

/** Today against yesterday for the screen on the wall, and the last day of one site. */
export function wallboardRoutes({ db, clickHouse, clocks }: WallboardContext): Routes {
  const read = sharedAnswers(async (sites): Promise<Wallboard> => {
    const { at, zone, midnight } = await readToday(db, clocks.business, sites);
    // Looked at first: what comes in meanwhile is younger.
    const ageMs = await inboxAgeMs(db, clocks.transport.now());
    return { at, ageMs, zone, ...(await readWallboard(clickHouse, midnight, at, sites)) };
  });
  const board = (request: FastifyRequest, site: string | undefined): Promise<Wallboard> =>
    read(narrow(scopeFor(principalOf(request), 'overview.read'), site), clocks.transport.monotonic());
  /** @throws BranchlineError `BL_API_NOT_FOUND` for a site that whoever asks may not see */
  const demandSite = (request: FastifyRequest, site: string): void => {
    if (!covers(scopeFor(principalOf(request), 'overview.read'), site))
      throw new BranchlineError('BL_API_NOT_FOUND', { what: 'site', id: site });
  };
  const history = (request: FastifyRequest, site: string): Promise<SiteHistory> => {
    demandSite(request, site);
    const numbers = covers(scopeFor(principalOf(request), 'number.read'), site);
    return readSiteHistory(clickHouse, site, clocks.business.now(), numbers);
  };
  const lines = (request: FastifyRequest, site: string): Promise<SiteLines> => {
    demandSite(request, site);
    return readSiteLines(clickHouse, site, clocks.business.now());
  };
  const config = { action: 'overview.read' } as const;
  const produces = ['text/csv'];
  return (api) => {
    api.get(
      '/wallboard',
      { schema: { querystring: BoardFilter, response: { 200: Wallboard } }, config },
      (request) => board(request, request.query.site),
    );
    api.get(
      '/wallboard/export',
      {
        schema: {
          querystring: BoardFilter,
          description: 'Today and yesterday until the same time of day, their hours, and today by site.',
          produces,
        },
        config,
      },
      async (request, reply) =>
        sendCsv(reply, 'wallboard', wallboardCsv(await board(request, request.query.site))),
    );
    api.get(
      '/sites/:site/history',
      { schema: { params: BySite, response: { 200: SiteHistory } }, config },
      (request) => history(request, request.params.site),
    );
    api.get(
      '/sites/:site/history/export',
      {
        schema: { params: BySite, description: 'The health of its boxes over the last day.', produces },
        config,
      },
      async (request, reply) =>
        sendCsv(
          reply,
          `health-${request.params.site}`,
          healthCsv(await history(request, request.params.site)),
        ),
    );
    api.get(
      '/sites/:site/lines',
      { schema: { params: BySite, response: { 200: SiteLines } }, config },
      (request) => lines(request, request.params.site),
    );
    api.get(
      '/sites/:site/lines/export',
      {
        schema: { params: BySite, description: 'What went over each line within the last day.', produces },
        config,
      },
      async (request, reply) =>
        sendCsv(
          reply,
          `lines-${request.params.site}`,
          lineTotalsCsv(await lines(request, request.params.site)),
        ),
    );
  };
}
