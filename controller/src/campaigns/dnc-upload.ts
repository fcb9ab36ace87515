import type { Readable } from 'node:stream';
import { sql, type Kysely, type Transaction } from 'kysely';
import {
  BranchlineError,
  GateRule,
  idSource,
  isId,
  isRegion,
  type DncUpload,
  type DncUploaded,
  type UploadedDncList,
} from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import type { Scope } from '../people/index.ts';
import { everyCampaign, visibleEntries } from './do-not-call.ts';
import type { ListBatch } from './list-batches.ts';
import { readingOf } from './list-reading.ts';
import { revokeNumbers } from './revocations.ts';

const newId = idSource();

/** Rows that were left out and are told with the answer. */
const mostTold = 100;

/**
 * Lists the numbers of an uploaded file, of any size in constant memory. Everything is in this transaction: whatever interrupts
 * the upload leaves nothing behind. Lent leads with one of the numbers are called back; open ones are refused when they are to be lent.
 * `bytes` of the upload, where it says so.
 * @throws BranchlineError `BL_IMPORT_*`, `BL_API_INVALID`
 */
export async function listNumbers(
  trx: Transaction<Tables>,
  file: Readable,
  wish: DncUpload,
  { by, at, name }: { readonly by: string; readonly at: number; readonly name: string },
  { bytes, signal }: { readonly bytes?: string | undefined; readonly signal: AbortSignal },
): Promise<DncUploaded> {
  const { campaign, register, reason = 'list', vicidial, vicidialCampaign } = wish;
  const region = wish.region ?? register ?? 'CN';
  if (!isRegion(region) || (register !== undefined && !isRegion(register)))
    throw new BranchlineError('BL_API_INVALID', { place: '/region', problem: 'no such region' });
  if (campaign !== undefined && register !== undefined)
    throw new BranchlineError('BL_API_INVALID', {
      place: '/register',
      problem: 'an entry is of a register or of a campaign, not of both',
    });
  const dnc = { vicidial, vicidialCampaign };
  const reading = readingOf({ region, dnc, newId }, Number(bytes ?? Infinity));
  await sql`set local idle_in_transaction_session_timeout = '10min'`.execute(trx);
  await sql`create temporary table listed_now (number text not null) on commit drop`.execute(trx);
  const errors: DncUploaded['errors'] = [];
  let numbers = 0;
  for await (const batch of reading.batches(file, signal)) {
    errors.push(...errorsOf(batch).slice(0, mostTold - errors.length));
    if (batch.leadCount === 0) continue;
    numbers += batch.leadCount;
    await sql`insert into listed_now select json_array_elements_text(${batch.leads}::json)`.execute(trx);
  }
  const scope = campaign ?? register ?? everyCampaign;
  const list = newId();
  // Numbers that several lists name stay until the last of them is taken back.
  await sql`update do_not_call d set lists = d.lists || ${list}::uuid from listed_now n
    where d.number = n.number and d.scope = ${scope} and d.lists is not null`.execute(trx);
  // In the order of the index, so that it grows at its end instead of everywhere.
  const { numAffectedRows = 0n } = await sql`
    insert into do_not_call (scope, number, reason, added_at, added_by, lists)
    select ${scope}, number, ${reason}, ${at}, ${by}, array[${list}::uuid]
    from (select distinct number from listed_now order by number) as n on conflict do nothing`.execute(trx);
  const added = Number(numAffectedRows);
  if (added > 0) {
    await changedInBulk(trx);
    await sql`analyze listed_now`.execute(trx);
    const { rows } = await sql<{ number: string }>`
      select l.number from leased_numbers l join listed_now n on n.number = l.number
      union select l.number from leased_numbers l
        join listed_now n on n.number like '%*' and starts_with(l.number, rtrim(n.number, '*'))`.execute(trx);
    await revokeNumbers(
      trx,
      rows.map(({ number }) => number),
      campaign,
      'do-not-call',
    );
  }
  const { rows, rejected } = reading.soFar;
  const counts = { added, known: numbers - added, rejected };
  await trx
    .insertInto('dnc_lists')
    .values({ id: list, file: name, scope, reason, added_by: by, at, ...counts })
    .execute();
  return { list, rows, ...counts, errors };
}

