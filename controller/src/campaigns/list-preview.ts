import { sql, type Kysely } from 'kysely';
import type { Clock, ColumnMapping, IdSource, ImportPreview } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import { recallMapping } from './column-memory.ts';
import { DuplicateSearch } from './duplicates.ts';
import type { UploadedList } from './lead-import.ts';
import type { ListColumns } from './list-columns.ts';
import { mostUnread } from './list-batches.ts';
import { readingOf } from './list-reading.ts';

/**
 * Reads a list as an import would, to its end and in constant memory, and writes nothing: its counts are those of the import, as long
 * as nobody brings the same people meanwhile. Of a list without any column of numbers only the beginning is read.
 * @throws BranchlineError `BL_IMPORT_*`, `BL_DB_UNREACHABLE`
 */
export async function previewList(
  {
    db,
    business,
    newId,
  }: { readonly db: Kysely<Tables>; readonly business: Clock; readonly newId: IdSource },
  list: UploadedList,
  signal: AbortSignal,
): Promise<ImportPreview> {
  let remembered: ColumnMapping | undefined;
  let header: readonly string[] = [];
  let columns: ListColumns = { width: 0, phones: [], fields: [] };
  let [leads, duplicates] = [0, 0];
  const standings = { open: 0, finished: 0, exhausted: 0, 'do-not-call': 0 };
  const unknownStatuses: string[] = [];
  const samples: ImportPreview['samples'] = [];
  return db.transaction().execute(async (trx) => {
    // As an import: an upload may stand still for a while.
    await sql`set local idle_in_transaction_session_timeout = '10min'`.execute(trx);
    const { region, mapping, bytesTotal } = list;
    const recall = async (heading: readonly string[]): Promise<ColumnMapping | undefined> =>
      (remembered = await recallMapping(trx, heading));
    const reading = readingOf({ region, mapping, newId, recall }, bytesTotal);
    const search = await DuplicateSearch.begin(trx, list, business.now());
    for await (const batch of reading.batches(list.content, signal)) {
      ({ header = header, columns = columns } = batch);
      leads += batch.leadCount;
      if (batch.leadCount > 0) duplicates += (await search.leaveOut(batch)).length;
      for (const [standing, count] of Object.entries(batch.standings))
        standings[standing as keyof typeof standings] += count;
      unknownStatuses.push(...batch.unknownStatuses);
      samples.push(...batch.samples.map((sample) => ({ ...sample, cells: [...sample.cells] })));
    }
    const { rows, rejected } = reading.soFar;
    return {
      ...describe(header, columns),
      rows,
      complete: columns.phones.length > 0 || rows < mostUnread,
      ...(remembered && { remembered }),
      ...(columns.vicidial && { standings, unknownStatuses }),
      leads,
      duplicates,
      rejected,
      samples: samples.toSorted((a, b) => a.row - b.row),
    };
  });
}

/** The columns by their headings. */
function describe(
  header: readonly string[],
  { phones, zone, priority, consent, fields }: ListColumns,
): Pick<ImportPreview, 'columns' | 'phones' | 'zone' | 'priority' | 'consent' | 'fields'> {
  const heading = (at: number): string => header[at] ?? '';
  return {
    columns: [...header],
    phones: phones.map(heading),
    ...(zone !== undefined && { zone: heading(zone) }),
    ...(priority !== undefined && { priority: heading(priority) }),
    ...(consent && {
      consent: {
        at: heading(consent.at),
        how: heading(consent.how),
        reference: heading(consent.reference),
      },
    }),
    fields: fields.map(({ at, name }) => ({ column: heading(at), name })),
  };
}
