import type { Kysely } from 'kysely';

/** Several controllers may serve one database, but only with the same keys: it knows which. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('installation_keys')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .execute();
}
