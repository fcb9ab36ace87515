import pg from 'pg';
import { BranchlineError } from '@branchline/shared';
import { asUnreachable } from '../database/index.ts';
import { clickHouseTables, type ClickHouse } from '../ingest/index.ts';
import { hasRows, listTableNames, seededTables } from './relational.ts';

/** Of ClickHouse: says which backup is being brought back, so that one that was broken off can be brought back again. */
const markTable = 'restore_under_way';

/**
 * Refuses a PostgreSQL in which somebody has anything: a restore adds to nothing and takes nothing away. Tables without rows are those of a
 * restore that was broken off.
 * @throws BranchlineError `BL_BACKUP_TARGET`, `BL_DB_UNREACHABLE`
 */
export async function ensureEmptyPostgres(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    for (const table of await listTableNames(client)) {
      if (seededTables.has(table) || !(await hasRows(client, table))) continue;
      throw new BranchlineError('BL_BACKUP_TARGET', {
        target: 'the database of DATABASE_URL',
        problem: `its table ${table} has rows`,
      });
    }
  } catch (error) {
    throw asUnreachable(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Refuses a ClickHouse whose tables have rows of anything but this backup, and marks it as being filled from it. Whatever a restore that was
 * broken off has written is written once.
 * @param backup the same for the same backup
 * @returns takes the mark away, once the restore is done
 * @throws BranchlineError `BL_BACKUP_TARGET`, `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function markEmptyClickHouse(
  clickHouse: ClickHouse,
  backup: string,
): Promise<() => Promise<void>> {
  const { database } = clickHouse;
  const known = await clickHouse.query<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = {database:String}`,
    { database },
  );
  const names = new Set(known.map(({ name }) => name));
  const marks = names.has(markTable)
    ? await clickHouse.query<{ backup: string }>(`SELECT DISTINCT backup FROM ${database}.${markTable}`)
    : [];
  if (!marks.some((mark) => mark.backup === backup)) {
    for (const table of clickHouseTables.filter((name) => names.has(name))) {
      const rows = await clickHouse.query(`SELECT 1 AS one FROM ${database}.${table} LIMIT 1`);
      if (rows.length === 0) continue;
      throw new BranchlineError('BL_BACKUP_TARGET', {
        target: 'the ClickHouse of CLICKHOUSE_URL',
        problem: `its table ${database}.${table} has rows`,
      });
    }
    await clickHouse.command(`CREATE DATABASE IF NOT EXISTS ${database}`);
    await clickHouse.command(`DROP TABLE IF EXISTS ${database}.${markTable}`);
    await clickHouse.command(
      `CREATE TABLE ${database}.${markTable} (backup String) ENGINE = MergeTree ORDER BY backup`,
    );
    await clickHouse.command(`INSERT INTO ${database}.${markTable} (backup) VALUES ('${backup}')`);
  }
  return () => clickHouse.command(`DROP TABLE IF EXISTS ${database}.${markTable}`);
}
