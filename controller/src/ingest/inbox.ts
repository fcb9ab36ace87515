import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import type { Ack, StreamName, StreamRow } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import {
  readBatch,
  refuseWrongHead,
  type BatchOrigin,
  type OfferedBatch,
  type Reading,
} from './batch-reading.ts';
import { packBody } from './body.ts';
import { linesOf } from './clickhouse-rows.ts';

/** The new, valid rows of one batch. */
export type ReceivedBatch = {
  [S in StreamName]: BatchOrigin & {
    readonly stream: S;
    /** Identity of the edge's ledger. */
    readonly epoch: string;
    readonly rows: readonly StreamRow<S>[];
  };
}[StreamName];

/** What batches do to the relational state: results of attempts, leases, opt-outs. */
export interface BatchEffects {
  /**
   * Runs in the transaction that stores the batches: all happens or nothing. Sees each row once, those of a box in their
   * order. When it throws, nothing is stored or acknowledged and the edges send it again.
   */
  apply(trx: Transaction<Tables>, batches: readonly ReceivedBatch[]): Promise<void>;
  /** The box says that it has these rows no more, and nobody will ever see them. */
  givenUp?(origin: BatchOrigin, stream: StreamName, first: number, last: number): void;
}

const rejectionCode = 'BL_CONTRACT_PAYLOAD';

/**
 * Takes in batches of any boxes in one transaction, with a handful of statements however many there are. Those of one stream
 * come in their order. The answers may be sent as soon as the promise resolves: everything they acknowledge is committed.
 *
 * Rows up to the position known here are repeats and stored no second time. A gap stores nothing and asks for a replay; rows
 * which the edge says it no longer has are given up and written down in `ingest_gap`. A row that does not fit its schema is
 * set aside, listed in `rejected`, and does not hold up the others.
 * @param now real epoch ms
 * @returns the answer to each
 * @throws BranchlineError `BL_CONTRACT_PAYLOAD` when a batch is not what its head says; `BL_DB_UNREACHABLE`; what
 * `effects` throws. None of the batches is stored then
 */
export async function ingestBatches(
  db: Kysely<Tables>,
  offers: readonly OfferedBatch[],
  effects: BatchEffects,
  now: number,
): Promise<Ack[]> {
  for (const offer of offers) refuseWrongHead(offer);
  return db.transaction().execute(async (trx) => {
    const positions = await lockPositions(trx, offers, now);
    const readings = offers.map((offer) => {
      const key = keyOf(offer);
      const reading = readBatch(offer, positions.get(key) ?? 0);
      positions.set(key, reading.position);
      return reading;
    });
    await store(trx, readings, now);
    for (const { offer, gap } of readings)
      if (gap) effects.givenUp?.(offer.origin, offer.stream, gap.first, gap.last);
    const received = readings.flatMap(({ offer: { origin, stream, batch }, fresh }) =>
      // Each row was held against the schema of its stream.
      fresh ? [{ ...origin, stream, epoch: batch.epoch, rows: fresh.rows } as ReceivedBatch] : [],
    );
    await effects.apply(trx, received);
    return answer(trx, readings);
  });
}

function keyOf({ origin, stream, batch }: OfferedBatch): string {
  return `${origin.edge} ${batch.epoch} ${stream}`;
}

/**
 * The streams' positions, locked until the transaction ends: batches of one stream are taken in one after the other. In one
 * order, so that two transactions cannot block each other.
 */
async function lockPositions(
  trx: Transaction<Tables>,
  offers: readonly OfferedBatch[],
  now: number,
): Promise<Map<string, number>> {
  const streams = [...new Map(offers.map((offer) => [keyOf(offer), offer])).values()];
  const { rows } = await sql<StreamKey & { position: number }>`
    insert into ingest_position (edge, epoch, stream, position, updated_at)
    select edge, epoch, stream, 0, ${now} from ${streamTable(streams)} as s(edge, epoch, stream)
    order by edge, epoch, stream
    on conflict (edge, epoch, stream) do update set updated_at = excluded.updated_at
    returning edge, epoch, stream, position`.execute(trx);
  return new Map(rows.map(({ edge, epoch, stream, position }) => [`${edge} ${epoch} ${stream}`, position]));
}

interface StreamKey {
  readonly edge: string;
  readonly epoch: string;
  readonly stream: StreamName;
}

