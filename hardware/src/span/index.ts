export * from './ftdm-commands.ts';
export type * from './rates.ts';
export type * from './span-source.ts';
export * from './span.ts';
