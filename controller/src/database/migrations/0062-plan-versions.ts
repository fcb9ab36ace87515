import { sql, type Kysely } from 'kysely';

/** The versions of a box's plan are its entries in the audit trail; they are found without reading the rest of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index audit_log_plans on audit_log (target, id) where action = 'plan.write'`.execute(db);
}
