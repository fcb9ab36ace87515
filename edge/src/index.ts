export { EdgeConfig, readEdgeConfig } from './config.ts';
export { startEdge, type Edge } from './edge.ts';
