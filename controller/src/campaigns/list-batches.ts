import type { Readable } from 'node:stream';
import { BranchlineError, type ColumnMapping, type IdSource, type LeadStanding } from '@branchline/shared';
import { zonesByArea, type ZoneLookUp } from '@branchline/shared/node';
import { readColumns, type ListColumns } from './list-columns.ts';
import { readList, TextGate } from './list-reader.ts';
import { dncColumn, NumberCompleter, readDncRow, type DncListKind } from './dnc-row.ts';
import { readListRow, zoneKeyOf, type ListedLead } from './list-row.ts';

/** How a list is to be understood. */
export interface ListReadingOptions {
  /** Region of numbers without a country code. */
  readonly region: string;
  readonly mapping?: ColumnMapping | undefined;
  /** A do-not-call list instead of leads; the batches have its numbers as JSON. */
  readonly dnc?: DncListKind | undefined;
  readonly newId: IdSource;
  /**
   * In a dry run: asked for the mapping of a list of which nobody has said one. A list without any column of numbers is then read at
   * its beginning only, so that somebody can say which these are.
   */
  readonly recall?: ((header: readonly string[]) => Promise<ColumnMapping | undefined>) | undefined;
}

/** A piece of a list, ready for the database. */
export interface ListBatch {
  /** Of the first batch. */
  readonly header?: readonly string[];
  /** Of the first batch. */
  readonly columns?: ListColumns;
  /** {@link LeadEntry}s, or numbers of a do-not-call list, as JSON in UTF-8: bytes are handed over between threads, texts are copied. */
  readonly leads: Uint8Array<ArrayBuffer>;
  readonly leadCount: number;
  /** {@link ErrorEntry}s, likewise. */
  readonly errors: Uint8Array<ArrayBuffer>;
  readonly errorCount: number;
  /** Each number of each lead, in two columns. */
  readonly numbers: { readonly lead: readonly string[]; readonly number: readonly string[] };
  /** Numbers whose owners asked not to be called again: by anybody, and by this campaign. */
  readonly unwilling: { readonly anywhere: readonly string[]; readonly here: readonly string[] };
  /** Statuses of another dialer that nobody knows and no batch before had; not all of a long list. */
  readonly unknownStatuses: readonly string[];
  /** Zone keys that no batch before had. */
  readonly zones: readonly string[];
  /** Leads that share a number with another one of the batch, in the order of the list. */
  readonly clashing: readonly { readonly id: string; readonly numbers: readonly string[] }[];
  /** How many of the leads are how far. */
  readonly standings: Readonly<Record<LeadStanding, number>>;
  /** The first rows of the list that are good, and the first that are not. */
  readonly samples: readonly RowSample[];
}

/** A row to be shown. */
export interface RowSample {
  readonly row: number;
  readonly cells: readonly string[];
  readonly number?: string;
  readonly problem?: string;
}

/** How far a reading is. */
export interface ReadSoFar {
  readonly bytes: number;
  readonly rows: number;
  readonly rejected: number;
}

/** Reads a list and tells how far it is. */
export interface ListReading {
  readonly soFar: ReadSoFar;
  /**
   * The list in batches, the next one read when this one was taken. Ends with the signal's reason when aborted.
   * @throws BranchlineError `BL_IMPORT_*`
   */
  batches(file: Readable, signal: AbortSignal): AsyncGenerator<ListBatch>;
}

interface LeadEntry {
  readonly id: string;
  readonly numbers: ListedLead['numbers'];
  readonly first_number: string;
  readonly zone_key: string;
  readonly fields: ListedLead['fields'];
  readonly consent: ListedLead['consent'] | undefined;
  readonly standing: LeadStanding | undefined;
  readonly attempts: number | undefined;
  readonly priority: number | undefined;
  readonly callback_at: number | undefined;
  /** Another dialer's name of the agent who promised it. */
  readonly callback_user: string | undefined;
}

interface ErrorEntry {
  readonly row: number;
  readonly cells: readonly string[];
  readonly reason: string;
}

