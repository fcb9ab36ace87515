import { sql, type Kysely } from 'kysely';
import { BranchlineError, type ColumnMapping, type ImportPreview } from '@branchline/shared';
import { zonesByArea } from '@branchline/shared/node';
import type { Tables } from '../database/index.ts';
import { recallMapping } from './column-memory.ts';
import { isThere } from './duplicates.ts';
import type { UploadedList } from './lead-import.ts';
import { readColumns, type ListColumns } from './list-columns.ts';
import { readList, TextGate } from './list-reader.ts';
import { readListRow } from './list-row.ts';

/** Rows that are looked at. */
const mostRows = 1000;
/** Samples of good rows, and of rejected ones. */
const mostSamples = 20;

type Sample = ImportPreview['samples'][number];

/**
 * Reads the beginning of a list as an import would, and writes nothing.
 * @param now business ms
 * @throws BranchlineError `BL_IMPORT_*` as far as the beginning shows it
 */
export async function previewList(
  db: Kysely<Tables>,
  list: UploadedList,
  now: number,
): Promise<ImportPreview> {
  let columns: ListColumns | undefined;
  let remembered: ColumnMapping | undefined;
  let header: readonly string[] = [];
  let rows = 0;
  let complete = true;
  const numbers: string[] = [];
  const standings = { open: 0, finished: 0, exhausted: 0, 'do-not-call': 0 };
  const good: Sample[] = [];
  const bad: Sample[] = [];
  const zonesOf = await zonesByArea();
  for await (const { row, cells } of readList(list.content, new TextGate())) {
    if (!columns) {
      remembered = list.mapping ? undefined : await recallMapping(db, cells);
      columns = columnsOf(cells, list.mapping ?? remembered);
      header = cells;
      continue;
    }
    if (rows === mostRows) {
      complete = false;
      break;
    }
    rows++;
    const lead = readListRow(cells, columns, list.region, zonesOf);
    const sample = { row, cells: cells.slice(0, columns.width) };
    if ('problem' in lead) bad.push({ ...sample, problem: lead.problem });
    else {
      numbers.push(lead.firstNumber);
      standings[lead.past?.standing ?? 'open']++;
      good.push({ ...sample, number: lead.firstNumber });
    }
  }
  if (!columns) {
    throw new BranchlineError('BL_IMPORT_COLUMNS', {
      column: 'phone',
      columns: 'nothing, the file is empty',
    });
  }
  const fresh = new Set(numbers);
  for (const known of await knownNumbers(db, list, [...fresh], now)) fresh.delete(known);
  const heading = (at: number): string => header[at] ?? '';
  return {
    columns: [...header],
    phones: columns.phones.map(heading),
    ...(columns.zone !== undefined && { zone: heading(columns.zone) }),
    ...(columns.priority !== undefined && { priority: heading(columns.priority) }),
    ...(columns.consent && {
      consent: {
        at: heading(columns.consent.at),
        how: heading(columns.consent.how),
        reference: heading(columns.consent.reference),
      },
    }),
    fields: columns.fields.map(({ at, name }) => ({ column: heading(at), name })),
    rows,
    complete,
    ...(remembered && { remembered }),
    ...(columns.vicidial && { standings }),
    leads: numbers.length,
    duplicates: numbers.length - fresh.size,
    rejected: bad.length,
    samples: [...good.slice(0, mostSamples), ...bad.slice(0, mostSamples)].toSorted((a, b) => a.row - b.row),
  };
}

/** The columns, or none with numbers while nobody has said which these are: a preview is there to be asked that. */
function columnsOf(header: readonly string[], mapping: ColumnMapping | undefined): ListColumns {
  try {
    return readColumns(header, mapping);
  } catch (error) {
    if (mapping || !(error instanceof BranchlineError) || error.code !== 'BL_IMPORT_COLUMNS') throw error;
    return { width: header.length, phones: [], fields: [] };
  }
}

async function knownNumbers(
  db: Kysely<Tables>,
  list: UploadedList,
  numbers: readonly string[],
  now: number,
): Promise<string[]> {
  const { rows } = await sql<{ number: string }>`
    select number from unnest(${[...numbers]}::text[]) as said(number)
    where ${isThere(list, sql.ref('said.number'), now)}`.execute(db);
  return rows.map(({ number }) => number);
}
