/** The virtual branch: an emulated FreeSWITCH, the telephone network behind it and the agents at its desks. */
export { VirtualSwitch } from './switch/virtual-switch.ts';
export type { VirtualSwitchOptions } from './switch/virtual-switch.ts';
export { VirtualPhone } from './switch/phone.ts';
export type { AnswerPolicy, PhoneCall, PhoneEvents } from './switch/phone.ts';
export { CallRefused, InboundCaller } from './switch/inbound.ts';
export type { InboundRequest } from './switch/inbound.ts';
export type { Answerer, Invitation, Party, PartyLink } from './switch/party.ts';
export { noFaults } from './switch/faults.ts';
export type { Faults } from './switch/faults.ts';
export { Population } from './people/population.ts';
export type { Conversation, PopulationCounts, PopulationOptions, Temperament } from './people/population.ts';
export { VirtualAgents } from './people/virtual-agents.ts';
export type { AgentSeat, VirtualAgentsOptions } from './people/virtual-agents.ts';
export { VirtualAgent, usualHabits } from './people/virtual-agent.ts';
export type { AgentHabits, AgentMode, AgentState } from './people/virtual-agent.ts';
export { SwitchConfigurationError } from './switch/configuration.ts';
