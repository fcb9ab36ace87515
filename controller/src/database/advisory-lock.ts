import { sql, type Kysely } from 'kysely';
import { sleep, systemClock, type Clock } from '@branchline/shared';
import type { Tables } from './tables.ts';

export interface LockOptions {
  /** Gives up waiting, and tells `fn` to end. */
  readonly signal?: AbortSignal;
  /** How often to try while another process holds the lock, and how often to look that it is still ours; default 1000 ms. */
  readonly pollMs?: number;
  readonly clock?: Clock;
}

/**
 * A holder that says nothing for so long is frozen or cut off: PostgreSQL (14 and later) ends its session, and with it the
 * lock. Well above the poll.
 */
const silentHolderMs = 6000;

/**
 * Runs `fn` while this process alone, among all controllers of one database, holds the lock `name`. Waits for it first.
 * The lock lives on a connection of its own; when that is lost, another process may take over, so the signal given to `fn`
 * is aborted and `fn` must end soon.
 * @throws what `fn` throws; the signal's reason when aborted while waiting; `BL_DB_UNREACHABLE`
 */
export async function withAdvisoryLock<T>(
  kysely: Kysely<Tables>,
  name: string,
  fn: (signal: AbortSignal) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const { signal, pollMs = 1000, clock = systemClock } = options;
  const key = sql`hashtextextended(${`branchline:${name}`}, 0)`;
  return kysely.connection().execute(async (connection) => {
    for (;;) {
      signal?.throwIfAborted();
      const { rows } = await sql<{ held: boolean }>`select pg_try_advisory_lock(${key}) as held`.execute(
        connection,
      );
      if (rows[0]?.held) break;
      await sleep(clock, pollMs, signal);
    }
    await sql`select set_config('idle_session_timeout', ${String(silentHolderMs)}, false)`.execute(
      connection,
    );
    const ended = new AbortController();
    const lost = new AbortController();
    const watching = watch(connection, pollMs, clock, ended.signal, lost);
    try {
      return await fn(signal ? AbortSignal.any([signal, lost.signal]) : lost.signal);
    } finally {
      ended.abort();
      await watching;
      // On a broken connection the server has dropped the lock already.
      await sql`select pg_advisory_unlock(${key}), set_config('idle_session_timeout', '0', false)`
        .execute(connection)
        .catch(() => undefined);
    }
  });
}

async function watch(
  connection: Kysely<Tables>,
  everyMs: number,
  clock: Clock,
  ended: AbortSignal,
  lost: AbortController,
): Promise<void> {
  while (!ended.aborted) {
    try {
      await sleep(clock, everyMs, ended);
    } catch {
      return;
    }
    try {
      await sql`select 1`.execute(connection);
    } catch (error) {
      lost.abort(error);
      return;
    }
  }
}
