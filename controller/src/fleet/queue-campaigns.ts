import type { Transaction } from 'kysely';
import { BranchlineError, type BranchPlan } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import { maySite } from './desired-document.ts';

/** The campaigns of a plan's queues are there, and may be worked at the site. @throws BranchlineError `BL_API_INVALID` naming the place */
export async function checkQueueCampaigns(
  trx: Transaction<Tables>,
  edge: string,
  { queues = [] }: BranchPlan,
): Promise<void> {
  const named = queues.flatMap(({ campaign }, i) => (campaign === undefined ? [] : [{ campaign, i }]));
  if (named.length === 0) return;
  const { site } = await trx
    .selectFrom('edges')
    .select('site')
    .where('id', '=', edge)
    .executeTakeFirstOrThrow();
  const ids = named.map(({ campaign }) => campaign);
  const known = await trx.selectFrom('campaigns').select(['id', 'settings']).where('id', 'in', ids).execute();
  for (const { campaign, i } of named)
    if (!known.some(({ id, settings }) => id === campaign && maySite(settings, site)))
      throw new BranchlineError('BL_API_INVALID', {
        place: `/queues/${i}/campaign`,
        problem: `there is no campaign ${campaign} at this site`,
      });
}
