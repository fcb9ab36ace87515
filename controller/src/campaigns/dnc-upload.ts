import type { Readable } from 'node:stream';
import { sql, type Transaction } from 'kysely';
import { BranchlineError, idSource, isRegion, type DncUpload, type DncUploaded } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import { everyCampaign } from './do-not-call.ts';
import { LocalReading, type ListBatch } from './list-batches.ts';
import { ThreadReading } from './list-thread.ts';
import { revokeNumbers } from './revocations.ts';

/** Rows that were left out and are told with the answer. */
const mostTold = 100;
/** Below this many bytes a thread of its own takes longer to start than the list to read. */
const smallList = 256 * 1024;

/**
 * Lists the numbers of an uploaded file, of any size in constant memory. Everything is in this transaction: whatever interrupts
 * the upload leaves nothing behind. Lent leads with one of the numbers are called back; open ones are refused when they are to be lent.
 * @param bytes of the upload, where it says so
 * @throws BranchlineError `BL_IMPORT_*`, `BL_API_INVALID`
 */
export async function listNumbers(
  trx: Transaction<Tables>,
  file: Readable,
  wish: DncUpload,
  { by, at }: { readonly by: string; readonly at: number },
  bytes?: string,
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
  const reading =
    Number(bytes ?? Infinity) < smallList
      ? new LocalReading({ region, dnc, newId: idSource() })
      : new ThreadReading({ region, dnc });
  await sql`set local idle_in_transaction_session_timeout = '10min'`.execute(trx);
  await sql`create temporary table listed_now (number text not null) on commit drop`.execute(trx);
  const errors: DncUploaded['errors'] = [];
  let numbers = 0;
  for await (const batch of reading.batches(file, new AbortController().signal)) {
    errors.push(...errorsOf(batch).slice(0, mostTold - errors.length));
    if (batch.leadCount === 0) continue;
    numbers += batch.leadCount;
    await sql`insert into listed_now select json_array_elements_text(${batch.leads}::json)`.execute(trx);
  }
  // In the order of the index, so that it grows at its end instead of everywhere.
  const { numAffectedRows = 0n } = await sql`
    insert into do_not_call (scope, number, reason, added_at, added_by)
    select ${campaign ?? register ?? everyCampaign}, number, ${reason}, ${at}, ${by}
    from (select distinct number from listed_now order by number) as n on conflict do nothing`.execute(trx);
  const added = Number(numAffectedRows);
  if (added > 0) {
    await sql`update dnc_revision set revision = revision + 1, bulk = revision + 1`.execute(trx);
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
  return { rows, added, known: numbers - added, rejected, errors };
}

function errorsOf(batch: ListBatch): { row: number; reason: string }[] {
  if (batch.errorCount === 0) return [];
  const errors = JSON.parse(new TextDecoder().decode(batch.errors)) as { row: number; reason: string }[];
  return errors.map(({ row, reason }) => ({ row, reason }));
}
