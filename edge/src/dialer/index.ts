export { attemptRow, type Attempt } from './attempt.ts';
export type { CampaignCounts } from './attempt-runner.ts';
export { CallBacks, type CalledBack, type Promised } from './call-backs.ts';
export { Dialer } from './dialer.ts';
export { OwnCallbacks, type OwnCallback } from './own-callbacks.ts';
export { OptOuts } from './opt-outs.ts';
export { OutsideCalls } from './outside-calls.ts';
export type { PacingView } from './pacing.ts';
