import { sql, type Kysely, type Transaction } from 'kysely';
import { BranchlineError, type ImportState, type ImportView } from '@branchline/shared';
import type { Tables } from '../database/index.ts';

// running → done → undoing → undone (→ undoing …), running → failed, running → cancelling → cancelled. Whoever runs an import
// holds its lock; every change of state is one guarded update, so that controllers on one database agree about it.

type Db = Kysely<Tables> | Transaction<Tables>;

/** What a running import counts. */
export type ImportCounts = Pick<ImportView, 'bytesRead' | 'rows' | 'imported' | 'duplicates' | 'rejected'>;

/** States in which the list's file is still being read. */
const reading: readonly ImportState[] = ['running', 'cancelling'];

/** @throws BranchlineError `BL_API_CONFLICT` when a list of the campaign is on its way in or out */
export async function registerImport(trx: Transaction<Tables>, view: ImportView): Promise<void> {
  const made = await sql`insert into imports
      (id, campaign, file, state, started_at, bytes_read, bytes_total, rows, imported, duplicates, rejected)
    values (${view.id}, ${view.campaign}, ${view.file}, 'running', ${view.startedAt}, 0, ${view.bytesTotal ?? null}, 0, 0, 0, 0)
    on conflict (campaign) where state in ('running', 'cancelling', 'undoing') do nothing`.execute(trx);
  if (made.numAffectedRows === 0n) throw busy();
}

/** Writes how far an import is. @returns its state; undefined when somebody took it for abandoned */
export async function tellProgress(
  db: Db,
  id: string,
  counts: ImportCounts,
): Promise<ImportState | undefined> {
  const row = await db
    .updateTable('imports')
    .set(columnsOf(counts))
    .where('id', '=', id)
    .where('state', 'in', reading)
    .returning('state')
    .executeTakeFirst();
  return row?.state;
}

/** Marks an import done, in the transaction that brought its leads. @returns false when it must not be any more */
export async function completeImport(
  trx: Transaction<Tables>,
  id: string,
  counts: ImportCounts,
  now: number,
): Promise<boolean> {
  const done = await trx
    .updateTable('imports')
    .set({ ...columnsOf(counts), state: 'done', ended_at: now })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Marks an import of which nothing is left: cancelled when somebody asked for that, failed otherwise. @returns whether it was */
export async function abandonImport(
  db: Db,
  id: string,
  error: BranchlineError,
  now: number,
  counts?: ImportCounts,
): Promise<boolean> {
  const view = JSON.stringify({ code: error.code, message: error.message, advice: error.advice });
  const marked = await db
    .updateTable('imports')
    .set({
      ...(counts && columnsOf(counts)),
      state: sql<ImportState>`case state when 'cancelling' then 'cancelled' else 'failed' end`,
      error: sql<string | null>`case state when 'cancelling' then null else ${view}::jsonb end`,
      ended_at: now,
      imported: 0,
      duplicates: 0,
    })
    .where('id', '=', id)
    .where('state', 'in', reading)
    .executeTakeFirst();
  return marked.numUpdatedRows > 0n;
}

/** Asks whoever runs an import to stop. @throws BranchlineError `BL_IMPORT_STATE`, `BL_API_NOT_FOUND` */
export async function requestCancel(trx: Transaction<Tables>, id: string): Promise<void> {
  const asked = await trx
    .updateTable('imports')
    .set({ state: 'cancelling' })
    .where('id', '=', id)
    .where('state', 'in', reading)
    .executeTakeFirst();
  if (asked.numUpdatedRows === 0n) throw await refusal(trx, id, 'cancelled');
}

/** Begins to take an import back. @throws BranchlineError `BL_IMPORT_STATE`, `BL_API_CONFLICT`, `BL_API_NOT_FOUND` */
export async function requestUndo(trx: Transaction<Tables>, id: string): Promise<void> {
  try {
    const asked = await trx
      .updateTable('imports')
      .set({ state: 'undoing', kept: null })
      .where('id', '=', id)
      .where('state', 'in', ['done', 'undone'])
      .executeTakeFirst();
    if (asked.numUpdatedRows > 0n) return;
  } catch (error) {
    // The unique index of lists that are moving.
    if ((error as { code?: string }).code === '23505') throw busy();
    throw error;
  }
  throw await refusal(trx, id, 'undone');
}

/** Runs a transaction that holds the lock of a running import. @returns undefined when somebody else holds it */
export function ifUnlocked<T>(
  db: Kysely<Tables>,
  id: string,
  run: (trx: Transaction<Tables>) => Promise<T>,
): Promise<T | undefined> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{
      free: boolean;
    }>`select pg_try_advisory_xact_lock(hashtextextended(${`branchline:import:${id}`}, 0)) as free`.execute(
      trx,
    );
    return rows[0]?.free ? run(trx) : undefined;
  });
}

function columnsOf(counts: ImportCounts) {
  const { bytesRead, rows, imported, duplicates, rejected } = counts;
  return { bytes_read: bytesRead, rows, imported, duplicates, rejected };
}

function busy(): BranchlineError {
  return new BranchlineError('BL_API_CONFLICT', {
    problem: 'a list of this campaign is on its way in or out',
  });
}

async function refusal(db: Db, id: string, action: string): Promise<BranchlineError> {
  const row = await db.selectFrom('imports').select('state').where('id', '=', id).executeTakeFirst();
  return row
    ? new BranchlineError('BL_IMPORT_STATE', { state: row.state, action })
    : new BranchlineError('BL_API_NOT_FOUND', { what: 'import', id });
}
