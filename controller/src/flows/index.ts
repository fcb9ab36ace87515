/** Flows that lead calls, and recordings of prompts: stored with their versions, given to the branches in their desired documents. */
export { changeFlow, createFlow, findFlow, listFlows, readFlowVersions, removeFlow } from './flow-book.ts';
export { findSound, listRecordings } from './prompt-book.ts';
