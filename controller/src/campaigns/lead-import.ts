import type { Readable } from 'node:stream';
import { sql, type Kysely, type Transaction } from 'kysely';
import { BranchlineError, problemOf, type Clock, type IdSource, type ImportView } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { Tables } from '../database/index.ts';
import { readColumns, type ColumnMapping, type ListColumns } from './list-columns.ts';
import { readList, TextGate } from './list-reader.ts';
import { readListRow, zoneKeyOf, type ListedLead } from './list-row.ts';

export interface ImportDeskOptions {
  readonly db: Kysely<Tables>;
  readonly business: Clock;
  readonly transport: Clock;
  readonly newId: IdSource;
  readonly log: Log;
  /** An import has moved on. */
  readonly changed: (view: ImportView) => void;
}

/** A list as it is uploaded. */
export interface UploadedList {
  readonly campaign: string;
  readonly region: string;
  readonly file: string;
  readonly content: Readable;
  /** Of the whole request; only shown. */
  readonly bytesTotal?: number | undefined;
  readonly mapping?: ColumnMapping | undefined;
}

/** Rows written at a time. */
const batchRows = 2000;
/** How often a running import tells how far it is, ms of transport time. */
const progressMs = 500;
/** Imports at a time in one process: each holds a database connection as long as its upload lasts. */
const mostImports = 3;

interface Batch {
  readonly leads: ListedLead[];
  readonly errors: { row: number; cells: readonly string[]; reason: string }[];
}

interface Counts {
  rows: number;
  imported: number;
  duplicates: number;
  rejected: number;
  bytesRead: number;
}

/**
 * Imports lists. One list is one transaction: its leads become visible together at the end, and whatever interrupts it —
 * a wrong byte, a closed browser, a killed process — leaves nothing behind. Progress is told over another connection.
 */
export class ImportDesk {
  readonly #options: ImportDeskOptions;
  /** Imports of this process, from their registration on. */
  readonly #own = new Set<string>();

  constructor(options: ImportDeskOptions) {
    this.#options = options;
  }

  /**
   * Registers an import; `run` it next. @throws BranchlineError `BL_API_CONFLICT` when the campaign already has one running
   */
  async begin(trx: Transaction<Tables>, list: UploadedList): Promise<ImportView> {
    const view: ImportView = {
      id: this.#options.newId(),
      campaign: list.campaign,
      file: list.file,
      state: 'running',
      startedAt: this.#options.business.now(),
      bytesRead: 0,
      rows: 0,
      imported: 0,
      duplicates: 0,
      rejected: 0,
      ...(list.bytesTotal !== undefined && { bytesTotal: list.bytesTotal }),
    };
    const made = await trx
      .insertInto('imports')
      .values({
        id: view.id,
        campaign: view.campaign,
        file: view.file,
        state: 'running',
        started_at: view.startedAt,
        ended_at: null,
        bytes_read: 0,
        bytes_total: view.bytesTotal ?? null,
        rows: 0,
        imported: 0,
        duplicates: 0,
        rejected: 0,
      })
      .onConflict((conflict) => conflict.column('campaign').where('state', '=', 'running').doNothing())
      .executeTakeFirst();
    this.#own.add(view.id);
    if (made.numInsertedOrUpdatedRows === 0n) {
      this.#own.delete(view.id);
      throw new BranchlineError('BL_API_CONFLICT', { problem: 'another import of this campaign is running' });
    }
    return view;
  }

