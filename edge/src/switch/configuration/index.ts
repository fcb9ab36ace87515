export { ConfigurationApplier, type ApplyResult } from './applier.ts';
export {
  afterBridge,
  contexts,
  handOver,
  mediaTimeoutMs,
  onCustomerAnswer,
  survival,
  voicemailSuffix,
} from './dialplan.ts';
export { findContradiction } from './document-problems.ts';
export { emptyDesired, renderConfiguration, type RenderInput } from './render.ts';
export type { CarrierAddresses, Secrets } from './sections.ts';
export type { SwitchSettings } from './settings.ts';
