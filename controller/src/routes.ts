import { callRoutes, type CallContext } from './campaigns/call-routes.ts';
import { campaignRoutes, type CampaignContext } from './campaigns/routes.ts';
import { complianceRoutes } from './compliance/routes.ts';
import { fleetRoutes, type FleetContext } from './fleet/routes.ts';
import type { FeedHub, Routes } from './http/index.ts';
import { overviewRoutes, type OverviewDesk } from './http/overview.ts';
import { completenessRoutes } from './ingest/routes.ts';
import { peopleRoutes, type PeopleContext } from './people/routes.ts';

/** What the routes of all domains work with. */
export interface RouteContext {
  readonly people: PeopleContext;
  readonly fleet: FleetContext;
  readonly campaigns: CampaignContext;
  readonly calls: CallContext;
  readonly overview: OverviewDesk;
  readonly feed: FeedHub;
}

/** Every route below `/api/v1`. */
export function controllerRoutes(context: RouteContext): readonly Routes[] {
  return [
    peopleRoutes(context.people),
    complianceRoutes(context.people.db),
    fleetRoutes(context.fleet),
    campaignRoutes(context.campaigns),
    callRoutes(context.calls),
    completenessRoutes(context.calls.clickHouse),
    overviewRoutes(context.overview, context.feed),
  ];
}
