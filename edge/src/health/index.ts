export { HealthMonitor, type Health } from './health.ts';
export { serveMetrics, type EdgeState, type MetricsServer } from './metrics.ts';
