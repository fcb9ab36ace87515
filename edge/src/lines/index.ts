export { BranchLines } from './branch-lines.ts';
export { sipLines, type LineDriver, type LineTarget } from './driver.ts';
export type { DeviceListener } from './hardware/device.ts';
export { SpanLines, type SpanPlaces } from './hardware/span-lines.ts';
export { LineHardware } from './hardware/line-hardware.ts';
export { LinePool, type Reservation } from './line-pool.ts';
export { LineWatch, type LineReport, type ReportSource } from './line-watch.ts';
export { ModemLines } from './modem/index.ts';
export { NumberKnowledge } from './number-knowledge.ts';
export {
  recordedChoice,
  selectLine,
  type LineState,
  type LineVerdict,
  type RouteChoice,
  type RouteRequest,
} from './route-selector.ts';
export { testCall, type TestCallOptions } from './test-call.ts';
export { costOf } from './tariff.ts';
export type { EndedUse } from './usage.ts';
