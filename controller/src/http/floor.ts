import type { Kysely } from 'kysely';
import Type from 'typebox';
import { closed, FloorFigures, FloorNames, inboundQueue, Name, page } from '@branchline/shared';
import type { Clocks } from '../clocks.ts';
import type { Tables } from '../database/index.ts';
import { inboxAgeMs, readQueueFigures, type ClickHouse } from '../ingest/index.ts';
import { narrow, scopeFor } from '../people/index.ts';
import { principalOf, type Routes } from './api.ts';
import { readToday, sharedAnswers } from './today.ts';

export interface FloorContext {
  readonly db: Kysely<Tables>;
  readonly clickHouse: ClickHouse;
  readonly clocks: Clocks;
}

const BySite = closed({ site: Type.Optional(Name) });

/** What the live board of the floor shows beside the live feed: names of people and queues, and the day of each queue. */
export function floorRoutes({ db, clickHouse, clocks }: FloorContext): Routes {
  const readFigures = sharedAnswers(async (sites): Promise<FloorFigures> => {
    const { at, zone, midnight } = await readToday(db, clocks.business, sites);
    const ageMs = await inboxAgeMs(db, clocks.transport.now());
    return { at, ageMs, zone, queues: await readQueueFigures(clickHouse, midnight, at, sites) };
  });
  return (api) => {
    api.get(
      '/floor',
      {
        schema: { querystring: BySite, response: { 200: FloorFigures } },
        config: { action: 'overview.read' },
      },
      async (request) =>
        readFigures(
          narrow(scopeFor(principalOf(request), 'overview.read'), request.query.site),
          clocks.transport.monotonic(),
        ),
    );
    api.get(
      '/floor/names',
      {
        schema: { querystring: BySite, response: { 200: page(FloorNames) } },
        config: { action: 'overview.read' },
      },
      async (request) => {
        const scope = narrow(scopeFor(principalOf(request), 'overview.read'), request.query.site);
        const edges = db.selectFrom('edges').select(['id', 'site', 'plan']).orderBy('id');
        const rows = await (scope === 'all' ? edges : edges.where('site', 'in', ['', ...scope])).execute();
        return {
          items: rows.map(({ id, site, plan }): FloorNames => {
            const { agents = [], phones = [], queues = [] } = plan ?? {};
            const builtIn = queues.some((queue) => queue.id === inboundQueue.id) ? [] : [inboundQueue];
            return {
              site,
              edge: id,
              agents: agents.map(({ id: agent, name, extension, shift }) => ({
                id: agent,
                name,
                extension,
                ...(shift && { shift }),
              })),
              queues: [...builtIn, ...queues].map(({ id: queue, name }) => ({ id: queue, name })),
              phones: phones.map(({ extension, label }) => ({ extension, label })),
            };
          }),
        };
      },
    );
  };
}
