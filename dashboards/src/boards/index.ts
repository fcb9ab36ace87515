import type { DashboardSpec } from '../spec.ts';
import { agents } from './agents.ts';
import { campaignBoard } from './campaign.ts';
import { hardware } from './hardware.ts';
import { ingest } from './ingest.ts';
import { lines } from './lines.ts';
import { overview } from './overview.ts';
import { queues } from './queues.ts';
import { siteBoard } from './site.ts';

/** Every dashboard, in the order in which a day is worked through. */
export const boards: readonly DashboardSpec[] = [
  overview,
  siteBoard,
  campaignBoard,
  lines,
  hardware,
  queues,
  agents,
  ingest,
];
