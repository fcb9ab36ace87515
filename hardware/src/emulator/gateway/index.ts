export * from './dinstar-api.ts';
export * from './emulated-dinstar.ts';
export * from './emulated-goip.ts';
export { GatewayChannel, type GatewayChannelEvents } from './gateway-channel.ts';
export * from './verbs.ts';
