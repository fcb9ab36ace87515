export { voiceOf, type AgentInput, type AgentPresence } from './agent.ts';
export { callbackOf, callbackProblem } from './callback.ts';
export { isAvailable, isEngaged, isLoggedIn, isReachable, isTalking } from './agent-machine.ts';
export { breakReason } from './break-reasons.ts';
export { keyTimeoutMs, readKeys, type CallKey } from './keypad.ts';
export { PhoneControl } from './phone-control.ts';
export { Roster } from './roster.ts';
