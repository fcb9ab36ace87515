import type { Kysely } from 'kysely';
import { BranchlineError, Overview, type ApiError } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import { listCampaigns, type LeadCounter } from '../campaigns/index.ts';
import type { Clocks } from '../clocks.ts';
import type { Tables } from '../database/index.ts';
import { readSites, type EdgeRegistry } from '../fleet/index.ts';
import { readTotals, type ClickHouse, type SiteTotals } from '../ingest/index.ts';
import { principalOf, type Routes } from './api.ts';
import type { FeedHub } from './feed-hub.ts';
import { scopeFor, type Scope } from '../people/index.ts';
import { readToday } from './today.ts';

export interface OverviewOptions {
  readonly db: Kysely<Tables>;
  readonly clickHouse: ClickHouse;
  readonly registry: EdgeRegistry;
  readonly counter: LeadCounter;
  readonly clocks: Clocks;
  readonly log: Log;
}

/** Totals are asked for at most this often, ms of transport time. */
const totalsEveryMs = 2000;
/** Days that nobody has asked for so long are forgotten, ms of transport time. */
const daysKeptMs = 60_000;

const nothing = { calls: 0, answered: 0, live: 0, abandoned: 0, attempts: 0, refused: 0 };

/** What all sites have done since one midnight; times are monotonic transport time, ms. */
interface Day {
  askedAt: number;
  known?: { readonly totals: SiteTotals; readonly at: number };
  fault?: BranchlineError | undefined;
  asking?: Promise<void> | undefined;
}

/** The wallboard: sites and campaigns from memory and PostgreSQL, today's totals from ClickHouse as far as it answers. */
export class OverviewDesk {
  readonly #options: OverviewOptions;
  /** By their midnights: readers whose days begin at the same time share one. */
  readonly #days = new Map<number, Day>();

  constructor(options: OverviewOptions) {
    this.#options = options;
  }

  async read(scope: Scope, campaignScope: Scope): Promise<Overview> {
    const { db, registry, counter, clocks } = this.#options;
    const [sites, campaigns, { at, midnight }] = await Promise.all([
      readSites(db, registry, scope, clocks.transport.now()),
      listCampaigns(db, campaignScope, 100),
      readToday(db, clocks.business, scope),
    ]);
    const { known, fault } = await this.#since(midnight);
    const counted = await Promise.all(campaigns.map((campaign) => counter.of(campaign.id)));
    return {
      at,
      speed: clocks.speed,
      sites,
      today: known ? within(known.totals, scope) : nothing,
      ...(known && { todayAgeMs: Math.max(0, Math.round(clocks.transport.monotonic() - known.at)) }),
      ...(fault && { todayFault: told(fault) }),
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
  async #since(midnight: number): Promise<Day> {
    const now = this.#options.clocks.transport.monotonic();
    for (const [old, { askedAt }] of this.#days) if (now - askedAt > daysKeptMs) this.#days.delete(old);
    const day = this.#days.get(midnight) ?? { askedAt: now };
    day.askedAt = now;
    this.#days.set(midnight, day);
    if (day.known && now - day.known.at < totalsEveryMs) return day;
    day.asking ??= this.#ask(midnight, day);
    if (!day.known) await day.asking;
    return day;
  }

  /** Without an answer the last totals stay; their age tells, and why they are old. */
  async #ask(midnight: number, day: Day): Promise<void> {
    const { clickHouse, clocks, log } = this.#options;
    try {
      const totals = await readTotals(clickHouse, midnight, 'all');
      day.known = { totals, at: clocks.transport.monotonic() };
      day.fault = undefined;
    } catch (error) {
      const unforeseen = !(error instanceof BranchlineError);
      // Once, not with every question.
      if (unforeseen && !day.fault) log.warn({ err: error }, 'the totals of today could not be read');
      day.fault = unforeseen ? new BranchlineError('BL_API_FAILED', {}, error) : error;
    } finally {
      day.asking = undefined;
    }
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
