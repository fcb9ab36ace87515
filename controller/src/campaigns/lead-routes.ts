import {
  closed,
  Id,
  LeadChange,
  LeadView,
  PriorityChange,
  PriorityChanged,
  type CampaignSettings,
} from '@branchline/shared';
import { principalOf, type Api } from '../http/index.ts';
import { scopeFor } from '../people/index.ts';
import { findVisible, reach } from './campaign-book.ts';
import { checkFilter } from './campaign-rules.ts';
import { countUnranked, findLead, rankLead, rankLeads } from './lead-priority.ts';
import type { CampaignContext } from './routes.ts';

const ById = closed({ id: Id });

/** How urgent leads are, one of them and many. */
export function mountLeads(api: Api, { db, execute }: CampaignContext): void {
  const writing = (settings: CampaignSettings) => ({ action: 'campaign.write', ...reach(settings) }) as const;
  api.get(
    '/leads/:id',
    { schema: { params: ById, response: { 200: LeadView } }, config: { action: 'campaign.read' } },
    async (request) => {
      const lead = await findLead(db, request.params.id);
      await findVisible(db, lead.campaign, scopeFor(principalOf(request), 'campaign.read'));
      return lead;
    },
  );
  api.patch(
    '/leads/:id',
    {
      schema: {
        params: ById,
        body: LeadChange,
        description: 'Within its list a lead of a higher priority is lent first.',
        response: { 200: LeadView },
      },
      config: { action: 'campaign.write' },
    },
    async (request) => {
      const principal = principalOf(request);
      const lead = await findLead(db, request.params.id);
      const { settings } = await findVisible(db, lead.campaign, scopeFor(principal, 'campaign.write'));
      const { priority } = request.body;
      await execute(principal, writing(settings), `campaign ${lead.campaign}`, async (trx, note) => {
        note({ lead: lead.id, priority: { from: lead.priority, to: priority } });
        await rankLead(trx, lead.id, priority);
      });
      return { ...lead, priority };
    },
  );
  api.post(
    '/campaigns/:id/priorities',
    {
      schema: {
        params: ById,
        body: PriorityChange,
        description:
          'Gives a priority to all leads that may still be dialed and meet the filter; `dryRun` only counts them. What is lent already keeps its order until it is back.',
        response: { 200: PriorityChanged },
      },
      config: { action: 'campaign.write' },
    },
    async (request) => {
      const principal = principalOf(request);
      const { dryRun = false, ...change } = request.body;
      const scope = scopeFor(principal, 'campaign.write');
      const { id, settings } = await findVisible(db, request.params.id, scope);
      checkFilter(change.filter);
      if (dryRun) return { leads: await countUnranked(db, id, change) };
      await execute(principal, writing(settings), `campaign ${id}`, async (trx, note) =>
        note({ priorities: change, leads: await countUnranked(trx, id, change) }),
      );
      return { leads: await rankLeads(db, id, change) };
    },
  );
}
