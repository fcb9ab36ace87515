export { attemptRow, type Attempt } from './attempt.ts';
export { Dialer, type CampaignCounts } from './dialer.ts';
export { gate, type GateAttempt, type GateDecision, type GateSnapshot } from './gate.ts';
