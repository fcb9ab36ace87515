import type { Range } from '../parts.ts';
import type { Seed } from '../seed.ts';
import { agents } from './agents.ts';
import { campaignBoard } from './campaign.ts';
import { hardware } from './hardware.ts';
import { ingest } from './ingest.ts';
import { lines } from './lines.ts';
import { overview } from './overview.ts';
import { queueBoard } from './queues.ts';
import { siteBoard } from './site.ts';
import { viewOf, type Chosen, type Expectations } from './view.ts';

export { abandonShare, faulty, live, picked, type Chosen } from './view.ts';

/** What every panel of every dashboard must show: dashboard → panel → rows, computed from the raw rows. */
export function expectations(seed: Seed, range: Range, chosen: Chosen): Record<string, Expectations> {
  const view = viewOf(seed, range, chosen);
  return {
    'branchline-overview': overview(view),
    'branchline-site': siteBoard(view),
    'branchline-campaign': campaignBoard(view),
    'branchline-lines': lines(view),
    'branchline-hardware': hardware(view),
    'branchline-agents': agents(view),
    'branchline-queues': queueBoard(view),
    'branchline-ingest': ingest(view),
  };
}
