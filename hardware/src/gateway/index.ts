export * from './dinstar/index.ts';
export type * from './gateway.ts';
export * from './goip/index.ts';
