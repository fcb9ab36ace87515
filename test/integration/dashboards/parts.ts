/** The parts that these tests work on, imported in one place. */
export * from '@branchline/dashboards';
export { ensureClickHouseSchema, openClickHouse, type ClickHouse } from '../stores/parts.ts';
export { temporaryFolder } from '../stores/support.ts';
