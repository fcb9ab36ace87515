import type { Kysely } from 'kysely';
import { keyOverview, type ImportView } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import { campaignVisible, findCampaign, listCampaigns, type LeadCounter } from './campaigns/index.ts';
import { summaryOf } from './campaigns/routes.ts';
import type { Tables } from './database/index.ts';
import type { FeedHub } from './http/index.ts';
import type { OverviewDesk } from './http/overview.ts';

export interface LiveTellingParts {
  readonly db: Kysely<Tables>;
  readonly feed: FeedHub;
  readonly counter: LeadCounter;
  readonly log: Log;
}

/** What the live feed tells, each reader within the own scope. */
export class LiveTelling {
  readonly #parts: LiveTellingParts;
  readonly #told = new Map<string, string>();

  constructor(parts: LiveTellingParts) {
    this.#parts = parts;
  }

  /** The wallboard, and every campaign that changed since the last turn. */
  async turn(overview: OverviewDesk): Promise<void> {
    const { db, feed, counter } = this.#parts;
    if (feed.size === 0) return;
    await feed.sendDocument({
      event: 'overview',
      action: 'overview.read',
      also: 'campaign.read',
      payload: (scope, campaignScope) => overview.read(scope, campaignScope),
      keyed: keyOverview,
    });
    for (const campaign of await listCampaigns(db, 'all', 100)) {
      const summary = await summaryOf(campaign, counter);
      const text = JSON.stringify(summary);
      if (this.#told.get(campaign.id) === text) continue;
      this.#told.set(campaign.id, text);
      await feed.send({
        event: 'campaign',
        action: 'campaign.read',
        payload: (scope) => (campaignVisible(scope, campaign.settings) ? summary : undefined),
      });
    }
  }

  /** How far an import is. */
  import(view: ImportView): void {
    const { db, feed, log } = this.#parts;
    feed
      .send({
        event: 'import',
        action: 'import.read',
        payload: async (scope) => {
          const { settings } = await findCampaign(db, view.campaign);
          return campaignVisible(scope, settings) ? view : undefined;
        },
      })
      .catch((error: unknown) => log.debug({ err: error }, 'an import could not be told to the feed'));
  }
}
