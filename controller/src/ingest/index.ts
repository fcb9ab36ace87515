/** Records on their way in: inbox, the pump into ClickHouse, and what is read back from there. */
export {
  forPages,
  isRecordsAway,
  openClickHouse,
  pageDeadlineMs,
  type ClickHouse,
  type ClickHousePlace,
} from './clickhouse.ts';
export { ensureClickHouseSchema, schemaVersions, type SchemaOptions } from './clickhouse-schema.ts';
export { clickHouseTables, type ClickHouseTable } from './clickhouse-tables.ts';
export { inboxAgeMs } from './block-book.ts';
export type { BatchOrigin, OfferedBatch } from './batch-reading.ts';
export { ingestBatches, type BatchEffects, type ReceivedBatch } from './inbox.ts';
export { Intake, type IntakeOptions } from './intake.ts';
export {
  runningClickHouse,
  startPrivateClickHouse,
  type PrivateClickHouse,
  type PrivateClickHouseOptions,
} from './private-clickhouse/private-clickhouse.ts';
export { startPump, type Pump, type PumpOptions, type PumpStats } from './pump.ts';
export * from './read-models/index.ts';
