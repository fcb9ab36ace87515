import type { Readable } from 'node:stream';
import { sql, type Kysely, type Transaction } from 'kysely';
import {
  BranchlineError,
  ownCallbackMs,
  problemOf,
  type Clock,
  type ColumnMapping,
  type Dedupe,
  type IdSource,
  type ImportPreview,
  type ImportState,
  type ImportView,
} from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { Tables } from '../database/index.ts';
import { rememberMapping } from './column-memory.ts';
import { findOwners, type CallbackOwner } from './callbacks.ts';
import { addDoNotCall } from './do-not-call.ts';
import { DuplicateSearch } from './duplicates.ts';
import { findImport, keepErrors } from './import-book.ts';
import {
  abandonImport,
  completeImport,
  ifUnlocked,
  registerImport,
  tellProgress,
  type ImportCounts,
} from './import-state.ts';
import { takeBack } from './import-undo.ts';
import type { ListBatch, ListReading } from './list-batches.ts';
import { previewList } from './list-preview.ts';
import { readingOf } from './list-reading.ts';

export interface ImportDeskOptions {
  readonly db: Kysely<Tables>;
  readonly business: Clock;
  readonly transport: Clock;
  readonly newId: IdSource;
  readonly log: Log;
  /** An import has moved on. */
  readonly changed: (view: ImportView) => void;
  /** There are new leads, or some are gone. */
  readonly leadsChanged: (campaign: string) => void;
}

/** A list as it is uploaded. */
export interface UploadedList {
  readonly campaign: string;
  readonly region: string;
  readonly file: string;
  readonly content: Readable;
  /** Of the whole request. */
  readonly bytesTotal?: number | undefined;
  readonly mapping?: ColumnMapping | undefined;
  readonly dedupe: Dedupe;
}

/** How often an import tells how far it is and looks whether it is to stop, ms of transport time. */
const progressMs = 400;
/** Imports, and dry runs, at a time in one process: each holds a database connection as long as its upload lasts. */
const mostImports = 3;
/** Do-not-call numbers in one statement. */
const numbersAtOnce = 5000;

/**
 * Imports lists. One list is one transaction: its leads become visible together at the end, and whatever interrupts it —
 * a wrong byte, a closed browser, a killed process — leaves nothing behind. Progress is told over another connection.
 */
export class ImportDesk {
  readonly #options: ImportDeskOptions;
  /** Imports that this process reads. */
  readonly #reading = new Set<string>();
  /** Imports that this process takes back. */
  readonly #undoing = new Map<string, Promise<void>>();
  #dryRuns = 0;
  readonly #stopping = new AbortController();

  constructor(options: ImportDeskOptions) {
    this.#options = options;
  }

