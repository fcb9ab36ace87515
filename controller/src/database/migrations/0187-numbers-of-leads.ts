import { sql, type Kysely } from 'kysely';

/** Leads by their further numbers; most have one only, which `leads_number` finds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index leads_numbers on leads using gin (jsonb_path_query_array(numbers, '$[*].number'))
    where jsonb_array_length(numbers) > 1 or numbers #>> '{0,number}' <> first_number`.execute(db);
}
