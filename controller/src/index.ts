/** The center of a Branchline installation. */
export { describeApi } from './api-description.ts';
export {
  completeConfig,
  printableConfig,
  readConfig,
  type ControllerConfig,
  type ControllerSettings,
} from './config.ts';
export { clusterSchema } from './ingest/clickhouse-schema.ts';
export { startController, type Controller, type StartOptions } from './controller.ts';
