import { clickHouseTables, type ClickHouseTable } from '../clickhouse-tables.ts';
import type { ClickHouse } from '../clickhouse.ts';
import { siteCondition, type SiteScope } from './scope.ts';

/** How many rows a table holds, counted three ways. */
export interface RowCounts {
  /** As stored: repeats that ClickHouse has not merged yet are counted. */
  readonly stored: number;
  /** As everything reads them. */
  readonly unique: number;
  /** Different ids among the unique rows: `unique − ids` is the number of duplicates, and must be 0. */
  readonly ids: number;
}

/** Counts every table. @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE` */
export async function readRowCounts(
  clickHouse: ClickHouse,
  scope: SiteScope,
): Promise<Record<ClickHouseTable, RowCounts>> {
  const sites = siteCondition(scope);
  const selects = clickHouseTables.map(
    (table) => `SELECT '${table}' AS name,
      (SELECT count() FROM ${clickHouse.database}.${table} WHERE ${sites.sql}) AS stored,
      count() AS unique, uniqExact(id) AS ids
      FROM ${clickHouse.database}.${table}_unique WHERE ${sites.sql}`,
  );
  const rows = await clickHouse.query<RowCounts & { name: ClickHouseTable }>(
    selects.join(' UNION ALL '),
    sites.params,
  );
  return Object.fromEntries(rows.map(({ name, ...counts }) => [name, counts])) as Record<
    ClickHouseTable,
    RowCounts
  >;
}

/** Ids asked for at a time: they travel in the address of the request. */
const idsAtOnce = 1000;

/**
 * Which of the given attempts have no row. Takes any number of ids.
 * @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function findMissingAttempts(
  clickHouse: ClickHouse,
  ids: Iterable<string>,
  scope: SiteScope,
): Promise<Set<string>> {
  const sites = siteCondition(scope);
  const missing = new Set(ids);
  const wanted = [...missing];
  for (let i = 0; i < wanted.length; i += idsAtOnce) {
    const found = await clickHouse.query<{ found: string }>(
      `SELECT DISTINCT toString(id) AS found FROM ${clickHouse.database}.attempts
       WHERE id IN {ids:Array(UUID)} AND ${sites.sql}`,
      { ids: wanted.slice(i, i + idsAtOnce), ...sites.params },
    );
    for (const row of found) missing.delete(row.found);
  }
  return missing;
}