  /**
   * Reads the list to its end. @returns the import when it is done
   * @throws BranchlineError `BL_IMPORT_*`, `BL_DB_UNREACHABLE`; the import is then marked failed and nothing of it is left
   */
  async run(view: ImportView, list: UploadedList): Promise<ImportView> {
    const gate = new TextGate();
    const counts = { rows: 0, imported: 0, duplicates: 0, rejected: 0, bytesRead: 0 };
    const stopTelling = this.#tell(view, counts, gate);
    try {
      if (this.#own.size > mostImports) {
        throw new BranchlineError('BL_API_CONFLICT', {
          problem: `${mostImports} imports are running already`,
        });
      }
      await this.#transact(view, list, gate, counts);
      stopTelling();
      return await this.#finish(view, { ...counts, bytesRead: gate.bytes, state: 'done' });
    } catch (error) {
      stopTelling();
      const known =
        error instanceof BranchlineError
          ? error
          : new BranchlineError('BL_IMPORT_INTERRUPTED', { problem: problemOf(error) }, error);
      if (!(error instanceof BranchlineError))
        this.#options.log.error({ err: error, import: view.id }, 'an import failed');
      await this.#fail(view, counts, gate, known);
      throw known;
    } finally {
      this.#own.delete(view.id);
      // What is left of the upload must be read, or the answer waits for a client that is still sending.
      list.content.resume();
    }
  }

