export { HealthMonitor, type Health } from './health.ts';
