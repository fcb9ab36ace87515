/** The parts of the edge that are measured, imported in one place. */
// @boundaries-ignore benches reach into the edge's folders; its package doors show only the whole
export * from '../../../edge/src/queues/matcher.ts';
// @boundaries-ignore as above
export { nextPlace, waysOut, type Place, type PlaceInput } from '../../../edge/src/queues/place.ts';
// @boundaries-ignore as above
export { calleePriority, matchCampaign, matchQueue, servedBy } from '../../../edge/src/queues/served.ts';
// @boundaries-ignore as above
export { isAvailable, nextAgent } from '../../../edge/src/agents/agent-machine.ts';
// @boundaries-ignore as above
export { offlineAgent, type AgentInput, type AgentPresence } from '../../../edge/src/agents/agent.ts';