  /** Marks imports whose process is gone as failed. Their rows went with their transaction. @returns how many */
  async recover(): Promise<number> {
    const { db, business } = this.#options;
    const rows = await db.selectFrom('imports').select('id').where('state', '=', 'running').execute();
    let recovered = 0;
    for (const { id } of rows) {
      if (this.#own.has(id)) continue;
      const error = new BranchlineError('BL_IMPORT_INTERRUPTED', {
        problem: 'the controller ended while it ran',
      });
      await db.transaction().execute(async (trx) => {
        // Whoever runs it holds this lock until its transaction ends.
        const { rows: held } = await sql<{
          free: boolean;
        }>`select pg_try_advisory_xact_lock(${lockKey(id)}) as free`.execute(trx);
        if (!held[0]?.free) return;
        const marked = await trx
          .updateTable('imports')
          .set({
            state: 'failed',
            ended_at: business.now(),
            imported: 0,
            duplicates: 0,
            error: errorJson(error),
          })
          .where('id', '=', id)
          .where('state', '=', 'running')
          .executeTakeFirst();
        recovered += Number(marked.numUpdatedRows);
      });
    }
    return recovered;
  }

  #transact(view: ImportView, list: UploadedList, gate: TextGate, counts: Counts): Promise<void> {
    return this.#options.db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(${lockKey(view.id)})`.execute(trx);
      const zones = new Set<string>();
      const { db } = this.#options;
      const still = await db
        .selectFrom('imports')
        .select('state')
        .where('id', '=', view.id)
        .executeTakeFirst();
      // Another controller may have looked between the registration and the lock, and taken it for abandoned.
      if (still?.state !== 'running')
        throw new BranchlineError('BL_IMPORT_INTERRUPTED', { problem: 'it was taken for abandoned' });
      let columns: ListColumns | undefined;
      let batch: Batch = { leads: [], errors: [] };
      const flush = async (): Promise<void> => {
        const { leads, errors } = batch;
        batch = { leads: [], errors: [] };
        const imported = await this.#insert(trx, view, leads);
        await insertErrors(trx, view.id, errors);
        counts.imported += imported;
        counts.duplicates += leads.length - imported;
      };
      for await (const { row, cells } of readList(list.content, gate)) {
        if (!columns) {
          columns = readColumns(cells, list.mapping);
          // Not in this transaction: it would hold the row that the progress is written to.
          await db
            .updateTable('imports')
            .set({ header: JSON.stringify(cells) })
            .where('id', '=', view.id)
            .execute();
          continue;
        }
        counts.rows++;
        const lead = readListRow(cells, columns, list.region);
        if ('problem' in lead) {
          counts.rejected++;
          batch.errors.push({
            row,
            cells: cells.slice(0, columns.width),
            reason: lead.problem.replaceAll('\u0000', ''),
          });
        } else {
          for (const entry of lead.numbers) zones.add(zoneKeyOf(entry.zones));
          batch.leads.push(lead);
        }
        if (batch.leads.length >= batchRows || batch.errors.length >= batchRows) await flush();
      }
      if (!columns) {
        throw new BranchlineError('BL_IMPORT_COLUMNS', {
          column: 'phone',
          columns: 'nothing, the file is empty',
        });
      }
      await flush();
      if (zones.size > 0) {
        await trx
          .insertInto('campaign_zones')
          .values([...zones].toSorted().map((zone_key) => ({ campaign: view.campaign, zone_key })))
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
    });
  }

  async #insert(trx: Transaction<Tables>, view: ImportView, leads: readonly ListedLead[]): Promise<number> {
    if (leads.length === 0) return 0;
    const now = this.#options.business.now();
    const rows = leads.map((lead) => ({
      id: this.#options.newId(),
      numbers: lead.numbers,
      first_number: lead.firstNumber,
      zone_key: lead.zoneKey,
      fields: lead.fields,
    }));
    const result = await sql`
      insert into leads (id, campaign, import, state, numbers, first_number, zone_key, fields, due_at, created_at)
      select r.id, ${view.campaign}, ${view.id}, 'open', r.numbers, r.first_number, r.zone_key, r.fields, ${now}, ${now}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as r(id uuid, numbers jsonb, first_number text, zone_key text, fields jsonb)
      on conflict (campaign, first_number) do nothing`.execute(trx);
    return Number(result.numAffectedRows ?? 0n);
  }

  #tell(view: ImportView, counts: Counts, gate: TextGate): () => void {
    const { db, transport, changed } = this.#options;
    let stopped = false;
    const tick = async (): Promise<void> => {
      if (stopped) return;
      const now = { ...counts, bytesRead: gate.bytes };
      changed({ ...view, ...now });
      try {
        await db
          .updateTable('imports')
          .set({
            bytes_read: now.bytesRead,
            rows: now.rows,
            imported: now.imported,
            duplicates: now.duplicates,
            rejected: now.rejected,
          })
          .where('id', '=', view.id)
          .where('state', '=', 'running')
          .execute();
      } catch {
        // Only the progress bar stands still; the import itself notices a database that is away.
      }
      timer = transport.schedule(progressMs, () => void tick());
    };
    let timer = transport.schedule(progressMs, () => void tick());
    return () => {
      stopped = true;
      timer.cancel();
    };
  }

  async #fail(view: ImportView, counts: Counts, gate: TextGate, error: BranchlineError): Promise<void> {
    const failed = { ...counts, imported: 0, duplicates: 0, bytesRead: gate.bytes, state: 'failed' as const };
    try {
      await this.#finish(view, failed, error);
    } catch (problem) {
      // PostgreSQL is away: the sweep marks it once it is back.
      this.#options.log.warn({ import: view.id, err: problem }, 'a failed import could not be marked yet');
    }
  }

  async #finish(
    view: ImportView,
    end: Counts & { state: 'done' | 'failed' },
    error?: BranchlineError,
  ): Promise<ImportView> {
    const endedAt = this.#options.business.now();
    await this.#options.db
      .updateTable('imports')
      .set({
        state: end.state,
        ended_at: endedAt,
        bytes_read: end.bytesRead,
        rows: end.rows,
        imported: end.imported,
        duplicates: end.duplicates,
        rejected: end.rejected,
        error: error ? errorJson(error) : null,
      })
      .where('id', '=', view.id)
      .execute();
    const done = { ...view, ...end, endedAt, ...(error && { error: errorView(error) }) };
    this.#options.changed(done);
    return done;
  }
}

async function insertErrors(trx: Transaction<Tables>, id: string, errors: Batch['errors']): Promise<void> {
  if (errors.length === 0) return;
  const rows = errors.map((error) => ({
    ...error,
    cells: error.cells.map((cell) => cell.replaceAll('\u0000', '')),
  }));
  await sql`insert into import_errors (import, row, cells, reason)
    select ${id}, r.row, r.cells, r.reason
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(row bigint, cells jsonb, reason text)`.execute(
    trx,
  );
}

function errorView(error: BranchlineError): { code: string; message: string; advice: string } {
  return { code: error.code, message: error.message, advice: error.advice };
}

function errorJson(error: BranchlineError): string {
  return JSON.stringify(errorView(error));
}

/** The advisory lock of a running import. */
function lockKey(id: string) {
  return sql`hashtextextended(${`branchline:import:${id}`}, 0)`;
}
