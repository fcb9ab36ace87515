import type { ClickHouse } from './clickhouse.ts';
import {
  clickHouseLookUps,
  clickHouseTables,
  laterColumns,
  laterFilters,
  tableShapes,
  type ClickHouseTable,
  type LookUp,
} from './clickhouse-tables.ts';

export interface SchemaOptions {
  /** Name of the cluster over whose shards and replicas the tables lie; absent for one server. */
  readonly cluster?: string;
}

/**
 * Blocks whose tokens a table remembers. The pump cuts at most a few blocks a second and table, so this is well over an
 * hour of them: longer than any retry of a block lasts before the next restart.
 */
const rememberedBlocks = 20_000;

/**
 * Brings the tables and views up to date. Safe to run at each start and by several controllers at once: every statement can
 * be run again without harm, so a start that was killed half way is simply repeated.
 * @returns the version the schema has now
 * @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function ensureClickHouseSchema(
  clickHouse: ClickHouse,
  options: SchemaOptions = {},
): Promise<number> {
  const { database } = clickHouse;
  for (const statement of versionTable(database, options)) await clickHouse.command(statement);
  const [found] = await clickHouse.query<{ version: number }>(
    `SELECT max(version) AS version FROM ${database}.schema_versions`,
  );
  const versions = schemaVersions(database, options);
  for (let version = (found?.version ?? 0) + 1; version <= versions.length; version++) {
    for (const statement of versions[version - 1] ?? []) await clickHouse.command(statement);
    await clickHouse.command(`INSERT INTO ${database}.schema_versions (version) VALUES (${version})`);
  }
  return versions.length;
}

function versionTable(database: string, options: SchemaOptions): string[] {
  const everywhere = on(options);
  // The same on every node, whichever shard it is of.
  const engine = options.cluster
    ? `ReplicatedMergeTree('/clickhouse/tables/${database}/schema_versions', '{shard}-{replica}')`
    : 'MergeTree';
  return [
    `CREATE DATABASE IF NOT EXISTS ${database}${everywhere}`,
    `CREATE TABLE IF NOT EXISTS ${database}.schema_versions${everywhere} (version UInt32, at DateTime64(3, 'UTC') DEFAULT now64(3)) ENGINE = ${engine} ORDER BY version`,
  ];
}

/** The statements that lead from each version to the next; a change of the schema adds a list and touches none before it. */
export function schemaVersions(database: string, options: SchemaOptions = {}): string[][] {
  return [
    clickHouseTables.flatMap((table) => createWhole(database, table, options)),
    Object.entries(clickHouseLookUps).flatMap(([name, lookUp]) =>
      createLookUp(database, name, lookUp, options),
    ),
    [
      ...createWhole(database, 'line_minutes', options),
      ...addColumns(database, 'calls', laterColumns[3].calls, options),
    ],
    addColumns(database, 'attempts', laterColumns[4].attempts, options),
    addColumns(database, 'calls', laterColumns[5].calls, options),
    createWhole(database, 'queue_steps', options),
    createWhole(database, 'surveys', options),
    addColumns(database, 'calls', laterColumns[8].calls, options),
    [
      ...addColumns(database, 'calls', laterColumns[9].calls, options),
      ...addColumns(database, 'queue_steps', laterColumns[9].queue_steps, options),
    ],
    createWhole(database, 'form_answers', options),
    addFilters(database, 'calls', laterFilters[11].calls, options),
    [
      ...addColumns(database, 'attempts', laterColumns[12].attempts, options),
      ...addColumns(database, 'agent_events', laterColumns[12].agent_events, options),
    ],
    addColumns(database, 'calls', laterColumns[13].calls, options),
  ];
}

/** A table with all that belongs to it. */
function createWhole(database: string, table: ClickHouseTable, options: SchemaOptions): string[] {
  return [
    createTable(database, table, options),
    ...(options.cluster ? [createDistributed(database, table, options.cluster)] : []),
    createView(database, table, options),
  ];
}

function addColumns(
  database: string,
  table: ClickHouseTable,
  names: readonly string[],
  options: SchemaOptions,
): string[] {
  const { columns } = tableShapes[table];
  const added = names.map((column) => `ADD COLUMN IF NOT EXISTS \`${column}\` ${columns[column]}`);
  const places = options.cluster ? [ownName(table, options), table] : [table];
  return [
    ...places.map((place) => `ALTER TABLE ${database}.${place}${on(options)} ${added.join(', ')}`),
    createView(database, table, options),
  ];
}

/** Filters of rows that come from now on, and of those that are there, which the engine makes beside its work. */
function addFilters(
  database: string,
  table: ClickHouseTable,
  columns: readonly string[],
  options: SchemaOptions,
): string[] {
  const alter = `ALTER TABLE ${database}.${ownName(table, options)}${on(options)}`;
  return columns.flatMap((column) => [
    `${alter} ADD INDEX IF NOT EXISTS ${filterOf(column)}`,
    `${alter} MATERIALIZE INDEX by_${column}`,
  ]);
}

