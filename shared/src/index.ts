/** The language both ends speak. This door is pure and safe in a browser; `@branchline/shared/node` is the other one. */
export * from './clock.ts';
export * from './ids.ts';
export * from './random.ts';
