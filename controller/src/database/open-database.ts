import { Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { BranchlineError, problemOf } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import { migrations } from './migrations/index.ts';
import { openPool } from './pool.ts';
import { startPrivatePostgres, type PrivatePostgres } from './private-postgres.ts';
import type { Tables } from './tables.ts';

/** An external server, or a folder in which a private one is kept. */
export type DatabasePlace = { readonly url: string } | { readonly folder: string };

export interface OpenOptions {
  readonly log: Log;
  /** Connections at most; default 20. */
  readonly connections?: number;
  /** The last migration to run; default: all. */
  readonly upTo?: string;
}

/** The relational store, migrated and ready. */
export interface Database {
  readonly kysely: Kysely<Tables>;
  /** Connection string, for tools and further processes. Holds the password: do not log it. */
  readonly url: string;
  /** Whether it answers; never throws. */
  ready(): Promise<{ ok: true } | { ok: false; problem: string }>;
  /** Waits for the queries under way, then stops the private server if there is one. */
  close(): Promise<void>;
}

/**
 * Opens the store and brings its tables up to date (under an advisory lock: several controllers may start together).
 * @throws BranchlineError `BL_DB_FOLDER`, `BL_DB_START` or `BL_DB_UNREACHABLE`
 */
export async function openDatabase(place: DatabasePlace, options: OpenOptions): Promise<Database> {
  const server: PrivatePostgres | undefined =
    'folder' in place ? await startPrivatePostgres({ folder: place.folder, log: options.log }) : undefined;
  const url = 'url' in place ? place.url : (server?.url ?? '');
  const kysely = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: openPool(url, options.connections ?? 20, options.log) }),
  });
  const close = async (): Promise<void> => {
    await kysely.destroy();
    await server?.stop();
  };
  try {
    await migrate(kysely, options.upTo);
  } catch (error) {
    await close();
    throw error;
  }
  return { kysely, url, close, ready: () => ready(kysely) };
}

/** Brings the tables up to date, or up to a migration. @throws the error of the migration that failed; those before it stay */
export async function migrate(kysely: Kysely<Tables>, upTo?: string): Promise<void> {
  const migrator = new Migrator({
    db: kysely,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
    // Two people may add migrations at the same time: the later name may have run first on a test bench.
    allowUnorderedMigrations: true,
  });
  const { error } = upTo === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(upTo);
  if (error !== undefined) throw error;
}

async function ready(kysely: Kysely<Tables>): Promise<{ ok: true } | { ok: false; problem: string }> {
  try {
    await sql`select 1`.execute(kysely);
    return { ok: true };
  } catch (error) {
    return { ok: false, problem: error instanceof BranchlineError ? error.message : problemOf(error) };
  }
}
