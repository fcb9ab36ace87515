import type { CampaignTables } from './tables/campaigns.ts';
import type { FleetTables } from './tables/fleet.ts';
import type { FlowTables } from './tables/flows.ts';
import type { IngestTables } from './tables/ingest.ts';
import type { KnowledgeTables } from './tables/knowledge.ts';
import type { PeopleTables } from './tables/people.ts';
import type { PromptTables } from './tables/prompts.ts';

/** Every table of the relational store; one file per domain below `tables/` adds its own. */
export interface Tables
  extends
    IngestTables,
    PeopleTables,
    FleetTables,
    CampaignTables,
    FlowTables,
    KnowledgeTables,
    PromptTables {}
