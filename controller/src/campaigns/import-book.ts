import { sql, type Kysely } from 'kysely';
import { BranchlineError, type ImportView, type RejectedRows } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import { stringifyRow } from '../http/csv-text.ts';

const pageRows = 2000;

interface ImportRow {
  id: string;
  campaign: string;
  file: string;
  state: ImportView['state'];
  started_at: number;
  ended_at: number | null;
  bytes_read: number;
  bytes_total: number | null;
  rows: number;
  imported: number;
  duplicates: number;
  rejected: number;
  errors_kept: number;
  taken_back: number;
  kept: ImportView['kept'] | null;
  error: ImportView['error'] | null;
}

function toView(row: ImportRow): ImportView {
  return {
    id: row.id,
    campaign: row.campaign,
    file: row.file,
    state: row.state,
    startedAt: row.started_at,
    bytesRead: row.bytes_read,
    rows: row.rows,
    imported: row.imported,
    duplicates: row.duplicates,
    rejected: row.rejected,
    errorsKept: row.errors_kept,
    takenBack: row.taken_back,
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
    ...(row.bytes_total !== null && { bytesTotal: row.bytes_total }),
    ...(row.kept && { kept: row.kept }),
    ...(row.error && { error: row.error }),
  };
}

/** @throws BranchlineError `BL_API_NOT_FOUND` */
export async function findImport(db: Kysely<Tables>, id: string): Promise<ImportView> {
  const row = await db.selectFrom('imports').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'import', id });
  return toView(row);
}

/** Imports of a campaign, newest first. */
export async function listImports(
  db: Kysely<Tables>,
  campaign: string,
  limit: number,
  before?: string,
): Promise<ImportView[]> {
  let query = db
    .selectFrom('imports')
    .selectAll()
    .where('campaign', '=', campaign)
    .orderBy('id', 'desc')
    .limit(limit);
  if (before !== undefined) query = query.where('id', '<', before);
  return (await query.execute()).map(toView);
}

/** Keeps rejected rows and their number. @param errors JSON in UTF-8: row, cells, reason of each */
export async function keepErrors(db: Kysely<Tables>, id: string, errors: Uint8Array): Promise<void> {
  await sql`with kept as (
      insert into import_errors (import, row, cells, reason)
      select ${id}, r.row, r.cells, r.reason
      from json_to_recordset(${errors}::json) as r(row bigint, cells jsonb, reason text) returning 1)
    update imports set errors_kept = errors_kept + (select count(*) from kept) where id = ${id}`.execute(db);
}

/** Rows that were left out, in the order of the list. @param after the last row of the page before */
export async function rejectedRows(
  db: Kysely<Tables>,
  id: string,
  limit: number,
  after: number,
): Promise<RejectedRows> {
  const { header } = await db
    .selectFrom('imports')
    .select('header')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const items = await db
    .selectFrom('import_errors')
    .select(['row', 'cells', 'reason'])
    .where('import', '=', id)
    .where('row', '>', after)
    .orderBy('row')
    .limit(limit)
    .execute();
  const last = items.at(-1);
  return { header: header ?? [], items, ...(items.length === limit && last && { next: String(last.row) }) };
}

/** The rows that were left out, as far as they were kept, as a list that can be corrected and uploaded again, with the reason in a last column. */
export async function* importErrors(db: Kysely<Tables>, id: string): AsyncGenerator<string> {
  const { header } = await db
    .selectFrom('imports')
    .select('header')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  // The byte order mark makes spreadsheet programs read it as UTF-8.
  yield `\uFEFF${stringifyRow([...(header ?? []), 'reason'])}`;
  let after = 0;
  for (;;) {
    const rows = await db
      .selectFrom('import_errors')
      .select(['row', 'cells', 'reason'])
      .where('import', '=', id)
      .where('row', '>', after)
      .orderBy('row')
      .limit(pageRows)
      .execute();
    const width = header?.length ?? 0;
    // A row that was too short is filled up, so that its reason stands in the last column.
    const fill = (cells: readonly string[]): string[] =>
      Array.from({ length: Math.max(width, cells.length) }, (_, i) => cells[i] ?? '');
    if (rows.length > 0) yield rows.map((row) => stringifyRow([...fill(row.cells), row.reason])).join('');
    const last = rows.at(-1);
    if (!last || rows.length < pageRows) return;
    after = last.row;
  }
}
