import type { Kysely } from 'kysely';
import { BranchlineError, Overview, startOfDay, type ApiError, type SiteView } from '@branchline/shared';
import { listCampaigns, type LeadCounter } from '../campaigns/index.ts';
import type { Clocks } from '../clocks.ts';
import type { Tables } from '../database/index.ts';
import { readSites, type EdgeRegistry } from '../fleet/index.ts';
import { readTotals, type ClickHouse, type SiteTotals } from '../ingest/index.ts';
import { principalOf, type Routes } from './api.ts';
import type { FeedHub } from './feed-hub.ts';
import { scopeFor, type Scope } from '../people/index.ts';

export interface OverviewOptions {
  readonly db: Kysely<Tables>;
  readonly clickHouse: ClickHouse;
  readonly registry: EdgeRegistry;
  readonly counter: LeadCounter;
  readonly clocks: Clocks;
}

/** Totals are asked for at most this often, ms of transport time. */
const totalsEveryMs = 2000;

const nothing = { calls: 0, answered: 0, live: 0, abandoned: 0, attempts: 0, refused: 0 };

/** The wallboard: sites and campaigns from memory and PostgreSQL, today's totals from ClickHouse as far as it answers. */
export class OverviewDesk {
  readonly #options: OverviewOptions;
  #totals: { totals: SiteTotals; at: number; since: number } | undefined;
  #fault: BranchlineError | undefined;
  #asking: Promise<void> | undefined;

  constructor(options: OverviewOptions) {
    this.#options = options;
  }

  async read(scope: Scope, campaignScope: Scope): Promise<Overview> {
    const { db, registry, counter, clocks } = this.#options;
    const [sites, campaigns] = await Promise.all([
      readSites(db, registry, scope, clocks.transport.now()),
      listCampaigns(db, campaignScope, 100),
    ]);
    await this.#refresh(sites);
    const known = this.#totals;
    const counted = await Promise.all(campaigns.map((campaign) => counter.of(campaign.id)));
    return {
      at: clocks.business.now(),
      speed: clocks.speed,
      sites,
      today: known ? within(known.totals, scope) : nothing,
      ...(known && { todayAgeMs: Math.max(0, Math.round(clocks.transport.monotonic() - known.at)) }),
      ...(this.#fault && { todayFault: told(this.#fault) }),
      campaigns: campaigns.map((campaign, i) => ({
        id: campaign.id,
        name: campaign.settings.name,
        status: campaign.status,
        leads: counted[i]?.total ?? 0,
        finished: (counted[i]?.finished ?? 0) + (counted[i]?.exhausted ?? 0),
      })),
    };
  }

  /** Asks for totals in the background; the first question waits, so that the first page is not all zeros. */
  async #refresh(sites: readonly SiteView[]): Promise<void> {
    const { clickHouse, clocks } = this.#options;
    const now = clocks.transport.monotonic();
    if (this.#totals && now - this.#totals.at < totalsEveryMs) return;
    this.#asking ??= (async () => {
      const since = startOfDay(clocks.business.now(), sites[0]?.zone ?? 'UTC');
      try {
        const totals = await readTotals(clickHouse, since, 'all');
        this.#totals = { totals, at: clocks.transport.monotonic(), since };
        this.#fault = undefined;
      } catch (error) {
        // ClickHouse is away or has no tables yet: the last totals stay, their age tells, and why they are old.
        if (!(error instanceof BranchlineError)) return;
        if (error.code !== 'BL_CLICKHOUSE_UNREACHABLE') throw error;
        this.#fault = error;
      } finally {
        this.#asking = undefined;
      }
    })();
    if (!this.#totals) await this.#asking.catch(() => undefined);
    else this.#asking.catch(() => undefined);
  }
}

function told({ code, message, advice }: BranchlineError): ApiError {
  return { code, message, advice };
}

function within(totals: SiteTotals, scope: Scope): Overview['today'] {
  if (scope === 'all') return { ...totals.overall };
  return scope.reduce((sum, site) => {
    const part = totals.sites[site] ?? nothing;
    return {
      calls: sum.calls + part.calls,
      answered: sum.answered + part.answered,
      live: sum.live + part.live,
      abandoned: sum.abandoned + part.abandoned,
      attempts: sum.attempts + part.attempts,
      refused: sum.refused + part.refused,
    };
  }, nothing);
}

/** The wallboard and the live feed. */
export function overviewRoutes(desk: OverviewDesk, feed: FeedHub): Routes {
  return (api) => {
    api.get(
      '/overview',
      { schema: { response: { 200: Overview } }, config: { action: 'overview.read' } },
      async (request) => {
        const principal = principalOf(request);
        return desk.read(scopeFor(principal, 'overview.read'), scopeFor(principal, 'campaign.read'));
      },
    );
    api.get(
      '/feed',
      {
        schema: {
          description:
            'Server-Sent Events: `overview` (Overview), `overview-changes` (JSON Merge Patch, RFC 7396, of the overview with `sites`, their `edges` and `campaigns` as `{order, byId}`), `campaign` (CampaignSummary), `import` (ImportView).',
          produces: ['text/event-stream'],
        },
        config: { action: 'overview.read' },
      },
      async (request, reply) => {
        if (feed.full) throw new BranchlineError('BL_API_BUSY');
        const principal = principalOf(request);
        const first = await desk.read(
          scopeFor(principal, 'overview.read'),
          scopeFor(principal, 'campaign.read'),
        );
        reply.hijack();
        feed.attach(reply.raw, principal, request.whoNow ?? (() => Promise.resolve(undefined)));
        reply.raw.write(`event: overview\ndata: ${JSON.stringify(first)}\n\n`);
      },
    );
  };
}
