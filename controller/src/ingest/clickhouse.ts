import { createClient, ClickHouseError, type ClickHouseClient } from '@clickhouse/client';
import { Readable } from 'node:stream';
import { BranchlineError, problemOf, systemClock } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import { startPrivateClickHouse, type PrivateClickHouse } from './private-clickhouse/private-clickhouse.ts';

/** An external ClickHouse (`http://user:password@host:8123`), or a folder in which a private one is kept. */
export type ClickHousePlace = { readonly url: string } | { readonly folder: string };

/** Values of `{name:Type}` places in a query. */
export type QueryParams = Readonly<Record<string, string | number | readonly string[]>>;

/** The analytic store. Every method throws `BL_CLICKHOUSE_UNREACHABLE` when it does not answer. */
export interface ClickHouse {
  /** Database that holds our tables; an identifier. */
  readonly database: string;
  /** Rows of a query, at most as many as it says itself. @throws ClickHouseError when the query is wrong */
  query<T>(sql: string, params?: QueryParams, signal?: AbortSignal): Promise<T[]>;
  command(sql: string): Promise<void>;
  /** The answer of a query as it comes, in the format that the query names. */
  read(sql: string): Promise<Readable>;
  /** Writes JSONEachRow text. A token that was written before is acknowledged and not written again. */
  insertLines(table: string, lines: readonly Buffer[], token: string, signal?: AbortSignal): Promise<void>;
  /** Whether its server is there, however much it has to do; never throws, and knows within a second. */
  answers(): Promise<boolean>;
  /** Whether it answers within {@link pageDeadlineMs}; never throws. */
  ready(): Promise<{ ok: true } | { ok: false; problem: string }>;
  /** The private server, where there is one. */
  readonly server: PrivateClickHouse | undefined;
  close(): Promise<void>;
}

export interface ClickHouseOptions {
  readonly log: Log;
  /** Default `branchline`. */
  readonly database?: string;
  /** How long a request may take, ms; default 60 s. */
  readonly timeoutMs?: number;
}

/** How long somebody who looks at a page waits for a query, ms. A frozen ClickHouse accepts all and answers none. */
export const pageDeadlineMs = 10_000;

/** How long a server that works on what it was asked may take to say that it is there, ms. */
const pingDeadlineMs = 1000;
/** How often the same refusal is logged at most: pages ask again and again. */
const sameRefusalMs = 60_000;

/**
 * The same store for those who look at a page: what takes longer is given up, with `BL_CLICKHOUSE_SLOW` where ClickHouse is there and has too
 * much to read, else with `BL_CLICKHOUSE_UNREACHABLE`; what it refuses is `BL_CLICKHOUSE_REFUSED`. Exports and the pump have the time they need.
 */
export function forPages(clickHouse: ClickHouse, deadlineMs = pageDeadlineMs): ClickHouse {
  return {
    ...clickHouse,
    async query(sql, params) {
      const deadline = AbortSignal.timeout(deadlineMs);
      try {
        return await clickHouse.query(sql, params, deadline);
      } catch (error) {
        if (error instanceof ClickHouseError)
          throw new BranchlineError('BL_CLICKHOUSE_REFUSED', { problem: `its error ${error.code}` }, error);
        if (!deadline.aborted) throw error;
        const seconds = deadlineMs / 1000;
        if (await clickHouse.answers()) throw new BranchlineError('BL_CLICKHOUSE_SLOW', { seconds }, error);
        const problem = `no answer within ${seconds} s`;
        throw new BranchlineError('BL_CLICKHOUSE_UNREACHABLE', { problem }, error);
      }
    },
  };
}

/** Whether an error says that ClickHouse cannot tell now what is recorded: away, too slow, or at odds with what it is asked. */
export function isRecordsAway(error: unknown): error is BranchlineError {
  return error instanceof BranchlineError && error.code.startsWith('BL_CLICKHOUSE_');
}

/** Settings under which every block is written. */
const insertSettings = {
  // One request must become one block a partition: the token covers the whole of it, and the order is fixed.
  input_format_parallel_parsing: 0,
  max_insert_threads: '1',
  async_insert: 0,
  // On a cluster: acknowledged when the shards have it, not when this node has put it aside for them.
  distributed_foreground_insert: 1,
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  // A late replay may reach back over many months.
  max_partitions_per_insert_block: '0',
} as const;

