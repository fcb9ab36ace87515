export { checkSpanFiles } from './check.ts';
export type { ConfigFinding } from './finding.ts';
export { readFreetdmConf, type FreetdmConf, type FreetdmSpan } from './freetdm-conf.ts';
export { readFreetdmXml, type FreetdmXml, type LibpriSpan } from './freetdm-xml.ts';
export {
  numberSpans,
  planDialString,
  type PlannedSpan,
  type SpanPlan,
  type SwitchType,
  type TrunkPlan,
} from './plan.ts';
export { libpriParams, lineConfigOf, renderPlan, type SpanFilesOfPlan } from './render.ts';
export { readSystemConf, type SystemConf } from './system-conf.ts';
export type { SystemChannel, SystemSpan } from './system-lines.ts';
