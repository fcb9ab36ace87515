import pg from 'pg';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type { Log } from '@branchline/shared/node';
import { asUnreachable } from './unreachable.ts';

const int8 = 20;
const int8Array = 1016;

/** Counts and instants of the store stay far below 2⁵³, so int8 is a number here and never a string. */
function parserOf(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === int8) return Number;
  if (oid === int8Array) return (text) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(Number));
  return pg.types.getTypeParser(oid, format) as (text: string) => unknown;
}

/**
 * A pool whose errors are of the catalogue: PostgreSQL away is `BL_DB_UNREACHABLE`. It recovers by itself when the server
 * is back.
 * @param size connections at most
 */
export function openPool(url: string, size: number, log: Log): PostgresPool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    // A process that is frozen or cut off in the middle of a transaction must not keep its locks from the others.
    idle_in_transaction_session_timeout: 20_000,
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
  });
  pool.on('error', (error) => log.warn({ problem: error.message }, 'an idle database connection was lost'));
  // pg emits `error` on a checked-out client too, beside failing its query; without a listener that ends the process.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    // Servers that compile expressions (Debian's do) take a second for that where the query takes milliseconds.
    client.query('set jit = off').catch(() => undefined);
  });
  return { connect: () => connect(pool), end: () => pool.end(), options: pool.options };
}

async function connect(pool: pg.Pool): Promise<PostgresPoolClient> {
  let client: pg.PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw asUnreachable(error);
  }
  let broken = false;
  // kysely calls query(text, values) or query(cursor): both go on as they came.
  const query = async (...args: unknown[]): Promise<unknown> => {
    try {
      return await (client.query as (...args: unknown[]) => Promise<unknown>)(...args);
    } catch (error) {
      const known = asUnreachable(error);
      broken ||= known !== error;
      throw known;
    }
  };
  return {
    query: query as PostgresPoolClient['query'],
    // A connection that broke must not go back among the good ones.
    release: (discard) => client.release(discard === true || broken),
  };
}
