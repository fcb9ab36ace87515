export { ConfigurationApplier, type ApplyResult } from './applier.ts';
export { hasCertificate, placeCertificate } from './certificate.ts';
export {
  afterBridge,
  agentMedia,
  contexts,
  conversationHeader,
  handOver,
  mediaTimeoutMs,
  onCustomerAnswer,
  onSiteAnswer,
  siteMediaTimeoutMs,
  survival,
  voicemailSuffix,
} from './dialplan.ts';
export { dscpRules } from './dscp.ts';
export { findContradiction } from './document-problems.ts';
export {
  playable,
  promptFiles,
  recordingFile,
  recordingRates,
  recordingsHome,
  recordingsOf,
} from './prompt-files.ts';
export { emptyDesired, renderConfiguration, type RenderInput } from './render.ts';
export { digestHash, type CarrierAddresses, type Secrets } from './sections.ts';
export type { SwitchSettings } from './settings.ts';
