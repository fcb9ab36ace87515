export { CdrSpool, type SpooledLeg } from './cdr-spool.ts';
export { EventSocket, type EventSocketAddress } from './event-socket.ts';
export { readEvent, type LegEnd, type Marks, type SwitchEvent } from './events.ts';
export { Strangers, type Stranger } from './strangers.ts';
export { Switch, type Channel, type OriginateRequest } from './switch.ts';
export { SwitchLink, type SwitchLinkOptions } from './switch-link.ts';
