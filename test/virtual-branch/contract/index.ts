import { callControlScenarios } from './call-control-scenarios.ts';
import { inboundScenarios } from './inbound-scenarios.ts';
import type { Scenario } from './laboratory.ts';
import { originateScenarios } from './originate-scenarios.ts';
import { replyScenarios } from './reply-scenarios.ts';
import { survivalScenarios } from './survival-scenarios.ts';

export type { Laboratory, Scenario } from './laboratory.ts';
export { EslClient, EslTimeout, FrameReader } from './esl-client.ts';
export type { EslEvent, EslFrame } from './esl-client.ts';
export { laboratoryConfiguration, laboratoryNumbers } from './laboratory-configuration.ts';
export type { LaboratoryPlaces } from './laboratory-configuration.ts';

/** Everything a switch must do to be driven by the branch: the same for the emulator and the real one. */
export const scenarios: readonly Scenario[] = [
  ...replyScenarios,
  ...originateScenarios,
  ...inboundScenarios,
  ...callControlScenarios,
  ...survivalScenarios,
];