/** More was changed than can be told one by one. */
async function changedInBulk(trx: Transaction<Tables>): Promise<void> {
  await sql`update dnc_revision set revision = revision + 1, bulk = revision + 1`.execute(trx);
}

/**
 * Takes an uploaded list back: numbers that nobody else has named are called again, and leads that were closed because of them are
 * noted, to be opened soon. All in this transaction, so that whatever interrupts it leaves the list as it was.
 * @returns how many numbers went
 * @throws BranchlineError `BL_API_NOT_FOUND`, `BL_API_CONFLICT` when it was taken back already
 */
export async function undoDncList(trx: Transaction<Tables>, id: string, at: number): Promise<number> {
  const row = await trx
    .selectFrom('dnc_lists')
    .select(['undone_at', 'scope'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'do-not-call list', id });
  if (row.undone_at !== null)
    throw new BranchlineError('BL_API_CONFLICT', { problem: 'the list was taken back already' });
  await sql`create temporary table unlisted_now (number text not null, added_at bigint not null) on commit drop`.execute(
    trx,
  );
  const { numAffectedRows: gone = 0n } = await sql`
    with gone as (delete from do_not_call where lists = array[${id}::uuid] returning number, added_at)
    insert into unlisted_now select number, added_at from gone`.execute(trx);
  await sql`update do_not_call set lists = array_remove(lists, ${id}::uuid) where ${id}::uuid = any(lists)`.execute(
    trx,
  );
  await trx.updateTable('dnc_lists').set({ undone_at: at }).where('id', '=', id).execute();
  if (gone > 0n) {
    await changedInBulk(trx);
    await noteClosedLeads(trx, isId(row.scope) ? row.scope : null);
  }
  return Number(gone);
}

/** Notes the leads that the gate closed when these entries were there: `reopenLeads` opens them. */
async function noteClosedLeads(trx: Transaction<Tables>, campaign: string | null): Promise<void> {
  await sql`analyze unlisted_now`.execute(trx);
  const closed = sql`select l.id from gate_refusals r join leads l on l.id = r.lead, unlisted_now n
    where r.rule = 'do-not-call' and r.at >= n.added_at and l.state = 'exhausted' and l.reason = any(${GateRule.enum})
      and (${campaign}::uuid is null or l.campaign = ${campaign}::uuid)`;
  await sql`insert into unlisted_leads ${closed} and n.number = r.number
    union ${closed} and n.number like '%*' and starts_with(r.number, rtrim(n.number, '*'))
    on conflict do nothing`.execute(trx);
}

/** Uploaded lists that somebody may see who may read campaigns there, newest first. @param before `next` of the page before */
export async function listDncLists(
  db: Kysely<Tables>,
  campaigns: Scope,
  limit: number,
  before?: string,
): Promise<{ items: UploadedDncList[]; next?: string }> {
  let query = db
    .selectFrom('dnc_lists')
    .selectAll()
    .where(visibleEntries(campaigns))
    .orderBy('id', 'desc')
    .limit(limit);
  if (before !== undefined) query = query.where('id', '<', before);
  const rows = await query.execute();
  const items = rows.map(({ scope, added_by: by, undone_at: undoneAt, ...row }) => ({
    ...row,
    by,
    ...(isId(scope) && { campaign: scope }),
    ...(isRegion(scope) && { register: scope }),
    ...(undoneAt !== null && { undoneAt }),
  }));
  const last = items.at(-1);
  return { items, ...(items.length === limit && last && { next: last.id }) };
}

function errorsOf(batch: ListBatch): { row: number; reason: string }[] {
  if (batch.errorCount === 0) return [];
  const errors = JSON.parse(new TextDecoder().decode(batch.errors)) as { row: number; reason: string }[];
  return errors.map(({ row, reason }) => ({ row, reason }));
}
