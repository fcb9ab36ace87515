import { sql, type Kysely } from 'kysely';

/** Versions of a plan are also made by who may change its people and queues alone. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop index audit_log_plans`.execute(db);
  await sql`create index audit_log_plans on audit_log (target, id) where action in ('plan.write', 'staff.write')`.execute(
    db,
  );
}
