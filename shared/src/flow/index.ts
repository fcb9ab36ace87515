/** How calls are led by prompts and keys: flows as data, checked, and walked by a pure machine. */
export * from './flow.ts';
export * from './flow-machine.ts';
export * from './flow-problems.ts';