function filterOf(column: string): string {
  return `by_${column} ${column} TYPE bloom_filter(0.01) GRANULARITY 1`;
}

/** Every statement that a new cluster needs, for whoever makes tables by hand or looks before the controller does. */
export function clusterSchema(database: string, cluster: string): string {
  const statements = [
    ...versionTable(database, { cluster }),
    ...schemaVersions(database, { cluster }).flat(),
  ];
  return statements.map((statement) => `${statement};\n`).join('\n');
}

function on(options: SchemaOptions): string {
  return options.cluster ? ` ON CLUSTER '${options.cluster}'` : '';
}

function createTable(database: string, table: ClickHouseTable, options: SchemaOptions): string {
  const { columns, time, sought } = tableShapes[table];
  const lines = [
    ...Object.entries(columns).map(([column, type]) => `\`${column}\` ${type}`),
    // A box belongs to one site, so within an hour the rows of a site lie together.
    'INDEX by_site site TYPE set(16) GRANULARITY 1',
    ...sought.map((column) => `INDEX ${filterOf(column)}`),
  ];
  return `CREATE TABLE IF NOT EXISTS ${database}.${ownName(table, options)}${on(options)} (
  ${lines.join(',\n  ')}
) ENGINE = ${engineOf(database, table, options)}
PARTITION BY toYYYYMM(${time})
ORDER BY (toStartOfHour(${time}), edge, id)
SETTINGS ${settingsOf(options)}`;
}

function engineOf(database: string, table: string, { cluster }: SchemaOptions): string {
  return cluster
    ? `ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/${database}/${table}', '{replica}')`
    : 'ReplacingMergeTree';
}

function settingsOf({ cluster }: SchemaOptions): string {
  return [
    ...(cluster
      ? [
          `replicated_deduplication_window = ${rememberedBlocks}`,
          'replicated_deduplication_window_seconds = 86400',
        ]
      : [`non_replicated_deduplication_window = ${rememberedBlocks}`]),
    // The inbox forgets a block once it is acknowledged, so acknowledged must mean on disk, after a power loss too.
    'fsync_after_insert = 1',
    'fsync_part_directory = 1',
  ].join(', ');
}

/** The table, what fills it from now on, and what it lacks of before; rows that come under both are one. */
function createLookUp(
  database: string,
  name: string,
  { of, by, more }: LookUp,
  options: SchemaOptions,
): string[] {
  const { columns: all, time } = tableShapes[of];
  const columns = [...new Set([by, time, 'edge', 'id', ...more])];
  const list = columns.map((column) => `\`${column}\``).join(', ');
  const own = ownName(name, options);
  const source = ownName(of, options);
  return [
    `CREATE TABLE IF NOT EXISTS ${database}.${own}${on(options)} (
  ${columns.map((column) => `\`${column}\` ${all[column]}`).join(',\n  ')}
) ENGINE = ${engineOf(database, name, options)}
ORDER BY (\`${by}\`, toStartOfHour(${time}), edge${by === 'id' ? '' : ', id'})
SETTINGS ${settingsOf(options)}`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.${name}_fill${on(options)} TO ${database}.${own} AS
SELECT ${list} FROM ${database}.${source}`,
    ...(options.cluster ? [createDistributed(database, name, options.cluster)] : []),
    createView(database, name, options),
    `INSERT INTO ${database}.${name} (${list}) SELECT ${list} FROM ${database}.${of}`,
  ];
}

/** What a server holds itself: the table, or a shard of it. */
function ownName(table: string, { cluster }: SchemaOptions): string {
  return cluster ? `${table}_local` : table;
}

/**
 * The table over all shards. All rows of a box lie in one shard, so that a repeat of a row meets the first one there, and a
 * repeated block is cut into the same parts, which each shard recognises by the block's token.
 */
function createDistributed(database: string, table: string, cluster: string): string {
  const local = ownName(table, { cluster });
  return `CREATE TABLE IF NOT EXISTS ${database}.${table} ON CLUSTER '${cluster}' AS ${database}.${local}
ENGINE = Distributed('${cluster}', '${database}', '${local}', cityHash64(edge))`;
}

/**
 * A replayed row repeats its hour, edge and id, and so falls on the first one. The partition follows from the sorting key,
 * so partitions need not be compared with each other.
 */
function createView(database: string, table: string, options: SchemaOptions): string {
  return `CREATE OR REPLACE VIEW ${database}.${table}_unique${on(options)} AS
SELECT * FROM ${database}.${table} FINAL SETTINGS do_not_merge_across_partitions_select_final = 1`;
}
