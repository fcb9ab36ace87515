/** The gate before every call of a campaign, asked by branches and by the center. */
export {
  firstAllowed,
  gate,
  isPreviewed,
  mergeCalls,
  recentCalls,
  type CallsMade,
  type DncScope,
  type GateAttempt,
  type GateDecision,
  type GateRefusal,
  type GateSnapshot,
  type NumberPlace,
} from './gate.ts';
export { gateReasonInChinese } from './reason-words.ts';
export { RegionRules, regionRules, rulesOfRegion } from './region-rules.ts';
export { asksManual, termsOf, type Terms } from './terms.ts';
