export { CdrSpool, type SpooledLeg } from './cdr-spool.ts';
export { EventSocket, type EventSocketAddress } from './event-socket.ts';
export type { LegEnd, Marks, SwitchEvent } from './events.ts';
export { Switch, type Channel, type OriginateRequest } from './switch.ts';
export { SwitchLink, type SwitchLinkOptions } from './switch-link.ts';
