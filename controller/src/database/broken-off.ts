import { sql, type Kysely, type Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/**
 * Does the work of a transaction until somebody breaks it off: the statement that runs at that moment is ended, too.
 * @param db connections beside the transaction's own
 * @throws the signal's reason, and what the work throws
 */
export async function untilBrokenOff<T>(
  signal: AbortSignal,
  db: Kysely<Tables>,
  trx: Transaction<Tables>,
  work: () => Promise<T>,
): Promise<T> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
  let ending: Promise<unknown> | undefined;
  const end = (): void => {
    ending = sql`select pg_cancel_backend(${rows[0]!.pid}::int)`.execute(db).catch(() => undefined);
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    signal.throwIfAborted();
    const done = await work();
    signal.throwIfAborted();
    return done;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', end);
    // The connection is nobody else's before the order to end has been carried out.
    await ending;
  }
}