/** Opens the analytic store; an external one need not be there yet. @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE` */
export async function openClickHouse(
  place: ClickHousePlace,
  options: ClickHouseOptions,
): Promise<ClickHouse> {
  const server =
    'folder' in place ? await startPrivateClickHouse({ folder: place.folder, log: options.log }) : undefined;
  const database = options.database ?? 'branchline';
  if (!/^[a-z_][a-z0-9_]{0,60}$/.test(database)) throw new RangeError(`not a database name: ${database}`);
  const client = createClient({
    ...('url' in place
      ? { url: place.url }
      : { url: server?.url ?? '', username: server?.user ?? '', password: server?.token ?? '' }),
    request_timeout: options.timeoutMs ?? 60_000,
    max_open_connections: 10,
    application: 'branchline',
    log: { level: 127 },
    clickhouse_settings: {
      output_format_json_quote_64bit_integers: 0,
      // On a cluster a join needs the whole of its right side on every shard.
      prefer_global_in_and_join: 1,
    },
  });
  return wrap(client, database, server, options.log);
}

function wrap(
  client: ClickHouseClient,
  database: string,
  server: PrivateClickHouse | undefined,
  log: Log,
): ClickHouse {
  const tellRefusal = refusalLog(log);
  return {
    database,
    server,
    query: <T>(sql: string, params: QueryParams = {}, signal?: AbortSignal) =>
      known(async () => {
        const result = await client.query({
          query: sql,
          query_params: params,
          format: 'JSONEachRow',
          ...(signal && { abort_signal: signal }),
        });
        const stop = (): void => result.close();
        signal?.addEventListener('abort', stop, { once: true });
        return result.json<T>().finally(() => signal?.removeEventListener('abort', stop));
      }, tellRefusal),
    command: (sql) => known(async () => void (await client.command({ query: sql }))),
    read: (sql) => known(async () => (await client.exec({ query: sql })).stream),
    insertLines: (table, lines, token, signal) =>
      known(async () => {
        const { stream } = await client.exec({
          query: `INSERT INTO ${database}.${table} FORMAT JSONEachRow`,
          values: Readable.from(lines, { objectMode: false }),
          clickhouse_settings: { ...insertSettings, insert_deduplication_token: token },
          ...(signal && { abort_signal: signal }),
        });
        stream.resume();
        await new Promise<void>((resolve, reject) => stream.once('end', resolve).once('error', reject));
      }),
    async answers() {
      return (await client.ping({ select: false, abort_signal: AbortSignal.timeout(pingDeadlineMs) }))
        .success;
    },
    async ready() {
      const answer = await client.ping({ select: true, abort_signal: AbortSignal.timeout(pageDeadlineMs) });
      return answer.success ? { ok: true } : { ok: false, problem: problemOf(answer.error) };
    },
    async close() {
      await client.close();
      await server?.stop();
    },
  };
}

async function known<T>(
  action: () => Promise<T>,
  refused: (error: ClickHouseError) => void = () => undefined,
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof ClickHouseError) refused(error);
    if (error instanceof ClickHouseError && !isPassing(error)) throw error;
    throw new BranchlineError('BL_CLICKHOUSE_UNREACHABLE', { problem: problemOf(error) }, error);
  }
}

/** Logs what ClickHouse itself says against a query: a view that is gone or a query that it does not understand is nobody's outage. */
function refusalLog(log: Log): (error: ClickHouseError) => void {
  const told = new Map<string, number>();
  return (error) => {
    const now = systemClock.monotonic();
    if (now - (told.get(error.code) ?? -Infinity) < sameRefusalMs) return;
    told.set(error.code, now);
    log.warn(
      { code: error.code, problem: problemOf(error).slice(0, 1000) },
      'ClickHouse does not do a query',
    );
  };
}

/**
 * ClickHouse's own errors that speak of its present state and not of the request: timeouts, too many parts or queries,
 * memory, no replica, no disk space, authentication being changed, and tables that the pump has yet to make.
 */
const passingCodes: ReadonlySet<string> = new Set(
  [60, 81, 159, 164, 202, 209, 210, 236, 241, 242, 243, 252, 319, 225, 285, 999, 516, 194, 394, 439, 473].map(
    String,
  ),
);

/** Whether the same request may succeed later. */
function isPassing(error: ClickHouseError): boolean {
  return passingCodes.has(error.code);
}
