/** Name under which Grafana signs in, at the private ClickHouse and at one of your own. */
export const grafanaUser = 'grafana';

/**
 * Statements that make the read-only user of an external ClickHouse. `readonly = 2` because the plugin sets limits of its
 * own with each query, which 1 would refuse; what it may set is bounded here. The user may read our database and hardly
 * anything else: no table functions, no temporary tables, so a dashboard cannot reach files or other servers.
 * @param passwordHash lower-case hex of the password's SHA-256
 * @throws RangeError for a hash or a cluster that is none
 */
export function readOnlyUser(passwordHash: string, cluster?: string): string {
  if (!/^[0-9a-f]{64}$/.test(passwordHash)) throw new RangeError('the hash must be 64 hexadecimal digits');
  if (cluster !== undefined && !/^[a-z_][a-z0-9_]{0,60}$/.test(cluster))
    throw new RangeError('not a cluster name');
  const on = cluster === undefined ? '' : ` ON CLUSTER '${cluster}'`;
  return [
    `CREATE USER IF NOT EXISTS ${grafanaUser}${on}`,
    `  IDENTIFIED WITH sha256_hash BY '${passwordHash}'`,
    '  SETTINGS readonly = 2,',
    '    max_execution_time = 30 MAX 120,',
    '    max_memory_usage = 2000000000 MAX 4000000000,',
    '    max_result_rows = 1000000 MAX 1000000,',
    `    max_concurrent_queries_for_user = 8 CONST;`,
    `REVOKE${on} ALL ON *.* FROM ${grafanaUser};`,
    `GRANT${on} SELECT ON branchline.* TO ${grafanaUser};`,
    // What the page on ingest and the choice of a time zone read.
    `GRANT${on} SELECT ON system.parts TO ${grafanaUser};`,
    `GRANT${on} SELECT ON system.time_zones TO ${grafanaUser};`,
    '',
  ].join('\n');
}
