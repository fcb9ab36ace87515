import { callRoutes, type CallContext } from './calls/routes.ts';
import { doNotCallRoutes, type DoNotCallContext } from './campaigns/do-not-call-routes.ts';
import { campaignRoutes, type CampaignContext } from './campaigns/routes.ts';
import { complianceRoutes, type ComplianceContext } from './compliance/routes.ts';
import { fleetRoutes, type FleetContext } from './fleet/routes.ts';
import { promptRoutes } from './flows/prompt-routes.ts';
import { flowRoutes, type FlowContext } from './flows/routes.ts';
import { floorRoutes } from './http/floor.ts';
import type { FeedHub, Routes } from './http/index.ts';
import { wallboardRoutes } from './http/wallboard.ts';
import { overviewRoutes, type OverviewDesk } from './http/overview.ts';
import { forPages } from './ingest/index.ts';
import { completenessRoutes } from './ingest/routes.ts';
import { knowledgeRoutes, type KnowledgeContext } from './knowledge/routes.ts';
import { proxyRoutes } from './people/proxy-routes.ts';
import { peopleRoutes, type PeopleContext } from './people/routes.ts';
import { secondFactorRoutes } from './people/second-factor-routes.ts';
import { whyRoutes, type WhyContext } from './why/routes.ts';

/** What the routes of all domains work with. */
export interface RouteContext {
  readonly people: PeopleContext;
  readonly fleet: FleetContext;
  readonly campaigns: CampaignContext;
  readonly flows: FlowContext;
  readonly knowledge: KnowledgeContext;
  readonly calls: CallContext;
  readonly compliance: ComplianceContext;
  readonly doNotCall: DoNotCallContext;
  readonly why: WhyContext;
  readonly overview: OverviewDesk;
  readonly feed: FeedHub;
}

/** Every route below `/api/v1`. */
export function controllerRoutes(context: RouteContext): readonly Routes[] {
  return [
    peopleRoutes(context.people),
    secondFactorRoutes(context.people),
    proxyRoutes(),
    complianceRoutes(context.compliance),
    fleetRoutes(context.fleet),
    campaignRoutes(context.campaigns),
    flowRoutes(context.flows),
    promptRoutes(context.flows),
    knowledgeRoutes(context.knowledge),
    callRoutes(context.calls),
    doNotCallRoutes(context.doNotCall),
    completenessRoutes(context.calls.clickHouse),
    wallboardRoutes({ ...context.fleet, clickHouse: forPages(context.calls.clickHouse) }),
    floorRoutes({ ...context.fleet, clickHouse: forPages(context.calls.clickHouse) }),
    whyRoutes(context.why),
    overviewRoutes(context.overview, context.feed),
  ];
}
