/** The language both ends speak. This door is pure and safe in a browser; `@branchline/shared/node` is the other one. */
export * from './abandon-rate.ts';
export * from './api/index.ts';
export * from './calling-window.ts';
export * from './causes.ts';
export * from './clock.ts';
export * from './contract/index.ts';
export * from './dnc.ts';
export * from './engagement.ts';
export * from './errors.ts';
export * from './gate/index.ts';
export * from './ids.ts';
export * from './line-advice.ts';
export * from './masked-number.ts';
export * from './phone-number.ts';
export * from './random.ts';
export * from './state-machine.ts';
export * from './why/index.ts';
