import {
  BranchlineError,
  findProblem,
  streamRows,
  type OutboxBatch,
  type StreamName,
  type StreamRow,
} from '@branchline/shared';
import { findUnstorable } from './clickhouse-rows.ts';

/** Which box a batch came from, and the site the controller has it under. */
export interface BatchOrigin {
  readonly edge: string;
  readonly site: string;
}

/** One batch as a box sent it. */
export interface OfferedBatch {
  readonly origin: BatchOrigin;
  readonly stream: StreamName;
  readonly batch: OutboxBatch;
}

/** A row that does not fit. */
export interface Rejection {
  readonly seq: number;
  readonly problem: string;
  readonly raw: string;
}

/** @throws BranchlineError `BL_CONTRACT_PAYLOAD` when the batch is not what its head says */
export function refuseWrongHead({ origin, stream, batch }: OfferedBatch): void {
  const count = batch.to - batch.from + 1;
  if (batch.rows.length === count) return;
  throw new BranchlineError('BL_CONTRACT_PAYLOAD', {
    topic: `out/${stream} of ${origin.edge}`,
    place: '/rows',
    problem: `${batch.rows.length} rows are numbered ${batch.from} to ${batch.to}`,
  });
}

/** What is made of one batch, given the position of its stream. */
export interface Reading {
  readonly offer: OfferedBatch;
  /** Of the stream, with this batch. */
  readonly position: number;
  /** Rows are missing before it: nothing of it is taken. */
  readonly replay?: true;
  /** Rows given up before it. */
  readonly gap?: { readonly first: number; readonly last: number };
  /** The last of its rows that were taken in before; absent when all are new. */
  readonly repeatedTo?: number;
  /** Its new rows; absent when all are repeats. */
  readonly fresh?: {
    readonly first: number;
    readonly rows: readonly StreamRow<StreamName>[];
    readonly rejected: readonly Rejection[];
  };
}

/**
 * What is to be done with a batch.
 * @param known the last row of its stream that was taken in; 0 before the first
 */
export function readBatch(offer: OfferedBatch, known: number): Reading {
  const { stream, batch } = offer;
  const missing = batch.from > known + 1;
  if (missing && (batch.missingFrom ?? batch.from) > known + 1)
    return { offer, position: known, replay: true };
  const before = missing ? batch.from - 1 : known;
  const first = before + 1;
  return {
    offer,
    position: Math.max(before, batch.to),
    ...(missing && { gap: { first: known + 1, last: before } }),
    ...(batch.from <= before && { repeatedTo: Math.min(before, batch.to) }),
    ...(batch.to > before && {
      fresh: { first, ...sort(stream, batch.rows.slice(first - batch.from), first) },
    }),
  };
}

/** Parts the rows that fit from those that do not. */
function sort<S extends StreamName>(
  stream: S,
  values: readonly unknown[],
  first: number,
): { rows: StreamRow<S>[]; rejected: Rejection[] } {
  const rows: StreamRow<S>[] = [];
  const rejected: Rejection[] = [];
  values.forEach((value, i) => {
    const seq = first + i;
    const problem = problemOfRow(stream, value, seq);
    if (problem === undefined) rows.push(value as StreamRow<S>);
    else rejected.push({ seq, problem, raw: JSON.stringify(value) ?? 'null' });
  });
  return { rows, rejected };
}

function problemOfRow(stream: StreamName, value: unknown, seq: number): string | undefined {
  const misfit = findProblem(streamRows[stream], value);
  if (misfit) return `${misfit.place} ${misfit.problem}`;
  const row = value as StreamRow<StreamName>;
  if (row.seq !== seq) return `/seq is ${row.seq} in the place of ${seq}`;
  return findUnstorable(stream, row);
}