  /** Registers an import; `run` it next. @throws BranchlineError `BL_API_CONFLICT` when the campaign has another one moving */
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
      errorsKept: 0,
      takenBack: 0,
      ...(list.bytesTotal !== undefined && { bytesTotal: list.bytesTotal }),
    };
    await registerImport(trx, view);
    return view;
  }

  /**
   * Reads the list to its end. @returns the import when it is done
   * @throws BranchlineError `BL_IMPORT_*`, `BL_DB_UNREACHABLE`; the import is then failed or cancelled and nothing of it is left
   */
  async run(view: ImportView, list: UploadedList): Promise<ImportView> {
    const { db, business, log, changed, leadsChanged } = this.#options;
    const run = new ImportRun(this.#options, view, list);
    this.#reading.add(view.id);
    try {
      if (this.#reading.size > mostImports) throw crowded('imports');
      await run.toTheEnd();
    } catch (error) {
      if (!(error instanceof BranchlineError)) log.error({ err: error, import: view.id }, 'an import failed');
      const known =
        error instanceof BranchlineError
          ? error
          : new BranchlineError('BL_IMPORT_INTERRUPTED', { problem: problemOf(error) }, error);
      try {
        await abandonImport(db, view.id, known, business.now(), run.counts);
        changed(await findImport(db, view.id));
      } catch (problem) {
        // PostgreSQL is away: the sweep marks it once it is back.
        log.warn({ import: view.id, err: problem }, 'a failed import could not be marked yet');
      }
      throw known;
    } finally {
      this.#reading.delete(view.id);
      // What is left of the upload must be read, or the answer waits for a client that is still sending.
      list.content.resume();
    }
    const done = await findImport(db, view.id);
    changed(done);
    // PostgreSQL would notice within a minute or two, and until then plan for the table as it was.
    await sql`analyze leads`
      .execute(db)
      .catch((error: unknown) => log.warn({ import: view.id, err: error }, 'leads could not be analysed'));
    leadsChanged(done.campaign);
    return done;
  }

  /**
   * What a list would become, read to its end as an import reads it; writes nothing.
   * @throws BranchlineError `BL_IMPORT_*`, `BL_DB_UNREACHABLE`
   */
  async dryRun(list: UploadedList): Promise<ImportPreview> {
    if (this.#dryRuns >= mostImports) throw crowded('dry runs');
    this.#dryRuns++;
    try {
      return await previewList(this.#options, list, this.#stopping.signal);
    } finally {
      this.#dryRuns--;
    }
  }

  /** Takes an import back that is `undoing`, in the background. */
  undo(id: string): void {
    if (this.#undoing.has(id) || this.#stopping.signal.aborted) return;
    const { log } = this.#options;
    const undoing = this.#undo(id)
      // The sweep goes on with it.
      .catch((error: unknown) =>
        log.warn({ import: id, err: error }, 'taking an import back was interrupted'),
      )
      .finally(() => this.#undoing.delete(id));
    this.#undoing.set(id, undoing);
  }

  /**
   * Looks after imports whose process is gone: one that was being read is marked (its rows went with its transaction), one
   * that was being taken back is gone on with. @returns how many were marked
   */
  async recover(): Promise<number> {
    const { db, business, changed } = this.#options;
    const rows = await db
      .selectFrom('imports')
      .select(['id', 'state'])
      .where('state', 'in', ['running', 'cancelling', 'undoing'])
      .execute();
    let recovered = 0;
    for (const { id, state } of rows) {
      if (state === 'undoing') this.undo(id);
      if (state === 'undoing' || this.#reading.has(id)) continue;
      const error = interrupted('the controller ended while it ran');
      const marked = await ifUnlocked(db, id, (trx) => abandonImport(trx, id, error, business.now()));
      if (!marked) continue;
      recovered++;
      changed(await findImport(db, id));
    }
    return recovered;
  }

  /** Ends what is done in the background; the next start goes on with it. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#undoing.values());
  }

  async #undo(id: string): Promise<void> {
    const { db, transport, changed, leadsChanged } = this.#options;
    let told = transport.monotonic();
    const moved = (): void => {
      if (transport.monotonic() - told < progressMs) return;
      told = transport.monotonic();
      findImport(db, id).then(changed, () => undefined);
    };
    await takeBack(db, id, transport, this.#stopping.signal, moved);
    const undone = await findImport(db, id);
    changed(undone);
    leadsChanged(undone.campaign);
  }
}

/** One list on its way in. */
class ImportRun {
  readonly #options: ImportDeskOptions;
  readonly #view: ImportView;
  readonly #list: UploadedList;
  readonly #reading: ListReading;
  readonly #interrupted = new AbortController();
  #imported = 0;
  #duplicates = 0;
  #errorsKept = 0;
  #header: readonly string[] | undefined;
  #owners: readonly CallbackOwner[] = [];
  readonly #unwilling = { anywhere: [] as string[], here: [] as string[] };

  constructor(options: ImportDeskOptions, view: ImportView, list: UploadedList) {
    this.#options = options;
    this.#view = view;
    this.#list = list;
    const { region, mapping, bytesTotal } = list;
    this.#reading = readingOf({ region, mapping, newId: options.newId }, bytesTotal);
  }

  get counts(): ImportCounts {
    const { bytes: bytesRead, rows, rejected } = this.#reading.soFar;
    return { bytesRead, rows, rejected, imported: this.#imported, duplicates: this.#duplicates };
  }

  async toTheEnd(): Promise<void> {
    const { db, business } = this.#options;
    const { id } = this.#view;
    const stopTelling = this.#tell();
    try {
      const ran = await ifUnlocked(db, id, async (trx) => {
        // An upload may stand still for a while; whoever holds it up longer than this is gone.
        await sql`set local idle_in_transaction_session_timeout = '10min'`.execute(trx);
        // Another controller may have looked between the registration and the lock, and taken it for abandoned.
        this.#heed(await tellProgress(db, id, this.counts));
        this.#owners = await findOwners(trx, this.#view.campaign);
        const search = await DuplicateSearch.begin(trx, this.#list, business.now());
        for await (const batch of this.#reading.batches(this.#list.content, this.#interrupted.signal)) {
          await this.#write(trx, batch, search);
        }
        stopTelling();
        // At the end: whoever changes the list waits for everybody else who does.
        await this.#listUnwilling(trx);
        const twice = await search.leaveOutParallel(this.#view);
        this.#imported -= twice;
        this.#duplicates += twice;
        await this.#remember(trx);
        if (await completeImport(trx, id, this.counts, business.now())) return true;
        // In this transaction: one that lost the race holds the row nevertheless, and another connection would wait for ever.
        this.#heed(await tellProgress(trx, id, this.counts));
        return false;
      });
      if (!ran) throw interrupted('it was taken for abandoned');
    } finally {
      stopTelling();
    }
  }

  async #write(trx: Transaction<Tables>, batch: ListBatch, search: DuplicateSearch): Promise<void> {
    const { db } = this.#options;
    const { id, campaign } = this.#view;
    if (batch.header) {
      this.#header = batch.header;
      // Not in this transaction: it would hold the row that the progress is written to.
      await db
        .updateTable('imports')
        .set({ header: JSON.stringify(batch.header) })
        .where('id', '=', id)
        .execute();
    }
    // Neither these: why rows were left out is to be read after a failure, too.
    if (batch.errorCount > 0) {
      await keepErrors(db, id, batch.errors);
      this.#errorsKept += batch.errorCount;
    }
    if (batch.leadCount > 0) {
      const duplicates = await search.leaveOut(batch);
      await this.#insert(trx, batch, duplicates);
      this.#imported += batch.leadCount - duplicates.length;
      this.#duplicates += duplicates.length;
    }
    this.#unwilling.anywhere.push(...batch.unwilling.anywhere);
    this.#unwilling.here.push(...batch.unwilling.here);
    if (batch.zones.length > 0) {
      await trx
        .insertInto('campaign_zones')
        .values(batch.zones.map((zone_key) => ({ campaign, zone_key })))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  }

  async #insert(trx: Transaction<Tables>, batch: ListBatch, leftOut: readonly string[]): Promise<void> {
    const now = this.#options.business.now();
    const { id, campaign } = this.#view;
    // The campaign's terms are looked up once: taken out of its settings for each lead they cost as much as all the rest.
    await sql`
      with terms as materialized (select (settings ->> 'attemptsCap')::integer as cap from campaigns where id = ${campaign})
      insert into leads (id, campaign, import, state, reason, attempts, earlier_attempts, priority, numbers, first_number, zone_key, fields, consent, due_at,
        callback_at, callback_edge, callback_agent, created_at)
      select r.id, ${campaign}, ${id},
        case when coalesce(r.standing, 'open') <> 'open' then case r.standing when 'finished' then 'finished' else 'exhausted' end
          when coalesce(r.attempts, 0) >= terms.cap then 'exhausted' else 'open' end,
        case when r.standing = 'do-not-call' then 'do-not-call' when r.standing <> 'open' then 'done elsewhere'
          when r.attempts >= terms.cap then 'attempts cap' end,
        coalesce(r.attempts, 0), coalesce(r.attempts, 0), coalesce(r.priority, 50), r.numbers, r.first_number, r.zone_key, r.fields, r.consent,
        case when due.callback_at is null then ${now} else due.callback_at + case when o.agent is null then 0 else ${ownCallbackMs}::bigint end end,
        due.callback_at, case when due.callback_at is not null then o.edge end, case when due.callback_at is not null then o.agent end, ${now}
      from json_to_recordset(${batch.leads}::json) as r(id uuid, numbers jsonb, first_number text, zone_key text, fields jsonb,
        consent jsonb, standing text, attempts integer, priority integer, callback_at bigint, callback_user text)
      cross join terms
      cross join lateral (select case when coalesce(r.attempts, 0) < terms.cap then r.callback_at end) as due(callback_at)
      left join jsonb_to_recordset(${JSON.stringify(this.#owners)}::jsonb) as o(name text, edge text, agent text) on o.name = r.callback_user
      where r.id <> all(${[...leftOut]}::uuid[])`.execute(trx);
  }

  /**
   * Who asked another dialer not to be called again is called by no campaign here, or not by this one if that was all they asked;
   * taking the list back does not unlist them.
   */
  async #listUnwilling(trx: Transaction<Tables>): Promise<void> {
    const by = `import ${this.#view.id}`;
    const at = this.#options.business.now();
    const { anywhere, here } = this.#unwilling;
    for (const [all, campaign] of [[anywhere], [here, this.#view.campaign]] as const)
      for (let from = 0; from < all.length; from += numbersAtOnce) {
        const numbers = all.slice(from, from + numbersAtOnce);
        await addDoNotCall(trx, { numbers, campaign, reason: 'do-not-call in an imported list', by, at });
      }
  }

  /** What was said about the columns is offered for the next list with these headings. */
  async #remember(trx: Transaction<Tables>): Promise<void> {
    const { mapping } = this.#list;
    if (mapping && this.#header)
      await rememberMapping(trx, this.#header, mapping, this.#options.business.now());
  }

  #heed(state: ImportState | undefined): void {
    if (state === 'cancelling') throw new BranchlineError('BL_IMPORT_CANCELLED');
    if (state !== 'running') throw interrupted('it was taken for abandoned');
  }

  #tell(): () => void {
    const { db, transport, changed } = this.#options;
    let stopped = false;
    const tick = async (): Promise<void> => {
      const { counts } = this;
      try {
        const state = await tellProgress(db, this.#view.id, counts);
        if (stopped) return;
        this.#heed(state);
        changed({ ...this.#view, ...counts, errorsKept: this.#errorsKept });
      } catch (error) {
        // Otherwise only the progress bar stands still; the import itself notices a database that is away.
        if (error instanceof BranchlineError && error.code.startsWith('BL_IMPORT_'))
          this.#interrupted.abort(error);
      }
      if (!stopped) timer = transport.schedule(progressMs, () => void tick());
    };
    let timer = transport.schedule(progressMs, () => void tick());
    return () => {
      stopped = true;
      timer.cancel();
    };
  }
}

function crowded(what: string): BranchlineError {
  return new BranchlineError('BL_API_CONFLICT', { problem: `${mostImports} ${what} are running already` });
}

function interrupted(problem: string): BranchlineError {
  return new BranchlineError('BL_IMPORT_INTERRUPTED', { problem });
}
