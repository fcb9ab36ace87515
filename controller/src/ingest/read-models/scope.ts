import type { QueryParams } from '../clickhouse.ts';

/** The sites whose rows a reader may see. An empty list sees nothing. */
export type SiteScope = readonly string[] | 'all';

/** A condition on the column `site` and the parameter it needs. */
export function siteCondition(sites: SiteScope): { sql: string; params: QueryParams } {
  return sites === 'all'
    ? { sql: '1', params: {} }
    : { sql: 'has({sites:Array(String)}, site)', params: { sites } };
}