/** Leads or errors in one batch, at most. */
const batchRows = 4000;
/** Numbers of a do-not-call list in one batch, at most. */
const batchNumbers = 20_000;
/** Characters in the cells of one batch, about. */
const batchCharacters = 4 * 1024 * 1024;
/** Rejected rows that are kept for the error file, and the characters in them, at most; the rest is only counted. */
export const mostErrors = 100_000;
const mostErrorCharacters = 64 * 1024 * 1024;

/** Samples of good rows, and of rejected ones. */
const mostSamples = 20;
/** Statuses without a meaning that are told. */
const mostUnknown = 50;
/** Rows of a list of which nobody has said where its numbers are. */
export const mostUnread = 1000;

const encoder = new TextEncoder();

/** Reads a list in this thread. */
export class LocalReading implements ListReading {
  readonly #options: ListReadingOptions;
  readonly #gate = new TextGate();
  readonly #zones = new Set<string>();
  #rows = 0;
  #rejected = 0;
  #errorsKept = 0;
  #errorCharacters = 0;
  #leads: LeadEntry[] = [];
  #listed: string[] = [];
  readonly #completer: NumberCompleter;
  #errors: ErrorEntry[] = [];
  #newZones: string[] = [];
  #unwilling = { anywhere: [] as string[], here: [] as string[] };
  readonly #unknown = new Set<string>();
  #newUnknown: string[] = [];
  #characters = 0;
  #samples: RowSample[] = [];
  #samplesLeft = { good: mostSamples, bad: mostSamples };

  constructor(options: ListReadingOptions) {
    this.#options = options;
    this.#completer = new NumberCompleter(options.region);
  }

