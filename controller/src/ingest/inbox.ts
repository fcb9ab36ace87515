import type { Kysely, Transaction } from 'kysely';
import {
  BranchlineError,
  findProblem,
  streamRows,
  type Ack,
  type OutboxBatch,
  type StreamName,
  type StreamRow,
} from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import { packBody } from './body.ts';
import { findUnstorable, linesOf } from './clickhouse-rows.ts';

/** Which box a batch came from, and the site the controller has it under. */
export interface BatchOrigin {
  readonly edge: string;
  readonly site: string;
}

/** The new, valid rows of one batch. */
export type ReceivedBatch = {
  [S in StreamName]: BatchOrigin & {
    readonly stream: S;
    /** Identity of the edge's ledger. */
    readonly epoch: string;
    readonly rows: readonly StreamRow<S>[];
  };
}[StreamName];

/** What a batch does to the relational state: results of attempts, leases, opt-outs. */
export interface BatchEffects {
  /**
   * Runs in the transaction that stores the batch: both happen or neither. Sees each row once. When it throws, nothing of
   * the batch is stored or acknowledged and the edge sends it again.
   */
  apply(trx: Transaction<Tables>, batch: ReceivedBatch): Promise<void>;
  /** The box says that it has these rows no more, and nobody will ever see them. */
  givenUp?(origin: BatchOrigin, stream: StreamName, first: number, last: number): void;
}

interface Rejection {
  readonly seq: number;
  readonly problem: string;
  readonly raw: string;
}

const rejectionCode = 'BL_CONTRACT_PAYLOAD';

/**
 * Takes in one batch of an edge's outbox, in one transaction. The answer may be sent to the edge as soon as the promise
 * resolves: everything it acknowledges is committed.
 *
 * Rows up to the position known here are repeats and stored no second time. A gap stores nothing and asks for a replay; rows
 * which the edge says it no longer has are given up and written down in `ingest_gap`. A row that does not fit its schema is
 * set aside, listed in `rejected`, and does not hold up the others.
 * @param now real epoch ms
 * @throws BranchlineError `BL_CONTRACT_PAYLOAD` when the batch is not what its head says; `BL_DB_UNREACHABLE`; what
 * `effects` throws
 */
export async function ingestBatch(
  db: Kysely<Tables>,
  origin: BatchOrigin,
  stream: StreamName,
  batch: OutboxBatch,
  effects: BatchEffects,
  now: number,
): Promise<Ack> {
  refuseWrongHead(origin, stream, batch);
  const key = { edge: origin.edge, epoch: batch.epoch, stream };
  return db.transaction().execute(async (trx): Promise<Ack> => {
    let position = await lockPosition(trx, key, now);
    if (batch.from > position + 1) {
      if ((batch.missingFrom ?? batch.from) > position + 1)
        return { kind: 'replay', stream, epoch: batch.epoch, from: position + 1 };
      await trx
        .insertInto('ingest_gap')
        .values({ ...key, first: position + 1, last: batch.from - 1, accepted_at: now })
        .execute();
      effects.givenUp?.(origin, stream, position + 1, batch.from - 1);
      position = batch.from - 1;
    }
    const first = position + 1;
    const repeated = batch.from <= position ? await rejectedBefore(trx, key, batch.from, position) : [];
    if (batch.to > position) {
      const { rows, rejected } = sort(stream, batch.rows.slice(first - batch.from), first);
      await effects.apply(trx, { ...origin, stream, epoch: batch.epoch, rows } as ReceivedBatch);
      await store(trx, origin, key, { first, last: batch.to, rows, rejected }, now);
      repeated.push(...rejected.map(({ seq }) => ({ seq, code: rejectionCode })));
    }
    const upTo = Math.max(position, batch.to);
    return { kind: 'ack', stream, epoch: batch.epoch, upTo, rejected: repeated };
  });
}

function refuseWrongHead(origin: BatchOrigin, stream: StreamName, batch: OutboxBatch): void {
  const count = batch.to - batch.from + 1;
  if (batch.rows.length === count) return;
  throw new BranchlineError('BL_CONTRACT_PAYLOAD', {
    topic: `out/${stream} of ${origin.edge}`,
    place: '/rows',
    problem: `${batch.rows.length} rows are numbered ${batch.from} to ${batch.to}`,
  });
}

interface StreamKey {
  readonly edge: string;
  readonly epoch: string;
  readonly stream: StreamName;
}

/** The stream's position, locked until the transaction ends: batches of one stream are taken in one after the other. */
async function lockPosition(trx: Transaction<Tables>, key: StreamKey, now: number): Promise<number> {
  const { position } = await trx
    .insertInto('ingest_position')
    .values({ ...key, position: 0, updated_at: now })
    .onConflict((conflict) => conflict.columns(['edge', 'epoch', 'stream']).doUpdateSet({ updated_at: now }))
    .returning('position')
    .executeTakeFirstOrThrow();
  return position;
}

/** The first acknowledgement may have been lost, so a repeat names the rejected rows again. */
async function rejectedBefore(
  trx: Transaction<Tables>,
  key: StreamKey,
  from: number,
  to: number,
): Promise<{ seq: number; code: string }[]> {
  return trx
    .selectFrom('ingest_rejected')
    .select(['seq', 'code'])
    .where('edge', '=', key.edge)
    .where('epoch', '=', key.epoch)
    .where('stream', '=', key.stream)
    .where('seq', '>=', from)
    .where('seq', '<=', to)
    .orderBy('seq')
    .execute();
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

interface StoredRows {
  readonly first: number;
  readonly last: number;
  readonly rows: readonly StreamRow<StreamName>[];
  readonly rejected: readonly Rejection[];
}

/** Inbox, rejected rows and the new position, in one statement. */
async function store(
  trx: Transaction<Tables>,
  origin: BatchOrigin,
  key: StreamKey,
  batch: StoredRows,
  now: number,
): Promise<void> {
  const bodies = linesOf({ ...origin, epoch: key.epoch }, key.stream, batch.rows);
  const place = { ...key, site: origin.site, received_at: now };
  const inbox = bodies.map(({ target, body, rows }) => ({
    ...place,
    target,
    ...packBody(body),
    rows,
    first: batch.first,
    last: batch.last,
  }));
  const rejected = batch.rejected.map((row) => ({ ...place, ...row, code: rejectionCode }));
  if (rejected.length > 0) {
    await trx
      .insertInto('ingest_rejected')
      .values(rejected)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  const advance =
    inbox.length > 0 ? trx.with('stored', (db) => db.insertInto('ingest_inbox').values(inbox)) : trx;
  await advance
    .updateTable('ingest_position')
    .set({ position: batch.last })
    .where('edge', '=', key.edge)
    .where('epoch', '=', key.epoch)
    .where('stream', '=', key.stream)
    .execute();
}
