export { DinstarGateway } from './dinstar-gateway.ts';
export type { DinstarOptions } from './dinstar-options.ts';
export { httpAccess, type DinstarAccess, type HttpAccessOptions } from './http-access.ts';
