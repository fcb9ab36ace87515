import { isRead, type Statement } from './statement.ts';

/** Who signs in with the second token: dashboards, which read and nothing else. */
export const readerName = 'grafana';

/** What every statement of a reader runs under, whatever it asks for itself. */
export const readerSettings: Readonly<Record<string, string>> = {
  readonly: '1',
  max_execution_time: '30',
  max_memory_usage: '1000000000',
  max_result_rows: '1000000',
};

/** Statements of readers that run at the same time: a page of thirty panels must not keep the pump waiting. */
export const readerSlots = 2;

/**
 * Why a reader may not run a statement; undefined when it may. `readonly = 1` refuses writes, table functions and settings,
 * but the embedded engine has no users to forbid the rest: it would write files (`INTO OUTFILE`), end queries of others
 * (`KILL`), and run what follows a semicolon.
 */
export function refusalOfReader(statement: Statement): string | undefined {
  if (statement.kind === 'insert' || !isRead(statement.sql)) return 'Dashboards may only read';
  if (statement.sql.includes(';'))
    return 'Dashboards may send one statement at a time, without a semicolon in it';
  if (/\boutfile\b/i.test(statement.sql)) return 'Dashboards may not write files';
  return undefined;
}
