export * from './config/index.ts';
export * from './dahdi/index.ts';
export * from './freetdm/index.ts';
export type { LineRates } from './rates.ts';
export { SpanMonitor } from './span-monitor.ts';
export { alarmBits, alarmWords, spanShapes } from './span-shape.ts';
export * from './span.ts';
