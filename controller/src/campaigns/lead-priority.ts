import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import { BranchlineError, type LeadView, type PriorityChange } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import { meetsAll } from './lead-choice.ts';

/** Leads changed in one transaction: results of calls wait for none of them longer than a few tens of ms. */
const batchLeads = 5000;
const beforeAll = '00000000-0000-0000-0000-000000000000';

/** Not over, or only held under settings that may change. */
const mayBeDialed = sql`(state in ('open', 'leased', 'in-doubt') or refused_under is not null)`;

/** @throws BranchlineError `BL_API_NOT_FOUND` */
export async function findLead(db: Kysely<Tables>, id: string): Promise<LeadView> {
  const lead = await db
    .selectFrom('leads')
    .select(['id', 'campaign', 'state', 'attempts', 'priority'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!lead) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'lead', id });
  return lead;
}

/** Says how urgent one lead is. What a branch already has of it stays in its order there. */
export async function rankLead(trx: Transaction<Tables>, id: string, priority: number): Promise<void> {
  await trx.updateTable('leads').set({ priority }).where('id', '=', id).execute();
}

/** How many leads have another priority than the one they are to have. */
export async function countUnranked(
  db: Kysely<Tables>,
  campaign: string,
  change: PriorityChange,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from leads where ${isUnranked(campaign, change)}`.execute(db);
  return rows[0]?.count ?? 0;
}

/**
 * Gives leads the priority, batch by batch in the order of their ids, in which results of calls lock them, too. Broken off it has
 * changed some; the same once more changes the others.
 * @returns how many it changed
 */
export async function rankLeads(
  db: Kysely<Tables>,
  campaign: string,
  change: PriorityChange,
): Promise<number> {
  let changed = 0;
  for (let after: string | undefined = beforeAll; after !== undefined;) {
    const { rows }: { rows: { id: string }[] } = await sql<{ id: string }>`
      with batch as materialized (
        select id from leads where ${isUnranked(campaign, change)} and id > ${after}
        order by id limit ${batchLeads} for update),
      ranked as (update leads set priority = ${change.priority} from batch where leads.id = batch.id)
      select id from batch order by id`.execute(db);
    changed += rows.length;
    after = rows.at(-1)?.id;
  }
  return changed;
}

function isUnranked(
  campaign: string,
  { priority, filter = [], list }: Pick<PriorityChange, 'priority' | 'filter' | 'list'>,
): RawBuilder<boolean> {
  return sql`campaign = ${campaign} and priority <> ${priority} and ${mayBeDialed}
    and (${list ?? null}::uuid is null or list = ${list ?? null}::uuid) and ${meetsAll(filter)}`;
}
