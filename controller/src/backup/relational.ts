import pg from 'pg';
import { to as copyTo, from as copyFrom } from 'pg-copy-streams';
import type { Readable, Writable } from 'node:stream';

const { escapeIdentifier: quote } = pg;

/** A table and the columns that have to be kept. */
export interface TableShape {
  readonly table: string;
  readonly columns: readonly string[];
}

/** Tables in which migrations put rows, which give way to those of a backup. */
export const seededTables: ReadonlySet<string> = new Set(['audit_head', 'dnc_revision', 'restore_mark']);

/** Every table but those in which migrations are noted, whoever made it. */
export async function listTableNames(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ table: string }>(
    `select table_name as table from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'kysely_%' order by table_name`,
  );
  return rows.map(({ table }) => table);
}

export async function hasRows(client: pg.ClientBase, table: string): Promise<boolean> {
  const { rows } = await client.query(`select 1 from ${quote(table)} limit 1`);
  return rows.length > 0;
}

/** Every table with its columns, such that each comes after those it refers to. */
export async function listTables(client: pg.ClientBase): Promise<TableShape[]> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(
    `select c.table_name as table, array_agg(c.column_name::text order by c.ordinal_position) as columns
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER'
       and c.table_name not like 'kysely_%'
     group by c.table_name order by c.table_name`,
  );
  const { rows: references } = await client.query<{ table: string; target: string }>(
    `select conrelid::regclass::text as table, confrelid::regclass::text as target
     from pg_constraint where contype = 'f' and conrelid <> confrelid`,
  );
  const sorted: TableShape[] = [];
  const left = new Map(rows.map((row) => [row.table, row]));
  while (left.size > 0) {
    const free = [...left.values()].filter(
      ({ table }) => !references.some((reference) => reference.table === table && left.has(reference.target)),
    );
    // Tables that refer to each other have no order; there are none, and a backup without one would not come back.
    if (free.length === 0)
      throw new Error(`tables refer to each other in a circle: ${[...left.keys()].join(', ')}`);
    for (const shape of free) left.delete(shape.table);
    sorted.push(...free);
  }
  return sorted;
}

export async function countRows(client: pg.ClientBase, table: string): Promise<number> {
  const { rows } = await client.query<{ rows: string }>(`select count(*) as rows from ${quote(table)}`);
  return Number(rows[0]?.rows ?? 0);
}

export async function lastMigration(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ name: string }>('select max(name) as name from kysely_migration');
  return rows[0]?.name ?? '';
}

/** The rows of a table as CSV. */
export function readTable(client: pg.ClientBase, shape: TableShape): Readable {
  return client.query(copyTo(`copy ${named(shape)} to stdout (format csv)`));
}

/** Takes in what {@link readTable} gave. What migrations put into the table gives way; nobody else's rows do. */
export async function openTable(client: pg.ClientBase, shape: TableShape): Promise<Writable> {
  if (seededTables.has(shape.table)) await client.query(`delete from ${quote(shape.table)}`);
  return client.query(copyFrom(`copy ${named(shape)} from stdin (format csv)`));
}

/** Sets each counter behind the rows that were copied in. */
export async function advanceCounters(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string; sequence: string }>(
    `select table_name as table, column_name as column,
       pg_get_serial_sequence(quote_ident(table_name), column_name) as sequence
     from information_schema.columns where table_schema = 'public'
       and pg_get_serial_sequence(quote_ident(table_name), column_name) is not null`,
  );
  for (const { table, column, sequence } of rows)
    await client.query(
      `select setval($1, coalesce((select max(${quote(column)}) from ${quote(table)}), 0) + 1, false)`,
      [sequence],
    );
}

function named({ table, columns }: TableShape): string {
  return `${quote(table)} (${columns.map((column) => quote(column)).join(', ')})`;
}