function streamTable(offers: readonly OfferedBatch[], ...numbers: readonly number[][]): RawBuilder<unknown> {
  const columns = [
    sql`${offers.map(({ origin }) => origin.edge)}::text[]`,
    sql`${offers.map(({ batch }) => batch.epoch)}::text[]`,
    sql`${offers.map(({ stream }) => stream)}::text[]`,
    ...numbers.map((column) => sql`${column}::bigint[]`),
  ];
  return sql`unnest(${sql.join(columns)})`;
}

/** The answers. An acknowledgement may have been lost, so a repeat names the rejected rows again. */
async function answer(trx: Transaction<Tables>, readings: readonly Reading[]): Promise<Ack[]> {
  const repeats = readings.filter(({ repeatedTo }) => repeatedTo !== undefined);
  const again = repeats.length > 0 ? await rejectedAmong(trx, repeats) : [];
  return readings.map(({ offer, position, replay, repeatedTo, fresh }): Ack => {
    const { origin, stream, batch } = offer;
    if (replay) return { kind: 'replay', stream, epoch: batch.epoch, from: position + 1 };
    const before = again.filter(
      (row) =>
        row.edge === origin.edge &&
        row.epoch === batch.epoch &&
        row.stream === stream &&
        row.seq >= batch.from &&
        row.seq <= (repeatedTo ?? 0),
    );
    const rejected = [...before, ...(fresh?.rejected ?? [])];
    return {
      kind: 'ack',
      stream,
      epoch: batch.epoch,
      upTo: position,
      rejected: rejected.map(({ seq }) => ({ seq, code: rejectionCode })),
    };
  });
}

async function rejectedAmong(
  trx: Transaction<Tables>,
  repeats: readonly Reading[],
): Promise<(StreamKey & { seq: number })[]> {
  const offers = repeats.map(({ offer }) => offer);
  const from = offers.map(({ batch }) => batch.from);
  const to = repeats.map(({ repeatedTo }) => repeatedTo ?? 0);
  const { rows } = await sql<StreamKey & { seq: number }>`
    select distinct r.edge, r.epoch, r.stream, r.seq
    from ingest_rejected r join ${streamTable(offers, from, to)} as s(edge, epoch, stream, first, last)
      on r.edge = s.edge and r.epoch = s.epoch and r.stream = s.stream and r.seq between s.first and s.last
    order by r.seq`.execute(trx);
  return rows;
}

/** Gaps, rejected rows, inbox and the new positions. */
async function store(trx: Transaction<Tables>, readings: readonly Reading[], now: number): Promise<void> {
  const gaps = readings.flatMap(({ offer: { origin, stream, batch }, gap }) =>
    gap ? [{ edge: origin.edge, epoch: batch.epoch, stream, ...gap, accepted_at: now }] : [],
  );
  if (gaps.length > 0) await trx.insertInto('ingest_gap').values(gaps).execute();
  const rejected = readings.flatMap(({ offer: { origin, stream, batch }, fresh }) =>
    (fresh?.rejected ?? []).map((row) => ({
      ...origin,
      epoch: batch.epoch,
      stream,
      ...row,
      code: rejectionCode,
      received_at: now,
    })),
  );
  if (rejected.length > 0) {
    await trx
      .insertInto('ingest_rejected')
      .values(rejected)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  const moved = readings.filter(({ fresh }) => fresh);
  if (moved.length === 0) return;
  const inbox = moved.flatMap(({ offer: { origin, stream, batch }, fresh }) =>
    linesOf({ ...origin, epoch: batch.epoch }, stream, fresh?.rows ?? []).map(({ target, body, rows }) => {
      const packed = packBody(body);
      return sql`(${origin.edge}, ${origin.site}, ${batch.epoch}, ${stream}, ${target}, ${fresh?.first}, ${batch.to}, ${rows}, ${packed.size}, ${now}, ${packed.body})`;
    }),
  );
  const stored = sql`with stored as (
    insert into ingest_inbox (edge, site, epoch, stream, target, first, last, rows, size, received_at, body)
    values ${sql.join(inbox)})`;
  const newest = [...new Map(moved.map((reading) => [keyOf(reading.offer), reading])).values()];
  const table = streamTable(
    newest.map(({ offer }) => offer),
    newest.map(({ position }) => position),
  );
  await sql`${inbox.length > 0 ? stored : sql``}
    update ingest_position p set position = s.position from ${table} as s(edge, epoch, stream, position)
    where p.edge = s.edge and p.epoch = s.epoch and p.stream = s.stream`.execute(trx);
}