  get soFar(): ReadSoFar {
    return { bytes: this.#gate.bytes, rows: this.#rows, rejected: this.#rejected };
  }

  async *batches(file: Readable, signal?: AbortSignal): AsyncGenerator<ListBatch> {
    let columns: ListColumns | undefined;
    let header: readonly string[] | undefined;
    const zonesOf = await zonesByArea();
    let numbers: ReturnType<typeof dncColumn> | undefined;
    for await (const { row, cells } of readList(file, this.#gate, signal)) {
      const { dnc } = this.#options;
      if (dnc) {
        numbers ??= dncColumn(cells);
        if (row > 0 || !numbers.heading) this.#list(row, cells, dnc, numbers.at);
      } else if (columns) this.#take(row, cells, columns, zonesOf);
      else {
        columns = await this.#columnsOf(cells);
        header = cells;
        continue;
      }
      if (columns?.phones.length === 0 && this.#rows >= mostUnread) break;
      const full =
        this.#leads.length >= batchRows ||
        this.#listed.length >= batchNumbers ||
        this.#errors.length >= batchRows;
      if (!full && this.#characters < batchCharacters) continue;
      yield this.#cut(header, columns);
      header = undefined;
    }
    if (!columns && !numbers) {
      throw new BranchlineError('BL_IMPORT_COLUMNS', {
        column: 'phone',
        columns: 'nothing, the file is empty',
      });
    }
    yield this.#cut(header, columns);
  }

  async #columnsOf(header: readonly string[]): Promise<ListColumns> {
    const { recall, mapping = await recall?.(header) } = this.#options;
    try {
      return readColumns(header, mapping);
    } catch (error) {
      const unsaid = error instanceof BranchlineError && error.code === 'BL_IMPORT_COLUMNS' && !mapping;
      if (!recall || !unsaid) throw error;
      return { width: header.length, phones: [], fields: [] };
    }
  }

  #take(row: number, cells: readonly string[], columns: ListColumns, zonesOf: ZoneLookUp): void {
    this.#rows++;
    const lead = readListRow(cells, columns, this.#options.region, zonesOf);
    if ('problem' in lead) this.#noteUnknown(lead.unknownStatus);
    if ('problem' in lead)
      return this.#reject({ row, cells: cells.slice(0, columns.width), reason: lead.problem });
    const keys = [lead.zoneKey, ...lead.numbers.slice(1).map(({ zones }) => zoneKeyOf(zones))];
    for (const key of keys) {
      if (this.#zones.has(key)) continue;
      this.#zones.add(key);
      this.#newZones.push(key);
    }
    if (lead.past?.standing === 'do-not-call')
      this.#unwilling[lead.past.ofCampaign ? 'here' : 'anywhere'].push(
        ...lead.numbers.map(({ number }) => number),
      );
    this.#show('good', { row, cells: cells.slice(0, columns.width), number: lead.firstNumber });
    this.#characters += charactersOf(cells);
    this.#leads.push({
      id: this.#options.newId(),
      numbers: lead.numbers,
      first_number: lead.firstNumber,
      zone_key: lead.zoneKey,
      fields: lead.fields,
      consent: lead.consent,
      standing: lead.past?.standing,
      attempts: lead.past?.attempts,
      priority: lead.priority,
      callback_at: lead.past?.callback?.at,
      callback_user: lead.past?.callback?.user?.toLowerCase(),
    });
  }

  #noteUnknown(status: string | undefined): void {
    if (status === undefined || this.#unknown.has(status) || this.#unknown.size >= mostUnknown) return;
    this.#unknown.add(status);
    this.#newUnknown.push(status);
  }

  #list(row: number, cells: readonly string[], dnc: DncListKind, at: number): void {
    this.#rows++;
    const read = readDncRow(cells, at, dnc, this.#options.region, this.#completer);
    if (read === undefined) return;
    if ('problem' in read) return this.#reject({ row, cells: cells.slice(0, 10), reason: read.problem });
    this.#listed.push(read.number);
  }

  #reject(error: ErrorEntry): void {
    this.#rejected++;
    this.#show('bad', { row: error.row, cells: error.cells, problem: error.reason });
    const characters = charactersOf(error.cells);
    if (this.#errorsKept >= mostErrors || this.#errorCharacters + characters > mostErrorCharacters) return;
    this.#errorsKept++;
    this.#errorCharacters += characters;
    this.#characters += characters;
    this.#errors.push(error);
  }

  #show(kind: 'good' | 'bad', sample: RowSample): void {
    if (this.#samplesLeft[kind]-- > 0) this.#samples.push(sample);
  }

  #cut(header: readonly string[] | undefined, columns: ListColumns | undefined): ListBatch {
    // In the order of their numbers they go into the indexes a third faster; of equal ones the first of the list stays first.
    const leads = this.#leads.toSorted((a, b) => compare(a.first_number, b.first_number));
    const batch = {
      ...(header && columns && { header, columns }),
      leads: encoder.encode(JSON.stringify(this.#options.dnc ? this.#listed : leads)),
      leadCount: leads.length + this.#listed.length,
      errors: encoder.encode(JSON.stringify(this.#errors)),
      errorCount: this.#errors.length,
      numbers: numbersOf(leads),
      unwilling: this.#unwilling,
      unknownStatuses: this.#newUnknown,
      zones: this.#newZones,
      clashing: findClashes(this.#leads),
      standings: countStandings(this.#leads),
      samples: this.#samples,
    };
    this.#leads = [];
    this.#listed = [];
    this.#errors = [];
    this.#newZones = [];
    this.#unwilling = { anywhere: [], here: [] };
    this.#newUnknown = [];
    this.#samples = [];
    this.#characters = 0;
    return batch;
  }
}

function numbersOf(leads: readonly LeadEntry[]): ListBatch['numbers'] {
  const each = leads.flatMap(({ id, numbers }) => numbers.map(({ number }) => ({ id, number })));
  return { lead: each.map(({ id }) => id), number: each.map(({ number }) => number) };
}

function findClashes(leads: readonly LeadEntry[]): ListBatch['clashing'] {
  const times = new Map<string, number>();
  for (const { numbers } of leads)
    for (const { number } of numbers) times.set(number, (times.get(number) ?? 0) + 1);
  return leads
    .map(({ id, numbers }) => ({ id, numbers: numbers.map(({ number }) => number) }))
    .filter(({ numbers }) => numbers.some((number) => (times.get(number) ?? 0) > 1));
}

function countStandings(leads: readonly LeadEntry[]): ListBatch['standings'] {
  const counts = { open: 0, finished: 0, exhausted: 0, 'do-not-call': 0 };
  for (const { standing = 'open' } of leads) counts[standing]++;
  return counts;
}

function charactersOf(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + cell.length, 0);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
