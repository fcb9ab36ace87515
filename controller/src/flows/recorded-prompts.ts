import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../database/index.ts';

/** Names of the prompts that have a recording. */
export async function recordedPrompts(db: Kysely<Tables> | Transaction<Tables>): Promise<string[]> {
  const rows = await db.selectFrom('prompts').select('prompt').distinct().execute();
  return rows.map(({ prompt }) => prompt);
}
