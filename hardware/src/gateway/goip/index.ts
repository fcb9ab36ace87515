export { GoipGateway } from './goip-gateway.ts';
export type { GoipChannelOptions, GoipOptions } from './goip-options.ts';
