import { BranchlineError, type Outcome } from '@branchline/shared';
import type { QueryParams } from '../clickhouse.ts';

/** The sites whose rows a reader may see. An empty list sees nothing. */
export type SiteScope = readonly string[] | 'all';

/** A condition on the column `site` and the parameter it needs. */
export function siteCondition(sites: SiteScope): { sql: string; params: QueryParams } {
  return sites === 'all'
    ? { sql: '1', params: {} }
    : { sql: 'has({sites:Array(String)}, site)', params: { sites } };
}

/** A condition: the outcome, or a column that holds one, is among these. */
export function outcomeIn(outcomes: readonly Outcome[], column = 'outcome'): string {
  return `${column} IN (${outcomes.map((outcome) => `'${outcome}'`).join(', ')})`;
}

/**
 * What ClickHouse answers, or undefined when it is away; one that has just started has no tables yet, which is "not now",
 * too.
 */
export async function unlessAway<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof BranchlineError && error.code !== 'BL_CLICKHOUSE_UNREACHABLE') throw error;
    return undefined;
  }
}
