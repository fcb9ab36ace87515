import type { Outcome } from '@branchline/shared';
import { isRecordsAway, type QueryParams } from '../clickhouse.ts';

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

/** What ClickHouse answers, or undefined when it cannot: away, without its tables, too slow, or at odds with the query (which is logged). */
export async function unlessAway<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (!isRecordsAway(error)) throw error;
    return undefined;
  }
}
