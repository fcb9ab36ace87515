import { sql, type Kysely } from 'kysely';

/** Positions, inbox, cut blocks and rejected rows of the ingest. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('ingest_position')
    .addColumn('edge', 'text', (column) => column.notNull())
    .addColumn('epoch', 'text', (column) => column.notNull())
    .addColumn('stream', 'text', (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('gap_from', 'bigint')
    .addColumn('gap_asks', 'integer')
    .addColumn('gap_since', 'bigint')
    .addPrimaryKeyConstraint('ingest_position_pk', ['edge', 'epoch', 'stream'])
    .execute();
  await db.schema
    .createTable('ingest_gap')
    .addColumn('edge', 'text', (column) => column.notNull())
    .addColumn('epoch', 'text', (column) => column.notNull())
    .addColumn('stream', 'text', (column) => column.notNull())
    .addColumn('first', 'bigint', (column) => column.notNull())
    .addColumn('last', 'bigint', (column) => column.notNull())
    .addColumn('accepted_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('ingest_gap_pk', ['edge', 'epoch', 'stream', 'first'])
    .execute();
  await db.schema
    .createTable('ingest_inbox')
    .addColumn('id', 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('edge', 'text', (column) => column.notNull())
    .addColumn('site', 'text', (column) => column.notNull())
    .addColumn('epoch', 'text', (column) => column.notNull())
    .addColumn('stream', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('first', 'bigint', (column) => column.notNull())
    .addColumn('last', 'bigint', (column) => column.notNull())
    .addColumn('rows', 'integer', (column) => column.notNull())
    .addColumn('size', 'integer', (column) => column.notNull())
    .addColumn('received_at', 'bigint', (column) => column.notNull())
    .addColumn('body', 'bytea', (column) => column.notNull())
    .addUniqueConstraint('ingest_inbox_once', ['edge', 'epoch', 'stream', 'first', 'target'])
    .execute();
  // Bodies are packed already.
  await sql`alter table ingest_inbox alter column body set storage external`.execute(db);
  // The whole table turns over every few seconds, so dead rows must go soon or each cut reads through them.
  await sql`alter table ingest_inbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)`.execute(
    db,
  );
  await db.schema.createIndex('ingest_inbox_target').on('ingest_inbox').columns(['target', 'id']).execute();
  await db.schema
    .createTable('ingest_block')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('inbox_ids', sql`bigint[]`, (column) => column.notNull())
    .addColumn('rows', 'integer', (column) => column.notNull())
    .addColumn('cut_at', 'bigint', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull().check(sql`state in ('cut', 'refused')`))
    .addColumn('problem', 'text')
    .execute();
  await db.schema
    .createTable('ingest_rejected')
    .addColumn('edge', 'text', (column) => column.notNull())
    .addColumn('site', 'text', (column) => column.notNull())
    .addColumn('epoch', 'text', (column) => column.notNull())
    .addColumn('stream', 'text', (column) => column.notNull())
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('problem', 'text', (column) => column.notNull())
    .addColumn('raw', 'text', (column) => column.notNull())
    .addColumn('received_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('ingest_rejected_pk', ['edge', 'epoch', 'stream', 'seq'])
    .execute();
}
