/** Flows that lead calls: stored with their versions, given to the branches in their desired documents. */
export { changeFlow, createFlow, findFlow, listFlows, readFlowVersions, removeFlow } from './flow-book.ts';
