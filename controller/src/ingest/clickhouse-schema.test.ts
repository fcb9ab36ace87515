import { describe, expect, it } from 'vitest';
import { clusterSchema, schemaVersions } from './clickhouse-schema.ts';
import {
  clickHouseLookUps,
  clickHouseTables,
  laterColumns,
  laterFilters,
  tableShapes,
} from './clickhouse-tables.ts';

/** What a new installation is told; a later version may say a statement again. */
const statements = [...new Set(schemaVersions('branchline').flat())];

describe('the schema of ClickHouse', () => {
  it('has for every table one view over its deduplicated rows', () => {
    for (const table of clickHouseTables) {
      expect(statements.filter((sql) => sql.includes(`branchline.${table}_unique AS`))).toHaveLength(1);
    }
    const views = statements.filter((sql) => sql.startsWith('CREATE OR REPLACE VIEW'));
    expect(views).toHaveLength(clickHouseTables.length + Object.keys(clickHouseLookUps).length);
    for (const view of views) expect(view).toContain(' FINAL ');
  });

  it('remembers more blocks than an hour can bring, and acknowledges only what is on disk', () => {
    for (const sql of statements.filter((text) => text.startsWith('CREATE TABLE'))) {
      const remembered = Number(/non_replicated_deduplication_window = (\d+)/.exec(sql)?.[1]);
      expect(remembered).toBeGreaterThan(3600);
      expect(sql).toContain('fsync_after_insert = 1');
    }
  });

  it('sorts by facts that a replay repeats, never by the site, which the controller may change', () => {
    for (const sql of statements.filter((text) => text.startsWith('CREATE TABLE'))) {
      expect(sql).toMatch(/ORDER BY \((?:`\w+`, )?toStartOfHour\((?:at|started_at)\), edge(?:, id)?\)/);
    }
  });

  it('brings a column that a table did not have at first to the tables that are there already', () => {
    const later = Object.values(laterColumns).flatMap((tables) => Object.entries(tables));
    const first = Object.fromEntries(
      clickHouseTables.map((table) => [
        table,
        Object.keys(tableShapes[table].columns).length -
          later.filter(([name]) => name === table).flatMap(([, columns]) => columns).length,
      ]),
    );
    // A number that changes here is a column that a running installation would never get: it needs a version of its own.
    expect(first).toEqual({
      attempts: 21,
      calls: 32,
      dispositions: 11,
      surveys: 13,
      form_answers: 11,
      agent_events: 14,
      events: 9,
      metrics: 16,
      line_minutes: 23,
      queue_steps: 16,
    });
    for (const [table, columns] of later)
      for (const column of columns)
        expect(
          statements.some(
            (sql) => sql.startsWith(`ALTER TABLE branchline.${table} `) && sql.includes(`\`${column}\``),
          ),
        ).toBe(true);
  });

  it('brings a filter that a table did not have at first to its rows that are there already', () => {
    for (const [table, columns] of Object.values(laterFilters).flatMap((tables) => Object.entries(tables)))
      for (const column of columns) {
        expect(tableShapes[table as 'calls'].sought).toContain(column);
        const own = statements.filter((sql) => sql.startsWith(`ALTER TABLE branchline.${table} `));
        expect(own.some((sql) => sql.includes(`ADD INDEX IF NOT EXISTS by_${column} `))).toBe(true);
        expect(own.some((sql) => sql.endsWith(`MATERIALIZE INDEX by_${column}`))).toBe(true);
      }
  });

  it('can be run again', () => {
    // What is filled in again is the same rows again.
    for (const sql of statements)
      expect(sql).toMatch(/IF NOT EXISTS|OR REPLACE|^INSERT INTO branchline\.\w+_by_| MATERIALIZE INDEX /);
  });

  it('is replicated within each shard of a cluster, and the rows of a box lie in one shard', () => {
    const made = schemaVersions('branchline', { cluster: 'main' }).flat();
    for (const sql of made.filter((text) => text.startsWith('CREATE')))
      expect(sql).toContain(`ON CLUSTER 'main'`);
    for (const table of clickHouseTables) {
      const local = made.find((sql) => sql.includes(`branchline.${table}_local ON CLUSTER`)) ?? '';
      expect(local).toContain('ReplicatedReplacingMergeTree(');
      expect(local).toContain('/{shard}/');
      expect(local).not.toContain('non_replicated');
      const whole = made.find((sql) => sql.includes(`branchline.${table} ON CLUSTER`)) ?? '';
      expect(whole).toContain(`Distributed('main', 'branchline', '${table}_local', cityHash64(edge))`);
    }
  });

  it('knows on every node of a cluster which version it has', () => {
    expect(clusterSchema('branchline', 'main')).toMatch(
      /schema_versions[^;]*ReplicatedMergeTree\('\/clickhouse\/tables\/branchline\/schema_versions', '\{shard\}-\{replica\}'\)/,
    );
  });
});
