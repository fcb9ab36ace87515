import { sql, type Kysely, type Transaction } from 'kysely';
import { GateRule, type LeadNumber } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import { listedAmong } from './do-not-call.ts';
import { termsKey } from './gate-terms.ts';

/** Leads opened again in one transaction: none of them is locked for longer than a few tens of ms. */
const batchLeads = 5000;
/** The same where the do-not-call list is asked about each number. */
const batchUnlisted = 1000;
const firstId = '00000000-0000-0000-0000-000000000000';

/** Opens a lead again, unless the cap has been lowered meanwhile; of `leads l` and its campaign `c`. */
const reopened = sql`
  state = case when l.attempts < (c.settings ->> 'attemptsCap')::integer then 'open' else 'exhausted' end,
  reason = case when l.attempts < (c.settings ->> 'attemptsCap')::integer then null else 'attempts cap' end,
  refused_under = null`;

/**
 * Opens leads again that the gate refused under settings or rules which hold no more, and that an undone do-not-call list had closed.
 * Where they are lent next the gate judges them anew. In batches: whatever interrupts it, the next run goes on.
 * @returns the campaigns that have more leads now
 * @throws the signal's reason when aborted; `BL_DB_UNREACHABLE`
 */
export async function reopenLeads(db: Kysely<Tables>, signal: AbortSignal): Promise<Set<string>> {
  const changed = new Set<string>();
  for (const { campaign, under } of await findOutdated(db))
    if (await reopenRefused(db, campaign, under, signal)) changed.add(campaign);
  for (;;) {
    signal.throwIfAborted();
    const batch = await db.transaction().execute(reopenUnlisted);
    if (batch === undefined) return changed;
    for (const campaign of batch) changed.add(campaign);
  }
}

/** Campaigns with leads that were refused under other terms than theirs of now, and one such key of each. */
async function findOutdated(db: Kysely<Tables>): Promise<{ campaign: string; under: string }[]> {
  const campaigns = await db
    .selectFrom('campaigns')
    .select(['id', 'settings'])
    .where('status', '<>', 'stopped')
    .execute();
  // Two looks into the index on either side of the key: those that were refused under it are not walked over.
  const refused = sql`select refused_under from leads
    where campaign = now.campaign and state = 'exhausted' and refused_under is not null`;
  const { rows } = await sql<{ campaign: string; under: string | null }>`
    select now.campaign, coalesce((${refused} and refused_under < now.key order by refused_under desc limit 1),
      (${refused} and refused_under > now.key order by refused_under limit 1)) as under
    from unnest(${campaigns.map(({ id }) => id)}::uuid[], ${campaigns.map(({ settings }) => termsKey(settings))}::text[])
      as now(campaign, key)`.execute(db);
  return rows.flatMap(({ campaign, under }) => (under === null ? [] : [{ campaign, under }]));
}

/** Opens what was refused under this key. @returns whether there was any */
async function reopenRefused(
  db: Kysely<Tables>,
  campaign: string,
  under: string,
  signal: AbortSignal,
): Promise<boolean> {
  // What was opened stays in the index for a while: each batch begins after the one before.
  let after = firstId;
  for (;;) {
    signal.throwIfAborted();
    const { rows } = await sql<{ last: string | null }>`
      with refused as (
        select id from leads where campaign = ${campaign} and state = 'exhausted' and refused_under = ${under} and id > ${after}
        order by id limit ${batchLeads} for update skip locked),
      open as (update leads l set ${reopened} from refused, campaigns c
        where l.id = refused.id and c.id = l.campaign returning l.id)
      select id as last from open order by id desc limit 1`.execute(db);
    const last = rows[0]?.last;
    if (last === undefined || last === null) return after !== firstId;
    after = last;
  }
}

/** Opens the next leads of which an entry was taken back, unless others forbid all their numbers. @returns their campaigns; undefined: none was left */
async function reopenUnlisted(trx: Transaction<Tables>): Promise<string[] | undefined> {
  const { rows } = await sql<{ id: string; campaign: string; numbers: LeadNumber[] }>`
    with next as (delete from unlisted_leads where lead in (
      select lead from unlisted_leads order by lead limit ${batchUnlisted} for update skip locked) returning lead)
    select l.id, l.campaign, l.numbers from next join leads l on l.id = next.lead`.execute(trx);
  if (rows.length === 0) return undefined;
  const free: string[] = [];
  for (const [campaign, leads] of Map.groupBy(rows, (row) => row.campaign)) {
    const sought = leads.flatMap(({ numbers }) =>
      numbers.map(({ number }) => ({ number, region: undefined })),
    );
    const listed = await listedAmong(trx, sought, campaign);
    const isFree = ({ number }: LeadNumber): boolean => listed.get(number)?.length === 0;
    free.push(...leads.filter(({ numbers }) => numbers.some(isFree)).map(({ id }) => id));
  }
  const { rows: opened } = await sql<{ campaign: string }>`
    with closed as (select id from leads where id = any(${free}::uuid[]) order by id for update)
    update leads l set ${reopened} from closed, campaigns c
    where l.id = closed.id and c.id = l.campaign and l.state = 'exhausted' and l.reason = any(${GateRule.enum})
    returning l.campaign`.execute(trx);
  return opened.map(({ campaign }) => campaign);
}
