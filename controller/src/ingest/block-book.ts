import { sql, type Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import { unpackBody } from './body.ts';
import type { ClickHouseTable } from './clickhouse-tables.ts';
import type { WaitingBatch } from './block.ts';

/** A cut block: what it holds never changes. */
export interface Block {
  /** `insert_deduplication_token` of every attempt to send it. */
  readonly id: string;
  readonly target: ClickHouseTable;
  readonly inboxIds: readonly number[];
  readonly rows: number;
}

/** More batches than one block takes; a longer queue is looked at again for the next. */
const lookAhead = 500;

/** The oldest block of a table that was cut and not acknowledged. */
export async function unsentBlock(db: Kysely<Tables>, target: ClickHouseTable): Promise<Block | undefined> {
  const row = await db
    .selectFrom('ingest_block')
    .select(['id', 'inbox_ids', 'rows'])
    .where('target', '=', target)
    .where('state', '=', 'cut')
    .orderBy('cut_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row && { id: row.id, target, inboxIds: row.inbox_ids, rows: row.rows };
}

/** The batches of a table that belong to no block yet, oldest first. */
export async function waitingBatches(db: Kysely<Tables>, target: ClickHouseTable): Promise<WaitingBatch[]> {
  const claimed = db
    .selectFrom('ingest_block')
    .select(sql<number>`1`.as('one'))
    .where('ingest_block.target', '=', target)
    .where(sql<boolean>`ingest_inbox.id = any(ingest_block.inbox_ids)`);
  return db
    .selectFrom('ingest_inbox')
    .select(['id', 'rows', 'size', 'received_at as receivedAt'])
    .where('target', '=', target)
    .where((condition) => condition.not(condition.exists(claimed)))
    .orderBy('id')
    .limit(lookAhead)
    .execute();
}

/** Writes a block down before it is first sent. */
export async function saveBlock(db: Kysely<Tables>, block: Block, now: number): Promise<void> {
  await db
    .insertInto('ingest_block')
    .values({ ...rowOf(block), cut_at: now, state: 'cut', problem: null })
    .execute();
}

function rowOf(block: Block): { id: string; target: string; inbox_ids: number[]; rows: number } {
  return { id: block.id, target: block.target, inbox_ids: [...block.inboxIds], rows: block.rows };
}

/** The texts of a block, always in the same order. */
export async function bodiesOf(db: Kysely<Tables>, block: Block): Promise<Buffer[]> {
  const rows = await db
    .selectFrom('ingest_inbox')
    .select('body')
    .where(sql<boolean>`id = any(${[...block.inboxIds]}::bigint[])`)
    .orderBy('id')
    .execute();
  return rows.map((row) => unpackBody(row.body));
}

/** Forgets an acknowledged block and its batches, together. */
export async function finishBlock(db: Kysely<Tables>, block: Block): Promise<void> {
  await db
    .with('sent', (trx) =>
      trx.deleteFrom('ingest_inbox').where(sql<boolean>`id = any(${[...block.inboxIds]}::bigint[])`),
    )
    .deleteFrom('ingest_block')
    .where('id', '=', block.id)
    .execute();
}

/**
 * Takes a block apart that ClickHouse refuses for good, so that the batch at fault stands alone and the others go on.
 * A block of a single batch is set aside and its rows stay in the inbox.
 * @returns whether it was set aside
 */
export async function isolateRefusal(
  db: Kysely<Tables>,
  block: Block,
  problem: string,
  newId: () => string,
  now: number,
): Promise<boolean> {
  if (block.inboxIds.length === 1) {
    await db
      .updateTable('ingest_block')
      .set({ state: 'refused', problem: problem.slice(0, 1000) })
      .where('id', '=', block.id)
      .execute();
    return true;
  }
  await db.transaction().execute(async (trx) => {
    const batches = await trx
      .selectFrom('ingest_inbox')
      .select(['id', 'rows'])
      .where(sql<boolean>`id = any(${[...block.inboxIds]}::bigint[])`)
      .orderBy('id')
      .execute();
    await trx.deleteFrom('ingest_block').where('id', '=', block.id).execute();
    for (const batch of batches) {
      await saveBlock(
        trx,
        { id: newId(), target: block.target, inboxIds: [batch.id], rows: batch.rows },
        now,
      );
    }
  });
  return false;
}

/** Gives every refused block another try: the release or the schema may have changed since. */
export async function reopenRefused(db: Kysely<Tables>): Promise<void> {
  await db.updateTable('ingest_block').set({ state: 'cut' }).where('state', '=', 'refused').execute();
}

/** How full the inbox is. */
export interface InboxLevel {
  readonly rows: number;
  /** Epoch ms; undefined when it is empty. */
  readonly oldest: number | undefined;
  readonly blocks: number;
  readonly refused: number;
}

/** How long the oldest row has waited that is not yet in ClickHouse, ms. @param now epoch ms of transport time */
export async function inboxAgeMs(db: Kysely<Tables>, now: number): Promise<number> {
  const { oldest } = await db
    .selectFrom('ingest_inbox')
    .select(({ fn }) => fn.min('received_at').as('oldest'))
    .executeTakeFirstOrThrow();
  return Math.max(0, Math.round(now - (oldest ?? now)));
}

/** Measures the inbox. */
export async function inboxLevel(db: Kysely<Tables>): Promise<InboxLevel> {
  const inbox = await db
    .selectFrom('ingest_inbox')
    .select(({ fn }) => [fn.sum<number | null>('rows').as('rows'), fn.min('received_at').as('oldest')])
    .executeTakeFirstOrThrow();
  const { rows: counts } = await sql<{ blocks: number; refused: number }>`
    select count(*) filter (where state = 'cut') as blocks, count(*) filter (where state = 'refused') as refused
    from ingest_block`.execute(db);
  return {
    rows: inbox.rows ?? 0,
    oldest: inbox.oldest ?? undefined,
    blocks: counts[0]?.blocks ?? 0,
    refused: counts[0]?.refused ?? 0,
  };
}
