export {
  guestCall,
  inboundCall,
  outboundCall,
  campaignOf,
  waitsSince,
  type Call,
  type CallInput,
  type MachinePolicy,
  type SiteAgent,
} from './call.ts';
export { callRow } from './call-row.ts';
export { Calls, type AttemptEnd, type CallControl, type CallPolicy } from './calls.ts';
export { pressCallKey } from './call-keys.ts';
export { DigitGuard } from './digit-guard.ts';
export { HandOvers } from './hand-overs.ts';
export { Monitors, type Monitor } from './monitors.ts';
export { Reconciler } from './reconcile.ts';
export { outcomeOf, judgeEnd } from './outcome.ts';
export { VoicemailBox } from './voicemail-box.ts';
export type { KeptVoicemail } from './voicemail-box.ts';
export { Voicemails, type Voicemail } from './voicemails.ts';
